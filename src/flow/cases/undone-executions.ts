import { filledUnder, generationNamed } from '../../core/generations.ts'
import { type OrderId, orderId } from '../../core/ids.ts'
import { isDirectWord } from '../../core/manual-change.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { ListedExecution } from '../../core/reconcile.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import { type SettledForeigners, settledKey } from '../recovery/settled-foreigners.ts'
import type { CaseFiles } from './case-files.ts'

/**
 * Executions that a venue has undone or put right without a name to tell which: only its count, or its average price, is
 * another than what it had told. Guarantees:
 * - nothing that is booked is changed by it: what was undone nobody can know, and a difference in the position is told
 *   beside it;
 * - it is a case once the venue, asked for the very order, has said so for its settling time; one late answer is not;
 * - the order is asked for in every sync until the venue counts as we do, and the case closes then.
 */
export interface UndoneDeps {
  readonly files: CaseFiles
  readonly settled: Pick<SettledForeigners, 'has'>
  readonly store: Pick<OrderStoreReader, 'order'>
  readonly namesExecutions: boolean
  readonly settlesMs: number
  /** Asks for it by name and hears the answer. */
  readonly ask: (order: Order) => void
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
}
interface Suspicion {
  readonly order: Order
  readonly since: number
  readonly timer: Timer | undefined
}

const KIND = 'undone_execution'
/** Asked again a little later than the venue's lists need to settle. */
const LATER_MS = 1_000

export class UndoneExecutions {
  readonly #deps: UndoneDeps
  readonly #suspicions = new Map<OrderId, Suspicion>()

  constructor(deps: UndoneDeps) {
    this.#deps = deps
  }

  /** Cases that were open when the account was taken over. */
  async start(): Promise<void> {
    const { files, store } = this.#deps
    for (const { kind, subject, orderId: of } of files.open) {
      const order = kind === KIND && of !== undefined ? await store.order(orderId(subject)) : undefined
      if (order !== undefined)
        this.#suspicions.set(order.id, { order, since: Number.NEGATIVE_INFINITY, timer: undefined })
    }
  }

  /** To be asked for by name. */
  get orders(): readonly Order[] {
    return [...this.#suspicions.values()].map(({ order }) => order)
  }
  stop(): void {
    for (const { timer } of this.#suspicions.values()) timer?.cancel()
    this.#suspicions.clear()
  }

  /** Told of every report, with the order as it stands after it. Lists and streams may be late: an order asked for is not. */
  heard(order: Order, report: OrderReport): void {
    if (this.#deps.namesExecutions || !isDirectWord(report)) return
    const difference = differenceOf(order, report)
    if (difference === undefined) this.#agreed(order.id)
    else this.#differs(order, report, difference)
  }

  /** Of an order that is not ours: listed as undone or put right, and nothing tells which of what is booked it was. */
  listed(execution: ListedExecution): void {
    const { files, settled, log } = this.#deps
    const { symbol, side, brokerOrderId, executionId, quantity, price, correctedAt } = execution
    const subject = `execution ${executionId}`
    if (settled.has(settledKey({ kind: KIND, subject })) || files.about(KIND, subject) !== undefined) return
    log.error('execution.undone', { symbol, broker_order_id: brokerOrderId, execution_id: executionId })
    const summary = `an execution of the order ${brokerOrderId ?? 'unknown'}, which is not ours, now counts ${quantity} at ${price}`
    const raw = { side, broker_order_id: brokerOrderId, execution_id: executionId, corrected_at_ms: correctedAt }
    files.found({ kind: KIND, subject, symbol, evidence: [{ channel: 'executions', summary, raw }] })
  }

  #differs(order: Order, { channel, evidence }: OrderReport, difference: string): void {
    const { files, settled, clock, timers, settlesMs, ask, log } = this.#deps
    if (settled.has(settledKey({ kind: KIND, subject: order.id }))) return
    const known = this.#suspicions.get(order.id)
    if (known === undefined) {
      const timer = timers.after(settlesMs + LATER_MS, 'undone.ask_again', () => ask(order))
      this.#suspicions.set(order.id, { order, since: clock.monotonic(), timer })
      return
    }
    if (clock.monotonic() - known.since < settlesMs) return
    const { id, symbol } = order
    if (files.about(KIND, id) === undefined) log.error('execution.undone', { order_id: id, symbol, difference })
    const look = { channel, summary: difference, ...(evidence === undefined ? {} : { raw: evidence }) }
    files.found({ kind: KIND, subject: id, symbol, orderId: id, evidence: [look] })
  }

  #agreed(id: OrderId): void {
    this.#suspicions.get(id)?.timer?.cancel()
    this.#suspicions.delete(id)
    this.#deps.files.settled(KIND, id, 'the venue counts as we do')
  }
}

function differenceOf(order: Order, report: OrderReport): string | undefined {
  const { cumulativeQuantity: counted, averagePrice } = report
  if (counted === undefined) return undefined
  const { quantity, notional } = filledUnder(order, generationNamed(order, report.clientOrderId))
  if (counted.lessThan(quantity)) return `the venue counts ${counted}, and had told ${quantity} before`
  if (!counted.equals(quantity) || averagePrice === undefined || quantity.isZero) return undefined
  const isSame = (['half_even', 'down', 'up'] as const).some((rounding) =>
    notional.dividedBy(quantity, averagePrice.scale, rounding).equals(averagePrice),
  )
  if (isSame) return undefined
  const ours = notional.dividedBy(quantity, PRICE_DIGITS, 'half_even')
  return `the venue's average price is ${averagePrice}, and what it had told before comes to ${ours}`
}
const PRICE_DIGITS = 12
