import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Amount, amount, type Decimal, decimal, notionalOf, price, quantity, ZERO } from '../../src/core/money.ts'
import {
  applyFill,
  averagePrice,
  flatPosition,
  type Position,
  type PositionFill,
  unrealisedPnl,
} from '../../src/core/position.ts'

const T0 = 1_760_000_000_000
const flat = flatPosition('paper', 'AAPL', 'USD', T0)
const fill = (side: 'buy' | 'sell', size: string, at: string, commission = '0', time = T0): PositionFill => ({
  side,
  quantity: quantity(size),
  price: price(at),
  commission: amount(commission),
  commissionCurrency: 'USD',
  time,
})
const holding = (...fills: PositionFill[]): Position =>
  fills.reduce((position, one) => applyFill(position, one).position, flat)
const shown = (position: Position) => ({
  quantity: position.quantity.toString(),
  average: averagePrice(position)?.toString() ?? 'none',
  realised: position.realisedPnl.toString(),
  commission: position.commission.toString(),
})

describe('a position is a fold over executions', () => {
  it('a buy opens a long at its price; the commission is realised at once', () => {
    expect(shown(holding(fill('buy', '10', '100', '1')))).toEqual({
      quantity: '10',
      average: '100',
      realised: '-1',
      commission: '1',
    })
  })
  it('a second buy averages by cost', () => {
    expect(shown(holding(fill('buy', '10', '100'), fill('buy', '30', '110')))).toEqual({
      quantity: '40',
      average: '107.5',
      realised: '0',
      commission: '0',
    })
  })
  it('a part sold realises the gain on that part, both commissions taken off', () => {
    const position = holding(fill('buy', '10', '100', '1'), fill('sell', '4', '105', '2'))
    expect(shown(position)).toEqual({ quantity: '6', average: '100', realised: '17', commission: '3' })
  })
  it('a commission in another currency is in no sum, neither here nor in the trade it closes (I-22)', () => {
    const inBitcoin = { ...fill('buy', '10', '100', '0.001'), commissionCurrency: 'BTC' }
    const { position, closed } = applyFill(holding(inBitcoin), {
      ...fill('sell', '10', '105', '0.002'),
      commissionCurrency: 'BTC',
    })
    expect(shown(position)).toMatchObject({ realised: '50', commission: '0' })
    expect(closed?.realisedPnl.toString()).toBe('50')
  })
  it('a losing sale realises the loss', () => {
    expect(shown(holding(fill('buy', '10', '100'), fill('sell', '10', '97')))).toEqual({
      quantity: '0',
      average: 'none',
      realised: '-30',
      commission: '0',
    })
  })
  it('a sell from flat opens a short; buying back lower is a gain', () => {
    expect(shown(holding(fill('sell', '10', '100')))).toMatchObject({ quantity: '-10', average: '100' })
    expect(shown(holding(fill('sell', '10', '100'), fill('buy', '10', '90', '1')))).toMatchObject({
      quantity: '0',
      realised: '99',
    })
  })
  it('a part of a short bought back realises the gain on that part and leaves the rest at its cost', () => {
    const part = applyFill(holding(fill('sell', '10', '100')), fill('buy', '4', '90'))
    expect(shown(part.position)).toEqual({ quantity: '-6', average: '100', realised: '40', commission: '0' })
    expect(part.position.costBasis.toString()).toBe('600')
    expect(part.closed).toMatchObject({ direction: 'short', entryPrice: price('100'), grossPnl: amount('40') })
  })
  it('a sell through zero closes the long and opens a short at its own price', () => {
    const flip = applyFill(holding(fill('buy', '10', '100')), fill('sell', '25', '104', '5', T0 + 5))
    expect(shown(flip.position)).toEqual({ quantity: '-15', average: '104', realised: '35', commission: '5' })
    expect(flip.position.openedAt).toBe(T0 + 5)
    expect(flip.closed).toMatchObject({ direction: 'long' })
    expect(flip.closed?.quantity.toString()).toBe('10')
    expect(flip.closed?.grossPnl.toString()).toBe('40')
    expect(flip.closed?.commission.toString()).toBe('2')
    expect(flip.closed?.realisedPnl.toString()).toBe('38')
  })
  it('a buy through zero closes the short and opens a long', () => {
    const flip = applyFill(holding(fill('sell', '10', '100')), fill('buy', '12', '95'))
    expect(shown(flip.position)).toEqual({ quantity: '2', average: '95', realised: '50', commission: '0' })
    expect(flip.closed?.direction).toBe('short')
    expect(flip.closed?.entryPrice.toString()).toBe('100')
    expect(flip.closed?.exitPrice.toString()).toBe('95')
  })
  it('enlarging closes nothing; opening tells since when', () => {
    expect(applyFill(holding(fill('buy', '1', '100')), fill('buy', '1', '100', '0', T0 + 9)).closed).toBeUndefined()
    expect(holding(fill('buy', '1', '100'), fill('buy', '1', '100', '0', T0 + 9)).openedAt).toBe(T0)
  })
  it('an open long is worth what the market pays above its cost, a short what it pays below', () => {
    expect(unrealisedPnl(holding(fill('buy', '10', '100')), price('103')).toString()).toBe('30')
    expect(unrealisedPnl(holding(fill('sell', '10', '100')), price('103')).toString()).toBe('-30')
  })
  it('counts its versions, so that a write knows what it expects', () => {
    expect(holding(fill('buy', '1', '1'), fill('sell', '1', '1')).version).toBe(2)
  })
})

