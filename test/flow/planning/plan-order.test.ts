import { describe, expect, it } from 'vitest'
import { PAPER_CAPABILITIES } from '../../../src/adapters/brokers/paper/capabilities.ts'
import { signalId } from '../../../src/core/ids.ts'
import { amount, decimal, price, quantity } from '../../../src/core/money.ts'
import type { Signal } from '../../../src/core/signal.ts'
import { type PlanningFacts, type PlanningRules, planOrder } from '../../../src/flow/planning/plan-order.ts'
import { T0 } from '../../support/orders.ts'
import { theInstrument, theQuote } from '../../support/scripted-gateway.ts'

const RULES: PlanningRules = {
  offsetMode: 'bps',
  buyOffset: decimal('5'),
  sellOffset: decimal('5'),
  maxSlippagePct: decimal('1'),
  slippageGuard: 'deny',
  orderTypes: ['limit'],
  timeInForce: 'day',
  reference: 'touch',
  marketMaxSpreadPct: decimal('0.2'),
  marketMinConfidence: decimal('0.8'),
  maxReferenceAgeMs: 15_000,
}
const FACTS: PlanningFacts = {
  now: T0,
  quote: theQuote('AAPL'), // 99.98 to 100, last 99.99
  instrument: theInstrument('AAPL'),
  capabilities: PAPER_CAPABILITIES,
  session: { state: 'open', tradingDate: '2026-03-02' },
}
const SIGNAL: Signal = {
  signalId: signalId('sig-1'),
  strategy: 'default',
  symbol: 'AAPL',
  side: 'buy',
  size: { by: 'quantity', quantity: quantity('10') },
}
const plan = (signal: Partial<Signal> = {}, rules: Partial<PlanningRules> = {}, facts: Partial<PlanningFacts> = {}) =>
  planOrder({ ...SIGNAL, ...signal }, { ...RULES, ...rules }, { ...FACTS, ...facts })
const told = (...asked: Parameters<typeof plan>): string => {
  const result = plan(...asked)
  if (result.kind === 'denied') return result.denial.code
  const { orderType, timeInForce, quantity: size, limitPrice } = result.planned
  return `${orderType} ${timeInForce} ${size} at ${limitPrice ?? 'any price'}`
}

describe('an order as it is planned', () => {
  it.each<[string, string, ...Parameters<typeof plan>]>([
    ['a buy reaches over the ask by the offset', 'limit day 10 at 100.05'],
    ['a sell reaches under the bid', 'limit day 10 at 99.94', { side: 'sell' }],
    ['patient, it stays at the touch', 'limit day 10 at 100', { urgency: 'low' }],
    ['from the middle', 'limit day 10 at 100.03', {}, { reference: 'mid' }],
    ['from the last trade', 'limit day 10 at 100.03', {}, { reference: 'last' }],
    ['the signal’s reference wins over the quote', 'limit day 10 at 50.02', { referencePrice: price('50') }],
    ['its own limit skips the offset', 'limit day 10 at 100.2', { limitPrice: price('100.20') }],
    ['its own limit keeps the tick', 'limit day 10 at 100.2', { limitPrice: price('100.209') }],
    [
      'money is spent at most, rounded down to the lot',
      'limit day 9 at 100.05',
      { size: { by: 'amount', amount: amount('1000') } },
    ],
    ['as long as it is asked for', 'limit ioc 10 at 100.05', { timeInForce: 'ioc' }],
    [
      'good till cancelled where the venue knows no day',
      'limit gtc 10 at 100.05',
      {},
      {},
      { capabilities: { ...PAPER_CAPABILITIES, timesInForce: ['gtc'] } },
    ],
    [
      'urgent and sure, at the market, where that is enabled',
      'market day 10 at any price',
      { urgency: 'immediate', confidence: decimal('0.8') },
      { orderTypes: ['limit', 'market'] },
    ],
    [
      'urgent but unsure, at a limit',
      'limit day 10 at 100.05',
      { urgency: 'immediate' },
      { orderTypes: ['limit', 'market'] },
    ],
  ])('%s: %s', (_what, end, ...asked) => expect(told(...asked)).toBe(end))
})

