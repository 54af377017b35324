import { type Amount, decimal, notionalOf, type Price, type Quantity } from '../core/money.ts'
import { AccountBook } from './account-book.ts'
import { type Commission, withVolumeCommission } from './commission.ts'
import type { Instrument } from './instruments.ts'
import type { Quote } from './market.ts'
import { touchOf } from './match-order.ts'
import type { Hold, OrderRequest } from './venue-order.ts'

/** The venue's own reasons to say no. They are part of its protocol and never change their meaning. */
export type RefusalCode =
  | 'duplicate_client_order_id'
  | 'unknown_symbol'
  | 'invalid_quantity'
  | 'invalid_price'
  | 'market_closed'
  | 'short_not_allowed'
  | 'insufficient_funds'
  | 'order_not_found'
  | 'order_final'

export interface RuleBroken {
  readonly code: RefusalCode
  readonly message: string
}

/** No limit further than this from the middle of the market. */
const FURTHEST = decimal('0.5')
/** A market order may trade later than it is accepted, and higher. */
const MARKET_RESERVE = decimal('1.02')

export interface RequestContext {
  readonly instrument: Instrument
  readonly quote: Quote
  readonly isOpen: boolean
}

/** Rules that the request breaks by itself, whoever sends it. */
export function checkTerms(
  request: OrderRequest,
  { instrument, quote, isOpen }: RequestContext,
): RuleBroken | undefined {
  const { limitPrice, quantity, timeInForce, type } = request
  const wrong = checkQuantity(quantity, instrument) ?? (limitPrice && checkPrice(limitPrice, instrument, quote))
  if (wrong !== undefined) return wrong
  const at = limitPrice ?? touchOf(request.side, quote)
  const { minNotional } = instrument
  if (minNotional !== undefined && notionalOf(at, quantity).lessThan(minNotional)) {
    return { code: 'invalid_quantity', message: `worth less than the least of ${minNotional} ${instrument.currency}` }
  }
  const mayWait = type === 'limit' && (timeInForce === 'day' || timeInForce === 'gtc')
  return isOpen || mayWait
    ? undefined
    : { code: 'market_closed', message: `no ${type} ${timeInForce} order while the market is closed` }
}

function checkQuantity(quantity: Quantity, { lot, minQuantity }: Instrument): RuleBroken | undefined {
  const code = 'invalid_quantity'
  if (!quantity.isPositive) return { code, message: 'the quantity is not above zero' }
  if (!quantity.toMultipleOf(lot, 'down').equals(quantity)) return { code, message: `not a multiple of the lot ${lot}` }
  return quantity.lessThan(minQuantity) ? { code, message: `less than the least quantity ${minQuantity}` } : undefined
}

function checkPrice(limit: Price, { tick }: Instrument, { bid, ask }: Quote): RuleBroken | undefined {
  const code = 'invalid_price'
  if (!limit.isPositive) return { code, message: 'the limit is not above zero' }
  if (!limit.toMultipleOf(tick, 'down').equals(limit)) return { code, message: `not a multiple of the tick ${tick}` }
  const middle = bid.plus(ask).scaledBy(decimal('0.5'))
  const tooFar = limit.minus(middle).abs().greaterThan(middle.scaledBy(FURTHEST))
  return tooFar ? { code, message: `more than half the price away from ${middle}` } : undefined
}

export interface AccountRules {
  readonly book: AccountBook
  readonly commission: Commission
  readonly allowShort: boolean
}

/** What the account must keep free for the order, or why it may not be taken. `freed` is what its old terms held. */
export function holdFor(
  request: OrderRequest,
  { instrument, quote }: RequestContext,
  { book, commission, allowShort }: AccountRules,
): Hold | RuleBroken {
  const { side, symbol, quantity } = request
  const exposed = book.exposedPart(symbol, side, quantity)
  if (side === 'sell' && exposed.isPositive && !(allowShort && instrument.shortable)) {
    return { code: 'short_not_allowed', message: `${exposed} more than is held and not being sold already` }
  }
  const touch = touchOf(side, quote)
  const price = request.limitPrice ?? (side === 'buy' ? touch.scaledBy(MARKET_RESERVE) : touch)
  const perUnit = AccountBook.needFor(side, price).scaledBy(withVolumeCommission(commission))
  const hold = { exposed, perUnit, commissionPerOrder: commission.perOrder }
  const needed = exposed.times(perUnit).plus(commission.perOrder) as Amount
  const enough = exposed.isZero || book.buyingPower.atLeast(needed)
  return enough ? hold : { code: 'insufficient_funds', message: `${needed} needed, ${book.buyingPower} free` }
}
