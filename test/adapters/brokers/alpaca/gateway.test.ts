import { describe, expect, it } from 'vitest'
import { brokerOrderId } from '../../../../src/core/ids.ts'
import { quantity } from '../../../../src/core/money.ts'
import { formatTime } from '../../../../src/core/time.ts'
import type { AnswerSigns, NoTrade, OutgoingOrder } from '../../../../src/ports/broker-gateway.ts'
import { type Answer, type Asked, json } from './answering-server.ts'
import { absent, against, CountedPass, fill, ORDER, ref, refusing, row, T0 } from './gateway-bench.ts'

describe('an order that goes out', () => {
  it('is one request with the very bytes that were approved, and the keys', async () => {
    const { gateway, server } = await against(() => json(row(1)))
    const pass = new CountedPass()
    const outcome = await gateway.submit(ORDER, pass)
    expect(outcome).toMatchObject({ kind: 'accepted', report: { brokerOrderId: 'b-1', channel: 'answer' } })
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v2/orders', body: gateway.payloadOf(ORDER) })
    expect(server.asked[0]?.headers).toMatchObject({
      'apca-api-key-id': 'K',
      'apca-api-secret-key': 'S',
      'content-type': 'application/json',
    })
    expect(pass.seen).toEqual([gateway.payloadOf(ORDER)])
  })
  it('has these bytes for ever', async () => {
    const { gateway } = await against(() => json(row(1)))
    expect(gateway.payloadOf(ORDER)).toBe(
      '{"client_order_id":"sf-000001","limit_price":"150.25","qty":"100.000000001","side":"buy","symbol":"AAPL","time_in_force":"day","type":"limit"}',
    )
  })
  it.each<[string, Partial<OutgoingOrder>]>([
    ['crypto', { symbol: 'BTC/USD', timeInForce: 'gtc' }],
    ['the smallest quantity', { quantity: quantity('0.000000001') }],
    ['a great quantity', { quantity: quantity('1000000000000000000000') }],
    ['a sell', { side: 'sell' }],
  ])('is written by the SDK as by us: %s', async (_what, part) => {
    const { gateway, server } = await against(() => json(row(1)))
    const order = { ...ORDER, ...part }
    await gateway.submit(order, new CountedPass())
    expect(server.asked[0]?.body).toBe(gateway.payloadOf(order))
  })
  it('at the market names no price', async () => {
    const { gateway, server } = await against(() => json(row(1)))
    const { limitPrice: _, ...order } = { ...ORDER, orderType: 'market' as const }
    await gateway.submit(order, new CountedPass())
    expect(server.asked[0]?.body).toBe(gateway.payloadOf(order))
    expect(gateway.payloadOf(order)).not.toContain('price')
  })
  it('does not leave without its pass', async () => {
    const { gateway, server } = await against(() => json(row(1)))
    expect(await gateway.submit(ORDER, refusing)).toMatchObject({ kind: 'not_sent', code: 'halted' })
    expect(await gateway.cancel({ ...ref, brokerOrderId: brokerOrderId('b-1') }, refusing)).toMatchObject({
      kind: 'not_sent',
    })
    expect(server.asked).toEqual([])
  })
  it.each([429, 500, 502, 503, 504])('that is answered with %s is not sent again by anybody', async (status) => {
    const { gateway, server } = await against(() => ({ status, headers: { 'retry-after': '0' } }))
    const pass = new CountedPass()
    expect(await gateway.submit(ORDER, pass)).toMatchObject({ kind: 'unknown', phase: 'body_in' })
    expect([server.asked.length, pass.seen.length]).toEqual([1, 1])
  })
  it('whose connection is reset is in doubt, and was sent once', async () => {
    const { gateway, server } = await against(() => 'reset')
    expect(await gateway.submit(ORDER, new CountedPass())).toMatchObject({ kind: 'unknown', phase: 'dispatched' })
    expect(server.asked).toHaveLength(1)
  })
  it('to which another order is the answer is in doubt', async () => {
    const { gateway } = await against(() => json(row(2)))
    expect(await gateway.submit(ORDER, new CountedPass())).toMatchObject({ kind: 'unknown' })
  })
  it('to a server that is not there never left', async () => {
    const { gateway, server } = await against(() => json(row(1)))
    await server.close()
    expect(await gateway.submit(ORDER, new CountedPass())).toMatchObject({
      kind: 'not_sent',
      code: 'broker.unreachable',
    })
  })
})

