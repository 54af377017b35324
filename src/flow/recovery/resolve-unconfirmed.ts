import type { OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { mayRepeat, type ProofPlan, proofPlan } from '../../core/proof-plan.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { DoubtWatch } from '../cases/doubt-watch.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import { WaitedTooLong } from '../execution/rate-lanes.ts'
import type { ReportDoor } from '../fills/apply-report.ts'
import { firstSentAt, type Sighting, searchVenue } from './search-venue.ts'
import type { VenueClock } from './venue-clock.ts'

/**
 * Finds out what became of an order whose submission got no answer. Guarantees:
 * - silence is never proof: an order leaves `unconfirmed` by the venue's word, by absence that held long enough without a
 *   gap and that everything the venue lists bears out, or by an operator's decision;
 * - as long as anything that could show it cannot be read, it is not absent; nor while an owner of this account before us
 *   may still have sent it;
 * - it is sent again only where and while the venue itself refuses a repeated id, and then byte for byte the same;
 * - what the venue shows and nobody can tell apart is never guessed: a human is asked;
 * - one search per order at a time, for as long as it takes, and more seldom the longer it has taken: at least once a minute.
 */
export interface ResolveDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly store: Pick<OrderStoreReader, 'orders'>
  readonly doubts: Pick<DoubtWatch, 'looked' | 'cannotTell'>
  readonly venueClock: VenueClock
  /** The day of the venue in which it remembers an id. */
  readonly tradingDateOf: (at: Instant) => string
  /** On the monotonic clock: absence seen earlier proves nothing about an owner before us. */
  readonly absenceCountsFrom: () => number
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly backOff: BackOff
  /** `false` once this owner has stopped or been replaced. */
  readonly isActive: () => boolean
  /** Says whether it was sent. */
  readonly resend: (order: Order) => Promise<boolean>
  /** May an order leave at all right now, and has it a try left? */
  readonly mayResend: (order: Order) => boolean
  readonly onResolved: (order: Order) => void
}
type Seen = 'found' | 'absent' | 'unclear' | 'unreachable'

export class UnconfirmedResolver {
  readonly #deps: ResolveDeps
  readonly #plan: ProofPlan
  readonly #searching = new Set<OrderId>()

  constructor(deps: ResolveDeps) {
    this.#deps = deps
    this.#plan = proofPlan(deps.gateway.capabilities.clientOrderId)
  }

  get searching(): number {
    return this.#searching.size
  }

  /** Settles when the order is no longer in doubt. */
  async resolve(order: Order): Promise<void> {
    if (this.#searching.has(order.id)) return
    this.#searching.add(order.id)
    try {
      await this.#search(order)
    } finally {
      this.#searching.delete(order.id)
    }
    this.#deps.onResolved(this.#deps.books.current(order))
  }

  async #search(order: Order): Promise<void> {
    const { clock, absenceCountsFrom } = this.#deps
    const since = clock.monotonic()
    let absentSince: number | undefined
    for (let attempt = 1; this.#isInDoubt(order); attempt += 1) {
      // An answer is as old as its question.
      const askedAt = clock.monotonic()
      const seen = await this.#look(order)
      if (!this.#isInDoubt(order)) return
      if (seen !== 'absent') absentSince = undefined
      else if (await this.#hasResent(order)) absentSince = undefined
      else {
        absentSince ??= clock.monotonic()
        if (await this.#isGone(order, askedAt - Math.max(absentSince, absenceCountsFrom()))) return
      }
      if (this.#isInDoubt(order)) await this.#pause(attempt, clock.monotonic() - since)
    }
  }

  #isInDoubt(order: Order): boolean {
    return this.#deps.isActive() && this.#deps.books.current(order).status === 'unconfirmed'
  }

  #look(order: Order): Promise<Seen> {
    return this.#plan.findBy === 'name'
      ? this.#asked(order, 'look_up', () => this.#byName(order))
      : this.#asked(order, 'lists', () => this.#everywhere(order))
  }

  async #asked(order: Order, channel: string, ask: () => Promise<Sighting>): Promise<Seen> {
    const { doubts, log, isActive } = this.#deps
    try {
      const sighting = await ask()
      if (!isActive()) return 'unreachable'
      return await this.#follow(order, channel, sighting)
    } catch (error) {
      if (!isActive()) return 'unreachable'
      log.warn('resolve.look_up_failed', { order_id: order.id, error })
      const summary = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
      doubts.looked(order, { channel, summary })
      return 'unreachable'
    }
  }

  async #follow(order: Order, channel: string, sighting: Sighting): Promise<Seen> {
    const { doubts, door } = this.#deps
    switch (sighting.kind) {
      case 'absent':
        doubts.looked(order, { channel, summary: 'read to the end, and it is not there' })
        return 'absent'
      case 'unclear': {
        const shown = [...sighting.reports, ...(sighting.changed ?? [])]
        const raw = shown.map(({ brokerOrderId, rawStatus }) => ({ id: brokerOrderId, status: rawStatus }))
        doubts.cannotTell(order, { channel, summary: sighting.summary, raw })
        return 'unclear'
      }
      case 'found': {
        const { report } = sighting
        doubts.looked(order, { channel, summary: `shown as ${report.rawStatus}`, ...rawOf(report) })
        await door.applyTo(order, report).durable
        return 'found'
      }
    }
  }

