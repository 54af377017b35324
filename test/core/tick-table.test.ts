import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal, type Price, price } from '../../src/core/money.ts'
import { isOnTick, roundDownToTick, roundUpToTick, type TickTable, tickAt } from '../../src/core/tick-table.ts'

const table = (...bands: readonly (readonly [string, string])[]): TickTable =>
  bands.map(([from, tick]) => ({ from: price(from), tick: price(tick) }))

const US = table(['0', '0.0001'], ['1', '0.01'])
const KOREA = table(['0', '1'], ['2000', '5'], ['5000', '10'], ['20000', '50'], ['50000', '100'], ['200000', '500'])
/** Bands that do not begin on their own grid. */
const AWKWARD = table(['0.5', '0.3'], ['1.5', '0.4'], ['2.9', '0.7'])

describe('the tick at a price', () => {
  it.each([
    ['0.9999', '0.0001'],
    ['1', '0.01'],
    ['0.00001', '0.0001'],
    ['230', '0.01'],
  ])('of a US share at %s is %s', (at, tick) => expect(tickAt(US, price(at))?.toString()).toBe(tick))
  it('is undefined below the first band and in an empty table', () => {
    expect(tickAt(AWKWARD, price('0.49'))).toBeUndefined()
    expect(tickAt([], price('1'))).toBeUndefined()
    expect(isOnTick([], price('1'))).toBe(false)
  })
})

describe('rounding to the grid', () => {
  it.each([
    [US, '230.159', '230.15', '230.16'],
    [US, '230.15', '230.15', '230.15'],
    [US, '0.99995', '0.9999', '1'],
    [US, '1.001', '1', '1.01'],
    [US, '1', '1', '1'],
    [KOREA, '1999.5', '1999', '2000'],
    [KOREA, '2001', '2000', '2005'],
    [KOREA, '4999', '4995', '5000'],
    [KOREA, '76543', '76500', '76600'],
    [AWKWARD, '1.4', '1.2', '1.6'],
    [AWKWARD, '1.55', '1.2', '1.6'],
    [AWKWARD, '2.85', '2.8', '3.5'],
    [AWKWARD, '2.9', '2.8', '3.5'],
    [AWKWARD, '1.5', '1.2', '1.6'],
  ])('%# price %s goes down to %s and up to %s', (ticks, at, down, up) => {
    expect(roundDownToTick(ticks, price(at))?.toString()).toBe(down)
    expect(roundUpToTick(ticks, price(at))?.toString()).toBe(up)
  })
  it('finds nothing below the lowest grid point above zero', () => {
    expect(roundDownToTick(US, price('0.00009'))).toBeUndefined()
    expect(roundDownToTick(AWKWARD, price('0.55'))).toBeUndefined()
    expect(roundDownToTick(US, price('-1'))).toBeUndefined()
    expect(roundUpToTick(AWKWARD, price('0.4'))).toBeUndefined()
  })
  it('ends a lower band short of the one above where that one begins off its own grid', () => {
    const ticks = table(['0', '0.5'], ['2', '0.8'])
    expect(roundDownToTick(ticks, price('2.1'))?.toString()).toBe('1.5')
    expect(roundDownToTick(ticks, price('2'))?.toString()).toBe('1.5')
    expect(roundDownToTick(ticks, price('2.4'))?.toString()).toBe('2.4')
  })
  it('gives the nearest grid point on that side, for every price and table', () => {
    const anyPrice = fc.integer({ min: 50, max: 600 }).map((cents) => Decimal.of(BigInt(cents), 2) as Price)
    const grid = (ticks: TickTable): Price[] =>
      Array.from({ length: 1_000 }, (_, cents) => Decimal.of(BigInt(cents), 2) as Price).filter(
        (point) => point.isPositive && isOnTick(ticks, point),
      )
    const tables = [AWKWARD, table(['0', '0.05'], ['1', '0.2'], ['3', '0.25']), table(['0', '0.5'], ['2', '0.8'])]
    for (const ticks of tables) {
      const points = grid(ticks)
      fc.assert(
        fc.property(anyPrice, (at) => {
          const down = points.findLast((point) => point.atMost(at))
          const up = points.find((point) => point.atLeast(at))
          expect(roundDownToTick(ticks, at)?.toString()).toBe(down?.toString())
          expect(roundUpToTick(ticks, at)?.toString()).toBe(up?.toString())
        }),
        { numRuns: 400 },
      )
    }
  })
})
