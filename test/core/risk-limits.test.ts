import { describe, expect, it } from 'vitest'
import { amount, decimal, type Price, price } from '../../src/core/money.ts'
import { evaluateRisk, type RiskLimits, type RiskSnapshot, type ScopeExposure } from '../../src/core/risk-rules.ts'
import {
  BASE,
  BUY,
  exposure,
  holding,
  marketOrder,
  order,
  SELL,
  scope,
  snapshot,
  table,
  UNLIMITED,
  without,
} from './risk-stories.ts'

const upTo = (key: keyof RiskLimits, limit: string) => ({ [key]: decimal(limit) })
table('the worth of an order', [
  ['exactly the limit', 'allowed', BUY, BASE, upTo('max_order_notional', '10000')],
  ['a cent more', 'risk.order_notional', BUY, BASE, upTo('max_order_notional', '9999.99')],
  [
    'a market order at what it was sized by',
    'allowed',
    marketOrder('buy', '100', '101'),
    BASE,
    upTo('max_order_notional', '10100'),
  ],
  [
    'a market order by the quote when that is worse',
    'risk.order_notional',
    marketOrder('buy', '100', '98'),
    BASE,
    upTo('max_order_notional', '9999'),
  ],
  [
    'of a reduction too',
    'risk.order_notional',
    order('sell', '100', '99'),
    holding({ position: '100' }),
    upTo('max_order_notional', '9899.99'),
  ],
])

table('the worth of a position', [
  ['exactly the limit', 'allowed', BUY, BASE, upTo('max_position_notional', '10000')],
  ['a cent more', 'risk.position_notional', BUY, BASE, upTo('max_position_notional', '9999.99')],
  [
    'with what is held',
    'risk.position_notional',
    BUY,
    holding({ position: '50' }),
    upTo('max_position_notional', '14999.99'),
  ],
  [
    'with what is held, at the limit',
    'allowed',
    BUY,
    holding({ position: '50' }),
    upTo('max_position_notional', '15000'),
  ],
  [
    'with open buys',
    'risk.position_notional',
    BUY,
    holding({ openBuy: '50' }),
    upTo('max_position_notional', '14999.99'),
  ],
  [
    'open sells take nothing off',
    'risk.position_notional',
    BUY,
    holding({ position: '50', openSell: '50' }),
    upTo('max_position_notional', '14999.99'),
  ],
  [
    'at the quote, when the limit is better',
    'risk.position_notional',
    order('buy', '100', '97'),
    BASE,
    upTo('max_position_notional', '9999.99'),
  ],
  [
    'at the limit, when the quote is better',
    'risk.position_notional',
    order('buy', '100', '102'),
    BASE,
    upTo('max_position_notional', '10199.99'),
  ],
  [
    'at the highest open buy',
    'risk.position_notional',
    BUY,
    holding({ openBuy: '1', highestBuy: '104' }),
    upTo('max_position_notional', '10503.99'),
  ],
  [
    'at the highest open buy, at the limit',
    'allowed',
    BUY,
    holding({ openBuy: '1', highestBuy: '104' }),
    upTo('max_position_notional', '10504'),
  ],
  [
    'through zero counts what opens',
    'allowed',
    order('buy', '150', '100'),
    holding({ position: '-100' }),
    upTo('max_position_notional', '5000'),
  ],
  [
    'through zero, one more',
    'risk.position_notional',
    order('buy', '151', '100'),
    holding({ position: '-100' }),
    upTo('max_position_notional', '5000'),
  ],
  [
    'short, exactly the limit',
    'allowed',
    order('sell', '100', '99'),
    snapshot({ allowShort: true }),
    upTo('max_position_notional', '10000'),
  ],
  [
    'short, a cent more',
    'risk.position_notional',
    order('sell', '100', '99'),
    snapshot({ allowShort: true }),
    upTo('max_position_notional', '9999.99'),
  ],
  [
    'short, with open sells',
    'risk.position_notional',
    order('sell', '100', '99'),
    { ...holding({ openSell: '1' }), allowShort: true },
    upTo('max_position_notional', '10000'),
  ],
  [
    'when the order only reduces',
    'allowed',
    order('sell', '100', '99'),
    holding({ position: '1000' }),
    upTo('max_position_notional', '1'),
  ],
  [
    'when the order only covers',
    'allowed',
    order('buy', '100', '100'),
    holding({ position: '-1000' }),
    upTo('max_position_notional', '1'),
  ],
])

const beside = (elsewhere: string, parts: Parameters<typeof exposure>[0] = {}): RiskSnapshot =>
  snapshot({ account: scope({ symbol: exposure(parts), elsewhere: amount(elsewhere) }) as RiskSnapshot['account'] })
