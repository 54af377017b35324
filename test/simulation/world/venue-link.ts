import type {
  HttpExchange,
  HttpRequest,
  HttpResult,
  MessageStream,
  StreamConnector,
  StreamListener,
} from '../../../src/ports/http.ts'
import type { WireRecord } from '../evidence.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { OpenedDialectVenue } from '../venue/open-dialect-venue.ts'
import { falseRefusal } from '../venue/replies.ts'
import { TAG_HEADER, type VenueReply } from '../venue/venue-wire.ts'
import { brokerIdIn, type CarriedOrders, clientIdIn, isList, isOpenList } from './carried-orders.ts'
import type { CrashPoint } from './crash-schedule.ts'
import type { Dies } from './disk.ts'
import type { ForkedRandom } from './forked-random.ts'
import type { Life } from './life.ts'
import type { Recorder } from './recorder.ts'
import { type Course, courseOf } from './request-course.ts'
import { openStreamLink } from './stream-link.ts'
import type { Trace } from './trace.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Weather } from './weather.ts'

/**
 * The network between one life of a daemon and one account's venue. Guarantees:
 * - a request has its phases: it leaves, it arrives, it is answered; each can be cut, and only the venue knows what became of it;
 * - what is on the wire goes on without the process that sent it;
 * - everything that crosses is written down, whoever hears it.
 */
export interface LinkDeps {
  readonly account: string
  readonly site: OpenedDialectVenue
  readonly life: Life
  readonly time: VirtualTime
  readonly random: ForkedRandom
  readonly trace: Trace
  readonly faults: FaultPlan
  readonly recorder: Recorder
  readonly weather: Weather
  readonly dies: Dies
  readonly epoch: () => number | undefined
  /** What the disk holds of this account at this moment. */
  readonly durable: () => { readonly seq: number; readonly epoch: number }
  /** Ids of ours that are not final at this account. */
  readonly openTags: () => readonly string[]
  readonly carried: CarriedOrders
  /** Does an order of this account wait to be cancelled? */
  readonly cancelWaits: () => boolean
  readonly deadlineFactor: () => number
  readonly slowestMs: () => number
  /** A venue that never misbehaves by itself is misheard here. */
  readonly isHonest: boolean
  readonly isRecovering: () => boolean
}

const FASTEST_MS = 2
const CACHED_SHARE = 0.1
const LONGEST_CACHED_MS = 20_000
type What = WireRecord['what']

export class VenueLink implements HttpExchange, StreamConnector {
  readonly #deps: LinkDeps
  readonly #frames: { readonly at: number; readonly text: string }[] = []
  readonly #cache = new Map<string, { readonly at: number; readonly reply: VenueReply }>()
  #submitting = 0

  constructor(deps: LinkDeps) {
    this.#deps = deps
  }

