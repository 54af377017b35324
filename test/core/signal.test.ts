import { describe, expect, it } from 'vitest'
import { signalId } from '../../src/core/ids.ts'
import { amount, decimal, price, quantity } from '../../src/core/money.ts'
import { contentHash, type Signal, signalContent } from '../../src/core/signal.ts'
import { T0 } from '../support/orders.ts'

const signal: Signal = {
  signalId: signalId('sig-1'),
  strategy: 'trend',
  symbol: 'AAPL',
  side: 'buy',
  size: { by: 'quantity', quantity: quantity('10') },
}

describe('the content of a signal', () => {
  it('is plain data, decimals normalised, times in UTC, and nothing that is absent', () => {
    expect(signalContent({ ...signal, limitPrice: price('1.500'), expiresAt: T0, reduceOnly: false })).toEqual({
      signal_id: 'sig-1',
      strategy: 'trend',
      symbol: 'AAPL',
      side: 'buy',
      quantity: '10',
      limit_price: '1.5',
      expires_at: '2026-03-02T15:00:00.000Z',
      reduce_only: false,
    })
  })
  it('is the same with another trace and other metadata', () => {
    expect(contentHash({ ...signal, traceId: 't', metadata: { any: 'thing' } })).toBe(contentHash(signal))
  })
  it.each<[string, Partial<Signal>]>([
    ['strategy', { strategy: 'other' }],
    ['symbol', { symbol: 'MSFT' }],
    ['side', { side: 'sell' }],
    ['size', { size: { by: 'quantity', quantity: quantity('11') } }],
    ['kind of size', { size: { by: 'amount', amount: amount('10') } }],
    ['account', { account: 'live' }],
    ['order type', { orderType: 'market' }],
    ['limit', { limitPrice: price('1') }],
    ['reference', { referencePrice: price('1') }],
    ['time of its reference', { referenceTime: T0 }],
    ['time in force', { timeInForce: 'ioc' }],
    ['urgency', { urgency: 'low' }],
    ['confidence', { confidence: decimal('0.5') }],
    ['time', { generatedAt: T0 }],
    ['expiry', { expiresAt: T0 }],
    ['reduce-only', { reduceOnly: true }],
  ])('with another %s is another', (_what, over) =>
    expect(contentHash({ ...signal, ...over })).not.toBe(contentHash(signal)),
  )
})
