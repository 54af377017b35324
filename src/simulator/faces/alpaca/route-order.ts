import { Decimal, max, type Price, type Quantity } from '../../../core/money.ts'
import { isArmed, takePlace } from './legs.ts'
import { meetMarket, tradesIn } from './meet-market.ts'
import { type AlpacaOrder, filledQty, isOpen, isWorking, remainingAt } from './order.ts'
import { millisOf } from './stamps.ts'
import { endOrder, tradeOrder } from './trade-order.ts'
import { change, doesWith, now, quoteOf, tell, type VenueParts } from './venue-parts.ts'

/** The order reaches the market: it is turned down there, or it works. */
export function routeOrder(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  if (order.status !== 'pending_new' && order.status !== 'accepted') return order
  const isTurnedDown =
    doesWith(parts, order, 'rejected-after-answer') || parts.random('alpaca.rejection') < parts.switches.rejections
  if (isTurnedDown) return endOrder(parts, order, 'rejected')
  const at = parts.stamps.next()
  const status = doesWith(parts, order, 'unknown-status') ? UNKNOWN_STATUS : 'new'
  const working = change(parts, order, { status, statusBefore: status, submittedAt: at })
  tell(parts, status, working, { timestamp: at })
  if (status === UNKNOWN_STATUS) parts.timers.after(UNKNOWN_FOR_MS, () => becomeKnown(parts, now(parts, order)))
  return meet(parts, working)
}

const UNKNOWN_STATUS = 'awaiting_route_review'
const UNKNOWN_FOR_MS = 500
function becomeKnown(parts: VenueParts, order: AlpacaOrder): void {
  if (order.status !== UNKNOWN_STATUS) return
  const known = change(parts, order, { status: 'new', statusBefore: 'new' })
  tell(parts, 'new', known)
  meet(parts, known)
}

/** What the market does with the order now. */
export function meet(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  const isWaitingStop = isArmed(parts, order)
  if (parts.options.fills === 'manual' || (!isWorking(order) && !isWaitingStop)) return order
  const phase = parts.hours.phase(parts.now())
  if (order.timeInForce === 'cls' && parts.now() < closeOf(order)) return order
  const meeting = meetMarket(order, quoteOf(parts, order.asset), phase)
  switch (meeting.kind) {
    case 'rest':
      return tradesIn(order, phase) ? unmet(parts, order) : order
    case 'trail':
      return change(parts, order, { hwm: meeting.hwm, stopPrice: meeting.stopPrice })
    case 'trigger':
      return meet(parts, change(parts, takePlace(parts, order), { triggered: true }))
    case 'trade':
      return tradeInParts(parts, order, meeting.price)
  }
}

const AT_THE_CLOSE_MS = 1_000
const closeOf = ({ expiresAt }: AlpacaOrder): number => millisOf(expiresAt) - AT_THE_CLOSE_MS

/** What cannot trade at once is over for the orders that do not wait. */
function unmet(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  const waits = order.timeInForce === 'day' || order.timeInForce === 'gtc' || isPending(order)
  return waits ? order : endOrder(parts, order, 'canceled')
}
const isPending = ({ status }: AlpacaOrder): boolean => status.startsWith('pending_')

const SECOND_PART_MS = 400
function tradeInParts(parts: VenueParts, order: AlpacaOrder, price: Price): AlpacaOrder {
  const rest = remainingAt(order, price)
  if (!rest.isPositive) return endOrder(parts, order, 'canceled')
  const isFirst = filledQty(order).isZero
  const diesPartly = doesWith(parts, order, 'partial-then-expired')
  const isParted =
    isFirst && order.timeInForce !== 'fok' && parts.random('alpaca.partial') < parts.switches.partial_fills
  if (!isParted && !diesPartly) return isSpent(parts, order) ? order : tradeOrder(parts, order, price, rest)
  if (!isFirst) return order
  const after = tradeOrder(parts, order, price, partOf(parts, order, rest))
  if (diesPartly) parts.timers.after(SECOND_PART_MS, () => endOrder(parts, now(parts, order), 'expired'))
  else if (order.timeInForce === 'ioc') return endOrder(parts, after, 'canceled')
  else parts.timers.after(SECOND_PART_MS, () => meetAgain(parts, now(parts, order)))
  return after
}

/** The second part has a time of its own; the pulse of the venue does not fetch it sooner. */
function isSpent(parts: VenueParts, order: AlpacaOrder): boolean {
  const last = order.executions.at(-1)
  return last !== undefined && parts.now() < millisOf(last.at) + SECOND_PART_MS
}
function meetAgain(parts: VenueParts, order: AlpacaOrder): void {
  if (isOpen(order)) meet(parts, order)
}

const WHOLE_LOT = Decimal.of(1n, 0) as Quantity
function partOf(parts: VenueParts, order: AlpacaOrder, rest: Quantity): Quantity {
  const share = Decimal.of(BigInt(10 + Math.floor(parts.random('alpaca.part') * 80)), 2)
  const part = rest.scaledBy(share)
  if (rest.scale > 0 || order.asset.assetClass === 'crypto') return part.dividedBy(WHOLE_LOT, 9, 'down') as Quantity
  return max(WHOLE_LOT, part.toMultipleOf(WHOLE_LOT, 'down'))
}
