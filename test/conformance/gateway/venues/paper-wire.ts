import { setTimeout as pause } from 'node:timers/promises'
import type {
  HttpExchange,
  HttpRequest,
  HttpResult,
  MessageStream,
  StreamConnector,
  StreamListener,
} from '../../../../src/ports/http.ts'
import type { PaperAnswer, PaperFace } from '../../../../src/simulator/faces/paper-face.ts'
import type { FrameTrouble, Target, Trouble, TrueRequest } from '../conformance-venue.ts'

interface Strike {
  readonly target: Target
  readonly trouble: Trouble
  readonly nth: number
  seen: number
  isSpent: boolean
}
type Failed = Extract<HttpResult, { kind: 'failed' }>

const LATE_MS = 60

/** The way between the paper gateway and the paper venue: what it was told to spoil it spoils, and it keeps the count. */
export class PaperWire implements HttpExchange, StreamConnector {
  readonly requests: TrueRequest[] = []
  isListening = true
  isSilent = false
  refusesStreams = false
  /** Called once, after a request of this kind was done and before its answer leaves. */
  readonly afterwards: { kind: TrueRequest['kind']; act: (path: string, body: string | undefined) => void }[] = []
  /** In the place of the venue, once. */
  insteadOfSubmit: ((body: string | undefined) => PaperAnswer) | undefined
  /** What the answers and frames go through. */
  rewrite: (text: string) => string = (text) => text
  /** What the answers to reads go through as well. */
  read: (answer: PaperAnswer) => PaperAnswer = (answer) => answer
  readonly #face: PaperFace
  readonly #strikes: Strike[] = []
  readonly #frameTroubles: { readonly trouble: FrameTrouble; readonly status: string }[] = []
  readonly #streams = new Set<StreamListener>()

  constructor(face: PaperFace) {
    this.#face = face
  }

  strike(target: Target, trouble: Trouble, nth = 1): void {
    this.#strikes.push({ target, trouble, nth, seen: 0, isSpent: false })
  }
  strikeFrame(trouble: FrameTrouble, of: 'part' | 'rest'): void {
    this.#frameTroubles.push({ trouble, status: of === 'part' ? 'partially_filled' : 'filled' })
  }

  async exchange(request: HttpRequest): Promise<HttpResult> {
    if (!this.isListening) return failed('not_sent', 'connection refused')
    try {
      request.beforeDispatch?.(request.body ?? '')
    } catch (error) {
      return { ...failed('not_sent', error instanceof Error ? error.message : String(error)), error }
    }
    const kind = kindOf(request)
    this.requests.push({ kind, body: request.body ?? '' })
    await pause(0)
    const trouble = this.#troubleFor(request, kind)
    return (trouble === undefined ? undefined : insteadOf(trouble)) ?? this.#spoiled(this.#done(request, kind), trouble)
  }

  open(_path: string, listener: StreamListener): MessageStream {
    const stop = this.#face.subscribe((text) => void this.#tell(text, listener))
    const end = (): void => {
      stop()
      this.#streams.delete(listener)
    }
    this.#streams.add(listener)
    void pause(0).then(() => {
      if (!this.#streams.has(listener)) return
      if (!this.refusesStreams) return listener.opened()
      end()
      listener.closed('the stream was refused')
    })
    return { close: end }
  }
  endStreams(cause: string): void {
    for (const listener of this.#streams) {
      this.#streams.delete(listener)
      listener.closed(cause)
    }
  }

  #done({ method, path, body }: HttpRequest, kind: TrueRequest['kind']): PaperAnswer {
    const instead = kind === 'submit' ? this.insteadOfSubmit : undefined
    if (instead !== undefined) {
      this.insteadOfSubmit = undefined
      return instead(body)
    }
    const answer = this.#face.handle({ method, path, ...(body === undefined ? {} : { body }) })
    const at = this.afterwards.findIndex((one) => one.kind === kind)
    if (at >= 0) this.afterwards.splice(at, 1)[0]?.act(path, body)
    const told = { ...answer, body: this.rewrite(answer.body) }
    return kind === 'read' ? this.read(told) : told
  }

