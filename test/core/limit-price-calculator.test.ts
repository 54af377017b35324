import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calculateLimitPrice,
  type LimitPriceRequest,
  type LimitPriceResult,
  type TickTable,
} from '../../src/core/limit-price-calculator.ts'
import { Decimal, decimal, type Price, price } from '../../src/core/money.ts'
import { isOnTick } from '../../src/core/tick-table.ts'

const CENTS: TickTable = [{ from: price('0'), tick: price('0.01') }]
const US: TickTable = [
  { from: price('0'), tick: price('0.0001') },
  { from: price('1'), tick: price('0.01') },
]
const request = (changes: Partial<LimitPriceRequest>): LimitPriceRequest => ({
  side: 'buy',
  reference: price('100'),
  offsetMode: 'bps',
  buyOffset: decimal('5'),
  sellOffset: decimal('5'),
  maxSlippagePct: decimal('1'),
  slippageGuard: 'deny',
  ticks: CENTS,
  ...changes,
})
const shown = (result: LimitPriceResult): string =>
  result.kind === 'priced'
    ? `${result.limitPrice}${result.clamped ? ' clamped' : ''}`
    : `${result.code} ${result.value} ${result.limit}`
const calculate = (changes: Partial<LimitPriceRequest>): string => shown(calculateLimitPrice(request(changes)))

describe('the offset', () => {
  it.each([
    ['buy', 'bps', '5', '100.05'],
    ['sell', 'bps', '5', '99.95'],
    ['buy', 'bps', '-5', '99.95'],
    ['sell', 'bps', '-5', '100.05'],
    ['buy', 'bps', '0', '100'],
    ['sell', 'bps', '0', '100'],
    ['buy', 'absolute', '0.25', '100.25'],
    ['sell', 'absolute', '0.25', '99.75'],
    ['buy', 'absolute', '-0.25', '99.75'],
    ['sell', 'absolute', '-0.25', '100.25'],
  ] as const)('of a %s in %s by %s gives %s', (side, offsetMode, offset, limit) => {
    const offsets = { buyOffset: decimal(offset), sellOffset: decimal(offset) }
    expect(calculate({ side, offsetMode, ...offsets })).toBe(limit)
  })
  it('of the other side is not used', () => {
    expect(calculate({ side: 'buy', sellOffset: decimal('50') })).toBe('100.05')
    expect(calculate({ side: 'sell', buyOffset: decimal('50') })).toBe('99.95')
  })
})

describe('rounding', () => {
  it('lets a buy never pay more than computed', () => {
    expect(calculate({ side: 'buy', reference: price('33.337'), buyOffset: decimal('0') })).toBe('33.33')
  })
  it('lets a sell never take less than computed', () => {
    expect(calculate({ side: 'sell', reference: price('33.331'), sellOffset: decimal('0') })).toBe('33.34')
  })
  it('uses the tick of the price itself, not of the reference', () => {
    const wide = { ticks: US, maxSlippagePct: decimal('10') }
    expect(calculate({ ...wide, reference: price('0.9999'), buyOffset: decimal('7') })).toBe('1')
    expect(calculate({ ...wide, reference: price('1.01'), side: 'sell', sellOffset: decimal('150') })).toBe('0.9949')
    expect(calculate({ ...wide, reference: price('0.98765'), buyOffset: decimal('0') })).toBe('0.9876')
  })
})

describe('the slippage guard', () => {
  it('lets the very edge pass and denies one tick beyond it', () => {
    expect(calculate({ side: 'buy', buyOffset: decimal('100') })).toBe('101')
    expect(calculate({ side: 'buy', buyOffset: decimal('101') })).toBe('price.slippage_guard 101.01 101')
    expect(calculate({ side: 'sell', sellOffset: decimal('100') })).toBe('99')
    expect(calculate({ side: 'sell', sellOffset: decimal('101') })).toBe('price.slippage_guard 98.99 99')
  })
  it('never minds a passive price', () => {
    expect(calculate({ side: 'buy', buyOffset: decimal('-5000') })).toBe('50')
    expect(calculate({ side: 'sell', sellOffset: decimal('-5000') })).toBe('150')
  })
  it('clamps inside itself, on the tick', () => {
    const clamp = { slippageGuard: 'clamp', buyOffset: decimal('500'), sellOffset: decimal('500') } as const
    expect(calculate({ ...clamp, side: 'buy' })).toBe('101 clamped')
    expect(calculate({ ...clamp, side: 'sell' })).toBe('99 clamped')
    expect(calculate({ ...clamp, side: 'buy', reference: price('33.33') })).toBe('33.66 clamped')
    expect(calculate({ ...clamp, side: 'sell', reference: price('33.33') })).toBe('33 clamped')
    expect(calculate({ ...clamp, side: 'sell', reference: price('33.34') })).toBe('33.01 clamped')
  })
  it('does not call a price clamped that it left alone', () => {
    expect(calculate({ slippageGuard: 'clamp', buyOffset: decimal('100') })).toBe('101')
  })
  it('of zero lets only the reference or better pass', () => {
    expect(calculate({ maxSlippagePct: decimal('0'), buyOffset: decimal('0') })).toBe('100')
    expect(calculate({ maxSlippagePct: decimal('0'), buyOffset: decimal('1') })).toBe('price.slippage_guard 100.01 100')
  })
  it('has nothing to clamp to where no tick lies inside it', () => {
    const coarse: TickTable = [{ from: price('0'), tick: price('200') }]
    const result = calculate({ ticks: coarse, ownLimit: price('200'), slippageGuard: 'clamp' })
    expect(result).toBe('price.invalid 101 above 0')
  })
})

