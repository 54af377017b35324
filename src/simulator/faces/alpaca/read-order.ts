import { type Amount, Decimal, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import type { Asset, AssetDirectory } from './assets.ts'
import { type Fields, isFields, isYes, textOf } from './json.ts'
import {
  ORDER_TYPES,
  type OrderClass,
  type OrderTerms,
  type OrderType,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
} from './order.ts'
import { againstRules, malformed } from './refused.ts'

/** A request for an order as it was read; nothing is known yet about the account. */
export interface OrderAsked {
  readonly terms: OrderTerms
  readonly orderClass: OrderClass
  readonly clientOrderId: string | undefined
  readonly positionIntent: string | undefined
  readonly takeProfit: Price | undefined
  readonly stopLoss: { readonly stopPrice: Price; readonly limitPrice: Price | undefined } | undefined
}

const LONGEST_CLIENT_ID = 128
const MOST_QTY_DIGITS = 9
const CLASSES: Readonly<Record<string, OrderClass>> = { simple: '', bracket: 'bracket', oco: 'oco', oto: 'oto' }

export function readOrder(body: Fields, assets: AssetDirectory): OrderAsked {
  const clientOrderId = readClientOrderId(body)
  const side = readSide(body)
  const type = readType(body)
  const timeInForce = readTimeInForce(body)
  const amounts = readAmounts(body)
  const orderClass = readClass(body)
  const prices = readPrices(body, type, orderClass)
  const asset = readAsset(textOf(body, 'symbol'), assets)
  return {
    terms: { asset, ...amounts, side, type, timeInForce, ...prices, extendedHours: isYes(body.extended_hours) },
    orderClass,
    clientOrderId,
    positionIntent: textOf(body, 'position_intent'),
    ...readLegs(body, orderClass),
  }
}

export function readClientOrderId(body: Fields): string | undefined {
  const id = textOf(body, 'client_order_id')
  if (id !== undefined && id.length > LONGEST_CLIENT_ID) {
    throw malformed(`client_order_id must be no more than ${LONGEST_CLIENT_ID} characters`)
  }
  return id
}

function readSide(body: Fields): Side {
  const side = textOf(body, 'side')
  if (side === 'buy' || side === 'sell') return side
  throw malformed('invalid side')
}
function readType(body: Fields): OrderType {
  const found = ORDER_TYPES.find((type) => type === textOf(body, 'type'))
  if (found === undefined) throw malformed('invalid order type')
  return found
}
export function readTimeInForce(body: Fields): TimeInForce {
  const found = TIMES_IN_FORCE.find((timeInForce) => timeInForce === textOf(body, 'time_in_force'))
  if (found === undefined) throw malformed('invalid time_in_force')
  return found
}
function readClass(body: Fields): OrderClass {
  const name = textOf(body, 'order_class')
  if (name === undefined) return ''
  const found = CLASSES[name]
  if (found === undefined) throw malformed('invalid order_class')
  return found
}

function readAmounts(body: Fields): Pick<OrderTerms, 'qty' | 'notional'> {
  const qty = decimalOf(body, 'qty')
  const notional = decimalOf(body, 'notional') as Amount | undefined
  if (qty !== undefined && notional !== undefined) throw malformed('only one of qty or notional is accepted')
  if (qty === undefined && notional === undefined) throw malformed('qty or notional is required')
  if (qty !== undefined && !qty.isPositive) throw malformed('qty must be > 0')
  if (notional !== undefined && !notional.isPositive) throw malformed('notional must be > 0')
  return { qty: qty === undefined ? undefined : cut(qty), notional }
}
/** Digits beyond the ninth are cut off without a word. */
const cut = (qty: Quantity): Quantity => qty.dividedBy(Decimal.of(1n, 0), MOST_QTY_DIGITS, 'down') as Quantity

type Prices = Pick<OrderTerms, 'limitPrice' | 'stopPrice' | 'trailPrice' | 'trailPercent'>

function readPrices(body: Fields, type: OrderType, orderClass: OrderClass): Prices {
  if (type === 'trailing_stop') return readTrail(body)
  const isOco = orderClass === 'oco'
  const limitPrice = priceOf(body, 'limit_price', 'limit price')
  const stopPrice = priceOf(body, 'stop_price', 'stop price')
  if (type === 'market' && (limitPrice ?? stopPrice) !== undefined) {
    throw malformed('market orders require no stop or limit price')
  }
  if (type === 'limit' && limitPrice === undefined && !isOco) throw malformed('limit orders require a limit price')
  if (type === 'stop' && stopPrice === undefined) throw malformed('stop orders require a stop price')
  if (type === 'stop_limit' && (limitPrice === undefined || stopPrice === undefined)) {
    throw malformed('stop limit orders require both stop and limit price')
  }
  const ofType = {
    limitPrice: type === 'stop' ? undefined : limitPrice,
    stopPrice: type === 'limit' ? undefined : stopPrice,
  }
  return { ...ofType, trailPrice: undefined, trailPercent: undefined }
}

const LEAST_TRAIL = Decimal.of(1n, 1)
function readTrail(body: Fields): Prices {
  const trailPrice = priceOf(body, 'trail_price', 'trail price')
  const trailPercent = decimalOf(body, 'trail_percent')
  if ((trailPrice === undefined) === (trailPercent === undefined)) {
    throw malformed('trailing stop orders must specify one of trail_price or trail_percent')
  }
  if (trailPercent?.lessThan(LEAST_TRAIL)) throw malformed('trail_percent must be >= 0.1')
  return { limitPrice: undefined, stopPrice: undefined, trailPrice, trailPercent }
}

function readLegs(body: Fields, orderClass: OrderClass): Pick<OrderAsked, 'takeProfit' | 'stopLoss'> {
  if (orderClass === '') return { takeProfit: undefined, stopLoss: undefined }
  const takeProfit = legPrices(body, 'take_profit')?.limitPrice
  const loss = legPrices(body, 'stop_loss')
  const stopLoss = loss?.stopPrice === undefined ? undefined : { ...loss, stopPrice: loss.stopPrice }
  if (orderClass === 'bracket' && takeProfit === undefined) {
    throw malformed('bracket orders require take_profit.limit_price')
  }
  if (orderClass === 'oco' && takeProfit === undefined && textOf(body, 'limit_price') === undefined) {
    throw malformed('oco orders require take_profit.limit_price')
  }
  if (orderClass !== 'oto' && stopLoss === undefined)
    throw malformed(`${orderClass} orders require stop_loss.stop_price`)
  if (orderClass === 'oto' && (takeProfit === undefined) === (stopLoss === undefined)) {
    throw malformed('oto orders require either take_profit or stop_loss')
  }
  return { takeProfit, stopLoss }
}

function legPrices(
  body: Fields,
  leg: string,
): { readonly limitPrice: Price | undefined; readonly stopPrice: Price | undefined } | undefined {
  const fields = body[leg]
  if (!isFields(fields)) return undefined
  return {
    limitPrice: priceOf(fields, 'limit_price', `${leg}.limit_price`),
    stopPrice: priceOf(fields, 'stop_price', `${leg}.stop_price`),
  }
}

export function readAsset(symbol: string | undefined, assets: AssetDirectory): Asset {
  if (symbol === undefined) throw malformed('symbol is required')
  const asset = assets.find(symbol)
  if (asset === undefined) throw againstRules(`asset "${symbol}" not found`)
  if (!asset.active) throw malformed(`asset ${symbol} is not active`)
  if (!asset.tradable) throw againstRules(`asset "${symbol}" is not tradable`)
  return asset
}

export function decimalOf(fields: Fields, name: string): Decimal | undefined {
  const text = textOf(fields, name)
  if (text === undefined) return undefined
  const value = Decimal.parse(text)
  if (value === undefined) throw malformed(`invalid ${name}`)
  return value
}
export function priceOf(fields: Fields, name: string, spoken: string): Price | undefined {
  const value = decimalOf(fields, name)
  if (value?.atMost(ZERO)) throw malformed(`${spoken} must be > 0`)
  return value as Price | undefined
}