describe('an order that is called off', () => {
  it('is asked for by the venue’s own id', async () => {
    const { gateway, server } = await against(() => ({ status: 204 }))
    const pass = new CountedPass()
    expect(await gateway.cancel({ ...ref, brokerOrderId: brokerOrderId('b-1') }, pass)).toEqual({ kind: 'asked' })
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /v2/orders/b-1'])
    expect(pass.seen).toEqual([''])
  })
  it('is looked up first where we know no id', async () => {
    const { gateway, server } = await against(({ method }) => (method === 'GET' ? json(row(1)) : { status: 204 }))
    expect(await gateway.cancel(ref, new CountedPass())).toEqual({ kind: 'asked' })
    expect(server.asked.at(-1)?.path).toBe('/v2/orders/b-1')
  })
})

it('everything is called off in one request with one pass', async () => {
  const { gateway, server } = await against(() => json([{ id: 'b-1', status: 200 }], 207))
  const pass = new CountedPass()
  expect(await gateway.cancelEverything(pass)).toMatchObject({ kind: 'asked', orders: [{ brokerOrderId: 'b-1' }] })
  expect([server.asked.map(({ method, path }) => `${method} ${path}`), pass.seen]).toEqual([
    ['DELETE /v2/orders'],
    [''],
  ])
})

describe('an order that is looked up', () => {
  it('is absent by the venue’s own word, under both ids', async () => {
    const { gateway, server } = await against(() => absent)
    expect(await gateway.lookUp({ ...ref, brokerOrderId: brokerOrderId('b-1') })).toEqual({ kind: 'absent' })
    expect(server.asked.map(({ path }) => path)).toEqual(['/v2/orders:by_client_order_id', '/v2/orders/b-1'])
  })
  it('is not absent because something between says 404', async () => {
    const { gateway } = await against(() => ({ status: 404, body: '<html>' }))
    await expect(gateway.lookUp(ref)).rejects.toThrow(/404/)
  })
  it.each([
    ['by our name', ref, '/v2/orders:by_client_order_id'],
    ['by its own id', { ...ref, brokerOrderId: brokerOrderId('b-1') }, '/v2/orders/b-1'],
  ])('%s is neither found nor absent where the answer is about another order', async (_what, order, asked) => {
    const { gateway } = await against(({ path }) => (path === asked ? json(row(2)) : absent))
    await expect(gateway.lookUp(order)).rejects.toThrow(/not the order/)
  })
  it('shows its executions exactly where they are listed to the end', async () => {
    const fills = [fill(1, 'b-1', '40', '40', '150.1'), fill(2, 'b-9', '1', '1'), fill(3, 'b-1', '60', '100', '150.3')]
    const { gateway, server } = await against(({ path }) =>
      json(
        path.includes('activities')
          ? fills
          : row(1, { status: 'filled', filled_qty: '100', filled_avg_price: '150.22' }),
      ),
    )
    const found = await gateway.lookUp(ref)
    if (found.kind !== 'found') throw new Error(found.kind)
    expect(found.report.fills.map(({ executionId, quantity: q, price: p }) => [executionId, `${q}`, `${p}`])).toEqual([
      ['sf-000001@40', '40', '150.1'],
      ['sf-000001@100', '60', '150.3'],
    ])
    expect(server.asked.at(-1)?.query.get('order_id')).toBe('b-1')
  })
  it.each<[string, Answer]>([
    ['lags', json([fill(1, 'b-1', '40', '40')])],
    ['is not there', { status: 404, body: 'no such page' }],
    ['fails', { status: 500 }],
  ])('is told by its count where the list of executions %s', async (_what, listed) => {
    const { gateway } = await against(({ path }) =>
      path.includes('activities')
        ? listed
        : json(row(1, { status: 'filled', filled_qty: '100', filled_avg_price: '150' })),
    )
    const found = await gateway.lookUp(ref)
    expect(found).toMatchObject({ kind: 'found', report: { status: 'filled', fills: [] } })
  })
})

