import type { Timers } from '../../../src/ports/clock.ts'
import type {
  HttpExchange,
  HttpRequest,
  HttpResult,
  MessageStream,
  StreamConnector,
  StreamListener,
} from '../../../src/ports/http.ts'
import type { Random } from '../../../src/ports/random.ts'
import type { PaperFace } from '../../../src/simulator/faces/paper-face.ts'
import type { Trace } from './trace.ts'

/**
 * The network between a daemon and a venue in virtual time. A request has its phases: it is dispatched, it arrives, it is
 * answered; each can be cut, and only the venue knows what became of it.
 */
export interface LinkDeps {
  readonly venue: PaperFace
  /** The daemon's own timers: they die with it. */
  readonly timers: Timers
  readonly random: Random
  readonly trace: Trace
}

const FASTEST_MS = 2
const SPREAD_MS = 30

export class VenueLink implements HttpExchange, StreamConnector {
  readonly #deps: LinkDeps
  readonly #worldTimers: Timers
  #requests = 0
  orderRequests = 0

  /** `worldTimers` carry what is on the wire, whether or not the daemon lives to see it arrive. */
  constructor(deps: LinkDeps, worldTimers: Timers) {
    this.#deps = deps
    this.#worldTimers = worldTimers
  }

  exchange(request: HttpRequest): Promise<HttpResult> {
    const { timers, trace } = this.#deps
    this.#requests += 1
    const number = this.#requests
    const { method, path, body = '' } = request
    try {
      request.beforeDispatch?.(body)
    } catch (error) {
      return Promise.resolve(failed('not_sent', error))
    }
    if (method === 'POST' && path === '/v1/orders') this.orderRequests += 1
    trace.add('wire.out', `${number} ${method} ${path} ${body}`)
    return new Promise((resolve) => {
      const deadline = timers.after(request.deadlineMs, 'wire.deadline', () =>
        resolve(failed('dispatched', new Error('no answer in time'))),
      )
      this.#worldTimers.after(this.#lag(), 'wire.arrives', () => {
        const answer = this.#deps.venue.handle({ method, path, ...(body === '' ? {} : { body }) })
        timers.after(this.#lag(), 'wire.answers', () => {
          deadline.cancel()
          trace.add('wire.in', `${number} ${answer.status} ${answer.body}`)
          resolve({ kind: 'answer', status: answer.status, headers: {}, body: answer.body })
        })
      })
    })
  }

  open(path: string, listener: StreamListener): MessageStream {
    const { timers, trace, venue } = this.#deps
    let isOpen = true
    trace.add('stream', `open ${path}`)
    const stop = venue.subscribe((message) => {
      timers.after(this.#lag(), 'stream.frame', () => {
        if (!isOpen) return
        trace.add('stream.in', message)
        listener.message(message)
      })
    })
    timers.after(this.#lag(), 'stream.opens', () => isOpen && listener.opened())
    return {
      close: () => {
        isOpen = false
        stop()
      },
    }
  }

  #lag(): number {
    return FASTEST_MS + Math.floor(this.#deps.random.draw('wire.lag') * SPREAD_MS)
  }
}

const failed = (phase: 'not_sent' | 'dispatched', error: unknown): HttpResult => ({
  kind: 'failed',
  phase,
  cause: error instanceof Error ? error.message : String(error),
  error,
})
