import { type AlpacaOrder, isOpen, remainingAt } from './order.ts'
import { againstRules } from './refused.ts'
import { endOrder, tradeOrder } from './trade-order.ts'
import { type Behaviours, change, now, quoteOf, tell, type VenueParts } from './venue-parts.ts'

/** Takes the wish; whether the order ends by it is decided later, and a fill may come first. */
export function cancelOrder(parts: VenueParts, order: AlpacaOrder, behaviours: Behaviours): AlpacaOrder {
  if (order.status === 'canceled' && parts.switches.cancel_of_canceled === 204) return order
  if (!isOpen(order) || order.status === 'pending_replace') {
    throw againstRules(`order is already in "${order.status}" state`)
  }
  if (order.status === 'pending_cancel') return order
  const at = parts.stamps.next()
  const asked = change(parts, order, { status: 'pending_cancel', statusBefore: order.status, cancelRequestedAt: at })
  if (parts.switches.cancel_event) tell(parts, 'pending_cancel', asked, { timestamp: at })
  parts.timers.after(parts.switches.cancel_ms, () => decide(parts, now(parts, order), behaviours))
  return asked
}

function decide(parts: VenueParts, order: AlpacaOrder, behaviours: Behaviours): void {
  if (order.status !== 'pending_cancel' || behaviours.has('cancel-stuck')) return
  if (behaviours.has('cancel-then-filled')) fillInstead(parts, order)
  else if (behaviours.has('cancel-rejected')) turnDown(parts, order)
  else endOrder(parts, order, 'canceled')
}

function fillInstead(parts: VenueParts, order: AlpacaOrder): void {
  const { ask, bid } = quoteOf(parts, order.asset)
  const price = order.limitPrice ?? (order.side === 'buy' ? ask : bid)
  tradeOrder(parts, order, price, remainingAt(order, price))
}

function turnDown(parts: VenueParts, order: AlpacaOrder): void {
  const back = change(parts, order, { status: order.statusBefore, cancelRequestedAt: undefined })
  tell(parts, 'order_cancel_rejected', back)
}