describe('an order that is not', () => {
  it.each<[string, string, ...Parameters<typeof plan>]>([
    ['a symbol nobody knows', 'symbol.unknown', {}, {}, { instrument: undefined }],
    ['no price to go by', 'price.no_quote', {}, {}, { quote: undefined }],
    ['a quote without that side', 'price.no_quote', {}, {}, { quote: { ...theQuote('AAPL'), ask: price('0') } }],
    ['a quote too old', 'price.stale_reference', {}, {}, { now: T0 + 15_001 }],
    [
      'a reference of its own too old',
      'price.stale_reference',
      { referencePrice: price('100'), referenceTime: T0 - 15_001 },
    ],
    [
      'a reference as old as its signal',
      'price.stale_reference',
      { referencePrice: price('100'), generatedAt: T0 - 15_001 },
    ],
    ['a limit beyond the guard', 'price.slippage_guard', { limitPrice: price('101.01') }],
    ['a type that is not enabled', 'order_type.not_enabled', { orderType: 'market' }],
    ['a stop', 'order_type.not_enabled', { orderType: 'stop' }],
    [
      'a time in force the venue has not',
      'time_in_force.unsupported',
      { timeInForce: 'fok' },
      {},
      { capabilities: { ...PAPER_CAPABILITIES, timesInForce: ['day'] } },
    ],
    ['too little money for one lot', 'quantity.below_lot', { size: { by: 'amount', amount: amount('99') } }],
    [
      'half a share where whole ones are traded',
      'quantity.off_lot',
      { size: { by: 'quantity', quantity: quantity('1.5') } },
    ],
  ])('%s: %s', (_what, code, ...asked) => expect(told(...asked)).toBe(code))

  it('still tells how far planning came, and why', () => {
    const result = plan({ limitPrice: price('150') })
    expect(result.kind).toBe('denied')
    if (result.kind !== 'denied') return
    expect(result.partial.referencePrice?.toString()).toBe('100')
    expect(Object.keys(result.why)).toEqual(['reference', 'type', 'price'])
  })
})

describe('the reference', () => {
  it('as old as is allowed is still good, and no limit is no limit', () => {
    expect(told({}, {}, { now: T0 + 15_000 })).toContain('limit')
    expect(told({}, { maxReferenceAgeMs: null }, { now: T0 + 3_600_000 })).toContain('limit')
  })
  it('a market order is reserved at the worst it may cost', () => {
    const result = plan({ orderType: 'market' }, { orderTypes: ['limit', 'market'] })
    expect(result.kind === 'planned' && result.planned.worstPrice.toString()).toBe('101')
  })
})

describe('an instrument with rules of its own', () => {
  const instrument = theInstrument('AAPL')
  const amountOf = (text: string) => ({ size: { by: 'amount', amount: amount(text) } }) as const
  it('that takes no orders gets none', () => {
    expect(told({}, {}, { instrument: { ...instrument, tradable: false } })).toBe('symbol.not_tradable')
  })
  it('is traded in its own times in force, whatever the habit is', () => {
    const facts = { instrument: { ...instrument, timesInForce: ['gtc', 'ioc'] } } as const
    expect(told({}, {}, facts)).toBe('limit gtc 10 at 100.05')
    expect(told({ timeInForce: 'day' }, {}, facts)).toBe('time_in_force.unsupported')
  })
  it('that takes parts for the day alone takes whole units otherwise', () => {
    const lot = quantity('0.001')
    const parts = { ...instrument, lot, minQuantity: lot, fractionalTimesInForce: ['day'] } as const
    expect(told(amountOf('1000'), {}, { instrument: parts })).toBe('limit day 9.995 at 100.05')
    expect(told(amountOf('1000'), { timeInForce: 'gtc' }, { instrument: parts })).toBe('limit gtc 9 at 100.05')
  })
})

describe('a market that is not open', () => {
  it('takes no order, and tells when it opens', () => {
    const closed = plan({}, {}, { session: { state: 'closed', tradingDate: '2026-03-01', opensAt: T0 + 60_000 } })
    expect(closed).toMatchObject({
      kind: 'denied',
      denial: { code: 'market.closed', limit: 'opens at 2026-03-02T15:01:00.000Z' },
    })
  })
  it('whose calendar has run out counts as closed', () => {
    expect(told({}, {}, { session: { state: 'unknown', tradingDate: '2030-01-01' } })).toBe('market.session_unknown')
  })
})