describe("the signal's own limit", () => {
  it('skips the offset', () => expect(calculate({ ownLimit: price('99.5') })).toBe('99.5'))
  it('is rounded to the tick in favour of the trader', () => {
    expect(calculate({ side: 'buy', ownLimit: price('100.019') })).toBe('100.01')
    expect(calculate({ side: 'sell', ownLimit: price('100.011') })).toBe('100.02')
  })
  it('is held to the guard', () => {
    expect(calculate({ ownLimit: price('101.01') })).toBe('price.slippage_guard 101.01 101')
    expect(calculate({ ownLimit: price('101.009') })).toBe('101')
    expect(calculate({ ownLimit: price('150'), slippageGuard: 'clamp' })).toBe('101 clamped')
  })
})

describe('a price that is no price', () => {
  it.each([
    [{ reference: price('0') }, '0'],
    [{ reference: price('-1') }, '-1'],
    [{ ownLimit: price('0') }, '0'],
    [{ ownLimit: price('-5') }, '-5'],
    [{ side: 'sell', sellOffset: decimal('10000') }, '0'],
    [{ side: 'sell', offsetMode: 'absolute', sellOffset: decimal('101'), slippageGuard: 'clamp' }, '-1'],
    [{ offsetMode: 'absolute', buyOffset: decimal('-100') }, '0'],
    [{ reference: price('0.009'), buyOffset: decimal('0') }, '0.009'],
    [{ ticks: [] }, '100.05'],
    [{ ticks: [{ from: price('200'), tick: price('1') }], side: 'sell' }, '99.95'],
  ] as const)('%# is denied with its value', (changes, value) => {
    expect(calculate(changes)).toBe(`price.invalid ${value} above 0`)
  })
})

describe('what is told', () => {
  it('is every input and step of a priced order', () => {
    const result = calculateLimitPrice(request({ reference: price('33.337'), slippageGuard: 'clamp' }))
    expect(result.why).toEqual({
      side: 'buy',
      reference: '33.337',
      source: 'offset',
      offset_mode: 'bps',
      offset: '5',
      computed: '33.3536685',
      tick: '0.01',
      rounding: 'down',
      rounded: '33.35',
      max_slippage_pct: '1',
      guard_price: '33.67037',
      guard: 'inside',
      limit_price: '33.35',
    })
  })
  it('names the sell side, its offset and a denial', () => {
    const result = calculateLimitPrice(request({ side: 'sell', sellOffset: decimal('200') }))
    expect(result.why).toMatchObject({
      side: 'sell',
      offset: '200',
      rounding: 'up',
      guard: 'denied',
      guard_price: '99',
    })
    expect(result).toMatchObject({ message: 'limit 98 is further than 1 % from the reference 100' })
  })
  it('names the signal as the source, and a clamp', () => {
    const result = calculateLimitPrice(request({ ownLimit: price('150'), slippageGuard: 'clamp' }))
    expect(result.why).toMatchObject({ source: 'signal', computed: '150', guard: 'clamped', limit_price: '101' })
  })
  it('says so when there is no tick', () => {
    const result = calculateLimitPrice(request({ ticks: [] }))
    expect(result.why).toMatchObject({ tick: 'none' })
    expect(result.why).not.toHaveProperty('rounded')
  })
})

describe('whatever the numbers', () => {
  const scaled = (min: number, max: number, scale: number) =>
    fc.integer({ min, max }).map((units) => Decimal.of(BigInt(units), scale))
  const anyRequest: fc.Arbitrary<LimitPriceRequest> = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    reference: scaled(1, 50_000_000, 4).map((value) => value as Price),
    offsetMode: fc.constantFrom('bps' as const, 'absolute' as const),
    buyOffset: scaled(-20_000, 20_000, 2),
    sellOffset: scaled(-20_000, 20_000, 2),
    maxSlippagePct: scaled(0, 500, 2),
    slippageGuard: fc.constantFrom('deny' as const, 'clamp' as const),
    ticks: fc.constantFrom(CENTS, US),
  })

  it('a priced limit is on the tick, above zero, inside the guard and no worse than computed', () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const result = calculateLimitPrice(asked)
        if (result.kind === 'denied') return
        const { reference, maxSlippagePct, side } = asked
        const limit = result.limitPrice
        expect(isOnTick(asked.ticks, limit)).toBe(true)
        expect(limit.isPositive).toBe(true)
        const worse = side === 'buy' ? limit.minus(reference) : reference.minus(limit)
        expect(worse.times(decimal('100')).atMost(reference.times(maxSlippagePct))).toBe(true)
        const computed = decimal(String(result.why.computed)) as Price
        expect(side === 'buy' ? limit.atMost(computed) : limit.atLeast(computed)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
  it('clamping only ever changes what would have been denied by the guard', () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const strict = calculateLimitPrice({ ...asked, slippageGuard: 'deny' })
        const lenient = calculateLimitPrice({ ...asked, slippageGuard: 'clamp' })
        if (strict.kind === 'priced') expect(shown(lenient)).toBe(shown(strict))
        else if (strict.code === 'price.invalid') expect(shown(lenient)).toBe(shown(strict))
        else
          expect(lenient.kind === 'denied' ? lenient.code : lenient.clamped).toBe(
            lenient.kind === 'denied' ? 'price.invalid' : true,
          )
      }),
      { numRuns: 3_000 },
    )
  })
})
