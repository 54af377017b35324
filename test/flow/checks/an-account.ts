import { orderId } from '../../../src/core/ids.ts'
import { amount, price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { RiskLimits } from '../../../src/core/risk-rules.ts'
import {
  checkRisk,
  type RiskDecision,
  type RiskDeps,
  type RiskFacts,
  type RiskRequest,
} from '../../../src/flow/checks/check-risk.ts'
import { ExposureBook } from '../../../src/flow/checks/exposure-book.ts'
import { OrderRateWindow } from '../../../src/flow/checks/order-rate-window.ts'
import { type DuplicatePolicy, PendingOrderMap } from '../../../src/flow/checks/pending-order-map.ts'
import type { Instrument, Quote } from '../../../src/ports/broker-gateway.ts'
import { accepted, created, type OrderParts, submitting } from './an-order.ts'

export const NOW = Date.UTC(2026, 6, 1, 14)
export const UNLIMITED: RiskLimits = {
  max_order_notional: null,
  max_position_notional: null,
  max_total_exposure: null,
  max_open_orders: null,
  max_orders_per_minute: null,
  max_daily_loss: null,
  price_collar_pct: null,
  max_signal_age: null,
  max_reference_age: null,
  allow_symbols: null,
  deny_symbols: null,
}
export const quoteOf = (symbol: string, ask = '100'): Quote => {
  const at = price(ask)
  return { symbol, bid: at, ask: at, last: at, time: NOW, receivedAt: NOW }
}
export const instrumentOf = (symbol: string): Instrument => ({
  symbol,
  currency: 'USD',
  ticks: [{ from: price('0'), tick: price('0.01') }],
  lot: quantity('1'),
  minQuantity: quantity('1'),
  shortable: true,
})

/** One account with nothing open, everything allowed and a clock that is set by hand. */
export class Account {
  readonly exposure = new ExposureBook()
  readonly pending = new PendingOrderMap()
  readonly rate = new OrderRateWindow()
  limits: RiskLimits = UNLIMITED
  duplicatePolicy: DuplicatePolicy = 'allow'
  allowShort = false
  isHalted = false
  stance: 'open_for_business' | 'reduce_only' | 'halted' = 'open_for_business'
  venue = { refusesOppositeOrders: false, buyingPowerCountsOpenOrders: false }
  facts: Partial<RiskFacts> = {}
  monotonic = 0

  check(id: string, parts: OrderParts = {}): RiskDecision<RiskRequest> {
    return checkRisk(requestOf(id, parts), this.deps(parts.symbol ?? 'AAPL'))
  }
  deps(symbol: string): RiskDeps {
    const { limits, allowShort, duplicatePolicy, venue, exposure, pending, rate } = this
    return {
      limits,
      allowShort,
      duplicatePolicy,
      venue,
      exposure,
      pending,
      rate,
      isHalted: () => this.isHalted,
      breaker: { stance: () => this.stance },
      clock: { now: () => NOW, monotonic: () => this.monotonic },
      facts: {
        quote: quoteOf(symbol),
        instrument: instrumentOf(symbol),
        account: { buyingPower: amount('1000000'), mark: exposure.buyCosts.mark() },
        isQuarantined: false,
        realisedToday: amount('0'),
        ...this.facts,
      },
    }
  }
  record(before: Order | undefined, after: Order): Order {
    this.pending.replace(after)
    this.exposure.replace(before, after)
    return after
  }
  /** As if it had been approved long ago and the venue had it. */
  working(id: string, parts: OrderParts = {}): Order {
    return this.record(undefined, accepted(submitting(created(id, parts))))
  }
}

export function requestOf(id: string, parts: OrderParts): RiskRequest {
  const limitPrice = price(parts.limitPrice ?? '100')
  return {
    id: orderId(id),
    symbol: parts.symbol ?? 'AAPL',
    side: parts.side ?? 'buy',
    strategy: parts.strategy ?? 'trend',
    quantity: quantity(parts.quantity ?? '10'),
    limitPrice,
    worstPrice: limitPrice,
  }
}
export const outcome = (decision: RiskDecision<RiskRequest>): string =>
  decision.kind === 'denied' ? decision.code : decision.kind
