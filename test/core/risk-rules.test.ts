import { describe, expect, it } from 'vitest'
import { decimal, price, quantity } from '../../src/core/money.ts'
import { evaluateRisk, MAX_SIGNAL_LEAD_MS, type RiskSnapshot } from '../../src/core/risk-rules.ts'
import {
  BASE,
  BUY,
  collar,
  type exposure,
  holding,
  marketOrder,
  NOW,
  order,
  SELL,
  snapshot,
  table,
  UNLIMITED,
  without,
} from './risk-stories.ts'

describe('an order without anything against it', () => {
  it('passes every rule, and every rule is told', () => {
    const results = evaluateRisk(BUY, BASE, UNLIMITED)
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(results.map(({ rule }) => rule)).toEqual([
      'symbol',
      'allow_symbols',
      'deny_symbols',
      'per_strategy.allow_symbols',
      'per_strategy.deny_symbols',
      'quarantine',
      'expires_at',
      'signal_lead',
      'max_signal_age',
      'price',
      'quote',
      'max_reference_age',
      'price_collar_pct',
      'quantity',
      'allow_short',
      'reduce_only',
      'max_order_notional',
      'max_position_notional',
      'max_total_exposure',
      'max_open_orders',
      'max_orders_per_minute',
      'max_daily_loss',
      'per_strategy.max_order_notional',
      'per_strategy.max_position_notional',
      'per_strategy.max_total_exposure',
      'per_strategy.max_open_orders',
      'per_strategy.max_orders_per_minute',
      'per_strategy.max_daily_loss',
      'buying_power',
    ])
  })
  it('is told what each rule measured, without limits as well', () => {
    const told = Object.fromEntries(
      evaluateRisk(BUY, BASE, UNLIMITED).map(({ rule, value, limit }) => [rule, [value, limit]]),
    )
    expect(told).toMatchObject({
      symbol: ['AAPL', 'known to the venue'],
      quarantine: ['settled', 'settled'],
      allow_symbols: ['AAPL', 'unlimited'],
      deny_symbols: ['AAPL', 'unlimited'],
      expires_at: ['2026-07-01T14:00:00.000Z', 'unlimited'],
      quote: ['99 / 100', 'a price to buy at'],
      price_collar_pct: ['100', 'unlimited'],
      max_order_notional: ['10000', 'unlimited'],
      max_position_notional: ['10000', 'unlimited'],
      max_total_exposure: ['10000', 'unlimited'],
      max_open_orders: ['1', 'unlimited'],
      max_daily_loss: ['0', 'unlimited'],
      buying_power: ['10000', '1000000000'],
    })
  })
  it('is told between which prices its limit may lie', () => {
    const results = evaluateRisk(BUY, BASE, { ...UNLIMITED, ...collar })
    expect(results.find(({ rule }) => rule === 'price_collar_pct')).toMatchObject({ value: '100', limit: '95 to 105' })
  })
  it('that fails twice is told both, and denied by the first', () => {
    const limits = { ...UNLIMITED, max_order_notional: decimal('1'), deny_symbols: ['AAPL'] }
    const failed = evaluateRisk(BUY, BASE, limits).filter(({ ok }) => !ok)
    expect(failed).toEqual([
      { rule: 'deny_symbols', code: 'symbol.denied', value: 'AAPL', limit: 'AAPL', ok: false },
      { rule: 'max_order_notional', code: 'risk.order_notional', value: '10000', limit: '1', ok: false },
    ])
  })
})