  #troubleFor(request: HttpRequest, kind: TrueRequest['kind']): Trouble | undefined {
    for (const strike of this.#strikes) {
      if (strike.isSpent || !meets(strike.target, request, kind)) continue
      strike.seen += 1
      strike.isSpent = strike.seen === strike.nth
      if (strike.isSpent) return strike.trouble
    }
    return undefined
  }

  #spoiled({ status, body }: PaperAnswer, trouble: Trouble | undefined): HttpResult {
    switch (trouble) {
      case 'answer lost':
      case 'reset before headers':
        return failed('dispatched', 'the other side closed')
      case 'reset after headers':
        return failed('headers_in', 'the other side closed')
      case 'server error after it was done':
        return answered(500, '{"code": "venue_failure", "message": "internal server error"}')
      case 'forbidden after it was done':
        return answered(403, '{"message": "forbidden"}')
      case 'cut answer':
        return answered(status, body.slice(0, body.length / 2))
      case 'page for an answer':
        return answered(200, '<html><body>Welcome</body></html>')
      case 'empty answer':
        return answered(200, '')
      case 'answer about another order':
        return answered(status, this.#oldestOrder())
      case 'unheard-of field':
        return answered(status, body.replaceAll(/\{(?=")/g, '{"field_of_the_future":{"version":2},'))
      default:
        return answered(status, body)
    }
  }

  #oldestOrder(): string {
    return JSON.stringify(JSON.parse(this.#face.handle({ method: 'GET', path: '/v1/orders?limit=1' }).body).items[0])
  }

  async #tell(text: string, listener: StreamListener): Promise<void> {
    const at = this.#frameTroubles.findIndex(({ status }) => text.includes(`"status":"${status}"`) && isExecution(text))
    const trouble = at < 0 ? undefined : this.#frameTroubles.splice(at, 1)[0]?.trouble
    const frame = this.rewrite(text)
    if (this.isSilent || trouble === 'dropped') return
    await pause(trouble === 'late' || trouble === 'reordered' ? LATE_MS : 0)
    if (!this.#streams.has(listener)) return
    listener.message(frame)
    if (trouble === 'duplicated') listener.message(frame)
    if (trouble === 'followed by rubbish') listener.message('{"type": "execu')
  }
}

const isExecution = (text: string): boolean => text.startsWith('{"type":"execution"')

const failed = (phase: Failed['phase'], cause: string): Failed => ({ kind: 'failed', phase, cause })
const answered = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResult => ({
  kind: 'answer',
  status,
  headers,
  body,
})

/** Troubles that keep a request from being done. */
function insteadOf(trouble: Trouble): HttpResult | undefined {
  if (trouble === 'request lost') return failed('dispatched', 'the other side closed')
  if (trouble === 'unavailable') return answered(503, '<html>503 Service Temporarily Unavailable</html>')
  if (trouble === 'rate limited') return answered(429, '{"message": "too many requests"}', { 'retry-after': '2' })
  if (trouble === 'rate limited without a word') return answered(429, 'rate limit exceeded')
  return trouble === 'unauthorized' ? answered(401, '{"message": "unauthorized"}') : undefined
}

function kindOf({ method, path }: HttpRequest): TrueRequest['kind'] {
  if (method === 'GET') return 'read'
  if (method === 'PATCH') return 'replace'
  if (method === 'DELETE') return 'cancel everything'
  return path.endsWith('/cancel') ? 'cancel' : 'submit'
}
const READS: Readonly<Partial<Record<Target, string>>> = {
  'look-up': '/v1/orders/by-client-id/',
  'order list': '/v1/orders?',
  executions: '/v1/executions?',
  read: '',
}
function meets(target: Target, { path }: HttpRequest, kind: TrueRequest['kind']): boolean {
  const read = READS[target]
  return read === undefined ? kind === target : kind === 'read' && path.startsWith(read)
}