describe('what cannot be divided evenly', () => {
  const twoForThree = holding(fill('buy', '1', '1'), fill('buy', '2', '0.5'))
  it('is rounded to the nearest at the twelfth digit, in the average and in what a part had cost', () => {
    expect(averagePrice(twoForThree)?.toString()).toBe('0.666666666667')
    const { position, closed } = applyFill(twoForThree, fill('sell', '1', '1'))
    expect(position.realisedPnl.toString()).toBe('0.333333333333')
    expect(closed?.entryPrice.toString()).toBe('0.666666666667')
  })
  it('stays with the rest: cost released and cost kept are the whole cost', () => {
    const { position } = applyFill(twoForThree, fill('sell', '1', '1'))
    expect(position.costBasis.toString()).toBe('1.333333333333')
  })
  it('is rounded to the nearest in the closed part of a commission', () => {
    const flip = applyFill(holding(fill('buy', '1', '100')), fill('sell', '3', '100', '2'))
    expect(flip.closed?.commission.toString()).toBe('0.666666666667')
  })
  it.each(['buy', 'sell'] as const)('leaves nothing behind when all of it is closed, opened by a %s', (opens) => {
    const closes = opens === 'buy' ? 'sell' : 'buy'
    const dust = fill(opens, '0.12345678', '0.12345678')
    const { position, closed } = applyFill(holding(dust), fill(closes, '0.12345678', '0.12345678'))
    expect(position.costBasis.toString()).toBe('0')
    expect(position.realisedPnl.toString()).toBe('0')
    expect(closed?.grossPnl.toString()).toBe('0')
  })
})

const fills = fc.array(
  fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: fc.integer({ min: 1, max: 10_000 }).map((n) => quantity((n / 100).toFixed(2))),
    price: fc.integer({ min: 1, max: 100_000 }).map((n) => price((n / 100).toFixed(2))),
    commission: fc.integer({ min: 0, max: 500 }).map((n) => amount((n / 100).toFixed(2))),
    commissionCurrency: fc.constant('USD'),
    time: fc.constant(T0),
  }),
  { maxLength: 40 },
)
const isWithin = (a: Decimal, b: Decimal, tolerance: string): boolean => a.minus(b).abs().atMost(decimal(tolerance))

describe('whatever is traded', () => {
  it('realised and unrealised together are the cash that moved plus what is held', () => {
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 100_000 }), (all, cents) => {
        const market = price((cents / 100).toFixed(2))
        const position = all.reduce((before, one) => applyFill(before, one).position, flat)
        const cash = all.reduce((sum, one) => {
          const notional = notionalOf(one.price, one.quantity)
          return (one.side === 'buy' ? sum.minus(notional) : sum.plus(notional)).minus(one.commission)
        }, ZERO as Amount)
        const held = market.times(position.quantity) as Amount
        const result = position.realisedPnl.plus(
          position.quantity.isZero ? (ZERO as Amount) : unrealisedPnl(position, market),
        )
        expect(isWithin(result, cash.plus(held), '0.0000001')).toBe(true)
      }),
    )
  })
  it('the quantity is the signed sum, cost is never negative and none is left when flat', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const position = all.reduce((before, one) => applyFill(before, one).position, flat)
        const sum = all.reduce(
          (total, one) => (one.side === 'buy' ? total.plus(one.quantity) : total.minus(one.quantity)),
          ZERO as typeof flat.quantity,
        )
        expect(position.quantity.toString()).toBe(sum.toString())
        expect(position.costBasis.isNegative).toBe(false)
        if (position.quantity.isZero) expect(position.costBasis.toString()).toBe('0')
      }),
    )
  })
  it('the closed trades add up to what was realised, commissions of openings aside', () => {
    fc.assert(
      fc.property(fills, (all) => {
        let position = flat
        let gross = ZERO as Amount
        let paid = ZERO as Amount
        for (const one of all) {
          const change = applyFill(position, one)
          position = change.position
          if (change.closed !== undefined) gross = gross.plus(change.closed.grossPnl)
          paid = paid.plus(one.commission)
        }
        expect(gross.minus(paid).toString()).toBe(position.realisedPnl.toString())
      }),
    )
  })
})
