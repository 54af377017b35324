import { describe, expect, it } from 'vitest'
import { orderId } from '../../../src/core/ids.ts'
import { amount, decimal, price, quantity } from '../../../src/core/money.ts'
import { Account, NOW, outcome, UNLIMITED } from './an-account.ts'
import { cancelled, created, type OrderParts, submitting } from './an-order.ts'

describe('an approved order', () => {
  it('holds its reservation before anybody else is asked', () => {
    const account = new Account()
    account.limits = { ...UNLIMITED, max_total_exposure: decimal('1000') }
    expect([outcome(account.check('a')), outcome(account.check('b'))]).toEqual(['approved', 'risk.total_exposure'])
    expect([account.exposure.holds(orderId('a')), account.exposure.holds(orderId('b'))]).toEqual([true, false])
  })
  it('counts in the minute in which it was approved; a denied one does not', () => {
    const account = new Account()
    account.limits = { ...UNLIMITED, max_orders_per_minute: 1 }
    expect([outcome(account.check('a')), outcome(account.check('b'))]).toEqual(['approved', 'risk.orders_per_minute'])
    account.monotonic = 60_001
    expect(outcome(account.check('b'))).toBe('approved')
  })
  it('that is checked again does not stand in its own way', () => {
    const account = new Account()
    account.duplicatePolicy = 'deny'
    account.limits = {
      ...UNLIMITED,
      max_total_exposure: decimal('1000'),
      max_position_notional: decimal('1000'),
      max_open_orders: 1,
    }
    for (const counts of [false, true]) {
      account.venue = { refusesOppositeOrders: true, buyingPowerCountsOpenOrders: counts }
      account.facts = { account: { buyingPower: amount('1000'), mark: account.exposure.buyCosts.mark() } }
      expect(outcome(account.check('a'))).toBe('approved')
      account.record(undefined, created('a'))
      expect(outcome(account.check('a'))).toBe('approved')
    }
    expect(account.exposure.openOrders).toBe(1)
  })
  it('that is denied when checked again keeps what it held until its own outcome', () => {
    const account = new Account()
    account.check('a')
    account.isHalted = true
    expect([outcome(account.check('a')), account.exposure.openOrders]).toEqual(['halted', 1])
  })
  it('that is never recorded gives its room back', () => {
    const account = new Account()
    account.limits = { ...UNLIMITED, max_open_orders: 1 }
    account.check('a')
    account.exposure.release(orderId('a'))
    expect(outcome(account.check('b'))).toBe('approved')
  })
  it('is told every rule, gates first', () => {
    const { results } = new Account().check('a')
    expect(results.slice(0, 5).map(({ rule }) => rule)).toEqual([
      'halt',
      'breaker',
      'duplicate_policy',
      'opposite_orders',
      'symbol',
    ])
    expect(results.every(({ ok }) => ok)).toBe(true)
  })
})

describe('a denied order', () => {
  it('says code, value, limit and a sentence', () => {
    const account = new Account()
    account.limits = { ...UNLIMITED, max_order_notional: decimal('999.99') }
    expect(account.check('a')).toMatchObject({
      kind: 'denied',
      code: 'risk.order_notional',
      value: '1000',
      limit: '999.99',
      message: 'Order too large: 1000, limit 999.99',
    })
    expect(account.exposure.openOrders).toBe(0)
  })
  it.each<[string, (account: Account) => void]>([
    [
      'position.quarantined',
      (account) => {
        account.facts = { isQuarantined: true }
      },
    ],
    [
      'symbol.unknown',
      (account) => {
        account.facts = { instrument: undefined }
      },
    ],
    [
      'price.no_quote',
      (account) => {
        account.facts = { quote: undefined }
      },
    ],
    [
      'account.not_ready',
      (account) => {
        account.facts = { account: undefined }
      },
    ],
    [
      'signal.stale',
      (account) => {
        account.limits = { ...UNLIMITED, max_signal_age: 5 }
        account.facts = { signalTime: NOW - 6 }
      },
    ],
    [
      'risk.daily_loss',
      (account) => {
        account.limits = { ...UNLIMITED, max_daily_loss: decimal('5') }
        account.facts = { realisedToday: amount('-4'), unrealised: amount('-1') }
      },
    ],
    [
      'risk.per_strategy.daily_loss',
      (account) => {
        account.limits = { ...UNLIMITED, per_strategy: { trend: { max_daily_loss: decimal('5') } } }
        account.facts = { strategyRealisedToday: amount('-5') }
      },
    ],
    [
      'risk.per_strategy.position_notional',
      (account) => {
        account.limits = { ...UNLIMITED, per_strategy: { trend: { max_position_notional: decimal('999999') } } }
      },
    ],
    [
      'risk.per_strategy.total_exposure',
      (account) => {
        account.exposure.setStrategyPositions([{ strategy: 'trend', symbol: 'MSFT', quantity: quantity('1') }])
        account.exposure.mark('MSFT', price('5'))
        account.limits = { ...UNLIMITED, per_strategy: { trend: { max_total_exposure: decimal('1004') } } }
      },
    ],
    [
      'risk.per_strategy.open_orders',
      (account) => {
        account.working('w')
        account.limits = { ...UNLIMITED, per_strategy: { trend: { max_open_orders: 1 } } }
      },
    ],
    [
      'short.not_allowed',
      (account) => {
        account.facts = {}
        account.exposure.setPosition('AAPL', quantity('-1'))
      },
    ],
  ])('for %s', (code, arrange) => {
    const account = new Account()
    arrange(account)
    expect(outcome(account.check('a', code === 'short.not_allowed' ? { side: 'sell' } : {}))).toBe(code)
  })
})