const { elsewhere: _unknown, ...unpriced } = scope()
table('the exposure of everything', [
  ['exactly the limit', 'allowed', BUY, beside('5000'), upTo('max_total_exposure', '15000')],
  ['a cent more', 'risk.total_exposure', BUY, beside('5000.01'), upTo('max_total_exposure', '15000')],
  [
    'a buy within what the open sells already count',
    'allowed',
    BUY,
    { ...beside('0', { openSell: '200', highestSell: '100' }), allowShort: true },
    upTo('max_total_exposure', '20000'),
  ],
  [
    'a buy beyond it',
    'risk.total_exposure',
    order('buy', '201', '100'),
    { ...beside('0', { openSell: '200', highestSell: '100' }), allowShort: true },
    upTo('max_total_exposure', '20000'),
  ],
  [
    'when the order only reduces',
    'allowed',
    order('sell', '100', '99'),
    beside('5000', { position: '100' }),
    upTo('max_total_exposure', '1'),
  ],
  [
    'when something else has no price',
    'price.no_quote',
    BUY,
    snapshot({ account: unpriced }),
    upTo('max_total_exposure', '15000'),
  ],
  ['when something else has no price and nothing is limited', 'allowed', BUY, snapshot({ account: unpriced })],
])

const counting = (openOrders: number, ordersInLastMinute = 0): RiskSnapshot =>
  snapshot({
    account: scope({
      symbol: exposure({ position: '1000' }),
      openOrders,
      ordersInLastMinute,
    }) as RiskSnapshot['account'],
  })
table('how many', [
  ['the last open order allowed', 'allowed', BUY, counting(199), { max_open_orders: 200 }],
  ['one more', 'risk.open_orders', BUY, counting(200), { max_open_orders: 200 }],
  ['one more, though it reduces', 'risk.open_orders', SELL, counting(200), { max_open_orders: 200 }],
  ['the last of a minute', 'allowed', BUY, counting(0, 119), { max_orders_per_minute: 120 }],
  ['one more in the minute', 'risk.orders_per_minute', BUY, counting(0, 120), { max_orders_per_minute: 120 }],
  [
    'one more in the minute, though it reduces',
    'risk.orders_per_minute',
    SELL,
    counting(0, 120),
    { max_orders_per_minute: 120 },
  ],
])

const lost = (realised: string, unrealised?: string): RiskSnapshot =>
  snapshot({
    account: scope({
      symbol: exposure({ position: '10' }),
      realisedToday: amount(realised),
      ...(unrealised === undefined ? {} : { unrealised: amount(unrealised) }),
    }) as RiskSnapshot['account'],
  })
table('the loss of the day', [
  ['a cent short of the limit', 'allowed', BUY, lost('-9999.99'), upTo('max_daily_loss', '10000')],
  ['at the limit, where trading stops', 'risk.daily_loss', BUY, lost('-10000'), upTo('max_daily_loss', '10000')],
  ['with what is not realised', 'risk.daily_loss', BUY, lost('-5000', '-5000'), upTo('max_daily_loss', '10000')],
  ['made good by what is not realised', 'allowed', BUY, lost('-12000', '2000.01'), upTo('max_daily_loss', '10000')],
  ['a profit', 'allowed', BUY, lost('50000'), upTo('max_daily_loss', '10000')],
  ['reductions go on', 'allowed', SELL, lost('-99999'), upTo('max_daily_loss', '10000')],
  ['without a limit', 'allowed', BUY, lost('-99999')],
])

const funded = (buyingPower: string, counts: boolean, open = '0', unreflected = '0'): RiskSnapshot =>
  snapshot({
    account: scope({ symbol: exposure({ position: '1000' }) }) as RiskSnapshot['account'],
    buyingPower: amount(buyingPower),
    buyingPowerCountsOpenOrders: counts,
    openBuyCost: amount(open),
    unreflectedBuyCost: amount(unreflected),
  })
table('buying power', [
  ['exactly enough', 'allowed', BUY, funded('10000', false)],
  ['a cent short', 'risk.buying_power', BUY, funded('9999.99', false)],
  ['beside open buys', 'risk.buying_power', BUY, funded('10000', false, '0.01')],
  ['beside what was spent since it was read', 'risk.buying_power', BUY, funded('10000', false, '0', '0.01')],
  ['beside open buys that the venue has taken off already', 'allowed', BUY, funded('10000', true, '5000')],
  ['beside buys that it cannot have seen', 'risk.buying_power', BUY, funded('10000', true, '5000', '0.01')],
  ['a market order at the quote', 'risk.buying_power', marketOrder('buy', '100', '98'), funded('9999.99', false)],
  ['not known', 'account.not_ready', BUY, without('buyingPower')],
  ['of a sell is not asked for', 'allowed', order('sell', '10', '99'), funded('0', false)],
])

