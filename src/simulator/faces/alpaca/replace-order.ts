import { checkTick } from './check-order.ts'
import { worthOf } from './claims.ts'
import type { Fields } from './json.ts'
import { type AlpacaOrder, carriedQty, filledQty, isFractional, isOpen, type OrderTerms, remainingAt } from './order.ts'
import { decimalOf, priceOf, readClientOrderId, readTimeInForce } from './read-order.ts'
import { againstRules, malformed, notNow } from './refused.ts'
import { meet } from './route-order.ts'
import { newOrder } from './submit-order.ts'
import { tradeOrder } from './trade-order.ts'
import { type Behaviours, change, now, quoteOf, tell, type VenueParts } from './venue-parts.ts'

type NewTerms = Pick<OrderTerms, 'qty' | 'timeInForce' | 'limitPrice' | 'stopPrice' | 'trailPrice' | 'trailPercent'>

/** Takes the wish and shows the order that is to come; which of the two stands is decided later. */
export function replaceOrder(parts: VenueParts, order: AlpacaOrder, body: Fields, behaviours: Behaviours): AlpacaOrder {
  checkReplaceable(order)
  const terms = readNewTerms(order, body)
  checkNewTerms(parts, order, terms)
  const clientOrderId = readClientOrderId(body) ?? parts.ids.uuid()
  if (parts.store.byClientId(clientOrderId) !== undefined) throw malformed('client_order_id must be unique')
  const { asset, notional, side, type, extendedHours, orderClass, positionIntent, hwm, parentId, legIds } = order
  const next = newOrder(
    parts,
    { asset, notional, side, type, extendedHours, ...terms },
    {
      clientOrderId,
      replaces: order.id,
      orderClass,
      positionIntent,
      hwm,
      parentId,
      legIds,
      carried: [...order.carried, ...order.executions],
    },
  )
  const placed = change(parts, next, {})
  const pending = change(parts, order, { status: 'pending_replace', statusBefore: order.status, replacedBy: placed.id })
  tell(parts, 'pending_replace', pending)
  tell(parts, placed.status, placed)
  parts.timers.after(parts.switches.replace_ms, () => decide(parts, now(parts, order), now(parts, placed), behaviours))
  return placed
}

const NOT_YET: ReadonlySet<string> = new Set(['accepted', 'pending_new', 'pending_cancel', 'pending_replace'])
function checkReplaceable(order: AlpacaOrder): void {
  if (order.status === 'replaced') throw againstRules('order already replaced')
  if (order.status === 'pending_replace') throw againstRules('order chain not fully replaced')
  if (NOT_YET.has(order.status)) throw againstRules(`cannot replace order in ${order.status} status`)
  if (!isOpen(order)) throw againstRules('unable to replace order, order is not open')
  if (order.notional !== undefined) throw againstRules('notional orders cannot be replaced')
}

function readNewTerms(order: AlpacaOrder, body: Fields): NewTerms {
  const qty = decimalOf(body, 'qty')
  if (qty !== undefined && !qty.isPositive) throw malformed('qty must be > 0')
  const trail = decimalOf(body, 'trail')
  return {
    qty: qty ?? order.qty,
    timeInForce:
      body.time_in_force === undefined || body.time_in_force === null ? order.timeInForce : readTimeInForce(body),
    limitPrice: priceOf(body, 'limit_price', 'limit price') ?? order.limitPrice,
    stopPrice: priceOf(body, 'stop_price', 'stop price') ?? order.stopPrice,
    trailPrice: order.trailPrice === undefined ? undefined : (trail ?? order.trailPrice),
    trailPercent: order.trailPercent === undefined ? undefined : (trail ?? order.trailPercent),
  }
}

