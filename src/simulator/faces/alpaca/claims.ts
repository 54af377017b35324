import { type Amount, max, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import type { Quote } from '../../market.ts'
import { costBasis } from './check-order.ts'
import { heldQuantity, type Valuation, valuation } from './ledger.ts'
import {
  type AlpacaOrder,
  isFractional,
  type OrderTerms,
  opposite,
  type PositionIntent,
  remainingAt,
  type Side,
} from './order.ts'
import type { OrderAsked } from './read-order.ts'
import { againstRules, notNow, type Refused } from './refused.ts'
import { positionOf, quoteOf, type VenueParts } from './venue-parts.ts'

/** What the account allows, given its positions and its other orders. */
export function checkClaims(parts: VenueParts, asked: OrderAsked, quote: Quote): PositionIntent {
  checkFlags(parts)
  const { terms, orderClass } = asked
  const intent = intentOf(parts, terms, orderClass === 'oco')
  if (asked.positionIntent !== undefined && asked.positionIntent !== intent) {
    throw againstRules(`position intent mismatch, inferred: ${intent}, specified: ${asked.positionIntent}`)
  }
  const isExempt = orderClass === 'bracket' || orderClass === 'oco' || terms.type === 'trailing_stop'
  if (!isExempt) checkWashTrade(parts, terms)
  if (intent.endsWith('_to_close')) checkQuantity(parts, terms, quote)
  else checkOpening(parts, terms, quote)
  return intent
}

function checkFlags({ flags }: VenueParts): void {
  if (flags.accountBlocked || flags.tradingBlocked) throw notNow('account is not authorized to trade')
  if (flags.configuration.suspend_trade === true) throw notNow('trading is suspended')
}

function intentOf(parts: VenueParts, { asset, side }: OrderTerms, mustClose: boolean): PositionIntent {
  const owned = positionOf(parts, asset)
  const closes = side === 'sell' ? owned.isPositive : owned.isNegative
  return closes || mustClose ? `${side}_to_close` : `${side}_to_open`
}

/** Closing takes what is there and not held by other orders; going through zero in one order is not possible. */
function checkQuantity(parts: VenueParts, terms: OrderTerms, quote: Quote): void {
  const { asset, side } = terms
  const existing = positionOf(parts, asset).abs()
  const open = parts.store.openOf(asset.symbol, side)
  const held = heldQuantity(open, asset.symbol, side, quote.last)
  const available = max(ZERO, existing.minus(held)) as Quantity
  const requested = requestedOf(terms, quote)
  if (requested.atMost(available)) return
  if (asset.assetClass === 'crypto') throw insufficientCoins(asset.symbol, requested, available)
  throw notNow(`insufficient qty available for order (requested: ${requested}, available: ${available})`, {
    available,
    existing_qty: existing,
    held_for_orders: held,
    symbol: asset.symbol,
    ...(held.isZero ? {} : { related_orders: open.filter(({ status }) => status !== 'held').map(({ id }) => id) }),
  })
}

const insufficientCoins = (symbol: string, requested: Quantity, available: Quantity): Refused =>
  notNow(`insufficient balance for ${symbol.split('/')[0]} (requested: ${requested}, available: ${available})`)

const NOTIONAL_DIGITS = 9
const requestedOf = ({ qty, notional }: OrderTerms, { last }: Quote): Quantity =>
  qty ?? ((notional ?? ZERO).dividedBy(last, NOTIONAL_DIGITS, 'down') as Quantity)

function checkOpening(parts: VenueParts, terms: OrderTerms, quote: Quote): void {
  const { asset, side } = terms
  if (parts.flags.liquidationOnly) throw notNow('account is restricted to liquidation only')
  if (side === 'sell') checkShort(parts, terms, quote)
  if (isFractional(terms) && asset.assetClass !== 'crypto' && parts.flags.configuration.fractional_trading === false) {
    throw notNow('fractional trading is disabled for this account')
  }
  const cost = costBasis(terms, quote, terms.qty)
  const { buyingPower, cashFree } = worthOf(parts)
  const power = asset.assetClass === 'crypto' ? cashFree : buyingPower
  if (cost.atMost(power)) return
  throw notNow('insufficient buying power', { buying_power: power, cost_basis: cost })
}

function checkShort(parts: VenueParts, terms: OrderTerms, quote: Quote): void {
  const { asset } = terms
  if (asset.assetClass === 'crypto') throw insufficientCoins(asset.symbol, requestedOf(terms, quote), ZERO)
  if (isFractional(terms)) throw againstRules('fractional orders cannot be sold short')
  if (!parts.flags.shortingEnabled || parts.flags.configuration.no_shorting === true) {
    throw notNow('account is not allowed to short')
  }
  if (!asset.shortable) throw againstRules(`asset "${asset.symbol}" cannot be sold short`)
}

/** What the account is worth, with the money that open orders tie up taken off what may be spent. */
export function worthOf(parts: VenueParts): Valuation {
  const held = parts.store.open.reduce<Amount>((sum, order) => sum.plus(heldFor(parts, order)), ZERO)
  return valuation(parts.ledger, (symbol) => parts.board.quote(symbol)?.last ?? ZERO, held)
}

/** What a limit ties up follows from the order alone, and an order never changes: a new one takes its place. */
const heldByLimit = new WeakMap<AlpacaOrder, Amount>()

function heldFor(parts: VenueParts, order: AlpacaOrder): Amount {
  const isFixed = order.side === 'buy' && order.limitPrice !== undefined
  const held = (isFixed ? heldByLimit.get(order) : undefined) ?? heldAtMarket(parts, order)
  if (isFixed) heldByLimit.set(order, held)
  return held
}

function heldAtMarket(parts: VenueParts, order: AlpacaOrder): Amount {
  if (order.positionIntent.endsWith('_to_close') || order.status === 'held') return ZERO
  const quote = quoteOf(parts, order.asset)
  const rest = remainingAt(order, order.limitPrice ?? quote.last)
  return costBasis({ ...order, notional: undefined }, quote, max(ZERO, rest) as Quantity)
}

function checkWashTrade(parts: VenueParts, terms: OrderTerms): void {
  const against = parts.store.openOf(terms.asset.symbol, opposite(terms.side)).filter(isNotExempt)
  const isPlain = (type: string): boolean => type === 'limit'
  const always = against.find(({ type }) => !isPlain(type) || !isPlain(terms.type))
  if (always !== undefined) throw washTrade(parts, always.id, 'opposite side market/stop order exists')
  const crossing = against.find((order) => limitsCross(terms.side, terms.limitPrice, order.limitPrice))
  if (crossing === undefined) return
  const isBuy = terms.side === 'buy'
  const [buy, sell] = isBuy ? [terms.limitPrice, crossing.limitPrice] : [crossing.limitPrice, terms.limitPrice]
  const reason = isBuy
    ? 'sell order exists, buy limit price should be less than existing sell limit price'
    : 'buy order exists, sell limit price should be greater than existing buy limit price'
  throw washTrade(parts, crossing.id, reason, { buy_limit_price: buy, sell_limit_price: sell })
}

const isNotExempt = ({ orderClass, type, status }: AlpacaOrder): boolean =>
  orderClass === '' && type !== 'trailing_stop' && status !== 'held'

function limitsCross(side: Side, own: Price | undefined, other: Price | undefined): boolean {
  if (own === undefined || other === undefined) return true
  return side === 'buy' ? own.atLeast(other) : own.atMost(other)
}

function washTrade(
  parts: VenueParts,
  id: string,
  reason: string,
  more: Readonly<Record<string, unknown>> = {},
): Refused {
  const message = 'potential wash trade detected. use complex orders'
  if (parts.switches.wash_trade_status === 422) return againstRules(message)
  return notNow(message, { ...more, existing_order_id: id, reject_reason: reason })
}
