import { describe, expect, it } from 'vitest'
import { decimal, price } from '../../src/core/money.ts'
import {
  type OrderTypeRequest,
  type OrderTypeSelection,
  selectOrderType,
  selectTimeInForce,
  spreadPctOf,
} from '../../src/core/order-type-selection.ts'

/** Everything speaks for a market order. */
const eager: OrderTypeRequest = {
  urgency: 'immediate',
  confidence: decimal('0.8'),
  spreadPct: decimal('0.2'),
  enabled: ['limit', 'market'],
  venueTypes: ['limit', 'market'],
  marketMaxSpreadPct: decimal('0.2'),
  marketMinConfidence: decimal('0.8'),
}
const { confidence: _confidence, ...withoutConfidence } = eager
const { spreadPct: _spreadPct, ...withoutSpread } = eager
const typeOf = (request: OrderTypeRequest): string => {
  const selection = selectOrderType(request)
  return selection.kind === 'selected' ? selection.orderType : selection.code
}
const whyOf = (selection: OrderTypeSelection): object => (selection.kind === 'selected' ? selection.why : {})

describe('a market order without being asked for', () => {
  it('needs urgency, a tight spread and confidence, each on its very limit', () => expect(typeOf(eager)).toBe('market'))
  it.each([
    ['it is not urgent', { ...eager, urgency: 'normal' as const }, 'urgency'],
    ['it is patient', { ...eager, urgency: 'low' as const }, 'urgency'],
    ['the spread is a hair wider', { ...eager, spreadPct: decimal('0.200001') }, 'spread'],
    ['nobody knows the spread', withoutSpread, 'spread'],
    ['the confidence is a hair lower', { ...eager, confidence: decimal('0.799999') }, 'confidence'],
    ['there is no confidence', withoutConfidence, 'confidence'],
    ['it is not enabled', { ...eager, enabled: ['limit' as const] }, 'not_enabled'],
    ['the venue takes none', { ...eager, venueTypes: ['limit' as const] }, 'venue'],
  ])('becomes a limit when %s', (_situation, request, objection) => {
    const selection = selectOrderType(request)
    expect(typeOf(request)).toBe('limit')
    expect(whyOf(selection)).toMatchObject({ against_market: [objection], chosen_by: 'rule' })
  })
  it('needs no confidence where none is required', () => {
    expect(typeOf({ ...withoutConfidence, marketMinConfidence: decimal('0') })).toBe('market')
  })
})

describe("the signal's own type", () => {
  it('is used when it is enabled', () => {
    expect(typeOf({ ...eager, requested: 'limit' })).toBe('limit')
    expect(typeOf({ ...withoutSpread, urgency: 'low', requested: 'market' })).toBe('market')
    expect(whyOf(selectOrderType({ ...eager, requested: 'limit' }))).toMatchObject({ chosen_by: 'signal' })
  })
  it('is refused with what to do when it is not', () => {
    expect(selectOrderType({ ...eager, requested: 'market', enabled: ['limit'] })).toEqual({
      kind: 'denied',
      code: 'order_type.not_enabled',
      message: 'market orders are not enabled; add "market" to order_management.order_types',
      value: 'market',
      limit: 'limit',
    })
  })
  it.each(['stop', 'stop_limit'] as const)('%s is refused even where configuration names it', (requested) => {
    const anything = [requested, 'limit'] as const
    const selection = selectOrderType({ ...eager, requested, enabled: anything, venueTypes: anything })
    expect(selection).toMatchObject({ kind: 'denied', code: 'order_type.not_enabled', value: requested })
  })
  it('is refused when the venue does not take it', () => {
    expect(selectOrderType({ ...eager, requested: 'market', venueTypes: ['limit'] })).toMatchObject({
      kind: 'denied',
      code: 'order_type.unsupported',
      limit: 'limit',
    })
  })
  it('is refused when limits are switched off and nothing speaks for market', () => {
    expect(typeOf({ ...eager, urgency: 'normal', enabled: ['market'] })).toBe('order_type.not_enabled')
  })
})

describe('urgency low', () => {
  it('asks for no offset, and only low does', () => {
    expect(selectOrderType({ ...eager, urgency: 'low' })).toMatchObject({ useZeroOffset: true })
    expect(selectOrderType({ ...eager, urgency: 'normal' })).toMatchObject({ useZeroOffset: false })
    expect(selectOrderType(eager)).toMatchObject({ useZeroOffset: false })
  })
})

describe('what is told', () => {
  it('names every input', () => {
    expect(whyOf(selectOrderType(eager))).toEqual({
      order_type: 'market',
      chosen_by: 'rule',
      urgency: 'immediate',
      confidence: '0.8',
      spread_pct: '0.2',
      against_market: [],
    })
  })
  it('says what nobody knows', () => {
    expect(whyOf(selectOrderType(withoutSpread))).toMatchObject({ spread_pct: 'unknown' })
    expect(whyOf(selectOrderType(withoutConfidence))).toMatchObject({ confidence: 'absent' })
  })
})

describe('time in force', () => {
  it('is the day, or until cancelled where there is no day', () => {
    expect(selectTimeInForce(undefined, ['day', 'gtc'])).toEqual({ kind: 'selected', timeInForce: 'day' })
    expect(selectTimeInForce(undefined, ['gtc', 'ioc'])).toEqual({ kind: 'selected', timeInForce: 'gtc' })
  })
  it("is the signal's own where the venue takes it", () => {
    expect(selectTimeInForce('ioc', ['day', 'ioc'])).toEqual({ kind: 'selected', timeInForce: 'ioc' })
    expect(selectTimeInForce('fok', ['day', 'ioc'])).toEqual({
      kind: 'denied',
      code: 'time_in_force.unsupported',
      message: 'the venue takes no fok orders',
      value: 'fok',
      limit: 'day, ioc',
    })
    expect(selectTimeInForce(undefined, ['ioc'])).toMatchObject({ kind: 'denied', value: 'gtc' })
  })
})

describe('the spread', () => {
  it.each([
    ['99.9', '100.1', '0.2'],
    ['100', '100', '0'],
    ['2', '1', undefined],
    ['0', '1', undefined],
    ['-1', '1', undefined],
    ['3', '3.000001', '0.000034'],
  ])('between %s and %s is %s %% of the middle', (bid, ask, pct) => {
    expect(spreadPctOf(price(bid), price(ask))?.toString()).toBe(pct)
  })
})