  exchange(request: HttpRequest): Promise<HttpResult> {
    const { life, faults, recorder, account, time } = this.#deps
    if (life.isOver) return life.never()
    const what = whatOf(request)
    const tag = what === 'read' ? undefined : (tagOf(request) ?? this.#tagOfPlace(request.path))
    const about = tag ?? ((): readonly string[] => this.#askedAbout(request.path))
    recorder.tries.push({ at: time.monotonic(), life: life.number, account, what, ...given('tag', tag) })
    const deadlineMs = request.deadlineMs * this.#deps.deadlineFactor()
    const course = courseOf({
      faults,
      about,
      isWrite: what !== 'read',
      deadlineMs,
      weather: this.#weather(what),
      settlesMs: this.#deps.site.venue.truth.settlesMs ?? 0,
      skewMs: time.skew,
      cached: what === 'read' ? this.#cached(request.path) : undefined,
    }) ?? { kind: 'whole', delayMs: 0, answerMs: 0 }
    if (course.kind === 'not_sent') return this.#refused(course.cause)
    try {
      request.beforeDispatch?.(request.body ?? '')
    } catch (error) {
      return Promise.resolve(failed('not_sent', error))
    }
    this.#record(what, 'out', tag, request.body ?? '', {
      clock: time.now(),
      ...(what === 'submit' ? { durable: this.#deps.durable() } : {}),
      ...given('brokerOrderId', what === 'read' ? undefined : brokerIdIn(request.path)),
    })
    this.#carries(what === 'read' ? this.#askedAboutOne(request.path) : tag === undefined ? [] : [tag])
    this.#deps.trace.note('wire.out', () => `${request.method} ${request.path} ${tag ?? ''} ${request.body ?? ''}`)
    return this.#sent(request, { what, tag, course, deadlineMs, listsOpen: isOpenList(request.path), isOver: false })
  }

  open(path: string, listener: StreamListener): MessageStream {
    return openStreamLink(path, listener, {
      ...this.#deps,
      lag: () => this.#lag(),
      heard: (text) => {
        this.#record('stream', 'in', undefined, text)
        this.#carries(this.#deps.carried.in(text))
        if (this.#submitting > 0) this.#frames.push({ at: this.#deps.time.monotonic(), text })
      },
    })
  }

  #sent(request: HttpRequest, on: OnTheWay): Promise<HttpResult> {
    const { life, random, dies } = this.#deps
    if (on.what === 'submit') this.#submitting += 1
    const point = this.#pointOf(on.what, 'on the wire', 'cancel on the wire', 'recovery asks')
    if (point !== undefined && dies(point, tagsOf(on))) {
      if (random.draw('wire.survives') < 0.5) this.#arriveAfter(this.#lag(), request, () => undefined)
      return life.never()
    }
    return new Promise((resolve) => {
      const sentAt = this.#deps.time.monotonic()
      const { onTheWire } = this.#deps.recorder
      if (on.tag !== undefined) onTheWire.set(on.tag, life.number)
      const end = (result: HttpResult): void => {
        if (on.isOver) return
        on.isOver = true
        deadline.cancel()
        if (on.tag !== undefined) onTheWire.delete(on.tag)
        if (on.what === 'submit') this.#answered(on, sentAt)
        resolve(result)
      }
      const deadline = life.after(on.deadlineMs, 'wire.deadline', () => end(failed('dispatched', NO_ANSWER)))
      this.#take(request, on, end)
    })
  }

  #take(request: HttpRequest, on: OnTheWay, end: (result: HttpResult) => void): void {
    const { life } = this.#deps
    const { course } = on
    switch (course.kind) {
      case 'not_sent':
        return
      case 'unanswered':
        if (course.arrivesMs !== undefined) this.#arriveAfter(this.#lag() + course.arrivesMs, request, () => undefined)
        return
      case 'cut':
        if (course.arrives) this.#arriveAfter(this.#lag(), request, () => undefined)
        life.hears(2 * this.#lag(), 'wire.cut', () => end(failed(course.phase, RESET)))
        return
      case 'edge':
        life.hears(this.#lag(), 'wire.edge', () => this.#hear(on, course, end))
        return
      case 'whole':
        this.#arriveAfter(this.#lag() + course.delayMs, request, (reply) => {
          const reached = this.#pointOf(
            on.what,
            'after the venue has it',
            'after the venue has the cancel',
            'recovery is answered',
          )
          if (reached !== undefined && this.#deps.dies(reached, tagsOf(on))) return
          if (on.what === 'read') this.#cache.set(request.path, { at: this.#deps.time.monotonic(), reply })
          life.hears(this.#lag() + course.answerMs, 'wire.answers', () =>
            this.#hear(on, this.#misheard(on, reply), end),
          )
        })
    }
  }

  /** Where a process may die with this request. */
  #pointOf(what: What, submit: CrashPoint, cancel: CrashPoint, recovery: CrashPoint): CrashPoint | undefined {
    if (what === 'submit') return submit
    if (what === 'cancel') return cancel
    return what === 'read' && this.#deps.isRecovering() ? recovery : undefined
  }

