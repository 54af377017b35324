import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Amount, amount, Decimal, type Price, price, type Quantity, quantity } from '../../src/core/money.ts'
import { type LotRule, type SizeResult, type SizeWish, sizeOrder } from '../../src/core/sizing.ts'

const WHOLE: LotRule = { lot: quantity('1'), minQuantity: quantity('1') }
const rule = (changes: Partial<LotRule>): LotRule => ({ ...WHOLE, ...changes })
const byQuantity = (text: string): SizeWish => ({ by: 'quantity', quantity: quantity(text) })
const byAmount = (text: string): SizeWish => ({ by: 'amount', amount: amount(text) })
const shown = (result: SizeResult): string =>
  result.kind === 'sized'
    ? `${result.quantity} for ${result.notional}`
    : `${result.code} ${result.value} ${result.limit}`
const size = (wish: SizeWish, at: string, changes: Partial<LotRule> = {}): string =>
  shown(sizeOrder(wish, price(at), rule(changes)))

describe('a quantity', () => {
  it('is taken as it is', () => expect(size(byQuantity('3'), '10.5')).toBe('3 for 31.5'))
  it('of exactly one lot is enough', () => {
    expect(size(byQuantity('5'), '10', { lot: quantity('5') })).toBe('5 for 50')
  })
  it.each([
    ['0', {}, 'quantity.invalid 0 above 0'],
    ['-1', {}, 'quantity.invalid -1 above 0'],
    ['0.999', {}, 'quantity.below_lot 0.999 1'],
    ['1.5', {}, 'quantity.off_lot 1.5 1'],
    ['11', { lot: quantity('5') }, 'quantity.off_lot 11 5'],
    ['1.5', { lot: quantity('0.1'), fractional: false }, 'quantity.off_lot 1.5 1'],
    ['4', { minQuantity: quantity('5') }, 'quantity.below_minimum 4 5'],
    ['6', { maxQuantity: quantity('5') }, 'quantity.too_large 6 5'],
    ['1', { minNotional: amount('10.01') }, 'notional.below_minimum 10 10.01'],
    ['1', { maxNotional: amount('9.99') }, 'notional.too_large 10 9.99'],
  ] as const)('%s is refused by name: %j %s', (text, changes, refusal) => {
    expect(size(byQuantity(text), '10', changes)).toBe(refusal)
  })
  it('on each limit itself passes', () => {
    const limits = {
      minQuantity: quantity('5'),
      maxQuantity: quantity('5'),
      minNotional: amount('50'),
      maxNotional: amount('50'),
    }
    expect(size(byQuantity('5'), '10', limits)).toBe('5 for 50')
  })
  it('may be a fraction where the lot allows it', () => {
    expect(size(byQuantity('1.5'), '10', { lot: quantity('0.1'), fractional: true })).toBe('1.5 for 15')
    expect(size(byQuantity('1.5'), '10', { lot: quantity('0.1') })).toBe('1.5 for 15')
  })
  it('keeps a whole lot of more than one where fractions are not allowed', () => {
    expect(size(byQuantity('75'), '1', { lot: quantity('25'), fractional: false })).toBe('75 for 75')
    expect(size(byQuantity('76'), '1', { lot: quantity('25'), fractional: false })).toBe('quantity.off_lot 76 25')
  })
})

describe('an amount', () => {
  it.each([
    ['100', '33.33', '1', '3 for 99.99'],
    ['99.99', '33.33', '1', '3 for 99.99'],
    ['99.98', '33.33', '1', '2 for 66.66'],
    ['100', '3', '0.001', '33.333 for 99.999'],
    ['100', '230.15', '0.000001', '0.434499 for 99.99994485'],
    ['1000', '7', '25', '125 for 875'],
  ])('of %s at %s with lot %s buys %s', (money, at, lot, bought) => {
    expect(size(byAmount(money), at, { lot: quantity(lot), minQuantity: quantity(lot) })).toBe(bought)
  })
  it.each([
    ['0', {}, 'amount.invalid 0 above 0'],
    ['-5', {}, 'amount.invalid -5 above 0'],
    ['9.99', {}, 'quantity.below_lot 9.99 10'],
    ['39', { minQuantity: quantity('4') }, 'quantity.below_minimum 3 4'],
    ['60', { maxQuantity: quantity('5') }, 'quantity.too_large 6 5'],
    ['19', { minNotional: amount('15') }, 'notional.below_minimum 10 15'],
    ['19', { fractional: false, lot: quantity('0.5') }, '1 for 10'],
  ] as const)('%s at 10 is refused by name or rounded down: %j %s', (money, changes, outcome) => {
    expect(size(byAmount(money), '10', changes)).toBe(outcome)
  })
  it('that buys exactly one lot is enough', () => expect(size(byAmount('10'), '10')).toBe('1 for 10'))
})

describe('the price', () => {
  it.each(['0', '-1'])('%s is refused before anything is divided by it', (at) => {
    expect(size(byAmount('100'), at)).toBe(`price.invalid ${at} above 0`)
    expect(size(byQuantity('1'), at)).toBe(`price.invalid ${at} above 0`)
  })
})

describe('what is told', () => {
  it('names the wish, the steps and the result', () => {
    expect(sizeOrder(byAmount('100'), price('33.33'), WHOLE).why).toEqual({
      by: 'amount',
      asked: '100',
      price: '33.33',
      lot: '1',
      quantity: '3',
      notional: '99.99',
    })
  })
  it('stops at the step that refused', () => {
    expect(sizeOrder(byQuantity('1.5'), price('10'), WHOLE).why).toEqual({
      by: 'quantity',
      asked: '1.5',
      price: '10',
      lot: '1',
    })
  })
})

describe('whatever the numbers', () => {
  const scaled = (max: number, scale: number) =>
    fc.integer({ min: 1, max }).map((units) => Decimal.of(BigInt(units), scale))
  const prices = scaled(10_000_000, 4).map((value) => value as Price)
  const lots = fc.constantFrom('1', '0.1', '0.000001', '25', '0.5').map(quantity)
  const amounts = scaled(1_000_000_000, 2).map((value) => value as Amount)

  it('an amount is never exceeded, and one more lot would exceed it', () => {
    fc.assert(
      fc.property(amounts, prices, lots, (money, at, lot) => {
        const result = sizeOrder({ by: 'amount', amount: money }, at, { lot, minQuantity: lot })
        if (result.kind === 'denied') {
          expect(result.code).toBe('quantity.below_lot')
          expect(at.times(lot).greaterThan(money)).toBe(true)
          return
        }
        expect(result.notional.atMost(money)).toBe(true)
        expect(at.times(result.quantity.plus(lot)).greaterThan(money)).toBe(true)
        expect(result.quantity.toMultipleOf(lot, 'down').equals(result.quantity)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
  it('a quantity comes out as it went in or not at all', () => {
    const quantities = scaled(1_000_000, 3).map((value) => value as Quantity)
    fc.assert(
      fc.property(quantities, prices, lots, (wanted, at, lot) => {
        const result = sizeOrder({ by: 'quantity', quantity: wanted }, at, { lot, minQuantity: lot })
        if (result.kind === 'sized') expect(result.quantity.equals(wanted)).toBe(true)
        const isOnLot = wanted.toMultipleOf(lot, 'down').equals(wanted)
        expect(result.kind === 'sized').toBe(isOnLot)
      }),
      { numRuns: 3_000 },
    )
  })
})
