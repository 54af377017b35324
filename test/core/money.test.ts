import Big from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  amount,
  Decimal,
  decimal,
  max,
  min,
  notionalOf,
  ONE,
  percentOf,
  price,
  quantity,
  type Rounding,
  ZERO,
} from '../../src/core/money.ts'

/** An exact fraction: the oracle that shares nothing with scaled integers or with big.js. */
interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}
const fractionOf = (text: string): Fraction => {
  const [whole = '', part = ''] = text.split('.')
  return { numerator: BigInt(whole + part), denominator: 10n ** BigInt(part.length) }
}
const isEqual = (a: Fraction, b: Fraction): boolean => a.numerator * b.denominator === b.numerator * a.denominator
const compareFractions = (a: Fraction, b: Fraction): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}
const sum = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
})
const product = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
})
const BIG_ROUNDING: Readonly<Record<Rounding, 0 | 2 | 3>> = { down: 0, half_even: 2, up: 3 }

const digits = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: most })
const canonical = (sign: string, whole: string, part: string): string => {
  const head = whole.replace(/^0+(?=\d)/, '')
  const tail = part.replace(/0+$/, '')
  const text = tail === '' ? head : `${head}.${tail}`
  return text === '0' ? '0' : sign + text
}
/** Canonical decimal text of every size, zero and awkward fractions included. */
const texts = (most = 20): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', '-'), digits(most), fc.option(digits(most), { nil: '' }))
    .map(([sign, whole, part]) => canonical(sign, whole, part))
const roundings = fc.constantFrom<Rounding>('down', 'up', 'half_even')
const RUNS = { numRuns: 10_000 }

describe('decimal text', () => {
  it('comes out as it went in, digit for digit', () => {
    fc.assert(
      fc.property(texts(40), (text) => {
        expect(decimal(text).toString()).toBe(text)
        expect(JSON.stringify({ value: decimal(text) })).toBe(`{"value":"${text}"}`)
      }),
      RUNS,
    )
  })
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['00', '0'],
    ['007.50', '7.5'],
    ['0.10', '0.1'],
    ['100', '100'],
    ['-1.2300', '-1.23'],
    [`${'9'.repeat(40)}.${'9'.repeat(40)}`, `${'9'.repeat(40)}.${'9'.repeat(40)}`],
  ])('%s reads as %s', (text, shown) => expect(decimal(text).toString()).toBe(shown))
  it.each([
    '1e400',
    '1e5',
    '1E-5',
    'NaN',
    'Infinity',
    '-Infinity',
    '+1',
    ' 1',
    '1 ',
    '1\n',
    '０.５',
    '٣',
    '1_000',
    '1,000',
    '1,5',
    '',
    '.',
    '-',
    '.5',
    '-.5',
    '1.',
    '--1',
    '1.2.3',
    '0x10',
    '1n',
    '$1',
    '1/2',
    'abc',
    'null',
    '−1',
    '1'.repeat(41),
    `0.${'1'.repeat(41)}`,
  ])('%j is not a decimal', (text) => {
    expect(Decimal.parse(text)).toBeUndefined()
    expect(() => decimal(text)).toThrow(RangeError)
  })
  it('of a refused value is shown shortened', () => {
    expect(() => decimal('x'.repeat(1_000))).toThrow(`not a decimal: ${'x'.repeat(60)}`)
    expect(() => price('x')).toThrow('not a decimal')
    expect(() => quantity('x')).toThrow('not a decimal')
    expect(() => amount('x')).toThrow('not a decimal')
  })
  it('that looks equal is equal, and the other way round', () => {
    fc.assert(
      fc.property(texts(6), texts(6), (a, b) => {
        expect(decimal(a).equals(decimal(b))).toBe(a === b)
        expect(decimal(`${a}${a.includes('.') ? '' : '.'}000`).equals(decimal(a))).toBe(true)
      }),
      RUNS,
    )
    expect(decimal('10').equals(decimal('1'))).toBe(false)
    expect(decimal('0.1').equals(decimal('1'))).toBe(false)
  })
})

