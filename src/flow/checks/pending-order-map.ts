import { assert } from '../../core/assert.ts'
import type { BrokerOrderId, ClientOrderId, OrderId } from '../../core/ids.ts'
import { isFinal, type Order, type Side } from '../../core/order.ts'
import { isWorking } from './reservation.ts'

/** What happens to an order when one of the same account, symbol and side is still working. */
export type DuplicatePolicy = 'deny' | 'queue' | 'allow'

/**
 * The pending-order safety map: every open order of one account. Guarantees:
 * - `replace` is the only way in and the only way out: a final order leaves with everything that pointed to it;
 * - an order is found by its id, by the client order id of every generation, and by every id its broker gave it;
 * - no two orders answer to one client order id;
 * - orders come in the order in which they first entered, whatever happened to them since.
 */
export class PendingOrderMap {
  readonly #orders = new Map<OrderId, Order>()
  readonly #byClientId = new Map<string, OrderId>()
  readonly #byBrokerId = new Map<string, OrderId>()
  readonly #working = new Map<string, Set<OrderId>>()

  get size(): number {
    return this.#orders.size
  }
  [Symbol.iterator](): IterableIterator<Order> {
    return this.#orders.values()
  }
  byId(id: OrderId): Order | undefined {
    return this.#orders.get(id)
  }
  byClientOrderId(id: string): Order | undefined {
    return this.#at(this.#byClientId.get(id))
  }
  byBrokerOrderId(id: string): Order | undefined {
    return this.#at(this.#byBrokerId.get(id))
  }
  /** How many are working, without looking at each. */
  workingCount(symbol: string, side: Side, except: OrderId): number {
    const working = this.#working.get(keyOf(symbol, side))
    return working === undefined ? 0 : working.size - (working.has(except) ? 1 : 0)
  }
  /** Orders that are at the venue, may be there or are on their way, oldest first. */
  working(symbol: string, side: Side): readonly Order[] {
    const orders: Order[] = []
    for (const id of this.#working.get(keyOf(symbol, side)) ?? []) {
      const order = this.#orders.get(id)
      if (order !== undefined) orders.push(order)
    }
    return orders
  }

  replace(order: Order): void {
    const before = this.#orders.get(order.id)
    assert(before === undefined || before.orderSeq <= order.orderSeq, 'an order never goes back')
    const isOpen = !isFinal(order.status)
    if (isOpen) this.#orders.set(order.id, order)
    else this.#orders.delete(order.id)
    this.#replaceIds(before, isOpen ? order : undefined)
    this.#replaceWorking(order, isOpen && isWorking(order.status))
  }

  #at(id: OrderId | undefined): Order | undefined {
    return id === undefined ? undefined : this.#orders.get(id)
  }

  #replaceIds(before: Order | undefined, after: Order | undefined): void {
    if (before !== undefined && after !== undefined && haveSameIds(before, after)) return
    if (before !== undefined) {
      for (const id of clientIdsOf(before)) this.#byClientId.delete(id)
      for (const id of brokerIdsOf(before)) if (this.#byBrokerId.get(id) === before.id) this.#byBrokerId.delete(id)
    }
    if (after === undefined) return
    for (const id of clientIdsOf(after)) {
      assert(!this.#byClientId.has(id) || this.#byClientId.get(id) === after.id, `the client order id ${id} is taken`)
      this.#byClientId.set(id, after.id)
    }
    // These the venue chose: should it give one twice, the first keeps it.
    for (const id of brokerIdsOf(after)) if (!this.#byBrokerId.has(id)) this.#byBrokerId.set(id, after.id)
  }

  #replaceWorking({ id, symbol, side }: Order, isIn: boolean): void {
    const key = keyOf(symbol, side)
    const working = this.#working.get(key)
    if (isIn) {
      if (working === undefined) this.#working.set(key, new Set([id]))
      else working.add(id)
    } else if (working?.delete(id) && working.size === 0) this.#working.delete(key)
  }
}

const keyOf = (symbol: string, side: Side): string => `${side} ${symbol}`

const haveSameIds = (a: Order, b: Order): boolean =>
  a.clientOrderId === b.clientOrderId &&
  a.brokerOrderId === b.brokerOrderId &&
  a.brokerOrders.length === b.brokerOrders.length &&
  a.brokerOrders.every((one, n) => {
    const other = b.brokerOrders[n]
    return one.clientOrderId === other?.clientOrderId && one.brokerOrderId === other.brokerOrderId
  })

/** An id may stand twice; whoever goes through them does the same again. */
const clientIdsOf = (order: Order): readonly ClientOrderId[] => [
  order.clientOrderId,
  ...order.brokerOrders.map((one) => one.clientOrderId),
]

function brokerIdsOf(order: Order): readonly BrokerOrderId[] {
  const ids = order.brokerOrderId === undefined ? [] : [order.brokerOrderId]
  for (const { brokerOrderId } of order.brokerOrders) if (brokerOrderId !== undefined) ids.push(brokerOrderId)
  return ids
}
