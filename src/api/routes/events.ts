import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Timer } from '../../ports/clock.ts'
import type { ApiDeps, ApiLimits } from '../api-deps.ts'
import type { PageSessions } from '../auth/page-sessions.ts'
import { type Call, call } from '../call.ts'
import type { EventItem, EventPosition } from '../event-source.ts'
import { problem } from '../problem.ts'
import { EVENT_EXAMPLE, eventText } from '../views/event-view.ts'

type StreamDeps = Pick<ApiDeps, 'events' | 'timers' | 'log'>
const RECONNECT_MS = 2_000
/** Proxies otherwise hold a stream back until it is worth a packet. */
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }

/**
 * Committed events as they come, one connection per listener. Guarantees:
 * - a listener that shows the id it saw last goes on behind it without a gap; the very first bytes carry one;
 * - a listener that does not read costs one message of memory, then its place in the feed, then its connection;
 * - nothing is told after the session it came with has ended.
 */
export class EventStreams {
  readonly #deps: StreamDeps
  readonly #limits: Pick<ApiLimits, 'eventStreams' | 'heartbeatMs'>
  readonly #sessions: PageSessions
  readonly #open = new Set<AbortController>()

  constructor(deps: StreamDeps, limits: Pick<ApiLimits, 'eventStreams' | 'heartbeatMs'>, sessions: PageSessions) {
    this.#deps = deps
    this.#limits = limits
    this.#sessions = sessions
  }

  get size(): number {
    return this.#open.size
  }

  endAll(): void {
    for (const stream of this.#open) stream.abort()
  }

  async start(request: FastifyRequest, reply: FastifyReply): Promise<undefined> {
    const { events } = this.#deps
    const shown = request.headers['last-event-id']
    const given = typeof shown === 'string' && shown !== '' ? events.parsePosition(shown) : undefined
    if (given === undefined && shown !== undefined && shown !== '') throw problem('events.position')
    if (this.#open.size >= this.#limits.eventStreams) {
      throw problem('events.too_many', undefined, { headers: { 'retry-after': '5' } })
    }
    const stream = new AbortController()
    this.#open.add(stream)
    try {
      const after = given ?? (await events.heads())
      reply.hijack()
      const { raw } = reply
      for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...STREAM_HEADERS })) {
        if (value !== undefined) raw.setHeader(name, value)
      }
      raw.writeHead(200)
      raw.on('close', () => stream.abort())
      if (raw.destroyed) stream.abort()
      raw.write(`retry: ${RECONNECT_MS}\nid: ${events.formatPosition(after)}\n\n`)
      await this.#tell(raw, request, after, stream)
    } finally {
      this.#open.delete(stream)
    }
    return undefined
  }

  async #tell(
    raw: ServerResponse,
    { principal }: FastifyRequest,
    after: EventPosition,
    stream: AbortController,
  ): Promise<void> {
    const { signal } = stream
    const isLive = (): boolean =>
      principal?.sessionToken === undefined || this.#sessions.find(principal.sessionToken) !== undefined
    const beat = this.#heartbeat(raw, stream, isLive)
    try {
      for await (const item of this.#deps.events.read({ after, signal })) {
        if (!isLive()) break
        if (!raw.write(itemText(item))) await drained(raw, signal)
      }
    } catch (error) {
      // The answer has begun, so the listener learns it by the end of the stream and asks again.
      this.#deps.log.error('api.events_failed', { error })
    } finally {
      beat.cancel()
      raw.end()
    }
  }

  #heartbeat(raw: ServerResponse, stream: AbortController, isLive: () => boolean): Timer {
    let stalledFor = 0
    let timer: Timer
    const beat = (): void => {
      stalledFor = raw.writableNeedDrain ? stalledFor + 1 : 0
      if (!isLive() || stalledFor > 1) {
        stream.abort()
        raw.destroy()
        return
      }
      if (stalledFor === 0) raw.write(': still here\n\n')
      timer = this.#deps.timers.after(this.#limits.heartbeatMs, 'events.heartbeat', beat)
    }
    timer = this.#deps.timers.after(this.#limits.heartbeatMs, 'events.heartbeat', beat)
    return { cancel: () => timer.cancel() }
  }
}

const itemText = (item: EventItem): string =>
  item.kind === 'event'
    ? `id: ${item.id}\nevent: ${item.event.event}\ndata: ${eventText(item.event)}\n\n`
    : `id: ${item.after}\nevent: dropped\ndata: {}\n\n`

function drained(raw: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      raw.off('drain', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    raw.once('drain', done)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}

const EXAMPLE = `id: paper:17\nevent: order.accepted\ndata: ${JSON.stringify(EVENT_EXAMPLE)}\n\n`

export const eventCalls = (streams: EventStreams): readonly Call[] => [
  call({
    method: 'GET',
    path: '/v1/events',
    id: 'streamEvents',
    tag: 'Events',
    summary: 'Events as they come',
    description:
      'Server-sent events. The `event` field is the name, `data` the line of the audit log without its own seq, prev and hash, `id` the place to go on from with `Last-Event-ID`. An event `dropped` says that the reader was overtaken: connect again.',
    access: 'read',
    headers: { 'Last-Event-ID': 'Go on behind the event with this id; without it, begin with the next event.' },
    answers: { 200: { what: 'Until either side ends it.', mediaType: 'text/event-stream', example: EXAMPLE } },
    problems: ['events.position', 'events.too_many'],
    run: ({ request, reply }) => streams.start(request, reply),
  }),
]
