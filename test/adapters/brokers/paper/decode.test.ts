import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeAccount,
  decodeInstrument,
  decodeOrder,
  decodeOrders,
  decodePositions,
  decodeQuote,
  decodeRefusal,
  decodeStreamMessage,
  parseBody,
} from '../../../../src/adapters/brokers/paper/decode.ts'
import { encodeOrder } from '../../../../src/adapters/brokers/paper/encode.ts'
import { clientOrderId } from '../../../../src/core/ids.ts'
import { price, quantity } from '../../../../src/core/money.ts'
import { T0 } from '../../../support/orders.ts'

const context = { account: 'paper', channel: 'poll', at: T0 } as const
const ORDER = {
  id: 'p-1',
  client_order_id: 'sf-1',
  symbol: 'AAPL',
  side: 'buy',
  type: 'limit',
  time_in_force: 'day',
  quantity: '10.50',
  limit_price: '230.10',
  status: 'partially_filled',
  filled_quantity: '4',
  average_fill_price: '230.05',
  seq: 7,
  executions: [
    {
      id: 'x-1',
      quantity: '4',
      price: '230.05',
      time: '2026-03-02T15:00:00.250Z',
      commission: '0.10',
      commission_currency: 'USD',
    },
  ],
}
const order = (over: object = {}) => decodeOrder(parseBody(JSON.stringify({ ...ORDER, ...over })), context)

describe('an order as the venue tells it', () => {
  it('is read digit for digit, with its executions', () => {
    const report = order()
    expect(report).toMatchObject({
      channel: 'poll',
      status: 'working',
      rawStatus: 'partially_filled',
      clientOrderId: 'sf-1',
      brokerOrderId: 'p-1',
      fills: [{ executionId: 'x-1', time: Date.UTC(2026, 2, 2, 15, 0, 0, 250), commissionCurrency: 'USD' }],
    })
    expect(
      [report?.quantity, report?.cumulativeQuantity, report?.limitPrice, report?.fills[0]?.price].map(String),
    ).toEqual(['10.5', '4', '230.1', '230.05'])
  })
  it.each([
    ['new', 'working'],
    ['partially_filled', 'working'],
    ['filled', 'filled'],
    ['cancelled', 'cancelled'],
    ['rejected', 'rejected'],
    ['expired', 'expired'],
    ['FILLED', 'unknown'],
    ['pending_moon', 'unknown'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ])('its word %s means %s', (status, meaning) =>
    expect(order({ status })).toMatchObject({ status: meaning, rawStatus: status }),
  )
  it.each([
    ['no id', { id: undefined }],
    ['an empty id of ours', { client_order_id: '' }],
    ['a quantity that is a number', { quantity: 10 }],
    ['a quantity nobody can read', { quantity: '1e5' }],
    ['a filled quantity that is null', { filled_quantity: null }],
    ['another side', { side: 'short' }],
    ['a time without its zone', { filled_at: '2026-03-02T15:00:00' }],
    ['an execution without its id', { executions: [{ ...ORDER.executions[0], id: '' }] }],
    ['executions that are no list', { executions: {} }],
  ])('with %s it is not an order', (_what, over) => expect(order(over)).toBeUndefined())
  it('what is new in it does no harm', () => expect(order({ tomorrow: [1, 2] })).toBeDefined())
})

describe('a list', () => {
  it('with one row that cannot be read is no list: half of it would make orders vanish', () => {
    expect(decodeOrders(parseBody(JSON.stringify({ items: [ORDER] })), context)?.items).toHaveLength(1)
    expect(
      decodeOrders(parseBody(JSON.stringify({ items: [ORDER, { ...ORDER, quantity: 'x' }] })), context),
    ).toBeUndefined()
    expect(decodeOrders(parseBody('[]'), context)).toBeUndefined()
  })
  it('tells where the next page begins', () => {
    const page = (next: unknown) => decodeOrders(parseBody(JSON.stringify({ items: [], next })), context)
    expect([page('7')?.next, page(null)?.next, page(7)]).toEqual(['7', undefined, undefined])
  })
})

const DECODERS: readonly [string, (text: string) => unknown][] = [
  ['an order', (text) => decodeOrder(parseBody(text), context)],
  ['a list', (text) => decodeOrders(parseBody(text), context)],
  ['a message', (text) => decodeStreamMessage(text, context)],
  ['a refusal', (text) => decodeRefusal(parseBody(text))],
  ['a quote', (text) => decodeQuote(parseBody(text), T0)],
  ['an instrument', (text) => decodeInstrument(parseBody(text))],
  ['an account', (text) => decodeAccount(parseBody(text), T0)],
  ['positions', (text) => decodePositions(parseBody(text))],
]
const GOOD: readonly string[] = [
  JSON.stringify(ORDER),
  JSON.stringify({ items: [ORDER], next: null }),
  JSON.stringify({ type: 'order', order: ORDER }),
  JSON.stringify({ code: 'x', message: 'y' }),
  JSON.stringify({ symbol: 'A', bid: '1', ask: '2', last: '1', time: '2026-03-02T15:00:00Z' }),
  JSON.stringify({ symbol: 'A', currency: 'USD', tick: '0.01', lot: '1', min_quantity: '1', shortable: false }),
  JSON.stringify({ cash: '1', buying_power: '1', currency: 'USD' }),
  JSON.stringify({ items: [{ symbol: 'A', quantity: '-1', average_price: '2' }] }),
]
describe.each(DECODERS)('%s', (name, decode) => {
  const good = GOOD[DECODERS.findIndex(([one]) => one === name)] ?? ''
  it('is read when it is whole', () => expect(decode(good)).toBeDefined())
  it('cut anywhere is nothing', () => {
    for (let at = 0; at < good.length; at += 1) expect(decode(good.slice(0, at))).toBeUndefined()
  })
  it('as garbage is nothing, and nothing is thrown', () => {
    const garbage = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(garbage, (text) => {
        expect(() => decode(text)).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
  it('with any one value replaced is read or not, never thrown at us', () => {
    const replace = (value: unknown, at: number, by: unknown): unknown => {
      let seen = -1
      const walk = (part: unknown): unknown => {
        seen += 1
        if (seen === at) return by
        if (Array.isArray(part)) return part.map(walk)
        if (typeof part !== 'object' || part === null) return part
        return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]))
      }
      return walk(value)
    }
    fc.assert(
      fc.property(fc.nat(25), fc.jsonValue(), (at, by) => {
        expect(() => decode(JSON.stringify(replace(JSON.parse(good), at, by)))).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})

describe('an order as it goes out', () => {
  const outgoing = {
    clientOrderId: clientOrderId('sf-1'),
    symbol: 'AAPL',
    side: 'buy',
    orderType: 'limit',
    timeInForce: 'day',
    quantity: quantity('0.00000001'),
    limitPrice: price('230.10'),
  } as const
  it('is the same bytes for ever, decimals as text', () => {
    const bytes =
      '{"client_order_id":"sf-1","symbol":"AAPL","side":"buy","type":"limit","time_in_force":"day","quantity":"0.00000001","limit_price":"230.1"}'
    expect(encodeOrder(outgoing)).toBe(bytes)
    const { limitPrice, ...rest } = outgoing
    expect(encodeOrder({ limitPrice, ...rest })).toBe(bytes)
  })
  it('at the market has no limit', () => {
    const { limitPrice: _none, ...market } = outgoing
    expect(encodeOrder({ ...market, orderType: 'market' })).not.toContain('limit_price')
  })
})
