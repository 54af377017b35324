import { describe, expect, it } from 'vitest'
import { ApiClient } from '../../src/cli/api-client.ts'
import { findOrderId } from '../../src/cli/find-order.ts'
import { answering } from '../support/cli-process.ts'

const order = (end: string, signal_id = 'other') => ({
  id: `0199f3c2-7a1e-7b44-9c0d-${end}`,
  signal_id,
  symbol: 'AAPL',
  side: 'buy',
  quantity: '1',
  status: 'filled',
})
const ORDERS = [
  order('5a2f6e1b8d31', 'momentum-1'),
  order('aaaaaaaa8d31'),
  order('bbbbbbbb0001', 'pair'),
  order('cccccccc0002', 'pair'),
]

/** As the list call answers: by signal, or a page of one. */
async function api(): Promise<ApiClient> {
  const url = await answering((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const signal = searchParams.get('signal_id')
    const from = Number(searchParams.get('cursor') ?? 0)
    const page = {
      items: ORDERS.slice(from, from + 1),
      ...(from + 1 < ORDERS.length ? { next_cursor: String(from + 1) } : {}),
    }
    response.end(JSON.stringify(signal === null ? page : { items: ORDERS.filter((one) => one.signal_id === signal) }))
  })
  return new ApiClient({ url, isNamed: true, key: undefined, keyFile: '', dataDir: '' })
}

describe('an order is found', () => {
  it.each([
    ['0199f3c2-7a1e-7b44-9c0d-000000000000', '0199f3c2-7a1e-7b44-9c0d-000000000000'],
    ['5a2f6e1b8d31', ORDERS[0]?.id],
    ['0001', ORDERS[2]?.id],
    ['momentum-1', ORDERS[0]?.id],
  ])('by %s', async (given, id) => expect(await findOrderId(await api(), given)).toBe(id))
})

describe('an order is not guessed', () => {
  it.each([
    ['8d31', /may be any of these orders[\s\S]*5a2f6e1b8d31[\s\S]*aaaaaaaa8d31/],
    ['pair', /may be any of these orders[\s\S]*bbbbbbbb0001[\s\S]*cccccccc0002/],
    ['d31', /No order has/],
    ['nothing-like-it', /No order has/],
  ])('from %s', async (given, message) => {
    await expect(findOrderId(await api(), given)).rejects.toThrow(message)
  })
})
