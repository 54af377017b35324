import fc from 'fast-check'
import { expect, it } from 'vitest'
import { atMost, count, grouped, money, signOf, sumOf } from '../../../src/cli/text/number-text.ts'
import { Decimal, decimal } from '../../../src/core/money.ts'

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => Decimal.of(units, scale))

it('grouping never changes a digit', () => {
  fc.assert(
    fc.property(decimals, (value) => {
      expect(grouped(value.toString()).replaceAll(',', '')).toBe(value.toString())
    }),
  )
})
it.each([
  ['1234567.5', '1,234,567.5'],
  ['-1000', '-1,000'],
  ['999', '999'],
  ['0.0001234', '0.0001234'],
  ['unlimited', 'unlimited'],
])('%s is shown as %s', (from, to) => expect(grouped(from)).toBe(to))

it.each([
  ['41.5', '41.50', '+41.50'],
  ['-0.005', '0.00', '0.00'],
  ['-1234.567', '-1,234.57', '-1,234.57'],
  ['0', '0.00', '0.00'],
])('%s is money as %s and result as %s', (from, plain, signed) => {
  expect(money(from)).toBe(plain)
  expect(money(from, 'signed')).toBe(signed)
})

it('money is within half a cent of what it is', () => {
  const half = decimal('0.005')
  fc.assert(
    fc.property(decimals, (value) => {
      const shown = decimal(money(value.toString()).replaceAll(',', ''))
      expect(shown.minus(value).abs().atMost(half)).toBe(true)
    }),
  )
})

it('sums are exact', () => {
  expect(sumOf(['0.1', '0.2', undefined, '-0.3'])).toBe('0')
  expect(atMost('229.123456789', 6)).toBe('229.123457')
  expect([signOf('-0.1'), signOf('0'), signOf(undefined), signOf('3')]).toEqual([-1, 0, 0, 1])
  expect([count(1, 'order'), count(2, 'order'), count(0, 'order')]).toEqual(['1 order', '2 orders', '0 orders'])
})
