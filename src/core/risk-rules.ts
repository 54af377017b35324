import type { DenialCode } from './denial-codes.ts'
import { type Amount, type Decimal, max, notionalOf, type Price, percentOf, type Quantity, ZERO } from './money.ts'
import type { Side } from './order.ts'
import type { RiskIntent, RiskLimits, RiskQuote, RiskSnapshot, ScopeExposure, ScopeLimits } from './risk-snapshot.ts'
import { formatTime, type Instant } from './time.ts'
import { longWorth, type SymbolExposure, shortWorth, worstCase } from './worst-case.ts'

export type * from './risk-snapshot.ts'

/**
 * May this order be sent? Guarantees:
 * - every rule is evaluated and told, with value and limit; the first that fails denies;
 * - exactly at a limit is allowed, one step beyond is not; a loss stops trading in the moment it reaches its limit;
 * - what is missing or too old denies, it is never replaced by a default;
 * - exposure counts every open order as filled on its worse side, at the highest price it may have;
 * - what only reduces a position is never held back by position, exposure or loss.
 */
export interface RuleResult {
  readonly rule: string
  readonly code: DenialCode
  readonly value: string
  readonly limit: string
  readonly ok: boolean
  /** The rule does not hold back an order of this kind. */
  readonly exempt?: true
}

/** A signal may be this much ahead of our clock; beyond that its age means nothing. */
export const MAX_SIGNAL_LEAD_MS = 5_000
export const UNLIMITED = 'unlimited'

export function evaluateRisk(intent: RiskIntent, snapshot: RiskSnapshot, limits: RiskLimits): readonly RuleResult[] {
  const { account, strategy } = snapshot
  const reduces = isReduction(intent.side, intent.quantity, account.symbol)
  const ownLimits = limitsOf(intent.strategy, limits)
  return [
    symbolKnown(intent, snapshot),
    ...symbolLists('', intent, limits),
    ...symbolLists('per_strategy.', intent, ownLimits),
    quarantineRule(snapshot),
    ...signalRules(intent, snapshot, limits),
    ...priceRules(intent, snapshot, limits),
    quantityRule(intent, snapshot),
    shortRule(intent, snapshot),
    reduceOnlyRule(intent, snapshot),
    ...scopeRules('', intent, snapshot, account, limits, reduces),
    ...scopeRules('per_strategy.', intent, snapshot, strategy, ownLimits, reduces),
    buyingPowerRule(intent, snapshot),
  ]
}

/** The name comes from outside, so only what configuration names itself counts. */
const limitsOf = (strategy: string, { per_strategy = {} }: RiskLimits): Partial<ScopeLimits> =>
  (Object.hasOwn(per_strategy, strategy) ? per_strategy[strategy] : undefined) ?? {}

/** What of the position an order of this side may still take away, beside the open orders that do the same. */
export function reducible(side: Side, { position, openBuy, openSell }: SymbolExposure): Quantity {
  const left = side === 'sell' ? position.minus(openSell) : position.negated().minus(openBuy)
  return max(left, ZERO as Quantity)
}
export const isReduction = (side: Side, quantity: Quantity, exposure: SymbolExposure): boolean =>
  quantity.isPositive && quantity.atMost(reducible(side, exposure))

/** What one unit counts as: its limit, or what a market order was sized by and may have to pay right now. */
export function orderPrice({ side, limitPrice, worstPrice }: RiskIntent, quote: RiskQuote | undefined): Price {
  if (limitPrice !== undefined) return limitPrice
  return quote === undefined ? worstPrice : max(worstPrice, touchOf(side, quote))
}
/** What a unit that is held counts as. */
export const markPrice = ({ bid, ask }: RiskQuote): Price => max(bid, ask)

const touchOf = (side: Side, { bid, ask }: RiskQuote): Price => (side === 'buy' ? ask : bid)

function usableQuote({ side }: RiskIntent, { quote }: RiskSnapshot): RiskQuote | undefined {
  return quote !== undefined && touchOf(side, quote).isPositive ? quote : undefined
}

const symbolKnown = ({ symbol }: RiskIntent, { instrument }: RiskSnapshot): RuleResult =>
  truth('symbol', 'symbol.unknown', instrument !== undefined, symbol, 'known to the venue')

const quarantineRule = ({ isQuarantined }: RiskSnapshot): RuleResult =>
  truth('quarantine', 'position.quarantined', !isQuarantined, isQuarantined ? 'in doubt' : 'settled', 'settled')

function symbolLists(scope: string, { symbol }: RiskIntent, limits: Partial<ScopeLimits>): RuleResult[] {
  const { allow_symbols: allowed = null, deny_symbols: denied = null } = limits
  const isAllowed = allowed === null || allowed.includes(symbol)
  return [
    truth(`${scope}allow_symbols`, 'symbol.not_allowed', isAllowed, symbol, allowed?.join(', ') ?? UNLIMITED),
    truth(`${scope}deny_symbols`, 'symbol.denied', !denied?.includes(symbol), symbol, denied?.join(', ') || UNLIMITED),
  ]
}

