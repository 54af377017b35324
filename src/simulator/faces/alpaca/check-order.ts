import {
  type Amount,
  type Decimal,
  decimal,
  max,
  notionalOf,
  type Price,
  type Quantity,
  ZERO,
} from '../../../core/money.ts'
import type { Quote } from '../../market.ts'
import type { AssetDirectory } from './assets.ts'
import { isFractional, type OrderTerms } from './order.ts'
import type { OrderAsked } from './read-order.ts'
import { againstRules, notNow } from './refused.ts'
import { dateAt, type Hours, momentOf } from './sessions.ts'

/** The rules that a request shows by itself, given the asset and the market. */
export function checkTerms(asked: OrderAsked, assets: AssetDirectory, quote: Quote): void {
  const { terms } = asked
  checkTicks(asked, assets)
  if (terms.asset.assetClass === 'crypto') checkCrypto(asked)
  else checkEquity(asked)
  checkStopSide(terms, asked.orderClass, quote)
  if (asked.orderClass === 'bracket' || asked.orderClass === 'oto') checkExits(asked, quote)
}

function checkTicks({ terms, takeProfit, stopLoss }: OrderAsked, assets: AssetDirectory): void {
  const prices: readonly (readonly [string, Price | undefined])[] = [
    ['limit_price', terms.limitPrice],
    ['stop_price', terms.stopPrice],
    ['take_profit.limit_price', takeProfit],
    ['stop_loss.stop_price', stopLoss?.stopPrice],
    ['stop_loss.limit_price', stopLoss?.limitPrice],
  ]
  for (const [name, price] of prices) checkTick(name, price, terms, assets)
}
export function checkTick(
  name: string,
  price: Price | undefined,
  { asset }: Pick<OrderTerms, 'asset'>,
  assets: AssetDirectory,
): void {
  if (price === undefined || price.isMultipleOf(assets.tickFor(asset, price))) return
  throw againstRules(`invalid ${name} ${price}. sub-penny increment does not fulfill minimum pricing criteria`)
}

const CRYPTO_DECIMALS = 2
function checkCrypto({ terms, orderClass }: OrderAsked): void {
  if (terms.timeInForce !== 'gtc' && terms.timeInForce !== 'ioc') throw againstRules('invalid crypto time_in_force')
  if (terms.type === 'stop' || terms.type === 'trailing_stop') throw againstRules('invalid order type for crypto order')
  if (orderClass !== '') throw againstRules(`crypto orders not allowed for advanced order_class: ${orderClass}`)
  if (terms.extendedHours) throw againstRules('extended hours order must be DAY or GTC limit orders')
  if (terms.notional !== undefined && terms.notional.scale > CRYPTO_DECIMALS) {
    throw againstRules(`notional value must be limited to ${CRYPTO_DECIMALS} decimal places`)
  }
}

function checkEquity({ terms, orderClass }: OrderAsked): void {
  const { type, timeInForce, extendedHours, asset } = terms
  if (isFractional(terms)) {
    if (!asset.fractionable) throw notNow(`asset "${asset.symbol}" is not fractionable`)
    if (timeInForce !== 'day') throw againstRules('fractional orders must be DAY orders')
    if (orderClass !== '') throw againstRules('fractional orders must be simple orders')
    if (type === 'trailing_stop') {
      throw againstRules('fractional orders must be market, limit, stop, or stop_limit orders')
    }
  }
  if (extendedHours) checkExtended(terms, orderClass)
  const isAuction = timeInForce === 'opg' || timeInForce === 'cls'
  if (isAuction && type !== 'market' && type !== 'limit')
    throw againstRules(`invalid order type for ${timeInForce} order`)
  const rests = timeInForce === 'day' || timeInForce === 'gtc'
  if (!rests && (orderClass !== '' || type === 'trailing_stop')) {
    throw againstRules(`${orderClass || 'trailing stop'} orders must be DAY or GTC orders`)
  }
}

function checkExtended({ type, timeInForce }: OrderTerms, orderClass: string): void {
  if (type.includes('stop')) throw againstRules('stop orders are not eligible for extended hours trading')
  const rests = timeInForce === 'day' || timeInForce === 'gtc'
  if (type !== 'limit' || !rests || orderClass !== '') {
    throw againstRules('extended hours order must be DAY or GTC limit orders')
  }
}