describe('sums, differences and products', () => {
  it('agree with exact fractions and with big.js', () => {
    fc.assert(
      fc.property(texts(), texts(), (a, b) => {
        const [x, y] = [decimal(a), decimal(b)]
        const [fx, fy] = [fractionOf(a), fractionOf(b)]
        expect(isEqual(fractionOf(x.plus(y).toString()), sum(fx, fy))).toBe(true)
        expect(isEqual(fractionOf(x.minus(y).toString()), sum(fx, { ...fy, numerator: -fy.numerator }))).toBe(true)
        expect(isEqual(fractionOf(x.times(y).toString()), product(fx, fy))).toBe(true)
        expect(new Big(x.plus(y).toString()).eq(new Big(a).plus(b))).toBe(true)
        expect(new Big(x.minus(y).toString()).eq(new Big(a).minus(b))).toBe(true)
        expect(new Big(x.times(y).toString()).eq(new Big(a).times(b))).toBe(true)
        expect(new Big(notionalOf(x, y).toString()).eq(new Big(a).times(b))).toBe(true)
        expect(new Big(x.scaledBy(y).toString()).eq(new Big(a).times(b))).toBe(true)
        expect(new Big(percentOf(x, y).toString()).eq(new Big(a).times(b).times('0.01'))).toBe(true)
      }),
      RUNS,
    )
  })
  it('have no trailing zeros, so that equal values look equal', () => {
    expect(decimal('0.5').plus(decimal('0.5')).toString()).toBe('1')
    expect(decimal('2.5').times(decimal('4')).toString()).toBe('10')
    expect(decimal('1.1').minus(decimal('1.1')).equals(ZERO)).toBe(true)
    expect(decimal('1.25').minus(decimal('0.25')).equals(ONE)).toBe(true)
  })
  it('stay exact with more digits than any text can bring in', () => {
    const tiny = decimal(`0.${'0'.repeat(39)}1`)
    const tiniest = tiny.times(tiny).times(tiny)
    expect(ONE.plus(tiniest).toString()).toBe(`1.${'0'.repeat(119)}1`)
    expect(ONE.plus(tiniest).minus(tiniest).equals(ONE)).toBe(true)
  })
  it('of signs agree with the number', () => {
    fc.assert(
      fc.property(texts(6), (text) => {
        const value = decimal(text)
        const sign = compareFractions(fractionOf(text), fractionOf('0'))
        expect(value.sign).toBe(sign)
        expect([value.isNegative, value.isZero, value.isPositive]).toEqual([sign < 0, sign === 0, sign > 0])
        expect(value.negated().plus(value).isZero).toBe(true)
        expect(value.abs().toString()).toBe(text.replace('-', ''))
      }),
      RUNS,
    )
    expect(ZERO.negated().toString()).toBe('0')
  })
})

describe('comparison', () => {
  it('agrees with exact fractions', () => {
    const near = fc
      .tuple(texts(6), fc.constantFrom('0', '0.1', '-0.1', '0.000001', '1'))
      .map(([a, step]): [string, string] => [a, decimal(a).plus(decimal(step)).toString()])
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(texts(), texts())), ([a, b]) => {
        const [x, y] = [decimal(a), decimal(b)]
        const order = compareFractions(fractionOf(a), fractionOf(b))
        expect(x.compare(y)).toBe(order)
        expect([x.lessThan(y), x.atMost(y), x.greaterThan(y), x.atLeast(y)]).toEqual([
          order < 0,
          order <= 0,
          order > 0,
          order >= 0,
        ])
        expect(min(x, y).toString()).toBe(order <= 0 ? a : b)
        expect(max(x, y).toString()).toBe(order >= 0 ? a : b)
      }),
      RUNS,
    )
  })
})