function signalRules({ expiresAt }: RiskIntent, { now, signalTime }: RiskSnapshot, limits: RiskLimits): RuleResult[] {
  const hasTime = expiresAt === undefined || now < expiresAt
  const expiry = expiresAt === undefined ? UNLIMITED : formatTime(expiresAt)
  const age = signalTime === undefined ? undefined : now - signalTime
  return [
    truth('expires_at', 'signal.expired', hasTime, formatTime(now), expiry),
    countRule('signal_lead', 'signal.future', age === undefined ? 0 : Math.max(0, -age), MAX_SIGNAL_LEAD_MS),
    age === undefined
      ? exempt('max_signal_age', 'signal.stale', 'not asked', limits.max_signal_age)
      : countRule('max_signal_age', 'signal.stale', Math.max(0, age), limits.max_signal_age),
  ]
}

function priceRules(intent: RiskIntent, snapshot: RiskSnapshot, limits: RiskLimits): RuleResult[] {
  const quote = usableQuote(intent, snapshot)
  const { side, limitPrice, worstPrice } = intent
  return [
    truth('price', 'price.invalid', worstPrice.isPositive, worstPrice.toString(), 'above 0'),
    truth('quote', 'price.no_quote', quote !== undefined, quoteText(snapshot.quote), `a price to ${side} at`),
    referenceAgeRule(quote, snapshot.now, limits.max_reference_age),
    limitPrice === undefined
      ? exempt('price_collar_pct', 'price.collar', 'market', limits.price_collar_pct)
      : collarRule(side, limitPrice, quote, limits.price_collar_pct),
  ]
}

function referenceAgeRule(quote: RiskQuote | undefined, now: Instant, limit: number | null): RuleResult {
  if (quote === undefined) return missing('max_reference_age', limit)
  // Our clock may have been set back since it came: an age that cannot be is as bad as one too great.
  const age = Math.abs(now - Math.min(quote.time, quote.receivedAt))
  return countRule('max_reference_age', 'price.stale_reference', age, limit)
}

/** On either side: a limit far from the market is a mistake, whether it would cost money or never trade. */
function collarRule(side: Side, limitPrice: Price, quote: RiskQuote | undefined, pct: Decimal | null): RuleResult {
  const rule = 'price_collar_pct'
  if (quote === undefined) return missing(rule, pct)
  if (pct === null) return truth(rule, 'price.collar', true, limitPrice.toString(), UNLIMITED)
  const touch = touchOf(side, quote)
  const width = percentOf(touch, pct) as Price
  const isInside = limitPrice.minus(touch).abs().atMost(width)
  return truth(rule, 'price.collar', isInside, limitPrice.toString(), `${touch.minus(width)} to ${touch.plus(width)}`)
}

function quantityRule({ quantity }: RiskIntent, { instrument }: RiskSnapshot): RuleResult {
  const value = quantity.toString()
  if (!quantity.isPositive) return truth('quantity', 'quantity.invalid', false, value, 'above 0')
  if (instrument === undefined) return truth('quantity', 'symbol.unknown', false, value, 'known to the venue')
  const { lot, maxQuantity } = instrument
  if (!quantity.isMultipleOf(lot)) return truth('quantity', 'quantity.off_lot', false, value, `a multiple of ${lot}`)
  return amountRule('quantity', 'quantity.too_large', quantity, maxQuantity)
}

function shortRule({ side, quantity }: RiskIntent, { account, allowShort, instrument }: RiskSnapshot): RuleResult {
  if (side === 'buy') return exempt('allow_short', 'short.not_allowed', '0', null)
  const beyond = max(quantity.minus(reducible('sell', account.symbol)), ZERO as Quantity)
  const isAllowed = allowShort && instrument?.shortable === true
  return amountRule('allow_short', 'short.not_allowed', beyond, isAllowed ? null : ZERO)
}

function reduceOnlyRule({ side, quantity, reduceOnly }: RiskIntent, { account }: RiskSnapshot): RuleResult {
  return amountRule(
    'reduce_only',
    'risk.reduce_only',
    quantity,
    reduceOnly === true ? reducible(side, account.symbol) : null,
  )
}

type ScopePrefix = '' | 'per_strategy.'

