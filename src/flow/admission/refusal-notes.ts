import type { Order } from '../../core/order.ts'
import type { Signal } from '../../core/signal.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SignalProblem, SignalRequest } from '../../ports/order-commands.ts'
import type { Journal } from '../books/journal.ts'

const PER_MINUTE = 10
const MINUTE_MS = 60_000
const SENDERS_KEPT = 1_000
const PROBLEMS_TOLD = 5

/** What came in and made no order: told, but never so often that a sender could fill the log with it. */
export class RefusalNotes {
  readonly #note: Journal['note']
  readonly #clock: Clock
  readonly #told = new Map<string, number[]>()

  constructor(note: Journal['note'], clock: Clock) {
    this.#note = note
    this.#clock = clock
  }

  refused(errors: readonly SignalProblem[], { by, traceId }: SignalRequest): void {
    if (!this.#mayTell(`refused ${by}`)) return
    const detail = { by, errors: errors.slice(0, PROBLEMS_TOLD).map(({ path, code }) => ({ path, code })) }
    void this.#note('signal.refused', this.#clock.now(), { trace_id: traceId, reason: 'signal.invalid', detail }).catch(
      () => undefined,
    )
  }

  duplicate(signal: Signal, order: Order): void {
    if (!this.#mayTell(`duplicate ${signal.signalId}`)) return
    const { id, strategy, symbol, side, account } = order
    const fields = {
      account,
      order_id: id,
      signal_id: signal.signalId,
      strategy,
      symbol,
      side,
      reason: 'signal.duplicate',
    }
    void this.#note('signal.duplicate', this.#clock.now(), fields).catch(() => undefined)
  }

  #mayTell(key: string): boolean {
    const now = this.#clock.monotonic()
    const recent = (this.#told.get(key) ?? []).filter((at) => now - at < MINUTE_MS)
    if (recent.length >= PER_MINUTE) return false
    recent.push(now)
    this.#told.delete(key)
    this.#told.set(key, recent)
    if (this.#told.size > SENDERS_KEPT) {
      const [oldest] = this.#told.keys()
      if (oldest !== undefined) this.#told.delete(oldest)
    }
    return true
  }
}
