import { describe, expect, it } from 'vitest'
import {
  accountFor,
  orderManagementFor,
  rateLimitFor,
  retryPolicyFor,
  riskFor,
  strategyRiskFor,
} from '../../src/config/config-for.ts'
import { accepted } from './load-json.ts'

const { config } = accepted({
  accounts: {
    a: {
      venue: 'paper',
      risk: { max_open_orders: 3, max_daily_loss: null },
      rate_limit: [{ class: 'order', requests: 5, per: '1s' }],
    },
    b: { venue: 'paper' },
    c: { venue: 'paper' },
  },
  routing: { default: 'a', by_strategy: { trend: 'b' }, by_symbol: { 'BTC/USD': 'c' } },
  order_management: {
    buy_offset: '7',
    reprice: { enabled: true, after: '10s' },
    strategy_overrides: { trend: { sell_offset: '-1', reprice: { max_times: 9 } } },
  },
  risk: { max_open_orders: 50, per_strategy: { trend: { max_open_orders: 2 } } },
  retry: { max_delay: '20s', read: { max_attempts: 5 } },
  rate_limit: { requests: 10, per: '2s' },
})

describe('the limits of an account', () => {
  it('override the general ones field by field', () => {
    expect(riskFor(config, 'a')).toMatchObject({ max_open_orders: 3, max_daily_loss: null, max_orders_per_minute: 120 })
    expect(riskFor(config, 'b').max_open_orders).toBe(50)
    expect(String(riskFor(config, 'b').max_daily_loss)).toBe('10000')
  })
  it('have the limits of a strategy beside them', () => {
    expect(strategyRiskFor(config, 'trend')).toEqual({ max_open_orders: 2 })
    expect(strategyRiskFor(config, 'constructor')).toEqual({})
  })
})

describe('the order management of a strategy', () => {
  it('overrides the general one field by field, within blocks too', () => {
    const trend = orderManagementFor(config, 'trend')
    expect([trend.buy_offset, trend.sell_offset].map(String)).toEqual(['7', '-1'])
    expect(trend.reprice).toMatchObject({ enabled: true, after: 10_000, max_times: 9 })
  })
  it('is the general one where nothing is overridden', () => {
    const other = orderManagementFor(config, 'toString')
    expect([other.buy_offset, other.sell_offset].map(String)).toEqual(['7', '5'])
    expect(other.reprice.max_times).toBe(3)
    expect(other).not.toHaveProperty('strategy_overrides')
  })
})

describe('the retries of a call', () => {
  it('override the general ones', () => {
    expect(retryPolicyFor(config, 'read')).toMatchObject({ max_attempts: 5, max_delay: 20_000, initial_delay: 1_000 })
    expect(retryPolicyFor(config, 'submit').max_attempts).toBe(3)
  })
})

describe('the budget of an account', () => {
  it('is its own, else the general one, else that of its venue', () => {
    expect(rateLimitFor(config, 'a')).toEqual([{ class: 'order', requests: 5, per: 1_000 }])
    expect(rateLimitFor(config, 'b')).toEqual([{ class: 'all', requests: 10, per: 2_000 }])
    expect(rateLimitFor(accepted().config, 'paper')).toEqual([])
  })
})

describe('a signal goes', () => {
  const route = (account: string | undefined, strategy: string, symbol: string) => {
    const routed = accountFor(config, { account, strategy, symbol })
    return routed.kind === 'no_route' ? routed.kind : `${routed.kind} ${routed.name}`
  }
  it.each([
    ['to the account it names', 'c', 'trend', 'BTC/USD', 'routed c'],
    ['to that of its strategy', undefined, 'trend', 'BTC/USD', 'routed b'],
    ['to that of its symbol', undefined, 'other', 'BTC/USD', 'routed c'],
    ['to the default', undefined, 'other', 'AAPL', 'routed a'],
    ['nowhere when it names an account that is none', 'zz', 'trend', 'AAPL', 'unknown_account zz'],
    ['nowhere when it names a word of the language', '__proto__', 'trend', 'AAPL', 'unknown_account __proto__'],
  ])('%s', (_, account, strategy, symbol, outcome) => expect(route(account, strategy, symbol)).toBe(outcome))

  it('to the only account without any rule', () => {
    const routed = accountFor(accepted().config, { strategy: 'default', symbol: 'AAPL' })
    expect(routed).toMatchObject({ kind: 'routed', name: 'paper' })
  })
  it('nowhere among several accounts without a default, of which it was warned', () => {
    const loaded = accepted({ accounts: { a: { venue: 'paper' }, b: { venue: 'paper' } } })
    expect(accountFor(loaded.config, { strategy: 'default', symbol: 'AAPL' }).kind).toBe('no_route')
    expect(loaded.warnings).toMatchObject([{ path: 'routing.default' }])
  })
})