  #arriveAfter(ms: number, { method, path, headers, body }: HttpRequest, answer: (reply: VenueReply) => void): void {
    const { time, site } = this.#deps
    time.after(ms, 'wire.arrives', () =>
      site.wire.handle(
        { method, path, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) },
        answer,
      ),
    )
  }

  /** F-38 at a venue that never errs: something on the way says no in its place. */
  #misheard({ what, tag }: OnTheWay, reply: VenueReply): VenueReply {
    const { faults, isHonest } = this.#deps
    return isHonest && what === 'submit' && faults.strikes('F-38', tag) ? falseRefusal(faults) : reply
  }

  #hear(on: OnTheWay, { status, headers, body }: VenueReply, end: (result: HttpResult) => void): void {
    if (status === 429) this.#deps.recorder.turnedAwayAt = this.#deps.time.monotonic()
    if (status === 429 && this.#deps.cancelWaits()) this.#deps.recorder.saw('S13')
    this.#carries(on.what === 'read' ? this.#deps.carried.in(body) : tagsOf(on))
    const pause = on.isOver ? undefined : retryAfterMs(headers, this.#deps.time)
    const listsOpen = on.listsOpen && status === 200 && !on.isOver
    this.#record(on.what, 'in', on.tag, body, { ...given('retryAfterMs', pause), ...(listsOpen ? { listsOpen } : {}) })
    this.#deps.trace.note('wire.in', () => `${status} ${on.tag ?? ''} ${body}`)
    end({ kind: 'answer', status, headers, body })
  }

  /** Did the stream tell of a fill of this order while its own answer was still out? */
  #answered({ tag }: OnTheWay, sentAt: number): void {
    this.#submitting -= 1
    const order = this.#deps.site.venue.truth.orders.findLast((one) => one.tag === tag)
    const isTold = (id: string): boolean => this.#frames.some(({ at, text }) => at >= sentAt && text.includes(id))
    if (order?.executions.some(({ id }) => isTold(id))) this.#deps.recorder.saw('S1')
    if (this.#submitting === 0) this.#frames.length = 0
  }

  #refused(cause: string): Promise<HttpResult> {
    return new Promise((resolve) =>
      this.#deps.life.hears(1, 'wire.refused', () => resolve(failed('not_sent', new Error(cause)))),
    )
  }

  #weather(what: What): 'fair' | 'refused' | 'silent' | 'brown_out' {
    const { weather, account } = this.#deps
    if (what === 'submit' && weather.is('no_entry', account)) return 'refused'
    return (['refused', 'silent', 'brown_out'] as const).find((kind) => weather.is(kind, account)) ?? 'fair'
  }

  /** F-49: of a share of the time that the venue may take to show a thing, so that what has settled has settled here too. */
  #cached(path: string): VenueReply | undefined {
    const { site, time } = this.#deps
    const known = this.#cache.get(path)
    const longest = Math.min(LONGEST_CACHED_MS, CACHED_SHARE * (site.venue.truth.settlesMs ?? 0))
    return known !== undefined && time.monotonic() - known.at < longest ? known.reply : undefined
  }
  #tagOfPlace(path: string): string | undefined {
    const broker = brokerIdIn(path)
    return broker === undefined ? undefined : this.#deps.carried.tagOf(broker)
  }
  /** What a read would have told of, had it been answered: one order, those of a list, or none. */
  #askedAbout(path: string): readonly string[] {
    const { site, openTags } = this.#deps
    if (isList(path)) {
      const open = new Set(openTags())
      return site.venue.truth.orders.flatMap(({ tag }) => (tag !== undefined && open.has(tag) ? [tag] : []))
    }
    const asked = clientIdIn(path)
    const named = site.venue.truth.orders.findLast(({ clientOrderId }) => clientOrderId === asked)?.tag ?? asked
    const tag = asked === undefined ? this.#tagOfPlace(path) : named
    return tag === undefined ? [] : [tag]
  }
  #askedAboutOne(path: string): readonly string[] {
    return isList(path) ? [] : this.#askedAbout(path)
  }
  /** One more message between the venue and us about each of them. */
  #carries(tags: readonly string[]): void {
    const { exchanges } = this.#deps.recorder
    this.#deps.faults.passes(tags)
    for (const tag of tags) exchanges.set(tag, (exchanges.get(tag) ?? 0) + 1)
  }

  #record(
    what: What,
    direction: 'out' | 'in',
    tag: string | undefined,
    body: string,
    more: Partial<WireRecord> = {},
  ): void {
    const { recorder, time, life, account, epoch } = this.#deps
    const held = epoch()
    recorder.wire.push({
      at: time.monotonic(),
      life: life.number,
      account,
      what,
      direction,
      body,
      ...given('epoch', held),
      ...given('tag', tag),
      ...more,
    })
  }

  #lag(): number {
    return FASTEST_MS + Math.floor(this.#deps.random.draw('wire.lag') * this.#deps.slowestMs())
  }
}

interface OnTheWay {
  readonly what: What
  readonly tag: string | undefined
  readonly course: Course
  readonly deadlineMs: number
  readonly listsOpen: boolean
  /** Given up: an answer that still comes reaches nobody. */
  isOver: boolean
}
const tagsOf = ({ tag }: OnTheWay): readonly string[] => (tag === undefined ? [] : [tag])

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [N in K]: V })

/** Longer than this nobody obeys it: the daemon bounds what a header may ask for. */
const LONGEST_PAUSE_MS = 15 * 60_000
function retryAfterMs(headers: Readonly<Record<string, string>>, time: VirtualTime): number | undefined {
  const text = headers['retry-after'] ?? ''
  // A date is read by a clock that may be wrong: asked for is what it means by either.
  const until = Date.parse(text) - Math.max(time.now(), time.trueNow())
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : until
  return ms > 0 ? Math.min(ms, LONGEST_PAUSE_MS) : undefined
}

const CANCEL = /\/cancel\b/
function whatOf({ method, path }: HttpRequest): What {
  if (method === 'GET') return 'read'
  if (method === 'DELETE' || CANCEL.test(path)) return 'cancel'
  return method === 'PATCH' || method === 'PUT' ? 'replace' : 'submit'
}
const BODY_TAG = /"client_order_id":"([^"]+)"/
const tagOf = ({ headers, body }: HttpRequest): string | undefined =>
  headers?.[TAG_HEADER] ?? (body === undefined ? undefined : BODY_TAG.exec(body)?.[1])

const NO_ANSWER = new Error('no answer in time')
const RESET = new Error('ECONNRESET')
const failed = (phase: 'not_sent' | 'dispatched' | 'headers_in' | 'body_in', error: unknown): HttpResult => ({
  kind: 'failed',
  phase,
  cause: error instanceof Error ? error.message : String(error),
  error,
})