describe('the halt and the breaker', () => {
  it('come before everything else', () => {
    const account = new Account()
    account.isHalted = true
    account.stance = 'halted'
    account.limits = { ...UNLIMITED, deny_symbols: ['AAPL'] }
    expect(outcome(account.check('a'))).toBe('halted')
    account.isHalted = false
    expect(outcome(account.check('a'))).toBe('breaker.open')
  })
  it('let nothing through when open, reductions included', () => {
    const account = new Account()
    account.stance = 'halted'
    account.exposure.setPosition('AAPL', quantity('10'))
    expect(outcome(account.check('a', { side: 'sell' }))).toBe('breaker.open')
  })
  it('let reductions through when only those are let through', () => {
    const account = new Account()
    account.stance = 'reduce_only'
    account.exposure.setPosition('AAPL', quantity('10'))
    expect(outcome(account.check('a'))).toBe('breaker.reduce_only')
    expect(outcome(account.check('b', { side: 'sell', quantity: '6' }))).toBe('approved')
    expect(outcome(account.check('c', { side: 'sell', quantity: '5' }))).toBe('breaker.reduce_only')
    expect(outcome(account.check('d', { side: 'sell', quantity: '4' }))).toBe('approved')
  })
})

describe('a second order of the same side', () => {
  it('is denied, even before the first is recorded', () => {
    const account = new Account()
    account.duplicatePolicy = 'deny'
    account.check('a')
    expect(outcome(account.check('b'))).toBe('duplicate.working_order')
  })
  it('is denied by what the map alone knows', () => {
    const account = new Account()
    account.duplicatePolicy = 'deny'
    account.pending.replace(submitting(created('a')))
    expect(outcome(account.check('b'))).toBe('duplicate.working_order')
  })
  it('waits where the policy says so, and is told behind whom', () => {
    const account = new Account()
    account.duplicatePolicy = 'queue'
    const first = account.working('a')
    expect(account.check('b')).toMatchObject({ kind: 'wait', behind: ['a'] })
    expect(account.exposure.holds(orderId('b'))).toBe(false)
    account.record(first, cancelled(first))
    expect(outcome(account.check('b'))).toBe('approved')
  })
  it.each<[string, OrderParts]>([
    ['on the other side', { side: 'sell' }],
    ['of another symbol', { symbol: 'MSFT' }],
  ])('%s is no duplicate', (_, parts) => {
    const account = new Account()
    account.duplicatePolicy = 'deny'
    account.allowShort = true
    account.working('a')
    expect(outcome(account.check('b', parts))).toBe('approved')
  })
  it('is let through where the policy allows it', () => {
    const account = new Account()
    account.working('a')
    expect(outcome(account.check('b'))).toBe('approved')
  })
})

describe('an order against a working one of the other side', () => {
  it('is denied only where the venue refuses such orders', () => {
    const account = new Account()
    account.allowShort = true
    account.working('a')
    expect(outcome(account.check('b', { side: 'sell' }))).toBe('approved')
    account.exposure.release(orderId('b'))
    account.venue = { ...account.venue, refusesOppositeOrders: true }
    expect(outcome(account.check('b', { side: 'sell' }))).toBe('opposite.working_order')
    expect(outcome(account.check('c'))).toBe('approved')
  })
})
