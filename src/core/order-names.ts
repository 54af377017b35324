import type { ClientOrderId } from './ids.ts'
import { isFinal, type Order, type Side } from './order.ts'
import type { Instant } from './time.ts'

/** As a report or an execution names what it is about. */
export interface Named {
  readonly clientOrderId?: string | undefined
  readonly brokerOrderId?: string | undefined
  readonly symbol?: string | undefined
  readonly side?: Side | undefined
  /** By the venue's clock: when it took the order, and when what is told happened. */
  readonly takenAt?: Instant | undefined
  readonly time?: Instant | undefined
}

/** Is it of another day than the order, whose id the venue has given again? */
export const isOfAnotherDay = (order: Order, named: Named): boolean => apartMs(order, named) > CLOCKS_SET_MS

/** Which of our orders somebody is talking about, by any of the names it was ever sent under. */
export interface OrderNames {
  of(named: Named): Order | undefined
  /** The name of ours it goes by, told or not: an order has one for each time it was sent anew. */
  nameOf(named: Named): ClientOrderId | undefined
  /** One of ours had this id not long before or after: with a clock that was set it may be that one. */
  mayHaveBeen(named: Named): boolean
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
    return sharing(brokerOrderId)
      .filter((order) => fits(named, order) && apartMs(order, named) <= CLOCKS_DIFFER_MS)
      .reduce<Order | undefined>(later, undefined)
  }
  /** A venue may use its own id again another day: the rest must fit too, and whoever had it last is meant. */
  const sharing = (id: string | undefined): readonly Order[] => (id === undefined ? [] : (byBrokerId.get(id) ?? []))
  // No venue gives the id of an open order again; whatever time ours says it was sent at.
  const mayHaveBeen = (named: Named): boolean =>
    sharing(named.brokerOrderId).some(
      (order) => fits(named, order) && (!isFinal(order.status) || apartMs(order, named) <= CLOCKS_SET_MS),
    )
  return {
    of,
    mayHaveBeen,
    nameOf: (named) =>
      (named.clientOrderId as ClientOrderId | undefined) ??
      of(named)?.brokerOrders.findLast((sent) => sent.brokerOrderId === named.brokerOrderId)?.clientOrderId,
    mayBeInDoubt: (named) => nameless.some((order) => fits(named, order)) || mayHaveBeen(named),
  }
}

/** Two clocks that are well show times no further apart. */
const CLOCKS_DIFFER_MS = 60_000
/** One of them may have been set meanwhile by so much; what is further apart is of another day. */
const CLOCKS_SET_MS = 3 * 3_600_000

/**
 * By how much this lies before the order was sent, or after it was closed; when it last traded the venue's own clock tells,
 * whatever ours showed then.
 */
function apartMs(order: Order, { takenAt, time }: Pick<Named, 'takenAt' | 'time'>): number {
  const at = takenAt ?? time
  if (at === undefined) return 0
  const { submittedAt, createdAt, closedAt, executionTime: traded } = order
  const [sent, ended] = [submittedAt ?? createdAt, closedAt ?? at]
  return Math.max(0, Math.min(sent, traded ?? sent) - at, at - Math.max(ended, traded ?? ended))
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