table('the symbol', [
  ['unknown to the venue', 'symbol.unknown', BUY, without('instrument')],
  ['on the allowed list', 'allowed', BUY, BASE, { allow_symbols: ['MSFT', 'AAPL'] }],
  ['not on the allowed list', 'symbol.not_allowed', BUY, BASE, { allow_symbols: ['MSFT'] }],
  ['an allowed list that is empty', 'symbol.not_allowed', BUY, BASE, { allow_symbols: [] }],
  ['on both lists', 'symbol.denied', BUY, BASE, { allow_symbols: ['AAPL'], deny_symbols: ['AAPL'] }],
  ['another one denied', 'allowed', BUY, BASE, { deny_symbols: ['AAP'] }],
  [
    'not on the list of its strategy',
    'symbol.not_allowed',
    BUY,
    BASE,
    { per_strategy: { trend: { allow_symbols: ['MSFT'] } } },
  ],
  [
    'on the denied list of its strategy',
    'symbol.denied',
    BUY,
    BASE,
    { per_strategy: { trend: { deny_symbols: ['AAPL'] } } },
  ],
  [
    'on the denied list of another strategy',
    'allowed',
    BUY,
    BASE,
    { per_strategy: { carry: { deny_symbols: ['AAPL'] } } },
  ],
  ['with a position in doubt', 'position.quarantined', BUY, snapshot({ isQuarantined: true })],
])

table('the signal', [
  ['a millisecond before it expires', 'allowed', { ...BUY, expiresAt: NOW + 1 }, BASE],
  ['when it expires', 'signal.expired', { ...BUY, expiresAt: NOW }, BASE],
  ['exactly as old as allowed', 'allowed', BUY, snapshot({ signalTime: NOW - 60_000 }), { max_signal_age: 60_000 }],
  ['a millisecond older', 'signal.stale', BUY, snapshot({ signalTime: NOW - 60_001 }), { max_signal_age: 60_000 }],
  ['of any age without a limit', 'allowed', BUY, snapshot({ signalTime: 0 })],
  [
    'a little ahead of our clock',
    'allowed',
    BUY,
    snapshot({ signalTime: NOW + MAX_SIGNAL_LEAD_MS }),
    { max_signal_age: 1 },
  ],
  [
    'further ahead',
    'signal.future',
    BUY,
    snapshot({ signalTime: NOW + MAX_SIGNAL_LEAD_MS + 1 }),
    { max_signal_age: 1 },
  ],
  ['of an order that was held', 'allowed', BUY, without('signalTime'), { max_signal_age: 1 }],
])

const quoted = (bid: string, ask: string, time = NOW, receivedAt = NOW): RiskSnapshot =>
  snapshot({ quote: { bid: price(bid), ask: price(ask), time, receivedAt } })
const long = (quote: RiskSnapshot): RiskSnapshot => ({
  ...holding({ position: '1000' }),
  ...(quote.quote === undefined ? {} : { quote: quote.quote }),
})

table('the quote', [
  ['none', 'price.no_quote', BUY, without('quote')],
  ['none, whatever is unlimited', 'price.no_quote', marketOrder('buy', '1', '100'), without('quote')],
  ['nobody sells', 'price.no_quote', BUY, quoted('99', '0')],
  ['nobody sells, and we do', 'allowed', SELL, long(quoted('99', '0'))],
  ['nobody buys, and we sell', 'price.no_quote', SELL, long(quoted('0', '100'))],
  ['exactly as old as allowed', 'allowed', BUY, quoted('99', '100', NOW - 15_000), { max_reference_age: 15_000 }],
  [
    'a millisecond older',
    'price.stale_reference',
    BUY,
    quoted('99', '100', NOW - 15_001),
    { max_reference_age: 15_000 },
  ],
  [
    'fresh by its own time, received long ago',
    'price.stale_reference',
    BUY,
    quoted('99', '100', NOW, NOW - 15_001),
    { max_reference_age: 15_000 },
  ],
  [
    'dated ahead by a venue whose clock is',
    'allowed',
    BUY,
    quoted('99', '100', NOW + 9_000_000, NOW),
    { max_reference_age: 15_000 },
  ],
  [
    'from before our clock was set back',
    'price.stale_reference',
    BUY,
    quoted('99', '100', NOW + 15_001, NOW + 15_001),
    { max_reference_age: 15_000 },
  ],
  ['of any age without a limit', 'allowed', BUY, quoted('99', '100', 0, 0)],
])