function scopeRules(
  scope: ScopePrefix,
  intent: RiskIntent,
  snapshot: RiskSnapshot,
  exposure: ScopeExposure,
  limits: Partial<ScopeLimits>,
  reduces: boolean,
): RuleResult[] {
  const quote = usableQuote(intent, snapshot)
  const price = orderPrice(intent, quote)
  const after =
    exposure.symbol === undefined || quote === undefined ? undefined : withOrder(intent, exposure.symbol, quote)
  const position = after === undefined ? undefined : intent.side === 'buy' ? longWorth(after) : shortWorth(after)
  const whole = after === undefined ? undefined : worstCase(after)
  const total = whole === undefined || exposure.elsewhere === undefined ? undefined : exposure.elsewhere.plus(whole)
  // Without the strategy's own figures the rule itself is what cannot be answered; otherwise it is a price that lacks.
  const lacking = exposure.symbol === undefined ? undefined : 'price.no_quote'

  return [
    amountRule(
      `${scope}max_order_notional`,
      `risk.${scope}order_notional`,
      notionalOf(price, intent.quantity),
      limits.max_order_notional,
    ),
    openingRule(
      `${scope}max_position_notional`,
      `risk.${scope}position_notional`,
      position,
      limits.max_position_notional,
      reduces,
      lacking,
    ),
    openingRule(
      `${scope}max_total_exposure`,
      `risk.${scope}total_exposure`,
      total,
      limits.max_total_exposure,
      reduces,
      lacking,
    ),
    countRule(`${scope}max_open_orders`, `risk.${scope}open_orders`, exposure.openOrders + 1, limits.max_open_orders),
    countRule(
      `${scope}max_orders_per_minute`,
      `risk.${scope}orders_per_minute`,
      exposure.ordersInLastMinute + 1,
      limits.max_orders_per_minute,
    ),
    lossRule(`${scope}max_daily_loss`, `risk.${scope}daily_loss`, exposure, limits.max_daily_loss, reduces),
  ]
}

/** The symbol as it would be with this order open as well. */
function withOrder(intent: RiskIntent, before: SymbolExposure, quote: RiskQuote): SymbolExposure {
  const { side, quantity } = intent
  const price = orderPrice(intent, quote)
  const mark = markPrice(quote)
  return side === 'buy'
    ? { ...before, mark, openBuy: before.openBuy.plus(quantity), highestBuy: max(before.highestBuy ?? price, price) }
    : {
        ...before,
        mark,
        openSell: before.openSell.plus(quantity),
        highestSell: max(before.highestSell ?? price, price),
      }
}

function lossRule(
  rule: string,
  code: DenialCode,
  { realisedToday, unrealised }: ScopeExposure,
  limit: Decimal | null | undefined,
  reduces: boolean,
): RuleResult {
  if (realisedToday === undefined) return openingRule(rule, code, undefined, limit, reduces, undefined)
  const loss = realisedToday.plus(unrealised ?? (ZERO as Amount)).negated()
  if (reduces) return exempt(rule, code, loss.toString(), limit)
  const isBelow = limit === null || limit === undefined || loss.lessThan(limit as Amount)
  return truth(rule, code, isBelow, loss.toString(), textOf(limit))
}

function buyingPowerRule(intent: RiskIntent, snapshot: RiskSnapshot): RuleResult {
  const { buyingPower, buyingPowerCountsOpenOrders, openBuyCost, unreflectedBuyCost } = snapshot
  if (intent.side === 'sell') return exempt('buying_power', 'risk.buying_power', '0', buyingPower)
  if (buyingPower === undefined) return truth('buying_power', 'account.not_ready', false, 'unknown', 'known')
  const cost = notionalOf(orderPrice(intent, usableQuote(intent, snapshot)), intent.quantity)
  const others = buyingPowerCountsOpenOrders ? unreflectedBuyCost : openBuyCost.plus(unreflectedBuyCost)
  return amountRule('buying_power', 'risk.buying_power', cost.plus(others), buyingPower)
}

const truth = (rule: string, code: DenialCode, ok: boolean, value: string, limit: string): RuleResult => ({
  rule,
  code,
  value,
  limit,
  ok,
})

const exempt = (
  rule: string,
  code: DenialCode,
  value: string,
  limit: Decimal | number | null | undefined,
): RuleResult => ({
  ...truth(rule, code, true, value, textOf(limit)),
  exempt: true,
})

const missing = (rule: string, limit: Decimal | number | null | undefined): RuleResult =>
  truth(rule, 'price.no_quote', false, 'unknown', textOf(limit))

const countRule = (rule: string, code: DenialCode, value: number, limit: number | null | undefined): RuleResult =>
  truth(rule, code, limit === null || limit === undefined || value <= limit, String(value), textOf(limit))

const amountRule = (rule: string, code: DenialCode, value: Decimal, limit: Decimal | null | undefined): RuleResult =>
  truth(rule, code, limit === null || limit === undefined || value.atMost(limit), value.toString(), textOf(limit))

/** For rules that hold back only what opens or enlarges. */
function openingRule(
  rule: string,
  code: DenialCode,
  value: Decimal | undefined,
  limit: Decimal | null | undefined,
  reduces: boolean,
  lacking: DenialCode | undefined,
): RuleResult {
  if (reduces) return exempt(rule, code, value?.toString() ?? 'unknown', limit)
  if (value !== undefined) return amountRule(rule, code, value, limit)
  return truth(rule, lacking ?? code, limit === null || limit === undefined, 'unknown', textOf(limit))
}

const textOf = (limit: Decimal | number | null | undefined): string => limit?.toString() ?? UNLIMITED
const quoteText = (quote: RiskQuote | undefined): string =>
  quote === undefined ? 'none' : `${quote.bid} / ${quote.ask}`
