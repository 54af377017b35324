import { checkAuctionWindow, checkCostBasis, checkTerms, costBasis } from './check-order.ts'
import { checkClaims } from './claims.ts'
import { legTerms } from './legs.ts'
import { trailFrom } from './meet-market.ts'
import { type AlpacaOrder, type OrderTerms, type PositionIntent, remainingAt } from './order.ts'
import type { OrderAsked } from './read-order.ts'
import { malformed } from './refused.ts'
import { routeOrder } from './route-order.ts'
import { type Stamp, stampOfMillis } from './stamps.ts'
import { tradeOrder } from './trade-order.ts'
import { type Behaviours, change, doesWith, now, quoteOf, tell, type VenueParts } from './venue-parts.ts'

/** Takes an order or throws why not; what is refused has changed nothing and has taken no id. */
export function submitOrder(parts: VenueParts, asked: OrderAsked, behaviours: Behaviours): AlpacaOrder {
  const { terms, clientOrderId } = asked
  if (clientOrderId !== undefined && parts.store.byClientId(clientOrderId) !== undefined) {
    throw malformed('client_order_id must be unique')
  }
  const quote = quoteOf(parts, terms.asset)
  checkTerms(asked, parts.assets, quote)
  checkCostBasis(terms, costBasis(terms, quote, terms.qty))
  checkAuctionWindow(terms, parts.hours, parts.now())
  const intent = checkClaims(parts, asked, quote)
  const order = place(parts, asked, intent)
  if (behaviours.size > 0) parts.behaviours.set(order.id, behaviours)
  return begin(parts, order)
}

function place(parts: VenueParts, asked: OrderAsked, intent: PositionIntent): AlpacaOrder {
  const id = parts.ids.uuid()
  const createdAt = parts.stamps.next()
  const legs = legTerms(asked).map((terms) =>
    newOrder(parts, exitOf(asked, terms), {
      orderClass: asked.orderClass,
      parentId: id,
      status: 'held',
      statusBefore: 'held',
      positionIntent: `${terms.side}_to_close`,
      createdAt,
    }),
  )
  const entry =
    asked.orderClass === 'oco'
      ? { ...asked.terms, limitPrice: asked.takeProfit ?? asked.terms.limitPrice }
      : asked.terms
  const trail = entry.type === 'trailing_stop' ? trailFrom(entry, quoteOf(parts, entry.asset).last) : {}
  const order = newOrder(parts, entry, {
    id,
    clientOrderId: asked.clientOrderId ?? parts.ids.uuid(),
    orderClass: asked.orderClass,
    positionIntent: intent,
    legIds: legs.map((leg) => leg.id),
    createdAt,
    ...trail,
  })
  const taken = change(parts, order, {})
  for (const leg of legs) change(parts, leg, {})
  return taken
}
const exitOf = ({ terms }: OrderAsked, leg: OrderTerms): OrderTerms => ({ ...leg, qty: terms.qty, notional: undefined })

export function newOrder(parts: VenueParts, terms: OrderTerms, given: Partial<AlpacaOrder>): AlpacaOrder {
  const at = given.createdAt ?? parts.stamps.next()
  const status = firstStatus(parts, terms)
  return {
    id: parts.ids.uuid(),
    clientOrderId: parts.ids.uuid(),
    orderClass: '',
    positionIntent: 'buy_to_open',
    status,
    statusBefore: status,
    executions: [],
    carried: [],
    triggered: false,
    tradesNoMore: false,
    hwm: undefined,
    createdAt: at,
    updatedAt: at,
    submittedAt: at,
    filledAt: undefined,
    expiredAt: undefined,
    canceledAt: undefined,
    failedAt: undefined,
    replacedAt: undefined,
    cancelRequestedAt: undefined,
    expiresAt: expiryOf(parts, terms),
    replacedBy: undefined,
    replaces: undefined,
    parentId: undefined,
    legIds: [],
    ...terms,
    ...given,
  }
}

const GTC_DAYS = 90
function expiryOf({ hours, now }: VenueParts, { timeInForce, extendedHours }: OrderTerms): Stamp {
  const at = now()
  const close = hours.nextClose(at)
  if (timeInForce !== 'gtc') return stampOfMillis(extendedHours ? hours.extendedClose(at) : close)
  return stampOfMillis(close) + BigInt(GTC_DAYS) * 86_400_000_000_000n
}

/** Queued orders are `accepted`; what can be worked at once is on its way to the market. */
function firstStatus({ switches, hours, now }: VenueParts, terms: OrderTerms): string {
  if (switches.first_status === 'accepted') return 'accepted'
  return isRoutable(terms, hours.phase(now())) ? 'pending_new' : 'accepted'
}
const isRoutable = ({ asset, timeInForce, extendedHours }: OrderTerms, phase: string): boolean => {
  if (asset.assetClass === 'crypto') return true
  if (timeInForce === 'opg') return false
  return phase === 'regular' || (extendedHours && phase !== 'closed')
}

const ONE_IN_THREE = 1 / 3
/** From here on the order lives by itself; the answer to the request may be overtaken by what happens. */
function begin(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  const { timers, switches, random } = parts
  if (doesWith(parts, order, 'fill-before-answer')) return overtaken(parts, order)
  const announce = (): void => {
    tell(parts, order.status, order, { timestamp: order.updatedAt })
    for (const leg of parts.store.legsOf(order)) tell(parts, 'held', leg)
  }
  const eventFirst =
    switches.events_before_answer === 'always' ||
    (switches.events_before_answer === 'sometimes' && random('alpaca.event_first') < ONE_IN_THREE)
  const isDoneAtOnce = switches.first_status === 'new' || switches.first_status === 'filled'
  if (eventFirst || isDoneAtOnce) announce()
  else timers.after(1, announce)
  if (isDoneAtOnce) {
    const routed = routeOrder(parts, now(parts, order))
    return switches.first_status === 'filled' ? fillWhole(parts, routed) : routed
  }
  if (order.status === 'pending_new') timers.after(switches.route_ms, () => routeOrder(parts, now(parts, order)))
  return order
}

/** Everything has happened before the answer leaves, and the answer does not know of it. */
function overtaken(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  tell(parts, order.status, order)
  fillWhole(parts, routeOrder(parts, now(parts, order)))
  return order
}
function fillWhole(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  const { ask, bid } = quoteOf(parts, order.asset)
  const price = order.limitPrice ?? (order.side === 'buy' ? ask : bid)
  return tradeOrder(parts, now(parts, order), price, remainingAt(order, price))
}
