import { describe, expect, it } from 'vitest'
import {
  BrokerConnectionError,
  BrokerTimeoutError,
  OrderRetryExhaustedError,
  OrderStatusError,
} from '../../../src/core/errors.ts'
import { clientOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import { RetryingGateway } from '../../../src/flow/execution/retrying-gateway.ts'
import type { OutgoingOrder } from '../../../src/ports/broker-gateway.ts'
import { ScriptedGateway, silence } from '../../support/scripted-gateway.ts'

const QUICK = { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 4, multiplier: 2, jitter: 0 }
const order: OutgoingOrder = {
  clientOrderId: clientOrderId('sf-1'),
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'day',
  quantity: quantity('1'),
  limitPrice: price('1'),
}
const pass = { use: () => undefined }

function retrying() {
  const inner = new ScriptedGateway()
  const told: string[] = []
  const gateway = new RetryingGateway(inner, QUICK, (call, error, attempt) =>
    told.push(`${call} ${attempt} ${error.name}`),
  )
  return { inner, gateway, told }
}
const failing = (error: Error): never => {
  throw error
}

describe('a read', () => {
  it('that fails in passing is repeated until it succeeds', async () => {
    const { inner, gateway, told } = retrying()
    inner.onList = (nth) => (nth < 3 ? failing(new BrokerTimeoutError('504')) : [])
    expect(await gateway.openOrders()).toEqual([])
    expect(inner.lists).toBe(3)
    expect(told).toEqual(['openOrders 1 BrokerTimeoutError', 'openOrders 2 BrokerTimeoutError'])
  })
  it('whose tries are used up carries what the last one met', async () => {
    const { inner, gateway } = retrying()
    const last = new BrokerConnectionError('the third')
    inner.onLookUp = (_order, nth) => failing(nth === 3 ? last : new BrokerConnectionError('an earlier one'))
    const error = await gateway.lookUp(order).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(OrderRetryExhaustedError)
    expect([error.originalError, error.attempts]).toEqual([last, 3])
  })
  it.each([
    ['a refusal', new OrderStatusError('400')],
    ['a fault of ours', new TypeError('undefined is not a function')],
  ])('that meets %s fails at once, with just that', async (_what, error) => {
    const { inner, gateway } = retrying()
    inner.onQuote = () => failing(error)
    let calls = 0
    const quote = inner.quote.bind(inner)
    inner.quote = (symbol) => {
      calls += 1
      return quote(symbol)
    }
    expect(await gateway.quote('AAPL').catch((thrown) => thrown)).toBe(error)
    expect(calls).toBe(1)
  })
})

describe('a write', () => {
  it('goes out once, whatever comes back', async () => {
    const { inner, gateway } = retrying()
    inner.onSubmit = () => silence
    expect(await gateway.submit(order, pass)).toBe(silence)
    inner.onCancel = () => ({ kind: 'unknown', reason: 'no answer' })
    await gateway.cancel(order, pass)
    expect([inner.wire.length, inner.cancels.length]).toEqual([1, 1])
  })
})
