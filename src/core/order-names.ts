import type { ClientOrderId } from './ids.ts'
import { isFinal, type Order, type Side } from './order.ts'

/** As a report or an execution names what it is about. */
export interface Named {
  readonly clientOrderId?: string | undefined
  readonly brokerOrderId?: string | undefined
  readonly symbol?: string | undefined
  readonly side?: Side | undefined
}

/** Which of our orders somebody is talking about, by any of the names it was ever sent under. */
export interface OrderNames {
  of(named: Named): Order | undefined
  /** The name of ours it goes by, told or not: an order has one for each time it was sent anew. */
  nameOf(named: Named): ClientOrderId | undefined
  /** Names no order of ours, but one whose fate or venue id we do not know may be meant. */
  mayBeInDoubt(named: Named): boolean
}

export function orderNames(orders: readonly Order[]): OrderNames {
  const byClientId = new Map<string, Order>()
  const byBrokerId = new Map<string, Order[]>()
  const nameless: Order[] = []
  for (const order of orders) {
    byClientId.set(order.clientOrderId, order)
    for (const sent of order.brokerOrders) {
      byClientId.set(sent.clientOrderId, order)
      if (sent.brokerOrderId !== undefined) file(byBrokerId, sent.brokerOrderId, order)
    }
    if (isNameless(order)) nameless.push(order)
  }
  const fits = ({ symbol, side }: Named, order: Order): boolean =>
    (symbol ?? order.symbol) === order.symbol && (side ?? order.side) === order.side
  const of = (named: Named): Order | undefined => {
    const { clientOrderId, brokerOrderId } = named
    if (clientOrderId !== undefined) return byClientId.get(clientOrderId)
    // A venue may use its own id again another day: the rest must fit too, and whoever had it last is meant.
    const sharing = brokerOrderId === undefined ? [] : (byBrokerId.get(brokerOrderId) ?? [])
    return sharing.filter((order) => fits(named, order)).reduce<Order | undefined>(later, undefined)
  }
  return {
    of,
    nameOf: (named) =>
      (named.clientOrderId as ClientOrderId | undefined) ??
      of(named)?.brokerOrders.findLast((sent) => sent.brokerOrderId === named.brokerOrderId)?.clientOrderId,
    mayBeInDoubt: (named) => nameless.some((order) => fits(named, order)),
  }
}

function file<T>(into: Map<string, T[]>, key: string, one: T): void {
  const sharing = into.get(key)
  if (sharing === undefined) into.set(key, [one])
  else sharing.push(one)
}
const later = (a: Order | undefined, b: Order): Order => {
  if (a === undefined || isFinal(a.status) !== isFinal(b.status)) return a === undefined || isFinal(a.status) ? b : a
  return b.createdAt >= a.createdAt ? b : a
}

const isNameless = ({ status, brokerOrderId }: Order): boolean =>
  (status === 'submitting' || status === 'unconfirmed') && brokerOrderId === undefined