table('the price', [
  ['zero', 'price.invalid', order('buy', '1', '0'), BASE],
  ['below zero', 'price.invalid', order('buy', '1', '-1'), BASE],
  ['a buy as far above the ask as the collar', 'allowed', order('buy', '1', '105'), BASE, collar],
  ['a tick further', 'price.collar', order('buy', '1', '105.01'), BASE, collar],
  ['a buy as far below the ask as the collar', 'allowed', order('buy', '1', '95'), BASE, collar],
  ['a tick further down', 'price.collar', order('buy', '1', '94.99'), BASE, collar],
  ['a sell as far below the bid as the collar', 'allowed', order('sell', '1', '94.05'), long(BASE), collar],
  ['a tick below that', 'price.collar', order('sell', '1', '94.04'), long(BASE), collar],
  ['a sell as far above the bid', 'allowed', order('sell', '1', '103.95'), long(BASE), collar],
  ['a tick above that', 'price.collar', order('sell', '1', '103.96'), long(BASE), collar],
  ['a market order', 'allowed', marketOrder('buy', '1', '200'), BASE, collar],
  ['measured without a quote', 'price.no_quote', order('buy', '1', '100'), without('quote'), collar],
  ['far away without a collar', 'allowed', order('buy', '1', '9999'), BASE],
])

table('the quantity', [
  ['none', 'quantity.invalid', order('buy', '0', '100'), BASE],
  ['below zero', 'quantity.invalid', order('buy', '-1', '100'), BASE],
  ['off the lot', 'quantity.off_lot', order('buy', '1.5', '100'), BASE],
  ['as much as the venue takes', 'allowed', order('buy', '1000000', '100'), BASE],
  ['one lot more', 'quantity.too_large', order('buy', '1000001', '100'), BASE],
])

const shorting = (parts: Parameters<typeof exposure>[0], allowShort: boolean, shortable: boolean): RiskSnapshot => ({
  ...holding(parts),
  allowShort,
  instrument: { lot: quantity('1'), shortable },
})
table('a sell', [
  ['of all that is held', 'allowed', order('sell', '100', '99'), shorting({ position: '100' }, false, false)],
  ['of one more', 'short.not_allowed', order('sell', '101', '99'), shorting({ position: '100' }, false, true)],
  [
    'of what an open sell already sells',
    'short.not_allowed',
    order('sell', '61', '99'),
    shorting({ position: '100', openSell: '40' }, false, true),
  ],
  [
    'of what an open sell leaves',
    'allowed',
    order('sell', '60', '99'),
    shorting({ position: '100', openSell: '40' }, false, true),
  ],
  [
    'of nothing held, though a buy is open',
    'short.not_allowed',
    order('sell', '1', '99'),
    shorting({ openBuy: '100' }, false, true),
  ],
  ['short, where account and symbol allow it', 'allowed', order('sell', '1', '99'), shorting({}, true, true)],
  [
    'short, of a symbol that cannot be borrowed',
    'short.not_allowed',
    order('sell', '1', '99'),
    shorting({}, true, false),
  ],
  [
    'short, on top of a short, not allowed',
    'short.not_allowed',
    order('sell', '1', '99'),
    shorting({ position: '-5' }, false, true),
  ],
])

const reduceOnly = (side: 'buy' | 'sell', size: string) =>
  order(side, size, side === 'buy' ? '100' : '99', { reduceOnly: true })
table('a signal that asks to reduce only', [
  ['by all that is long', 'allowed', reduceOnly('sell', '10'), holding({ position: '10' })],
  ['by more', 'risk.reduce_only', reduceOnly('sell', '11'), { ...holding({ position: '10' }), allowShort: true }],
  ['by all that is short', 'allowed', reduceOnly('buy', '10'), holding({ position: '-10' })],
  ['by more than is short', 'risk.reduce_only', reduceOnly('buy', '11'), holding({ position: '-10' })],
  [
    'by what an open buy already takes back',
    'risk.reduce_only',
    reduceOnly('buy', '6'),
    holding({ position: '-10', openBuy: '5' }),
  ],
  ['by the rest', 'allowed', reduceOnly('buy', '5'), holding({ position: '-10', openBuy: '5' })],
  ['of nothing', 'risk.reduce_only', reduceOnly('buy', '1'), BASE],
])
