import { isGivenUp, lifeOf } from '../../core/given-up.ts'
import { type OrderId, orderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import { type SettledForeigners, settledKey } from '../recovery/settled-foreigners.ts'
import type { CaseFiles } from './case-files.ts'

/**
 * Orders that ended as never received, and that the venue shows at work all the same. Guarantees:
 * - what has ended stays ended (I-17) and what is executed is booked; that it lives there is a case at once;
 * - it is asked for in every sync until the venue says that it is over, and the case closes then;
 * - nothing is sent about it unless an operator says so.
 */
export interface ReappearedDeps {
  readonly files: CaseFiles
  readonly settled: Pick<SettledForeigners, 'has'>
  readonly store: Pick<OrderStoreReader, 'order'>
  readonly log: Log
}

const KIND = 'reappeared'

export class ReappearedOrders {
  readonly #deps: ReappearedDeps
  readonly #orders = new Map<OrderId, Order>()

  constructor(deps: ReappearedDeps) {
    this.#deps = deps
  }

  /** Cases that were open when the account was taken over. */
  async start(): Promise<void> {
    const { files, store } = this.#deps
    for (const { kind, subject } of files.open) {
      const order = kind === KIND ? await store.order(orderId(subject)) : undefined
      if (order !== undefined) this.changed(this.#watch(order))
    }
  }

  /** To be asked for by name: nobody else watches what has ended. */
  get orders(): readonly Order[] {
    return [...this.#orders.values()]
  }

  /** Told of every report, with the order as it stands after it. */
  heard(order: Order, report: OrderReport): void {
    if (!isGivenUp(order)) return
    const life = lifeOf(report.status)
    if (life === 'lives') this.#lives(order, report)
    else if (life === 'has_ended') this.#over(order.id, `the venue says that it is ${report.rawStatus}`)
  }
  /** It has been filled after all: then it stands as what it is. */
  changed(order: Order): void {
    if (this.#orders.has(order.id) && !isGivenUp(order)) this.#over(order.id, `the order is ${order.status}`)
  }

  #lives(order: Order, { channel, rawStatus, brokerOrderId, cumulativeQuantity, evidence }: OrderReport): void {
    const { files, settled, log } = this.#deps
    const { id, symbol, status, clientOrderId, failureReason } = order
    if (settled.has(settledKey({ kind: KIND, subject: id }))) return
    if (files.about(KIND, id) === undefined) log.error('order.reappeared', { order_id: id, symbol, status, rawStatus })
    this.#watch(order)
    const ended = failureReason === undefined ? status : `${status} (${failureReason})`
    const raw = {
      client_order_id: clientOrderId,
      broker_order_id: brokerOrderId,
      filled_quantity: cumulativeQuantity?.toString(),
      told: evidence,
    }
    const summary = `the venue shows it as ${rawStatus}, though ours ended as ${ended}`
    files.found({ kind: KIND, subject: id, symbol, orderId: id, evidence: [{ channel, summary, raw }] })
  }
  #watch(order: Order): Order {
    this.#orders.set(order.id, order)
    return order
  }
  #over(id: OrderId, outcome: string): void {
    this.#orders.delete(id)
    const { files } = this.#deps
    // Behind the commit that tells of its executions.
    if (files.about(KIND, id) !== undefined) void Promise.resolve().then(() => files.settled(KIND, id, outcome))
  }
}
