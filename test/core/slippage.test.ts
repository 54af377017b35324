import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal, decimal, type Price, price } from '../../src/core/money.ts'
import { measureSlippage, slippagePct } from '../../src/core/slippage.ts'

describe('slippage', () => {
  it.each([
    ['buy', '100', '101', '1'],
    ['buy', '100', '99', '-1'],
    ['sell', '100', '99', '1'],
    ['sell', '100', '101', '-1'],
    ['buy', '100', '100', '0'],
    ['sell', '100', '100', '0'],
    ['buy', '3', '3.01', '0.333333'],
    ['buy', '3', '2.98', '-0.666667'],
    ['buy', '200', '200.000001', '0'],
    ['buy', '200', '200.000003', '0.000002'],
  ] as const)('of a %s at reference %s filled at %s is %s %%', (side, reference, average, pct) => {
    expect(slippagePct(side, price(reference), price(average)).toString()).toBe(pct)
  })
  it('is flagged above the threshold and not on it', () => {
    const flagged = (average: string): boolean =>
      measureSlippage('buy', price('100'), price(average), decimal('0.5')).isOverThreshold
    expect(flagged('100.5')).toBe(false)
    expect(flagged('100.50000001')).toBe(true)
    expect(flagged('99')).toBe(false)
    expect(measureSlippage('sell', price('100'), price('99.49'), decimal('0.5'))).toMatchObject({
      isOverThreshold: true,
    })
    expect(measureSlippage('sell', price('100'), price('99.49'), decimal('0.5')).pct.toString()).toBe('0.51')
    expect(measureSlippage('buy', price('200'), price('201'), decimal('0.5')).isOverThreshold).toBe(false)
  })
  it('of a buy is the opposite of that of a sell, and its sign says who lost', () => {
    const prices = fc.integer({ min: 1, max: 10_000_000 }).map((units) => Decimal.of(BigInt(units), 4) as Price)
    fc.assert(
      fc.property(prices, prices, (reference, average) => {
        const buy = slippagePct('buy', reference, average)
        const sell = slippagePct('sell', reference, average)
        expect(buy.equals(sell.negated())).toBe(true)
        if (!buy.isZero) expect(buy.isPositive).toBe(average.greaterThan(reference))
      }),
      { numRuns: 3_000 },
    )
  })
})
