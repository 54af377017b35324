import type { OrderCommand } from '../../core/decide.ts'
import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { BrokerGateway, CancelOutcome } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { ReportDoor } from '../fills/apply-report.ts'
import type { ExitGate } from './exit-gate.ts'
import { orderRef } from './outgoing-order.ts'
import { type RateLanes, WaitedTooLong } from './rate-lanes.ts'

/**
 * Calling an order off. Guarantees:
 * - the wish is on disk before anyone is told that it was taken, and is pursued again after a crash;
 * - what was never handed to the wire ends at once; everything else ends when the venue says so, never before;
 * - a wish is never given up while the order lives: a venue that does not answer is asked again, and so is one that
 *   answered and did nothing;
 * - a cancel goes before submits, and asking twice does no harm.
 */
export interface CancelDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly gate: ExitGate
  readonly lanes: RateLanes
  readonly door: ReportDoor
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  /** After `maxAttempts` an alarm is raised; the waits go on at their longest. */
  readonly retry: BackOff
  readonly isActive: () => boolean
  /** Told of what the venue said each time. */
  readonly heard?: (order: Order, outcome: CancelOutcome) => void
}

export type CancelResult = 'asked' | 'cancelled' | 'already_final' | 'unconfirmed'

const MAX_WAIT_MS = 60_000
/** How long a venue that has taken a cancel may leave the order open before it is asked again. */
const ASK_AGAIN_MS = 30_000

export class OrderCanceller {
  readonly #deps: CancelDeps
  readonly #asking = new Map<OrderId, Promise<void>>()
  readonly #answeredAt = new Map<OrderId, number>()

  constructor(deps: CancelDeps) {
    this.#deps = deps
  }

  /** Settles once the wish is durable; `asked` means that the venue is being asked. */
  async cancel(order: Order, by: string, reason: string): Promise<CancelResult> {
    const { books } = this.#deps
    if (isFinal(books.current(order).status)) return 'already_final'
    if (await this.#record(order, { kind: 'cancel_unsent', by, reason })) return 'cancelled'
    await this.#record(order, { kind: 'request_cancel', by, reason })
    const now = books.current(order)
    if (now.status === 'cancelled') return 'cancelled'
    if (isFinal(now.status)) return 'already_final'
    void this.pursue(now)
    return now.status === 'unconfirmed' ? 'unconfirmed' : 'asked'
  }

  /** Settles when the venue has answered. An order whose own answer is still out is asked for when that has come. */
  pursue(order: Order): Promise<void> {
    const under = this.#asking.get(order.id)
    if (under !== undefined) return under
    if (!this.#isAskable(order)) return Promise.resolve()
    const asking = this.#askUntilAnswered(order)
      .catch((error) => this.#deps.log.error('cancel.failed', { order_id: order.id, error }))
      .finally(() => this.#asking.delete(order.id))
    this.#asking.set(order.id, asking)
    return asking
  }

  /** Once, and however the order stands with us: an operator says so. */
  async askOnce(order: Order): Promise<CancelOutcome> {
    const { lanes, gateway, gate } = this.#deps
    await lanes.take('cancel', 'cancel', MAX_WAIT_MS)
    return gateway.cancel(orderRef(order), gate.cancelPass())
  }

  /** Asks again for an order that is still open a good while after the venue took its cancel. */
  remind(order: Order): void {
    const answeredAt = this.#answeredAt.get(order.id)
    const isPatient = answeredAt !== undefined && this.#deps.clock.monotonic() - answeredAt < ASK_AGAIN_MS
    if (!isPatient) void this.pursue(order)
  }
  /** The order has ended. */
  forget(id: OrderId): void {
    this.#answeredAt.delete(id)
  }

  async #askUntilAnswered(order: Order): Promise<void> {
    const { retry, random, timers, log, clock } = this.#deps
    for (let attempt = 1; this.#isAskable(order); attempt += 1) {
      if (await this.#isAnswered(order)) {
        if (this.#isAskable(order)) this.#answeredAt.set(order.id, clock.monotonic())
        return
      }
      if (attempt === retry.maxAttempts) log.error('cancel.unanswered', { order_id: order.id, attempts: attempt })
      const delay = delayBefore(
        attempt + 1,
        { ...retry, maxAttempts: Number.POSITIVE_INFINITY },
        random.draw('cancel.retry'),
      )
      await new Promise<void>((resume) => timers.after(delay ?? retry.maxDelayMs, 'cancel.retry', resume))
    }
  }

  #isAskable(order: Order): boolean {
    const { books, isActive } = this.#deps
    const { status } = books.current(order)
    return isActive() && (status === 'submitted' || status === 'accepted' || status === 'partially_filled')
  }

  async #isAnswered(order: Order): Promise<boolean> {
    const { door, log, isActive } = this.#deps
    const outcome = await this.#ask(order)
    if (outcome === undefined || !isActive()) return true
    log.debug('cancel.answered', { order_id: order.id, outcome: outcome.kind })
    this.#deps.heard?.(order, outcome)
    switch (outcome.kind) {
      case 'asked':
      case 'already_final':
        if (outcome.report !== undefined) await door.applyTo(order, outcome.report).durable
        return true
      case 'absent':
      case 'refused':
      case 'not_sent':
      case 'unknown':
        return false
    }
  }

  /** `undefined` when the order ended while it waited for its turn. */
  async #ask(order: Order): Promise<CancelOutcome | undefined> {
    const { lanes, gateway, gate, books, log } = this.#deps
    try {
      await lanes.take('cancel', 'cancel', MAX_WAIT_MS)
      if (!this.#isAskable(order)) return undefined
      return await gateway.cancel(orderRef(books.current(order)), gate.cancelPass())
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) log.error('cancel.threw', { order_id: order.id, error })
      return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #record(order: Order, command: OrderCommand): Promise<boolean> {
    const recorded = this.#deps.books.apply(order, command, this.#deps.clock.now())
    await recorded?.durable
    return recorded !== undefined
  }
}
