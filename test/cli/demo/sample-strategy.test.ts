import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginStrategy, nextSignal, type SampleSignal, SYMBOLS } from '../../../src/cli/demo/sample-strategy.ts'
import { Decimal, decimal, ZERO } from '../../../src/core/money.ts'

const prices = fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 40, maxLength: 40 })

function played(seed: string, moves: readonly number[]): readonly SampleSignal[] {
  let state = beginStrategy(seed)
  const seen = new Map<string, Decimal>()
  const held = new Map<string, Decimal>()
  return moves.map((move) => {
    const step = nextSignal(state, { prices: seen, held })
    state = step.state
    const { symbol, side, quantity, limit_price } = step.signal
    const has = held.get(symbol) ?? ZERO
    if (side === 'sell') expect(decimal(quantity).atMost(has)).toBe(true)
    const isSmall = decimal(quantity).atMost(decimal('10'))
    if (isSmall && limit_price === undefined)
      held.set(symbol, side === 'buy' ? has.plus(decimal(quantity)) : has.minus(decimal(quantity)))
    seen.set(symbol, Decimal.of(BigInt(move), 0))
    return step.signal
  })
}

describe('the sample strategy', () => {
  it('gives the same signals for the same seed and prices', () => {
    fc.assert(
      fc.property(fc.string(), prices, (seed, moves) => {
        expect(played(seed, moves)).toEqual(played(seed, moves))
      }),
    )
  })
  it('never sells more than it holds', () => {
    fc.assert(fc.property(fc.string(), prices, (seed, moves) => void played(seed, moves)))
  })
  it('tries every symbol first, then buys and sells, waits below the market, and once asks for too much', () => {
    const signals = played(
      'surefill',
      Array.from({ length: 40 }, (_, n) => 100 + (n % 7) - 3),
    )
    expect(new Set(signals.slice(0, SYMBOLS.length).map(({ symbol }) => symbol)).size).toBe(SYMBOLS.length)
    expect(new Set(signals.map(({ side }) => side))).toEqual(new Set(['buy', 'sell']))
    expect(signals.filter(({ limit_price }) => limit_price !== undefined).length).toBeGreaterThan(2)
    expect(signals[14]?.quantity).toMatch(/^\d*000$|^20$|^500$/)
  })
})