function checkNewTerms(parts: VenueParts, order: AlpacaOrder, terms: NewTerms): void {
  const changesQty = terms.qty !== undefined && order.qty !== undefined && !terms.qty.equals(order.qty)
  const isChanged =
    changesQty ||
    terms.timeInForce !== order.timeInForce ||
    PRICES.some((name) => `${terms[name]}` !== `${order[name]}`)
  if (!isChanged) throw againstRules('order parameters are not changed')
  if (changesQty && order.orderClass !== '') throw againstRules('qty cannot be changed for advanced orders')
  if (changesQty && (isFractional(order) || isFractional({ qty: terms.qty, notional: undefined }))) {
    throw againstRules('qty of a fractional order cannot be changed')
  }
  const traded = filledQty(order).plus(carriedQty(order))
  if (terms.qty?.atMost(traded)) throw againstRules('qty must be > filled_qty')
  if (order.type === 'market' && terms.limitPrice !== undefined)
    throw malformed('market orders require no stop or limit price')
  checkTick('limit_price', terms.limitPrice, order, parts.assets)
  if (order.type !== 'trailing_stop') checkTick('stop_price', terms.stopPrice, order, parts.assets)
  checkMoney(parts, order, terms)
}
const PRICES = ['limitPrice', 'stopPrice', 'trailPrice', 'trailPercent'] as const

/** While both could trade, the larger of the two is what ties up money. */
function checkMoney(parts: VenueParts, order: AlpacaOrder, terms: NewTerms): void {
  if (order.positionIntent.endsWith('_to_close')) {
    checkShares(parts, order, terms)
    return
  }
  const price = terms.limitPrice ?? quoteOf(parts, order.asset).ask
  const before = remainingAt(order, price).times(order.limitPrice ?? price)
  const after = remainingAt({ ...order, qty: terms.qty }, price).times(price)
  const { buyingPower } = worthOf(parts)
  if (after.minus(before).atMost(buyingPower)) return
  throw notNow('insufficient buying power', { buying_power: buyingPower, cost_basis: after })
}
function checkShares(parts: VenueParts, { asset, qty }: AlpacaOrder, terms: NewTerms): void {
  const existing = parts.ledger.position(asset.symbol).quantity.abs()
  if (terms.qty === undefined || qty === undefined || terms.qty.atMost(qty) || terms.qty.atMost(existing)) return
  throw notNow(`insufficient qty available for order (requested: ${terms.qty}, available: ${existing})`, {
    available: existing,
    existing_qty: existing,
    held_for_orders: '0',
    symbol: asset.symbol,
  })
}

function decide(parts: VenueParts, old: AlpacaOrder, next: AlpacaOrder, behaviours: Behaviours): void {
  if (behaviours.has('replace-stuck')) return
  if (behaviours.has('replace-loses-to-fill')) {
    const price = old.limitPrice ?? quoteOf(parts, old.asset).last
    tradeOrder(parts, old, price, remainingAt(old, price))
  }
  const standing = now(parts, old)
  const isOutgrown = next.qty?.atMost(filledQty(standing).plus(carriedQty(standing))) ?? false
  const isLost = standing.status !== 'pending_replace' || behaviours.has('replace-rejected') || isOutgrown
  if (isLost) turnDown(parts, standing, next)
  else takeOver(parts, standing, next)
}

function turnDown(parts: VenueParts, old: AlpacaOrder, next: AlpacaOrder): void {
  const back = old.status === 'pending_replace' ? { status: old.statusBefore } : {}
  const survivor = change(parts, old, { ...back, replacedBy: undefined })
  tell(parts, 'order_replace_rejected', survivor)
  const at = parts.stamps.next()
  tell(parts, 'rejected', change(parts, next, { status: 'rejected', failedAt: at }), { timestamp: at })
}

function takeOver(parts: VenueParts, old: AlpacaOrder, next: AlpacaOrder): void {
  const at = parts.stamps.next()
  const replaced = change(parts, old, { status: 'replaced', replacedAt: at })
  tell(parts, 'replaced', replaced, { timestamp: at })
  if (!isOpen(next)) return
  const working = change(parts, next, {
    status: 'new',
    statusBefore: 'new',
    submittedAt: at,
    carried: [...replaced.carried, ...replaced.executions],
  })
  tell(parts, 'new', working)
  adopt(parts, replaced, working)
  meet(parts, working)
}

/** Legs keep their family: the parent knows the new leg, and the legs know the new parent. */
function adopt(parts: VenueParts, old: AlpacaOrder, next: AlpacaOrder): void {
  for (const leg of parts.store.legsOf(next)) change(parts, leg, { parentId: next.id })
  const parent = next.parentId === undefined ? undefined : parts.store.get(next.parentId)
  if (parent === undefined) return
  change(parts, parent, { legIds: parent.legIds.map((id) => (id === old.id ? next.id : id)) })
}
