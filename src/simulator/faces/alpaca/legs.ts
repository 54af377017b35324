import { type AlpacaOrder, filledQty, isOpen, type OrderTerms, opposite } from './order.ts'
import type { OrderAsked } from './read-order.ts'
import { change, tell, type VenueParts } from './venue-parts.ts'

/** The exits that come with an order, with the terms they will work by. */
export function legTerms({ terms, orderClass, takeProfit, stopLoss }: OrderAsked): readonly OrderTerms[] {
  if (orderClass === '') return []
  // The take-profit of an OCO is the parent itself.
  const side = orderClass === 'oco' ? terms.side : opposite(terms.side)
  const exit: OrderTerms = { ...terms, side, limitPrice: undefined, stopPrice: undefined, type: 'limit' }
  const profit = orderClass === 'oco' || takeProfit === undefined ? [] : [{ ...exit, limitPrice: takeProfit }]
  const type = stopLoss?.limitPrice === undefined ? ('stop' as const) : ('stop_limit' as const)
  return stopLoss === undefined ? profit : [...profit, { ...exit, ...stopLoss, type }]
}

/** A filled entry wakes its exits; a filled exit ends the other. */
export function legsAfterFill(parts: VenueParts, order: AlpacaOrder): void {
  const isEntry = order.orderClass !== 'oco' && order.legIds.length > 0
  if (isEntry) {
    for (const leg of parts.store.legsOf(order)) wake(parts, leg, parts.store.siblingsOf(leg).length > 0)
    return
  }
  for (const sibling of parts.store.siblingsOf(order)) cancelLeg(parts, sibling)
}

/** Of two exits the limit works and the stop waits, since both together could sell the position twice. */
function wake(parts: VenueParts, leg: AlpacaOrder, hasSibling: boolean): void {
  if (leg.status !== 'held' || (hasSibling && leg.type !== 'limit')) return
  startLeg(parts, leg)
}

export function startLeg(parts: VenueParts, leg: AlpacaOrder): AlpacaOrder {
  const after = change(parts, leg, { status: 'new', statusBefore: 'new' })
  tell(parts, 'new', after)
  return after
}

/** The stop has been reached: it takes the place of the other exit. */
export function takePlace(parts: VenueParts, leg: AlpacaOrder): AlpacaOrder {
  for (const sibling of parts.store.siblingsOf(leg)) cancelLeg(parts, sibling)
  return leg.status === 'held' ? startLeg(parts, leg) : leg
}

/** With the entry gone there is nothing to leave; one that traded in part keeps its exits, for that part. */
export function endLegs(parts: VenueParts, order: AlpacaOrder): void {
  if (order.status === 'replaced') return
  const isEntry = order.orderClass !== 'oco' && order.legIds.length > 0
  if (isEntry && !filledQty(order).isZero) {
    for (const leg of parts.store.legsOf(order)) {
      const cut = change(parts, leg, { qty: filledQty(order) })
      wake(parts, cut, parts.store.siblingsOf(leg).length > 0)
    }
    return
  }
  const others = isEntry ? parts.store.legsOf(order) : parts.store.siblingsOf(order)
  for (const other of others) cancelLeg(parts, other)
}

function cancelLeg(parts: VenueParts, leg: AlpacaOrder): void {
  if (!isOpen(leg)) return
  const at = parts.stamps.next()
  const after = change(parts, leg, { status: 'canceled', canceledAt: at })
  tell(parts, 'canceled', after, { timestamp: at })
}

/** Does a waiting stop watch the market? Only once the entry has brought something to sell, or with a half that works. */
export function isArmed({ store }: VenueParts, leg: AlpacaOrder): boolean {
  if (leg.status !== 'held' || leg.parentId === undefined) return false
  const parent = store.get(leg.parentId)
  if (parent === undefined) return false
  return parent.orderClass === 'oco' ? isOpen(parent) && parent.status !== 'accepted' : !isOpen(parent)
}
