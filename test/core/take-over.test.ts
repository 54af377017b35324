import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positionDifferences } from '../../src/core/compare-positions.ts'
import { type Price, price, type Quantity, quantity } from '../../src/core/money.ts'
import { applyFill, averagePrice, flatPosition, type Position } from '../../src/core/position.ts'
import { takeOver } from '../../src/core/take-over.ts'
import { fillOf, T0 } from '../support/orders.ts'

const flat = flatPosition('paper', 'AAPL', 'USD', T0)
const held = (n: number): Position =>
  n === 0 ? flat : applyFill(flat, { ...fillOf(String(Math.abs(n)), '100'), side: n > 0 ? 'buy' : 'sell' }).position
const grown = (before: Position, theirs: { quantity: Quantity; averagePrice?: Price }): Position =>
  takeOver(before, theirs, 'accepted', T0).reduce(
    (position, { side, fill }) => applyFill(position, { ...fill, side }).position,
    before,
  )

describe("taking over the venue's position", () => {
  it('ends at its quantity, by fills alone, and earns nothing by it (I-21)', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 }), (ours, theirs) => {
        const position = grown(held(ours), { quantity: quantity(String(theirs)), averagePrice: price('120') })
        expect(position.quantity.toString()).toBe(String(theirs))
        expect(position.realisedPnl.toString()).toBe('0')
      }),
    )
  })
  it("from nothing, it stands at the venue's average price", () => {
    expect(averagePrice(grown(flat, { quantity: quantity('5'), averagePrice: price('120') }))?.toString()).toBe('120')
  })
})

describe('two sides of one account', () => {
  const row = (symbol: string, size: string) => ({ symbol, quantity: quantity(size) })
  it('differ by symbol; a missing row is flat, several rows of a symbol are one', () => {
    const ours = [row('AAPL', '5'), row('MSFT', '0'), row('TSLA', '3')]
    const theirs = [row('TSLA', '1'), row('TSLA', '2'), row('AMZN', '-1')]
    const differences = positionDifferences(ours, theirs)
    expect(differences.map(({ symbol, ours: a, theirs: b }) => `${symbol} ${a} ${b}`)).toEqual([
      'AAPL 5 0',
      'AMZN 0 -1',
    ])
  })
})
