import type { ExecutionId, OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'

const KEPT = 1_000

interface Closed {
  readonly order: Order
  readonly executions: Set<ExecutionId>
}

/** The orders that closed last, with their executions, so that a late or repeated report meets what memory knows. */
export class ClosedOrders {
  readonly #byId = new Map<OrderId, Closed>()
  readonly #byClientId = new Map<string, OrderId>()

  keep(order: Order, executions: Set<ExecutionId>): void {
    this.#byId.delete(order.id)
    this.#byId.set(order.id, { order, executions })
    for (const sent of order.brokerOrders) this.#byClientId.set(sent.clientOrderId, order.id)
    if (this.#byId.size > KEPT) this.#forgetOldest()
  }
  *[Symbol.iterator](): IterableIterator<Order> {
    for (const { order } of this.#byId.values()) yield order
  }
  byId(id: OrderId): Order | undefined {
    return this.#byId.get(id)?.order
  }
  byClientOrderId(id: string): Order | undefined {
    const order = this.#byClientId.get(id)
    return order === undefined ? undefined : this.byId(order)
  }
  executionsOf(id: OrderId): Set<ExecutionId> | undefined {
    return this.#byId.get(id)?.executions
  }

  #forgetOldest(): void {
    const [oldest] = this.#byId.values()
    if (oldest === undefined) return
    this.#byId.delete(oldest.order.id)
    for (const sent of oldest.order.brokerOrders) this.#byClientId.delete(sent.clientOrderId)
  }
}
