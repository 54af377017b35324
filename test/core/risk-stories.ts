import { describe, expect, it } from 'vitest'
import type { DenialCode } from '../../src/core/denial-codes.ts'
import { amount, decimal, price, quantity } from '../../src/core/money.ts'
import {
  evaluateRisk,
  type RiskIntent,
  type RiskLimits,
  type RiskSnapshot,
  type RuleResult,
  type ScopeExposure,
} from '../../src/core/risk-rules.ts'
import type { SymbolExposure } from '../../src/core/worst-case.ts'

/** An order that nothing speaks against, in a world that is changed one thing at a time. */
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

export const exposure = (parts: Partial<Record<keyof SymbolExposure, string>> = {}): SymbolExposure => ({
  position: quantity(parts.position ?? '0'),
  openBuy: quantity(parts.openBuy ?? '0'),
  openSell: quantity(parts.openSell ?? '0'),
  ...(parts.highestBuy === undefined ? {} : { highestBuy: price(parts.highestBuy) }),
  ...(parts.highestSell === undefined ? {} : { highestSell: price(parts.highestSell) }),
})
export const scope = (parts: Partial<ScopeExposure> = {}) => ({
  symbol: exposure(),
  elsewhere: amount('0'),
  openOrders: 0,
  ordersInLastMinute: 0,
  realisedToday: amount('0'),
  ...parts,
})

export const BASE: RiskSnapshot = {
  now: NOW,
  signalTime: NOW,
  quote: { bid: price('99'), ask: price('100'), time: NOW, receivedAt: NOW },
  instrument: { lot: quantity('1'), maxQuantity: quantity('1000000'), shortable: true },
  isQuarantined: false,
  allowShort: false,
  account: scope(),
  strategy: scope(),
  buyingPower: amount('1000000000'),
  buyingPowerCountsOpenOrders: false,
  openBuyCost: amount('0'),
  unreflectedBuyCost: amount('0'),
}
export const collar = { price_collar_pct: decimal('5') }
export const snapshot = (parts: Partial<RiskSnapshot> = {}): RiskSnapshot => ({ ...BASE, ...parts })
export const without = (...keys: (keyof RiskSnapshot)[]): RiskSnapshot => {
  const rest: Partial<Record<keyof RiskSnapshot, unknown>> = { ...BASE }
  for (const key of keys) delete rest[key]
  return rest as RiskSnapshot
}
export const holding = (parts: Parameters<typeof exposure>[0]): RiskSnapshot =>
  snapshot({ account: scope({ symbol: exposure(parts) }) as RiskSnapshot['account'] })

export function order(side: 'buy' | 'sell', size: string, limit: string, more: Partial<RiskIntent> = {}): RiskIntent {
  const limitPrice = price(limit)
  return {
    symbol: 'AAPL',
    side,
    strategy: 'trend',
    quantity: quantity(size),
    limitPrice,
    worstPrice: limitPrice,
    ...more,
  }
}
export function marketOrder(side: 'buy' | 'sell', size: string, worst: string): RiskIntent {
  const { limitPrice: _none, ...rest } = order(side, size, worst)
  return rest
}
export const BUY = order('buy', '100', '100')

export const firstFailure = (
  intent: RiskIntent,
  of: RiskSnapshot,
  limits: Partial<RiskLimits> = {},
): RuleResult | undefined => evaluateRisk(intent, of, { ...UNLIMITED, ...limits }).find(({ ok }) => !ok)
export const codeOf = (
  intent: RiskIntent,
  of: RiskSnapshot,
  limits: Partial<RiskLimits> = {},
): DenialCode | 'allowed' => firstFailure(intent, of, limits)?.code ?? 'allowed'

export type Story = [
  situation: string,
  expected: DenialCode | 'allowed',
  RiskIntent,
  RiskSnapshot,
  Partial<RiskLimits>?,
]
export function table(title: string, stories: readonly Story[]): void {
  describe(title, () => {
    it.each(stories)('%s: %s', (_situation, expected, intent, of, limits) => {
      expect(codeOf(intent, of, limits)).toBe(expected)
    })
  })
}

export const SELL = order('sell', '10', '99')
