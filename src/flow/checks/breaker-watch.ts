import { certainSkewMs } from '../../core/clock-skew.ts'
import type { OrderId } from '../../core/ids.ts'
import type { Amount } from '../../core/money.ts'
import { isFinal, mayBeAtVenue, type Order } from '../../core/order.ts'
import type { AnswerSigns } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { CircuitBreaker, Observation } from './circuit-breaker.ts'

/**
 * What one account's breaker goes by. Guarantees:
 * - every trigger is fed from where its fact is first known, in the same step;
 * - what only time can tell (a loss on paper, a stream that says nothing, a cool-down that ends) is looked at every second,
 *   for as long as an order is open or the breaker is, and not otherwise;
 * - an order that was in doubt because our own process had ended counts neither as a failure nor as unconfirmed: it tells
 *   nothing of the venue.
 */
export interface BreakerWatchDeps {
  readonly breaker: CircuitBreaker
  /** Of the day so far; what is not known of the paper result counts as nothing. */
  readonly dayResult: () => Amount
  readonly openOrders: () => Iterable<Order>
  /** How long the stream has owed us word of something that happened to an order of ours. */
  readonly streamSilenceMs: () => number
  /** Orders that were being sent when the last owner ended. */
  readonly interrupted: Iterable<OrderId>
  readonly clock: Clock
  readonly timers: Timers
}

const LOOK_EVERY_MS = 1_000

export class BreakerWatch {
  readonly #deps: BreakerWatchDeps
  readonly #interrupted: Set<OrderId>
  #timer: Timer | undefined
  #isStopped = false

  constructor(deps: BreakerWatchDeps) {
    this.#deps = deps
    this.#interrupted = new Set(deps.interrupted)
  }

  /** What the store knew when the account was opened. */
  start(): void {
    this.#look()
  }
  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  changed(before: Order | undefined, after: Order): void {
    this.#arm()
    if (before?.status === after.status) return
    const isLost = after.status === 'unconfirmed' && !this.#interrupted.has(after.id)
    if (after.status !== 'unconfirmed') this.#interrupted.delete(after.id)
    if (isLost || after.status === 'failed') this.#observe({ kind: 'failure' })
    if (after.status === 'accepted') this.#observe({ kind: 'success' })
    if (after.status === 'unconfirmed' || before?.status === 'unconfirmed') this.#countUnconfirmed()
    if (isFinal(after.status) && after.filledQuantity.isPositive) this.#observeDay()
  }

  /** Positions that no execution explains. */
  mismatches(count: number): void {
    this.#observe({ kind: 'position_mismatches', count })
  }
  /** Our own assumptions about this account did not hold. */
  failedSeverely(): void {
    this.#observe({ kind: 'failure', severe: true })
  }
  answered({ at, tookMs, venueTime }: AnswerSigns): void {
    if (venueTime !== undefined) {
      this.#observe({ kind: 'clock_skew', ms: certainSkewMs({ at, tookMs, venue: venueTime }) })
    }
  }

  #countUnconfirmed(): void {
    let count = 0
    for (const { id, status } of this.#deps.openOrders()) {
      if (status === 'unconfirmed' && !this.#interrupted.has(id)) count += 1
    }
    this.#observe({ kind: 'unconfirmed_orders', count })
  }
  #observeDay(): void {
    this.#observe({ kind: 'day_result', result: this.#deps.dayResult() })
  }

  #look(): void {
    if (this.#isStopped) return
    this.#observeDay()
    this.#observe({ kind: 'stream_silence', ms: this.#deps.streamSilenceMs() })
    this.#arm()
  }

  #observe(observation: Observation): void {
    this.#deps.breaker.observe(observation)
    this.#arm()
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#isStopped || !this.#hasToLook()) return
    this.#timer = this.#deps.timers.after(LOOK_EVERY_MS, 'breaker.look', () => {
      this.#timer = undefined
      this.#look()
    })
  }
  #hasToLook(): boolean {
    if (this.#deps.breaker.trips.length > 0) return true
    for (const { status } of this.#deps.openOrders()) if (mayBeAtVenue(status)) return true
    return false
  }
}