describe('a list', () => {
  const all = Array.from({ length: 1_203 }, (_, n) =>
    row(n + 1, { submitted_at: formatTime(T0), created_at: formatTime(T0) }),
  )
  const pageAfter = ({ query }: Asked): Answer => {
    const last = query.get('after_order_id')
    const from = last === null ? 0 : all.findIndex(({ id }) => id === last) + 1
    return json(all.slice(from, from + Number(query.get('limit'))))
  }
  it('of orders of one instant over several pages is whole', async () => {
    const { gateway, server } = await against(pageAfter)
    expect(await gateway.openOrders()).toHaveLength(1_203)
    expect(server.asked.map(({ query }) => query.get('limit'))).toEqual(['500', '500', '500'])
    expect(server.asked[0]?.query.get('status')).toBe('open')
    expect(server.asked[0]?.query.get('nested')).toBe('false')
  })
  it('since an instant begins a little before it', async () => {
    const { gateway, server } = await against(() => json([]))
    await gateway.recentOrders(T0)
    expect(Object.fromEntries(server.asked[0]?.query ?? [])).toMatchObject({
      status: 'all',
      after: formatTime(T0 - 1_000),
      direction: 'asc',
    })
  })
  it('with a row that cannot be read is no list', async () => {
    const { gateway } = await against(() => json([row(1), { id: 'b-2' }]))
    await expect(gateway.openOrders()).rejects.toThrow(/not the list of open orders as we know it/)
  })
  it('whose second page fails is no list', async () => {
    const { gateway } = await against((asked) =>
      asked.query.has('after_order_id') ? { status: 500 } : pageAfter(asked),
    )
    await expect(gateway.openOrders()).rejects.toMatchObject({ retryable: true })
  })
  it('of executions is read by its tokens', async () => {
    const fills = Array.from({ length: 250 }, (_, n) => fill(n + 1, 'b-1', '1', String(n + 1)))
    const { gateway, server } = await against(({ query }) => {
      const token = query.get('page_token')
      const from = token === null ? 0 : fills.findIndex(({ id }) => id === token) + 1
      return json(fills.slice(from, from + 100))
    })
    expect(await gateway.executions(T0)).toHaveLength(250)
    expect(server.asked).toHaveLength(3)
    expect(server.asked[2]?.query.get('direction')).toBe('asc')
  })
})

describe('what is no trade', () => {
  const fee = { id: '1::f', activity_type: 'CFEE', date: '2026-03-11', symbol: 'ETHUSD', qty: '-0.1' }
  it('is told beside the executions, to whoever listens', async () => {
    const { gateway, server } = await against(({ path }) =>
      json(path.endsWith('/FILL') ? [fill(1, 'b-1', '1', '1')] : [fee]),
    )
    await gateway.executions(T0)
    expect(server.asked).toHaveLength(1)
    const told: NoTrade[] = []
    gateway.heedNoTrades((one) => told.push(one))
    expect(await gateway.executions(T0)).toHaveLength(1)
    expect(told).toMatchObject([{ id: '1::f', type: 'CFEE' }])
  })
  it('holds nothing up where it cannot be read', async () => {
    const { gateway } = await against(({ path }) => (path.endsWith('/FILL') ? json([]) : { status: 404 }))
    gateway.heedNoTrades(() => undefined)
    expect(await gateway.executions(T0)).toEqual([])
  })
})

