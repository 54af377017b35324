import type { Quantity } from '../../core/money.ts'
import type { Side } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Instant } from '../../core/time.ts'
import type { CaseFiles } from '../cases/case-files.ts'
import type { SettledForeigners } from './settled-foreigners.ts'

/**
 * Orders that a venue without ids of ours shows at the start and that no order of the store is: somebody else's, or ours,
 * sent after the copy was made that the store was put back from. Guarantees:
 * - a signal that such an order may have come from makes no second one: it is denied, and a human is asked;
 * - one that was made after the order was taken there is another, and passes; so does everything once a human has said
 *   whose order it is.
 */
export interface StrangersDeps {
  readonly files: CaseFiles
  readonly settled: Pick<SettledForeigners, 'has'>
}
export interface Wish {
  readonly symbol: string
  readonly side: Side
  readonly quantity: Quantity
  /** When its signal was made, where that is told. */
  readonly generatedAt?: Instant
}

/** The clocks of a trader and of a venue may be apart by so much. */
const CLOCKS_DIFFER_MS = 60_000

export class Strangers {
  readonly #deps: StrangersDeps
  readonly #known = new Map<string, OrderReport>()

  constructor(deps: StrangersDeps) {
    this.#deps = deps
  }

  found(reports: readonly OrderReport[]): void {
    for (const report of reports) if (report.brokerOrderId !== undefined) this.#known.set(report.brokerOrderId, report)
  }

  /** The order at the venue that may be what this signal was made into before; its price follows the market and tells nothing. */
  mayBe(wish: Wish): string | undefined {
    for (const [key, report] of this.#known) {
      if (!fits(wish, report) || this.#deps.settled.has(key)) continue
      this.#ask(key, report)
      return key
    }
    return undefined
  }

  #ask(key: string, { symbol, rawStatus, side, quantity, takenAt }: OrderReport): void {
    const { files } = this.#deps
    const named = symbol === undefined ? {} : { symbol }
    const summary = `the order ${key} (${rawStatus}) was there when we began, and a signal asks for one just like it`
    const raw = { side, quantity: quantity?.toString(), taken_at_ms: takenAt }
    files.found({
      kind: 'foreign_order',
      subject: key,
      ...named,
      evidence: [{ channel: 'recent_orders', summary, raw }],
    })
  }
}

function fits({ symbol, side, quantity, generatedAt }: Wish, report: OrderReport): boolean {
  const isLike = report.symbol === symbol && report.side === side && report.quantity?.equals(quantity) === true
  const isYounger =
    generatedAt !== undefined && report.takenAt !== undefined && generatedAt > report.takenAt + CLOCKS_DIFFER_MS
  return isLike && !isYounger
}
