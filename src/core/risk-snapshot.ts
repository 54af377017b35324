import type { Amount, Decimal, Price, Quantity } from './money.ts'
import type { Side } from './order.ts'
import type { Instant } from './time.ts'
import type { SymbolExposure } from './worst-case.ts'

/** What the risk rules look at: an order that is asked about, the limits, and the world at that moment. */
export interface ScopeLimits {
  readonly max_order_notional: Decimal | null
  readonly max_position_notional: Decimal | null
  readonly max_total_exposure: Decimal | null
  readonly max_open_orders: number | null
  readonly max_orders_per_minute: number | null
  readonly max_daily_loss: Decimal | null
  readonly allow_symbols: readonly string[] | null
  readonly deny_symbols: readonly string[] | null
}
/** `null` is unlimited. Ages in milliseconds. */
export interface RiskLimits extends ScopeLimits {
  readonly price_collar_pct: Decimal | null
  readonly max_signal_age: number | null
  readonly max_reference_age: number | null
  /** On top of the account's; what is absent is not limited for the strategy alone. */
  readonly per_strategy?: Readonly<Record<string, Partial<ScopeLimits>>>
}

export interface RiskIntent {
  readonly symbol: string
  readonly side: Side
  readonly strategy: string
  readonly quantity: Quantity
  /** Absent on a market order. */
  readonly limitPrice?: Price
  /** What one unit may cost at worst: the limit, or what a market order was sized by. */
  readonly worstPrice: Price
  readonly expiresAt?: Instant
  readonly reduceOnly?: boolean
}

export interface RiskQuote {
  readonly bid: Price
  readonly ask: Price
  readonly time: Instant
  readonly receivedAt: Instant
}
export interface RiskInstrument {
  readonly lot: Quantity
  readonly maxQuantity?: Quantity
  readonly shortable: boolean
}

/** An account, or one strategy's part of it, without the order that is asked about. */
export interface ScopeExposure {
  /** Absent when nobody knows the strategy's positions. */
  readonly symbol?: SymbolExposure
  /** Worst case of every other symbol; absent when one of them has no price. */
  readonly elsewhere?: Amount
  readonly openOrders: number
  readonly ordersInLastMinute: number
  /** Net of commission; absent when nobody knows. */
  readonly realisedToday?: Amount
  readonly unrealised?: Amount
}

export interface RiskSnapshot {
  readonly now: Instant
  /** Absent where a signal's age no longer counts: an order that was held or is tried again. */
  readonly signalTime?: Instant
  readonly quote?: RiskQuote
  readonly instrument?: RiskInstrument
  readonly isQuarantined: boolean
  readonly allowShort: boolean
  readonly account: ScopeExposure & { readonly symbol: SymbolExposure }
  readonly strategy: ScopeExposure
  /** As the venue told it last; absent when that is not known or too old. */
  readonly buyingPower?: Amount
  /** Has the venue already taken off what its open orders may cost? */
  readonly buyingPowerCountsOpenOrders: boolean
  readonly openBuyCost: Amount
  /** Cost of buys that the venue's figure cannot contain yet. */
  readonly unreflectedBuyCost: Amount
}