const inStrategy = (parts: Partial<ScopeExposure>): RiskSnapshot => snapshot({ strategy: scope(parts) })
const { symbol: _positions, elsewhere: _rest, realisedToday: _result, ...figuresUnknown } = scope()
const forTrend = (limits: Partial<RiskLimits>): Partial<RiskLimits> => ({ per_strategy: { trend: limits } })
table('one strategy', [
  ['an order at its limit', 'allowed', BUY, BASE, forTrend(upTo('max_order_notional', '10000'))],
  ['an order over it', 'risk.per_strategy.order_notional', BUY, BASE, forTrend(upTo('max_order_notional', '9999'))],
  [
    'its position at the limit',
    'allowed',
    BUY,
    inStrategy({ symbol: exposure({ position: '10' }) }),
    forTrend(upTo('max_position_notional', '11000')),
  ],
  [
    'its position over it',
    'risk.per_strategy.position_notional',
    BUY,
    inStrategy({ symbol: exposure({ position: '11' }) }),
    forTrend(upTo('max_position_notional', '11000')),
  ],
  [
    'its exposure at the limit',
    'allowed',
    BUY,
    inStrategy({ elsewhere: amount('10') }),
    forTrend(upTo('max_total_exposure', '10010')),
  ],
  [
    'its exposure over it',
    'risk.per_strategy.total_exposure',
    BUY,
    inStrategy({ elsewhere: amount('11') }),
    forTrend(upTo('max_total_exposure', '10010')),
  ],
  ['its open orders at the limit', 'allowed', BUY, inStrategy({ openOrders: 1 }), forTrend({ max_open_orders: 2 })],
  [
    'its open orders over it',
    'risk.per_strategy.open_orders',
    BUY,
    inStrategy({ openOrders: 2 }),
    forTrend({ max_open_orders: 2 }),
  ],
  [
    'its orders a minute over the limit',
    'risk.per_strategy.orders_per_minute',
    BUY,
    inStrategy({ ordersInLastMinute: 2 }),
    forTrend({ max_orders_per_minute: 2 }),
  ],
  [
    'its loss short of the limit',
    'allowed',
    BUY,
    inStrategy({ realisedToday: amount('-99') }),
    forTrend(upTo('max_daily_loss', '100')),
  ],
  [
    'its loss at the limit',
    'risk.per_strategy.daily_loss',
    BUY,
    inStrategy({ realisedToday: amount('-100') }),
    forTrend(upTo('max_daily_loss', '100')),
  ],
  [
    'positions that nobody knows',
    'risk.per_strategy.position_notional',
    BUY,
    snapshot({ strategy: figuresUnknown }),
    forTrend(upTo('max_position_notional', '99999999')),
  ],
  [
    'exposure that nobody knows',
    'risk.per_strategy.total_exposure',
    BUY,
    snapshot({ strategy: figuresUnknown }),
    forTrend(upTo('max_total_exposure', '99999999')),
  ],
  [
    'a result that nobody knows',
    'risk.per_strategy.daily_loss',
    BUY,
    snapshot({ strategy: figuresUnknown }),
    forTrend(upTo('max_daily_loss', '99999999')),
  ],
  ['nothing known and nothing limited', 'allowed', BUY, snapshot({ strategy: figuresUnknown })],
  ['the limits of another', 'allowed', BUY, BASE, { per_strategy: { carry: { max_open_orders: 0 } } }],
  ['with a name that every object has', 'allowed', { ...BUY, strategy: 'constructor' }, BASE, { per_strategy: {} }],
])

describe('an order that only reduces', () => {
  it('is told that the rules on opening do not hold it back', () => {
    const limits = { ...UNLIMITED, ...upTo('max_position_notional', '1'), ...upTo('max_total_exposure', '1') }
    const results = evaluateRisk(SELL, holding({ position: '10' }), limits)
    expect(results.filter(({ exempt }) => exempt).map(({ rule, value, limit }) => [rule, value, limit])).toEqual([
      ['max_position_notional', '0', '1'],
      ['max_total_exposure', '1000', '1'],
      ['max_daily_loss', '0', 'unlimited'],
      ['per_strategy.max_position_notional', '1000', 'unlimited'],
      ['per_strategy.max_total_exposure', '1000', 'unlimited'],
      ['per_strategy.max_daily_loss', '0', 'unlimited'],
      ['buying_power', '0', '1000000000'],
    ])
  })
  it('counts at least the price that is asked for', () => {
    const seen: Price = price('100')
    const results = evaluateRisk(order('sell', '10', '120'), { ...BASE, allowShort: true }, UNLIMITED)
    const { value } = results.find(({ rule }) => rule === 'max_position_notional') ?? { value: '' }
    expect(decimal(value).greaterThan(seen.times(decimal('10')))).toBe(true)
  })
})
