import { amount } from '../../../src/core/money.ts'
import { instrumentsFor } from '../../../src/simulator/instruments.ts'
import { Market } from '../../../src/simulator/market.ts'
import type { VenueTruth } from '../evidence.ts'
import { CancelDesk } from './cancel-desk.ts'
import { Faces } from './faces.ts'
import { Frames } from './frames.ts'
import { humanAt } from './human.ts'
import { Matcher } from './matching.ts'
import type { DialectVenueOptions, HumanAtTheSite, VenueTruthSource } from './open-dialect-venue.ts'
import { OrderBook } from './order-book.ts'
import { ReadDesk } from './read-desk.ts'
import { httpDate, refusal, spoilt, tooMany } from './replies.ts'
import { type Answered, SubmitDesk } from './submit-desk.ts'
import { TAG_HEADER, type VenueReply, type VenueRequest, type VenueWire } from './venue-wire.ts'

/**
 * One account at a venue with the habits of a dialect. Guarantees:
 * - everything follows from the calls, and the clock, timers, chance and faults it is given: same seed, same bytes;
 * - what it says may be anything its faults allow; what it knows is the truth;
 * - the tag of an order is in its truth and never on the wire.
 */
const CASH = '1000000000'
const LONGEST_SHUT_MS = 30_000
const SHUT_LEAST_MS = 1_000
const CANCEL = /^\/orders\/([^/]+)\/cancel$/

export class DialectVenue implements VenueTruthSource, VenueWire {
  readonly truth: VenueTruth
  readonly human: HumanAtTheSite
  readonly #options: DialectVenueOptions
  readonly #book: OrderBook
  readonly #submits: SubmitDesk
  readonly #cancels: CancelDesk
  readonly #reads: ReadDesk
  readonly #frames: Frames
  readonly #now: () => number
  /** F-41: nobody is let in before this. */
  #shutUntil = 0

  constructor(options: DialectVenueOptions) {
    this.#options = options
    const { dialect, account, clock, timers, draw, faults } = options
    const opened = clock.now() - clock.monotonic()
    const now = (): number => Math.floor(opened + clock.monotonic())
    this.#now = now
    const instruments = instrumentsFor('USD')
    const market = new Market(instruments, { seed: `${account} ${draw('venue.market')}`, restlessness: 4 })
    const faces = new Faces({ dialect, now, faults })
    const frames = new Frames({ dialect, faces, timers, now, faults, orders: () => this.#book.orders })
    const book = new OrderBook({
      account,
      resendClass: dialect.resendClass,
      cash: amount(CASH),
      now,
      worldTime: () => clock.monotonic(),
      onEntry: (entry) => frames.tell(entry),
    })
    const matcher = new Matcher({
      namesExecutions: dialect.namesExecutions,
      book,
      market,
      instruments,
      timers,
      now,
      draw,
      faults,
    })
    const quote = (symbol: string) => matcher.quote(symbol)
    const view = { book, instruments, quote }
    this.#book = book
    this.#frames = frames
    this.#submits = new SubmitDesk({ dialect, book, matcher, faces, account: view, timers, now, faults })
    this.#cancels = new CancelDesk({ dialect, book, matcher, now, faults })
    this.#reads = new ReadDesk({ dialect, book, faces, account: view, instruments, quote, now, faults })
    this.truth = book.truth
    this.human = humanAt({ dialect, book, matcher, submits: this.#submits })
  }

  handle(request: VenueRequest, answer: (reply: VenueReply) => void): void {
    const turnedAway = this.#atTheDoor(request)
    const answered = turnedAway === undefined ? this.#route(request) : { reply: turnedAway }
    if (answered === undefined) return
    const { reply, delayMs = 0 } = answered
    this.#options.timers.after(this.#ackMs() + delayMs, 'venue.answers', () =>
      answer({ ...reply, headers: { ...reply.headers, ...this.#timeSigns() } }),
    )
  }

  #timeSigns(): VenueReply['headers'] {
    const { tellsTime } = this.#options.dialect
    if (tellsTime === 'never') return {}
    return tellsTime === 'to_the_millisecond' ? { 'x-venue-time': `${this.#now()}` } : { date: httpDate(this.#now()) }
  }

  #route(request: VenueRequest): Answered {
    const { method, path } = request
    const cancelled = CANCEL.exec(path)?.[1]
    if (method === 'POST' && path === '/orders') return this.#submits.handle(request)
    if (method === 'POST' && cancelled !== undefined) return this.#cancels.handle(decodeURIComponent(cancelled))
    if (method !== 'GET') return { reply: refusal(404, 'no_such_path', path) }
    return { reply: spoilt(this.#reads.handle(path), this.#aboutOf(request), this.#options.faults) }
  }

  subscribe(frame: (text: string) => void): () => void {
    return this.#frames.subscribe(frame)
  }

  heal(): void {
    this.#shutUntil = 0
    for (const { lies } of this.#book.orders) {
      Object.assign(lies.hiddenUntil, { point: 1, list: 1, history: 1 })
      lies.isForgotten = false
      lies.frozen = undefined
      lies.strange = undefined
    }
  }

  /** Stands before everything else: what is turned away here was never looked at. */
  #atTheDoor(request: VenueRequest): VenueReply | undefined {
    const { faults } = this.#options
    const about = this.#aboutOf(request)
    if (this.#shutUntil <= this.#now() && faults.strikes('F-41', about)) {
      this.#shutUntil = this.#now() + SHUT_LEAST_MS + faults.draw('F-41', 'long') * LONGEST_SHUT_MS
    }
    if (this.#shutUntil > this.#now()) return refusal(401, 'session_over', 'sign in again')
    return faults.strikes('F-42', about) ? tooMany(faults, this.#now()) : undefined
  }

  #aboutOf({ headers, path }: VenueRequest): string | undefined {
    const cancelled = CANCEL.exec(path)?.[1]
    if (cancelled !== undefined) return this.#book.withBrokerId(decodeURIComponent(cancelled))?.tag
    return headers?.[TAG_HEADER] ?? this.#reads.subjectOf(path)?.tag
  }

  #ackMs(): number {
    const { least, most } = this.#options.dialect.ack
    return least + Math.floor((most - least + 1) * this.#options.draw('venue.ack'))
  }
}