  async #byName(order: Order): Promise<Sighting> {
    const { gateway, books } = this.#deps
    return gateway.lookUp(orderRef(books.current(order)))
  }
  #everywhere(order: Order): Promise<Sighting> {
    return searchVenue(this.#deps.books.current(order), this.#plan.findBy, this.#deps)
  }

  async #hasResent(order: Order): Promise<boolean> {
    const { books, resend, mayResend } = this.#deps
    const now = books.current(order)
    if (now.cancelRequestedAt !== undefined || !this.#mayRepeat(now) || !mayResend(now)) return false
    try {
      return await resend(now)
    } catch (error) {
      if (error instanceof WaitedTooLong) return false
      throw error
    }
  }
  #mayRepeat(order: Order): boolean {
    const { venueClock, clock, tradingDateOf } = this.#deps
    const { doubtMs } = venueClock
    const time = { sentAt: venueClock.at(firstSentAt(order)), now: venueClock.at(clock.now()), doubtMs }
    return mayRepeat(this.#plan, time, tradingDateOf)
  }

  /** Absent for long enough, and nothing that the venue lists shows it either. */
  async #isGone(order: Order, absentForMs: number): Promise<boolean> {
    const { gateway, books, clock } = this.#deps
    if (absentForMs < gateway.capabilities.absenceSettlesMs) return false
    // What was searched by its terms has just been searched everywhere.
    const isBorneOut =
      this.#plan.findBy === 'terms' || (await this.#asked(order, 'lists', () => this.#everywhere(order))) === 'absent'
    if (!isBorneOut || !this.#isInDoubt(order)) return false
    const reason = `the venue has not known the order for ${Math.round(absentForMs)} ms`
    const command = { kind: 'fail', code: 'submit.absent', reason, proof: 'absent_after_settling' } as const
    await books.apply(order, command, clock.now())?.durable
    return true
  }

  async #pause(attempt: number, searchedMs: number): Promise<void> {
    const { timers, random, backOff } = this.#deps
    const delay = delayBefore(
      attempt + 1,
      { ...backOff, maxAttempts: Number.POSITIVE_INFINITY },
      random.draw('resolve.pause'),
    )
    const seldom = Math.min(searchedMs / SHARE_OF_SEARCH, MOST_SELDOM_MS)
    const pauseMs = Math.max(delay ?? backOff.maxDelayMs, seldom)
    await new Promise<void>((resume) => timers.after(pauseMs, 'resolve.pause', resume))
  }
}

/** A human has long been asked by then: what is left is to hear of it soon when the venue knows after all. */
const SHARE_OF_SEARCH = 60
const MOST_SELDOM_MS = 60_000

const rawOf = ({ evidence }: OrderReport): { readonly raw?: NonNullable<OrderReport['evidence']> } =>
  evidence === undefined ? {} : { raw: evidence }
