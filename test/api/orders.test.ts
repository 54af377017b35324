import { describe, expect, it } from 'vitest'
import { type ListeningApi, listeningApi, orderOf, signal } from '../support/listening-api.ts'

const take = async (api: ListeningApi, fields: object = {}) =>
  orderOf(await api.send('/v1/signals', { json: signal({ ...fields }) }))
const symbolsOf = (json: Readonly<Record<string, unknown>>) =>
  (json.items as { symbol: string }[]).map(({ symbol }) => symbol)

async function threeOrders() {
  const api = await listeningApi()
  const apple = await take(api, { signal_id: 'one', strategy: 'momentum' })
  const tesla = await take(api, { signal_id: 'two', symbol: 'TSLA', side: 'sell', account: 'second' })
  const denied = (await api.send('/v1/signals', { json: signal({ signal_id: 'three', symbol: 'NOSUCH' }) })).json
    .order_id
  api.desk.work(apple.id)
  api.desk.fill(apple.id)
  return { api, apple, tesla, denied }
}

describe('the list of orders', () => {
  it.each([
    ['', ['NOSUCH', 'TSLA', 'AAPL']],
    ['status=filled', ['AAPL']],
    ['status=filled&status=denied', ['NOSUCH', 'AAPL']],
    ['status=filled,created', ['TSLA', 'AAPL']],
    ['open=true', ['TSLA']],
    ['open=false', ['NOSUCH', 'AAPL']],
    ['symbol=AAPL', ['AAPL']],
    ['side=sell', ['TSLA']],
    ['strategy=momentum', ['AAPL']],
    ['account=second', ['TSLA']],
    ['signal_id=two', ['TSLA']],
    ['client_order_id=sf-1', ['AAPL']],
    ['reason=symbol.unknown', ['NOSUCH']],
    ['from=2026-03-02T14:30:00.006Z', ['NOSUCH', 'TSLA']],
    ['to=2026-03-02T14:30:00.006Z', ['AAPL']],
    ['from=2026-03-02T15:30:00.005%2B01:00&to=2026-03-02T14:30:00.006Z', ['AAPL']],
    ['symbol=%3Cscript%3E', []],
    ["symbol=';drop table orders--", []],
  ])('filtered by "%s"', async (query, symbols) => {
    const { api } = await threeOrders()
    const told = await api.send(`/v1/orders?${query}`, { key: 'read' })
    expect([told.status, symbolsOf(told.json)]).toEqual([200, symbols])
  })
  it.each([
    ['status=FILLED', 'status'],
    ['status=', 'status'],
    ['open=yes', 'open'],
    ['side=both', 'side'],
    ['symbol=', 'symbol'],
    ['symbol=A&symbol=B', 'symbol'],
    ['symbol=a%00b', 'symbol'],
    ['symbol=a%0d%0ab', 'symbol'],
    ['from=yesterday', 'from'],
    ['from=2026-03-02', 'from'],
    ['to=2026-03-02T14:30:00', 'to'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['cursor=abc', 'cursor'],
    ['cursor=Yw', 'cursor'],
    ['cursor=YzAx', 'cursor'],
    ['cursor=YzE3!!', 'cursor'],
    ['cursor=YzE3%3D', 'cursor'],
    ['colour=red', 'colour'],
    ['__proto__=x', '__proto__'],
    ['constructor=x', 'constructor'],
  ])('refuses "%s" and says which parameter it is', async (query, path) => {
    const { api } = await threeOrders()
    const told = await api.send(`/v1/orders?${query}`)
    expect(told).toMatchObject({ status: 400, json: { code: 'query.invalid' } })
    expect((told.json.errors as { path: string }[])[0]?.path).toMatch(new RegExp(`^${path}(?:$|\\.)`))
  })
  it('is read page by page, none missed and none twice, while orders come in', async () => {
    const api = await listeningApi()
    const taken: string[] = []
    for (let n = 0; n < 7; n += 1) taken.push((await take(api)).id)
    const seen: string[] = []
    let query = 'limit=3'
    for (;;) {
      const { json } = await api.send(`/v1/orders?${query}`)
      seen.push(...(json.items as { id: string }[]).map(({ id }) => id))
      if (json.next_cursor === undefined) break
      await take(api)
      query = `limit=3&cursor=${json.next_cursor}`
    }
    expect(seen).toEqual(taken.toReversed())
  })
})

describe('one order', () => {
  it('stands under its id with the names of the contract, decimals as text, nothing null', async () => {
    const { api, apple } = await threeOrders()
    const { json, text } = await api.send(`/v1/orders/${apple.id}`, { key: 'read' })
    expect(json).toMatchObject({
      id: apple.id,
      order_id: apple.id,
      status: 'filled',
      quantity: '10',
      filled_quantity: '10',
      remaining_quantity: '0',
      average_fill_price: '230.04',
      execution_price: '230.04',
      execution_quantity: '10',
      execution_time: expect.stringMatching(/^2026-03-02T14:30:00\.\d{3}Z$/),
      commission: '0.01',
      broker_orders: [{ generation: 1, client_order_id: 'sf-1', broker_order_id: 'b-1', status: 'filled' }],
      detection: { methods: ['status', 'quantity'], confidence: '1', elapsed_ms: 20, checks: 2 },
      order_seq: 5,
    })
    expect(text).not.toContain('null')
  })
  it('tells its life as the lines of the audit log', async () => {
    const { api, apple } = await threeOrders()
    const { json, text } = await api.send(`/v1/orders/${apple.id}/events`)
    const items = json.items as { event: string; order_seq: number; account_seq: number; event_id: string }[]
    expect(items.map(({ event }) => event)).toEqual(
      ['created', 'submitting', 'submitted', 'accepted', 'filled'].map((kind) => `order.${kind}`),
    )
    expect(items.map(({ order_seq }) => order_seq)).toEqual([1, 2, 3, 4, 5])
    expect(items[0]).toMatchObject({ account_seq: 1, event_id: `${apple.id}-1` })
    const stored = api.desk.events.find(({ eventId }) => eventId === `${apple.id}-5`)
    expect(text).toContain(stored?.line.slice(1))
  })
  it('says why: as decided then, what was sent, how long it waited, what bears witness', async () => {
    const { api, apple } = await threeOrders()
    const { json } = await api.send(`/v1/orders/${apple.id}/why`)
    expect(json).toMatchObject({
      order_id: apple.id,
      status: 'filled',
      decided: { reference: { source: 'touch', price: '230.02' }, price: { offset: '5', limit_price: '230.13' } },
      attempts: [
        {
          attempt: 1,
          limiter_wait_ms: 3,
          client_order_id: 'sf-1',
          answers: [
            { event: 'order.submitted', broker_order_id: 'b-1', latency_ms: 2 },
            { event: 'order.accepted', channel: 'stream' },
          ],
        },
      ],
      witnesses: [
        {
          event: 'order.filled',
          detection: { methods: ['status', 'quantity'] },
          witnesses: [{ method: 'quantity', answer: 'yes', evidence: '10 of 10' }],
          fill: { execution_id: 'e-1', price: '230.04' },
        },
      ],
    })
    expect(json).not.toHaveProperty('denial')
  })
  it('says why it was denied, and what to do', async () => {
    const { api, denied } = await threeOrders()
    const { json } = await api.send(`/v1/orders/${denied}/why`)
    expect(json).toMatchObject({
      reason: 'symbol.unknown',
      attempts: [],
      witnesses: [],
      denial: { code: 'symbol.unknown', value: 'NOSUCH', remedy: expect.stringContaining('Spell') },
    })
  })
  it.each(['nobody', '..%2f..%2fetc', 'a%00', '%3Cscript%3E', "' or 1=1"])(
    'that does not exist is 404: %s',
    async (id) => {
      const api = await listeningApi()
      for (const path of [id, `${id}/events`, `${id}/why`]) {
        expect(await api.send(`/v1/orders/${path}`)).toMatchObject({ status: 404, json: { code: 'order.unknown' } })
      }
      expect(await api.send(`/v1/orders/${id}/cancel`, { method: 'POST' })).toMatchObject({
        status: 404,
        json: { code: 'order.unknown' },
      })
    },
  )
})

describe('a cancel', () => {
  it('is 202 when asked, 200 when it was cancelled already, 409 when it ended otherwise', async () => {
    const { api, apple, tesla } = await threeOrders()
    const cancel = (id: string, options = {}) =>
      api.send(`/v1/orders/${id}/cancel`, { method: 'POST', key: 'trade', ...options })
    expect(await cancel(tesla.id)).toMatchObject({
      status: 202,
      json: { result: 'asked', order: { id: tesla.id, cancel_requested_at: expect.any(String) } },
    })
    expect((await cancel(tesla.id, { json: {} })).status).toBe(202)
    api.desk.happen(tesla.id, { kind: 'cancelled', at: Date.parse('2026-03-02T14:31:00Z'), reason: 'requested' })
    expect(await cancel(tesla.id)).toMatchObject({
      status: 200,
      json: { result: 'cancelled', order: { status: 'cancelled' } },
    })
    expect(await cancel(apple.id)).toMatchObject({
      status: 409,
      json: { code: 'order.final', order: { status: 'filled' } },
    })
  })
  it('takes no field it does not know', async () => {
    const { api, tesla } = await threeOrders()
    const told = await api.send(`/v1/orders/${tesla.id}/cancel`, { json: { symbol: 'AAPL' } })
    expect([told.status, told.json.code]).toEqual([422, 'body.invalid'])
    expect(api.desk.calls).not.toContain('cancel')
  })
  it('of all has a row for each, narrowed by the body or by the query', async () => {
    const { api, tesla } = await threeOrders()
    const other = await take(api, { strategy: 'momentum' })
    const all = (options: object, query = '') =>
      api.send(`/v1/orders/cancel-all${query}`, { method: 'POST', key: 'trade', ...options })
    expect(await all({})).toMatchObject({
      status: 200,
      json: { asked: 2, failed: 0, items: [{ order_id: tesla.id, result: 'asked' }, { order_id: other.id }] },
    })
    expect((await all({ json: { account: 'second' } })).json).toMatchObject({
      asked: 1,
      items: [{ order_id: tesla.id }],
    })
    expect((await all({}, '?strategy=momentum')).json).toMatchObject({ asked: 1, items: [{ order_id: other.id }] })
    expect((await all({ json: { symbol: 'NONE' } })).json).toEqual({ items: [], asked: 0, failed: 0 })
  })
  it('of all never widens by a mistake', async () => {
    const { api } = await threeOrders()
    const bodies = [{ symbols: ['AAPL'] }, { symbol: ['AAPL'] }, { symbol: '' }, { symbol: null }, { account: 7 }, []]
    for (const json of bodies) {
      const told = await api.send('/v1/orders/cancel-all', { json })
      expect([JSON.stringify(json), told.status]).toEqual([JSON.stringify(json), 422])
    }
    expect((await api.send('/v1/orders/cancel-all?sybmol=AAPL', { method: 'POST' })).status).toBe(400)
    expect((await api.send('/v1/orders/cancel-all?symbol=AAPL', { json: { account: 'paper' } })).status).toBe(422)
    expect(api.desk.calls).not.toContain('cancelAll')
  })
})
