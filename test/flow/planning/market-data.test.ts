import { describe, expect, it } from 'vitest'
import { MarketData } from '../../../src/flow/planning/market-data.ts'
import type { Quote } from '../../../src/ports/broker-gateway.ts'
import { HandTime } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'
import { ScriptedGateway, theQuote } from '../../support/scripted-gateway.ts'

function aMarket() {
  const time = new HandTime(T0)
  const gateway = new ScriptedGateway()
  const asked: string[] = []
  gateway.onQuote = (symbol) => {
    asked.push(symbol)
    return theQuote(symbol)
  }
  const market = new MarketData(gateway, time, { quoteMs: 1_000, instrumentMs: 60_000 })
  return { time, gateway, asked, market }
}

describe('a quote', () => {
  it('is read once for all who ask for the symbol at the same time', async () => {
    const { market, asked } = aMarket()
    await Promise.all([market.quote('AAPL'), market.quote('AAPL'), market.quote('MSFT')])
    expect(asked).toEqual(['AAPL', 'MSFT'])
  })
  it('is given out for its lifetime, counted from the question, and no longer', async () => {
    const { market, gateway, time, asked } = aMarket()
    const slow = Promise.withResolvers<Quote>()
    const normal = gateway.onQuote
    gateway.onQuote = () => slow.promise
    const read = market.quote('AAPL')
    time.set(T0 + 900)
    slow.resolve(theQuote('AAPL'))
    await read
    gateway.onQuote = normal
    time.set(T0 + 999)
    await market.quote('AAPL')
    expect(asked).toEqual([])
    time.set(T0 + 1_000)
    await market.quote('AAPL')
    expect(asked).toEqual(['AAPL'])
  })
  it('of a venue that does not answer is nothing, rather than something old', async () => {
    const { market, gateway, time } = aMarket()
    await market.quote('AAPL')
    time.set(T0 + 5_000)
    const normal = gateway.onQuote
    gateway.onQuote = () => Promise.reject(new Error('no answer'))
    await expect(market.quote('AAPL')).rejects.toThrow('no answer')
    gateway.onQuote = normal
    expect(await market.quote('AAPL')).toBeDefined()
  })
  it('however old, may be shown', async () => {
    const { market, time } = aMarket()
    await market.quote('AAPL')
    time.set(T0 + 3_600_000)
    expect(market.lastSeen('AAPL')?.last?.toString()).toBe('99.99')
    expect(market.lastSeen('MSFT')).toBeUndefined()
  })
  it('is at hand together with the symbol’s rules, or not at all', async () => {
    const { market, time } = aMarket()
    await market.quote('AAPL')
    expect(market.atHand('AAPL')).toBeUndefined()
    await market.instrument('AAPL')
    expect(market.atHand('AAPL')?.quote.symbol).toBe('AAPL')
    time.set(T0 + 1_000)
    expect(market.atHand('AAPL')).toBeUndefined()
  })
  it('a symbol nobody knows is asked for anew each time', async () => {
    const { market, gateway } = aMarket()
    gateway.onQuote = () => undefined
    expect(await market.quote('GHOST')).toBeUndefined()
    gateway.onQuote = theQuote
    expect(await market.quote('GHOST')).toBeDefined()
  })
})
