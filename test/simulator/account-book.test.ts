import { describe, expect, it } from 'vitest'
import { amount, price, quantity, ZERO } from '../../src/core/money.ts'
import { AccountBook, settle } from '../../src/simulator/account-book.ts'
import { request, taken, venueAtHand } from './venue-at-hand.ts'

const start = { cash: amount('1000'), realised: ZERO, commission: ZERO }
type Trade = readonly [side: 'buy' | 'sell', size: string, at: string, commission?: string]

function afterTrades(trades: readonly Trade[]) {
  const book = new AccountBook(start, [])
  const order = taken(venueAtHand().venue.submit(request({ limit: '200' })))
  for (const [side, size, at, commission = '0'] of trades) {
    const execution = {
      id: 'x',
      seq: 1,
      quantity: quantity(size),
      price: price(at),
      time: 0,
      commission: amount(commission),
    }
    book.apply(settle(book, { ...order, side }, execution))
  }
  const { cash, realised } = book.money
  const { quantity: owned, cost } = book.position('AAPL')
  return [owned, cost, cash, realised].map(String).join(' ')
}

describe('an account after its trades: owned, at cost, cash, realised', () => {
  it.each<[string, readonly Trade[], string]>([
    ['buys', [['buy', '10', '5']], '10 50 950 0'],
    [
      'buys more, dearer',
      [
        ['buy', '10', '5'],
        ['buy', '10', '7'],
      ],
      '20 120 880 0',
    ],
    [
      'sells some at a profit',
      [
        ['buy', '10', '5'],
        ['sell', '4', '6'],
      ],
      '6 30 974 4',
    ],
    [
      'sells some at a loss',
      [
        ['buy', '10', '5'],
        ['sell', '4', '4'],
      ],
      '6 30 966 -4',
    ],
    [
      'sells all',
      [
        ['buy', '10', '5'],
        ['sell', '10', '6'],
      ],
      '0 0 1010 10',
    ],
    [
      'sells more than it has',
      [
        ['buy', '10', '5'],
        ['sell', '15', '6'],
      ],
      '-5 -30 1040 10',
    ],
    ['sells short', [['sell', '10', '5']], '-10 -50 1050 0'],
    [
      'buys some back cheaper',
      [
        ['sell', '10', '5'],
        ['buy', '4', '4'],
      ],
      '-6 -30 1034 4',
    ],
    [
      'buys some back dearer',
      [
        ['sell', '10', '5'],
        ['buy', '4', '6'],
      ],
      '-6 -30 1026 -4',
    ],
    [
      'buys back more than it was short',
      [
        ['sell', '10', '5'],
        ['buy', '15', '4'],
      ],
      '5 20 990 10',
    ],
    [
      'pays commission out of cash alone',
      [
        ['buy', '10', '5', '1'],
        ['sell', '10', '5', '2'],
      ],
      '0 0 997 0',
    ],
    [
      'cannot divide its cost evenly',
      [
        ['buy', '3', '0.01'],
        ['buy', '4', '0.02'],
        ['sell', '1', '0.02'],
      ],
      '6 0.094285714286 999.91 0.004285714286',
    ],
    [
      'sells all of the very little it has',
      [
        ['buy', '0.0000001', '0.0000001'],
        ['sell', '0.0000001', '0.0000001'],
      ],
      '0 0 1000 0',
    ],
  ])('%s', (_, trades, expected) => expect(afterTrades(trades)).toBe(expected))
})
