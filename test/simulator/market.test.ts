import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Price, price } from '../../src/core/money.ts'
import { instrumentsFor } from '../../src/simulator/instruments.ts'
import { Market } from '../../src/simulator/market.ts'
import { crosses } from '../../src/simulator/match-order.ts'

const instruments = instrumentsFor('USD', {
  PENNY: { price: '0.05' },
  ODD: { price: '17.3', tick: '0.25' },
  FINE: { price: '1000000000', tick: '1' },
})
const symbols = [...instruments.keys()]
const marketOf = (seed: string, restlessness = 1): Market => new Market(instruments, { seed, restlessness })
const symbol = fc.constantFrom(...symbols)
const time = fc.integer({ min: 0, max: Date.UTC(2060, 0) })

describe('the quotes of the paper market', () => {
  it('list about thirty American shares and funds, and three coins', () => {
    expect(symbols.length).toBeGreaterThanOrEqual(30)
    expect(symbols).toEqual(expect.arrayContaining(['AAPL', 'SPY', 'BTC/USD', 'ETH/USD', 'SOL/USD']))
  })

  it('keep the bid below the ask, both on the tick, both above zero', () => {
    fc.assert(
      fc.property(symbol, time, fc.constantFrom(1, 4), (symbol, at, restlessness) => {
        const quote = marketOf('s', restlessness).quote(symbol, at)
        const tick = instruments.get(symbol)?.tick
        if (quote === undefined || tick === undefined) throw new Error(symbol)
        for (const side of [quote.bid, quote.ask]) expect(side.toMultipleOf(tick, 'down').equals(side)).toBe(true)
        expect(quote.bid.isPositive && quote.bid.lessThan(quote.ask)).toBe(true)
        expect(quote.bidSize.isPositive && quote.askSize.isPositive).toBe(true)
        expect(quote.time).toBeLessThanOrEqual(at)
        expect(at - quote.time).toBeLessThan(250)
      }),
    )
  })

  it('stay near the start price for ever', () => {
    fc.assert(
      fc.property(time, (at) => {
        const quote = marketOf('s').quote('AAPL', at)
        return quote?.bid.atLeast(price('226')) === true && quote.ask.atMost(price('234'))
      }),
    )
  })

  it('are the same for the same seed, whoever asked for what before', () => {
    fc.assert(
      fc.property(symbol, time, fc.array(time, { maxLength: 5 }), (symbol, at, before) => {
        const asked = marketOf('seed')
        for (const other of before) asked.quote(symbol, other)
        expect(asked.quote(symbol, at)).toEqual(marketOf('seed').quote(symbol, at))
      }),
    )
  })

  it('differ between seeds and between symbols', () => {
    const at = Date.UTC(2026, 0, 5)
    const week = Array.from({ length: 20 }, (_, day) => at + day * 3_600_000)
    const series = (seed: string, symbol: string) => week.map((at) => `${marketOf(seed).quote(symbol, at)?.bid}`).join()
    expect(series('a', 'AAPL')).not.toBe(series('b', 'AAPL'))
    expect(series('a', 'AAPL')).not.toBe(series('a', 'IWM'))
  })

  it('know nothing of an unknown symbol', () => {
    expect(marketOf('s').quote('NOPE', 0)).toBeUndefined()
    expect(marketOf('s').firstTouch('NOPE', 'buy', price('1'), 0, 1_000)).toBeUndefined()
  })

  it.each([
    ['buy', 'ask', -1],
    ['sell', 'bid', 1],
  ] as const)('are not said to reach a %s limit one tick short of it', (side, touch, away) => {
    for (let at = 0; at < 20; at += 1) {
      const from = Date.UTC(2026, 0, 1 + at)
      const standing = marketOf('s').quote('FINE', from)?.[touch] ?? price('1')
      expect(marketOf('s').firstTouch('FINE', side, standing, from, from)).toBe(from)
      expect(marketOf('s').firstTouch('FINE', side, standing.plus(price(`${away}`)), from, from)).toBeUndefined()
    }
  })

  it('reach a limit exactly when watching every quote would have seen it', () => {
    const offsets = fc.integer({ min: -60, max: 60 })
    fc.assert(
      fc.property(
        fc.constantFrom('AAPL', 'KO', 'BTC/USD', 'PENNY', 'ODD'),
        fc.constantFrom('buy' as const, 'sell' as const),
        time,
        offsets,
        (symbol, side, from, offset) => {
          const market = marketOf('s', 4)
          const tick = instruments.get(symbol)?.tick ?? price('1')
          const touch = market.quote(symbol, from)?.[side === 'buy' ? 'ask' : 'bid'] ?? price('1')
          const limit = touch.plus(tick.scaledBy(price(`${offset}`))) as Price
          if (!limit.isPositive) return
          const until = from + 60_000
          const seen = Array.from({ length: 60_000 / 250 + 1 }, (_, n) =>
            Math.max(from, (Math.floor(from / 250) + n) * 250),
          )
            .filter((at) => at <= until)
            .find((at) => {
              const quote = market.quote(symbol, at)
              return quote !== undefined && crosses(side, limit, quote)
            })
          const found = market.firstTouch(symbol, side, limit, from, until)
          // A price so low that the bid cannot fall further may be announced early, never late.
          if (symbol === 'PENNY' && found !== undefined) expect(found).toBeLessThanOrEqual(seen ?? until)
          else expect(found).toBe(seen)
        },
      ),
      { numRuns: 300 },
    )
  })
})