function checkStopSide({ type, side, stopPrice }: OrderTerms, orderClass: string, { last }: Quote): void {
  if (stopPrice === undefined || orderClass !== '' || !type.startsWith('stop')) return
  if (side === 'sell' && stopPrice.atLeast(last)) throw againstRules('stop price must be less than current price')
  if (side === 'buy' && stopPrice.atMost(last)) throw againstRules('stop price must be greater than current price')
}

const NEAREST_STOP = decimal('1.001')
/** The exits must lie on their own side of where the order enters. */
function checkExits({ terms, takeProfit, stopLoss }: OrderAsked, quote: Quote): void {
  const base = terms.limitPrice ?? terms.stopPrice ?? (terms.side === 'buy' ? quote.ask : quote.bid)
  const isBuy = terms.side === 'buy'
  if (stopLoss !== undefined) {
    const scaled = isBuy ? stopLoss.stopPrice.scaledBy(NEAREST_STOP) : base.scaledBy(NEAREST_STOP)
    if (isBuy && scaled.greaterThan(base)) throw againstRules('stop price must not be greater than base price / 1.001')
    if (!isBuy && stopLoss.stopPrice.lessThan(scaled)) {
      throw againstRules('stop price must not be less than base price * 1.001')
    }
  }
  if (takeProfit === undefined) return
  if (isBuy && takeProfit.atMost(base)) throw againstRules('take_profit.limit_price must be >= base_price + 0.01')
  if (!isBuy && takeProfit.atLeast(base)) throw againstRules('take_profit.limit_price must be <= base_price - 0.01')
}

/** Auction orders have a window in which they are taken, on the exchange's days. */
export function checkAuctionWindow({ timeInForce }: OrderTerms, hours: Hours, at: number): void {
  if (timeInForce !== 'opg' && timeInForce !== 'cls') return
  const date = dateAt(at)
  const evening = momentOf(date, '19:00')
  const from = momentOf(date, timeInForce === 'opg' ? '09:28' : '15:50')
  const isTradingDay = ['pre', 'regular', 'post'].includes(hours.phase(at)) || hours.phase(from) !== 'closed'
  if (!isTradingDay || at < from || at >= evening) return
  const latest = timeInForce === 'opg' ? '9:28am' : '3:55pm'
  throw notNow(`${timeInForce} orders must be submitted after 7:00pm and before ${latest}`)
}

const LEAST_NOTIONAL = { us_equity: decimal('1'), crypto: decimal('10') } as const
const MOST_CRYPTO = decimal('200000')
export function checkCostBasis({ asset, notional, qty }: OrderTerms, cost: Amount): void {
  const least = LEAST_NOTIONAL[asset.assetClass]
  const isMeasured = notional !== undefined || asset.assetClass === 'crypto' || (qty?.scale ?? 0) > 0
  if (isMeasured && (notional ?? cost).lessThan(least))
    throw notNow(`cost basis must be >= minimal amount of order ${least}`)
  if (asset.assetClass === 'crypto' && cost.greaterThan(MOST_CRYPTO)) {
    throw notNow(`cost basis must be <= maximal amount of order ${MOST_CRYPTO}`)
  }
}

const FIFTY = decimal('50')
const COLLAR_HIGH = decimal('1.025')
const COLLAR_LOW = decimal('1.04')
const SHORT_COLLAR = decimal('1.03')
export const collarOf = (at: Price): Decimal => (at.lessThan(FIFTY) ? COLLAR_LOW : COLLAR_HIGH)

/** What the order may cost at most: what buying power is measured against. */
export function costBasis(terms: OrderTerms, quote: Quote, qty: Quantity | undefined): Amount {
  if (terms.notional !== undefined) return terms.notional
  return notionalOf(priceBound(terms, quote), qty ?? ZERO)
}
function priceBound({ limitPrice, stopPrice, side }: OrderTerms, { ask }: Quote): Price {
  if (side === 'sell') return max(limitPrice ?? ask, ask.scaledBy(SHORT_COLLAR))
  if (limitPrice !== undefined) return limitPrice
  const base = stopPrice ?? ask
  return base.scaledBy(collarOf(base))
}