describe('a read', () => {
  it.each([
    [429, { 'retry-after': '7' }, { retryAfterMs: 7_000, retryable: true }],
    [500, {}, { retryable: true }],
    [401, {}, { retryable: false }],
    [403, {}, { retryable: false }],
  ])('that is answered with %s says whether trying again may help', async (status, headers, fault) => {
    const { gateway, server } = await against(() => ({ status, headers: headers as Record<string, string> }))
    await expect(gateway.account()).rejects.toMatchObject(fault)
    expect(server.asked).toHaveLength(1)
  })
  it('tells what the venue says of its clock and of our budget', async () => {
    const told: AnswerSigns[] = []
    const headers = {
      'x-ratelimit-limit': '200',
      'x-ratelimit-remaining': '199',
      date: 'Wed, 11 Mar 2026 14:30:00 GMT',
    }
    const { gateway } = await against(() => ({ status: 200, body: '[]', headers }))
    gateway.heedAnswers((signs) => told.push(signs))
    await gateway.openOrders()
    expect(told).toMatchObject([{ callClass: 'read', budget: { limit: 200, remaining: 199 }, venueTime: { at: T0 } }])
  })
  it('has its turn, page by page', async () => {
    let turns = 0
    const { gateway } = await against(() => json([]))
    gateway.paceReads(() => {
      turns += 1
      return Promise.resolve()
    })
    await gateway.openOrders()
    expect(turns).toBe(1)
  })
})

describe('what the account holds', () => {
  const position = (symbol: string, asset_class: string) => ({
    asset_id: 'a-1',
    symbol,
    asset_class,
    qty: '2',
    avg_entry_price: '1',
  })
  it('is told as orders spell it', async () => {
    const { gateway, server } = await against(({ path }) =>
      path === '/v2/positions'
        ? json([position('BTCUSD', 'crypto'), position('AAPL', 'us_equity')])
        : json({ id: 'a-1', class: 'crypto', symbol: 'BTC/USD', status: 'active', tradable: true }),
    )
    expect((await gateway.positions()).map(({ symbol }) => symbol)).toEqual(['BTC/USD', 'AAPL'])
    await gateway.positions()
    expect(server.asked.filter(({ path }) => path === '/v2/assets/a-1')).toHaveLength(1)
  })
})

describe('a quote', () => {
  const quoted = { ap: 150.26, bp: 150.25, t: '2026-03-11T14:30:05Z' }
  it('has the last trade where that is told', async () => {
    const { gateway } = await against(({ path }) =>
      json(path.includes('quotes') ? { quote: quoted } : { trade: { p: 150.255, t: quoted.t } }),
    )
    expect(`${(await gateway.quote('AAPL'))?.last}`).toBe('150.255')
  })
  it('stands without it', async () => {
    const { gateway } = await against(({ path }) =>
      path.includes('quotes') ? json({ quote: quoted }) : { status: 500 },
    )
    expect(await gateway.quote('AAPL')).not.toHaveProperty('last')
  })
  it('of crypto is asked for by the pair', async () => {
    const { gateway, server } = await against(() => json({ quotes: { 'BTC/USD': quoted } }))
    expect(`${(await gateway.quote('BTC/USD'))?.bid}`).toBe('150.25')
    expect(server.asked[0]).toMatchObject({ path: '/v1beta3/crypto/us/latest/quotes' })
  })
})

it('the market has a clock and days', async () => {
  const clock = { timestamp: formatTime(T0), is_open: true, next_open: formatTime(T0), next_close: formatTime(T0) }
  const { gateway, server } = await against(({ path }) =>
    json(path === '/v2/clock' ? clock : [{ date: '2026-11-27', open: '09:30', close: '13:00' }]),
  )
  expect((await gateway.marketClock()).isOpen).toBe(true)
  expect(await gateway.tradingDays('2026-11-27', '2026-11-28')).toHaveLength(1)
  expect(Object.fromEntries(server.asked[1]?.query ?? [])).toEqual({ start: '2026-11-27', end: '2026-11-28' })
})