describe('division', () => {
  it('agrees with big.js for every rounding and number of digits', () => {
    fc.assert(
      fc.property(texts(14), texts(14), fc.integer({ min: 0, max: 12 }), roundings, (a, b, places, rounding) => {
        fc.pre(!decimal(b).isZero)
        const strict = Big()
        strict.DP = places
        strict.RM = BIG_ROUNDING[rounding]
        expect(decimal(a).dividedBy(decimal(b), places, rounding).toString()).toBe(
          decimal(new strict(a).div(b).toFixed()).toString(),
        )
      }),
      RUNS,
    )
  })
  it.each([
    ['1', '2', 0, 'half_even', '0'],
    ['3', '2', 0, 'half_even', '2'],
    ['5', '2', 0, 'half_even', '2'],
    ['-1', '2', 0, 'half_even', '0'],
    ['-3', '2', 0, 'half_even', '-2'],
    ['-3', '-2', 0, 'half_even', '2'],
    ['2', '3', 2, 'down', '0.66'],
    ['2', '3', 2, 'up', '0.67'],
    ['-2', '3', 2, 'down', '-0.66'],
    ['-2', '3', 2, 'up', '-0.67'],
    ['2', '-3', 2, 'up', '-0.67'],
    ['1', '4', 2, 'up', '0.25'],
    ['0.000001', '1000', 2, 'up', '0.01'],
    ['123.456', '0.001', 0, 'down', '123456'],
  ] as const)('%s by %s to %i digits, %s, is %s', (a, b, places, rounding, result) => {
    expect(decimal(a).dividedBy(decimal(b), places, rounding).toString()).toBe(result)
  })
  it('by zero is our own mistake', () => {
    expect(() => ONE.dividedBy(ZERO, 2, 'down')).toThrow('division by zero')
  })
})

describe('multiples of a step', () => {
  it('lie on the grid, within one step, on the side that was asked for', () => {
    const steps = fc.constantFrom('0.01', '0.0001', '0.05', '1', '5', '25', '0.3', '1000').map(decimal)
    fc.assert(
      fc.property(texts(12), steps, roundings, (text, step, rounding) => {
        const value = decimal(text)
        const rounded = value.toMultipleOf(step, rounding)
        const count = rounded.dividedBy(step, 0, 'down')
        expect(count.times(step).equals(rounded)).toBe(true)
        const distance = rounded.minus(value).abs()
        expect(distance.lessThan(step)).toBe(true)
        if (rounding === 'down') expect(rounded.abs().atMost(value.abs())).toBe(true)
        if (rounding === 'up') expect(rounded.abs().atLeast(value.abs())).toBe(true)
        if (rounding === 'half_even') expect(distance.times(decimal('2')).atMost(step)).toBe(true)
      }),
      RUNS,
    )
  })
  it('are the values that rounding leaves alone, in either direction', () => {
    const steps = fc.constantFrom('0.01', '0.0001', '0.05', '1', '5', '25', '0.3', '1000').map(decimal)
    fc.assert(
      fc.property(texts(4), steps, fc.integer({ min: -50, max: 50 }), (text, step, times) => {
        const value = decimal(text)
        expect(value.isMultipleOf(step)).toBe(value.toMultipleOf(step, 'down').equals(value))
        expect(value.isMultipleOf(step)).toBe(value.toMultipleOf(step, 'up').equals(value))
        expect(step.times(decimal(String(times))).isMultipleOf(step)).toBe(true)
      }),
      RUNS,
    )
  })
  it.each([
    ['0', '0.01', true],
    ['1.23', '0.01', true],
    ['1.235', '0.01', false],
    ['-1.23', '0.01', true],
    ['100', '25', true],
    ['110', '25', false],
    ['0.5', '1', false],
    ['1', '0.3', false],
    ['0.9', '0.3', true],
  ])('%s is one of %s: %s', (value, step, told) => {
    expect(decimal(value).isMultipleOf(decimal(step))).toBe(told)
  })
  it('of zero do not exist', () => {
    expect(() => ONE.isMultipleOf(ZERO)).toThrow(RangeError)
  })
  it.each([
    ['1.239', '0.01', 'down', '1.23'],
    ['1.231', '0.01', 'up', '1.24'],
    ['1.23', '0.01', 'up', '1.23'],
    ['1.23', '0.01', 'down', '1.23'],
    ['1.225', '0.01', 'half_even', '1.22'],
    ['1.235', '0.01', 'half_even', '1.24'],
    ['-1.239', '0.01', 'down', '-1.23'],
  ] as const)('%s to %s, %s, is %s', (value, step, rounding, result) => {
    expect(decimal(value).toMultipleOf(decimal(step), rounding).toString()).toBe(result)
  })
})

describe('an approximate number', () => {
  it('is only as good as a float', () => {
    expect(decimal('0.1').toApproximateNumber()).toBe(0.1)
    expect(decimal('-1234.5').toApproximateNumber()).toBe(-1234.5)
  })
})
