import { calculateLimitPrice, type OffsetMode, type SlippageGuard } from '../../core/limit-price-calculator.ts'
import type { MarketSession } from '../../core/market-session.ts'
import { type Amount, type Decimal, decimal, ONE, type Price, type Quantity, ZERO } from '../../core/money.ts'
import type { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type { Plain } from '../../core/order-events.ts'
import { selectOrderType, selectTimeInForce, spreadPctOf } from '../../core/order-type-selection.ts'
import type { Signal } from '../../core/signal.ts'
import { type LotRule, sizeOrder } from '../../core/sizing.ts'
import { formatTime, type Instant } from '../../core/time.ts'
import type { Instrument, Quote, VenueCapabilities } from '../../ports/broker-gateway.ts'

/** How an account and a strategy want their orders planned. */
export interface PlanningRules {
  readonly offsetMode: OffsetMode
  readonly buyOffset: Decimal
  readonly sellOffset: Decimal
  readonly maxSlippagePct: Decimal
  readonly slippageGuard: SlippageGuard
  readonly orderTypes: readonly OrderType[]
  readonly timeInForce: TimeInForce
  readonly reference: 'touch' | 'mid' | 'last'
  readonly marketMaxSpreadPct: Decimal
  readonly marketMinConfidence: Decimal
  readonly maxReferenceAgeMs: number | null
}

export interface PlanningFacts {
  readonly now: Instant
  readonly quote: Quote | undefined
  readonly instrument: Instrument | undefined
  readonly capabilities: VenueCapabilities
  readonly session: MarketSession
}

/** What an order would be, as far as planning came. */
export interface PlannedOrder {
  readonly orderType: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Quantity
  readonly notional: Amount
  readonly referencePrice: Price
  readonly limitPrice?: Price
  /** What one unit may cost at worst: the limit, or for a market order the reference moved by the slippage allowed. */
  readonly worstPrice: Price
}
export interface Denial {
  readonly code: string
  readonly message: string
  readonly value?: string
  readonly limit?: string
}
type Why = { readonly [step: string]: Plain | undefined }
export type Plan =
  | { readonly kind: 'planned'; readonly planned: PlannedOrder; readonly why: Why }
  | { readonly kind: 'denied'; readonly denial: Denial; readonly partial: Partial<PlannedOrder>; readonly why: Why }

/** Type, reference, price and size of the order a signal asks for. Pure: the same signal and facts give the same plan. */
export function planOrder(signal: Signal, rules: PlanningRules, facts: PlanningFacts): Plan {
  const steps = new Steps()
  const { quote, instrument, capabilities } = facts
  if (instrument === undefined) {
    return steps.denied({
      code: 'symbol.unknown',
      message: `${signal.symbol} is not a symbol of ${capabilities.venue}`,
      value: signal.symbol,
    })
  }
  if (instrument.tradable === false) {
    return steps.denied({
      code: 'symbol.not_tradable',
      message: `${capabilities.venue} takes no orders for ${signal.symbol}`,
      value: signal.symbol,
    })
  }
  const closed = closedMarket(facts)
  if (closed !== undefined) return steps.denied(closed)
  const reference = referenceFor(signal, rules, facts)
  steps.why('reference', reference.why)
  if (reference.kind === 'denied') return steps.denied(reference.denial)
  steps.knows({ referencePrice: reference.price })

  const spreadPct = quote === undefined ? undefined : spreadPctOf(quote.bid, quote.ask)
  const type = selectOrderType({
    ...(signal.orderType === undefined ? {} : { requested: signal.orderType }),
    ...(signal.confidence === undefined ? {} : { confidence: signal.confidence }),
    ...(spreadPct === undefined ? {} : { spreadPct }),
    urgency: signal.urgency ?? 'normal',
    enabled: rules.orderTypes,
    venueTypes: capabilities.orderTypes,
    marketMaxSpreadPct: rules.marketMaxSpreadPct,
    marketMinConfidence: rules.marketMinConfidence,
  })
  if (type.kind === 'denied') return steps.denied(type)
  steps.why('type', type.why)
  const timesInForce = instrument.timesInForce ?? capabilities.timesInForce
  const duration = selectTimeInForce(signal.timeInForce ?? usual(rules.timeInForce, timesInForce), timesInForce)
  if (duration.kind === 'denied') return steps.denied(duration)
  steps.knows({ orderType: type.orderType, timeInForce: duration.timeInForce })

  const price = calculateLimitPrice({
    side: signal.side,
    reference: reference.price,
    ...(signal.limitPrice === undefined || type.orderType === 'market' ? {} : { ownLimit: signal.limitPrice }),
    offsetMode: type.useZeroOffset ? 'absolute' : rules.offsetMode,
    buyOffset: type.useZeroOffset ? ZERO : rules.buyOffset,
    sellOffset: type.useZeroOffset ? ZERO : rules.sellOffset,
    maxSlippagePct: rules.maxSlippagePct,
    slippageGuard: rules.slippageGuard,
    ticks: instrument.ticks,
  })
  if (type.orderType === 'limit') steps.why('price', price.why)
  if (type.orderType === 'limit' && price.kind === 'denied') return steps.denied(price)
  const worstPrice =
    type.orderType === 'limit' && price.kind === 'priced'
      ? price.limitPrice
      : worstOf(signal.side, reference.price, rules.maxSlippagePct)
  if (type.orderType === 'limit') steps.knows({ limitPrice: worstPrice })

  const size = sizeOrder(signal.size, worstPrice, lotRuleFor(instrument, duration.timeInForce))
  steps.why('size', size.why)
  if (size.kind === 'denied') return steps.denied(size)
  return steps.planned({
    orderType: type.orderType,
    timeInForce: duration.timeInForce,
    quantity: size.quantity,
    notional: size.notional,
    referencePrice: reference.price,
    worstPrice,
    ...(type.orderType === 'limit' ? { limitPrice: worstPrice } : {}),
  })
}

function closedMarket({ session, now }: PlanningFacts): Denial | undefined {
  const { state, opensAt } = session
  if (state === 'open') return undefined
  const opens = opensAt === undefined ? {} : { limit: `opens at ${formatTime(opensAt)}` }
  const code = state === 'closed' ? 'market.closed' : 'market.session_unknown'
  return { code, message: `the market is ${state}`, value: formatTime(now), ...opens }
}

/** Some venues take parts of a unit for the day only. */
const lotRuleFor = (instrument: Instrument, timeInForce: TimeInForce): LotRule =>
  instrument.fractionalTimesInForce?.includes(timeInForce) === false ? { ...instrument, fractional: false } : instrument

/** What configuration names is a habit, not a demand: a venue without it gets the next best. */
const usual = (habit: TimeInForce, timesInForce: readonly TimeInForce[]): TimeInForce | undefined =>
  timesInForce.includes(habit) ? habit : undefined

class Steps {
  readonly #why: Record<string, Plain> = {}
  #partial: Partial<PlannedOrder> = {}

  why(step: string, told: Why): void {
    this.#why[step] = told as Plain
  }
  knows(part: Partial<PlannedOrder>): void {
    this.#partial = { ...this.#partial, ...part }
  }
  denied({ code, message, value, limit }: Denial): Plan {
    const denial = {
      code,
      message,
      ...(value === undefined ? {} : { value }),
      ...(limit === undefined ? {} : { limit }),
    }
    return { kind: 'denied', denial, partial: this.#partial, why: this.#why }
  }
  planned(planned: PlannedOrder): Plan {
    return { kind: 'planned', planned, why: this.#why }
  }
}

type Reference =
  | { readonly kind: 'priced'; readonly price: Price; readonly why: Why }
  | { readonly kind: 'denied'; readonly denial: Denial; readonly why: Why }

/** The signal's own price, else the venue's quote; whichever it is, not older than allowed. */
function referenceFor(signal: Signal, rules: PlanningRules, { quote, now }: PlanningFacts): Reference {
  const own = signal.referencePrice
  if (own === undefined && quote === undefined) {
    return {
      kind: 'denied',
      why: {},
      denial: { code: 'price.no_quote', message: `there is no quote for ${signal.symbol}` },
    }
  }
  const price = own ?? quotedPrice(signal.side, rules.reference, quote)
  const at = own === undefined ? quote?.time : (signal.referenceTime ?? signal.generatedAt ?? now)
  const ageMs = Math.max(0, now - (at ?? now))
  const why = {
    source: own === undefined ? rules.reference : 'signal',
    price: price?.toString(),
    time: formatTime(at ?? now),
    age_ms: ageMs,
    bid: quote?.bid.toString(),
    ask: quote?.ask.toString(),
    last: quote?.last?.toString(),
  }
  if (price === undefined || !price.isPositive) {
    return {
      kind: 'denied',
      why,
      denial: { code: 'price.no_quote', message: `the quote for ${signal.symbol} has no ${rules.reference} price` },
    }
  }
  const { maxReferenceAgeMs } = rules
  if (maxReferenceAgeMs !== null && ageMs > maxReferenceAgeMs) {
    const message = `the reference price is ${ageMs} ms old`
    return {
      kind: 'denied',
      why,
      denial: { code: 'price.stale_reference', message, value: `${ageMs} ms`, limit: `${maxReferenceAgeMs} ms` },
    }
  }
  return { kind: 'priced', price, why }
}

const HALF = decimal('0.5')

function quotedPrice(side: Side, wanted: PlanningRules['reference'], quote: Quote | undefined): Price | undefined {
  if (quote === undefined) return undefined
  if (wanted === 'last') return quote.last
  if (wanted === 'mid') return quote.bid.plus(quote.ask).scaledBy(HALF)
  return side === 'buy' ? quote.ask : quote.bid
}

const HUNDREDTH = decimal('0.01')
function worstOf(side: Side, reference: Price, maxSlippagePct: Decimal): Price {
  const part = maxSlippagePct.times(HUNDREDTH)
  return reference.scaledBy(side === 'buy' ? ONE.plus(part) : ONE.minus(part))
}
