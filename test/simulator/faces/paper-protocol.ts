import { describe, expect, it } from 'vitest'
import type { PaperAnswer } from '../../../src/simulator/faces/paper-face.ts'
import type { PaperOptions } from '../../../src/simulator/hosts/open-venues.ts'

/** A running paper venue, wherever it lives. */
export interface PaperHost {
  exchange(request: { method: string; path: string; body?: string; account?: string }): Promise<PaperAnswer>
  /** Everything the stream said so far. */
  readonly messages: readonly string[]
  /** Waits for the next message of the stream, or lets time pass where a test owns it. */
  nextMessage(): Promise<void>
}
export type StartHost = (options: PaperOptions) => Promise<PaperHost>

const order = {
  client_order_id: 'one',
  symbol: 'AAPL',
  side: 'buy',
  type: 'limit',
  time_in_force: 'gtc',
  quantity: '10',
  limit_price: '240',
}
const resting = { ...order, limit_price: '200' }

/** The protocol, told once for every place the venue may live in. */
export function paperProtocol(where: string, start: StartHost): void {
  describe(`the paper protocol ${where}`, () => {
    const call = async (host: PaperHost, method: string, path: string, body?: unknown, account?: string) => {
      const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
      const answer = await host.exchange({ method, path, ...text, ...(account === undefined ? {} : { account }) })
      return { status: answer.status, body: JSON.parse(answer.body) }
    }
    const submit = (host: PaperHost, body: unknown) => call(host, 'POST', '/v1/orders', body)
    const told = (host: PaperHost) => host.messages.map((text) => JSON.parse(text))

    it('takes an order, fills it, and tells the stream', async () => {
      const host = await start({ accounts: { paper: { commission: '1' } } })
      const { status, body } = await submit(host, order)
      expect(status).toBe(201)
      expect(body).toMatchObject({ ...order, status: 'new', filled_quantity: '0', executions: [], seq: 1 })
      expect(body).not.toHaveProperty('filled_at')
      expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      while (told(host).length < 2) await host.nextMessage()
      const [accepted, executed] = told(host)
      expect(accepted).toEqual({ type: 'order', seq: 1, order: body })
      expect(executed).toMatchObject({ type: 'execution', seq: 2, order: { status: 'filled', filled_quantity: '10' } })
      expect(executed.order.executions).toEqual([executed.execution])
      expect(executed.execution).toMatchObject({ quantity: '10', commission: '1', commission_currency: 'USD' })
      expect(executed.order.average_fill_price).toBe(executed.execution.price)
      expect(executed.order.filled_at).toBe(executed.execution.time)
      expect((await call(host, 'GET', `/v1/orders/${body.id}`)).body).toEqual(executed.order)

      const executions = await call(host, 'GET', '/v1/executions')
      expect(executions.body).toEqual({
        items: [
          { seq: 2, order_id: body.id, client_order_id: 'one', symbol: 'AAPL', side: 'buy', ...executed.execution },
        ],
        next: null,
      })
      expect((await call(host, 'GET', '/v1/executions?after=1')).body.items).toHaveLength(1)
      expect((await call(host, 'GET', '/v1/executions?after=2')).body.items).toEqual([])
      const { items } = (await call(host, 'GET', '/v1/positions')).body
      expect(items).toMatchObject([{ symbol: 'AAPL', quantity: '10', average_price: executed.execution.price }])
    })

    it('finds an order by either id', async () => {
      const host = await start({})
      const { body } = await submit(host, resting)
      expect(await call(host, 'GET', `/v1/orders/${body.id}`)).toEqual({ status: 200, body })
      expect(await call(host, 'GET', '/v1/orders/by-client-id/one')).toEqual({ status: 200, body })
      for (const path of ['/v1/orders/nobody', '/v1/orders/by-client-id/nobody']) {
        expect(await call(host, 'GET', path)).toMatchObject({ status: 404, body: { code: 'order_not_found' } })
      }
    })

    it('refuses a client order id it has seen, and shows whose it is', async () => {
      const host = await start({})
      const { body } = await submit(host, resting)
      for (const again of [resting, { ...resting, quantity: '11' }]) {
        const refused = await submit(host, again)
        expect(refused).toMatchObject({ status: 422, body: { code: 'duplicate_client_order_id', order: body } })
      }
      expect((await call(host, 'GET', '/v1/orders')).body.items).toEqual([body])
    })

    it('refuses what its rules forbid with 422, a code and a message, and books nothing', async () => {
      const host = await start({})
      const codes = [
        [{ ...order, symbol: 'NOPE' }, 'unknown_symbol'],
        [{ ...order, quantity: '0' }, 'invalid_quantity'],
        [{ ...order, quantity: '-1' }, 'invalid_quantity'],
        [{ ...order, limit_price: '230.001' }, 'invalid_price'],
        [{ ...order, side: 'sell' }, 'short_not_allowed'],
        [{ ...order, quantity: '100000' }, 'insufficient_funds'],
      ] as const
      for (const [body, code] of codes) {
        const refused = await submit(host, body)
        expect(refused).toMatchObject({ status: 422, body: { code, message: expect.any(String) } })
      }
      expect((await call(host, 'GET', '/v1/orders')).body).toEqual({ items: [], next: null })
      expect((await submit(host, resting)).body.seq).toBe(1)
    })

    it('answers 400 to what is not of its form', async () => {
      const host = await start({})
      const { limit_price: _, ...withoutLimit } = order
      const wrong = [
        '',
        '{',
        '[]',
        'null',
        { ...order, quantity: 10 },
        { ...order, quantity: '1e3' },
        { ...order, side: 'BUY' },
        { ...order, colour: 'red' },
        { ...order, client_order_id: '' },
        { ...order, client_order_id: 'x'.repeat(65) },
        { ...order, client_order_id: 'a b' },
        withoutLimit,
        { ...order, type: 'market' },
        { ...order, type: 'stop' },
        { ...order, time_in_force: 'gtd' },
      ]
      for (const body of wrong)
        expect(await submit(host, body)).toMatchObject({ status: 400, body: { code: 'bad_request' } })
      const paths = [
        '/v1/orders?limit=0',
        '/v1/orders?limit=501',
        '/v1/orders?limit=x',
        '/v1/orders?status=odd',
        '/v1/orders?who=me',
        '/v1/executions?status=open',
        '/v1/quotes/%E0%A4%A',
      ]
      for (const path of paths)
        expect(await call(host, 'GET', path)).toMatchObject({ status: 400, body: { code: 'bad_request' } })
      expect((await submit(host, { ...order, client_order_id: 'x'.repeat(64) })).status).toBe(201)
    })

    it('cancels: 202 with the order, 409 once it is final, 404 when unknown', async () => {
      const host = await start({})
      const { body } = await submit(host, resting)
      const cancelled = await call(host, 'POST', `/v1/orders/${body.id}/cancel`)
      expect(cancelled).toMatchObject({
        status: 202,
        body: { id: body.id, status: 'cancelled', cancel_reason: 'requested' },
      })
      const late = await call(host, 'POST', `/v1/orders/${body.id}/cancel`)
      expect(late).toMatchObject({
        status: 409,
        body: { code: 'order_final', id: body.id, status: 'cancelled', order: cancelled.body },
      })
      expect(await call(host, 'POST', '/v1/orders/nobody/cancel')).toMatchObject({
        status: 404,
        body: { code: 'order_not_found' },
      })
    })

    it('cancels all open orders, and changes one', async () => {
      const host = await start({})
      for (const id of ['a', 'b', 'c']) await submit(host, { ...resting, client_order_id: id })
      const [first] = (await call(host, 'GET', '/v1/orders?status=open')).body.items
      const changed = await call(host, 'PATCH', `/v1/orders/${first.id}`, { quantity: '12', limit_price: '201' })
      expect(changed).toMatchObject({
        status: 200,
        body: { id: first.id, quantity: '12', limit_price: '201', seq: first.seq },
      })
      expect((await call(host, 'PATCH', `/v1/orders/${first.id}`, {})).status).toBe(400)
      const all = await call(host, 'DELETE', '/v1/orders')
      expect(all.status).toBe(202)
      expect(all.body.items.map((one: { status: string }) => one.status)).toEqual([
        'cancelled',
        'cancelled',
        'cancelled',
      ])
      expect((await call(host, 'GET', '/v1/orders?status=open')).body.items).toEqual([])
      expect((await call(host, 'PATCH', `/v1/orders/${first.id}`, { quantity: '13' })).status).toBe(409)
    })

    it('pages through its orders', async () => {
      const host = await start({})
      for (const id of ['a', 'b', 'c']) await submit(host, { ...resting, client_order_id: id })
      const first = (await call(host, 'GET', '/v1/orders?status=open&limit=2')).body
      const second = (await call(host, 'GET', `/v1/orders?status=open&limit=2&after=${first.next}`)).body
      expect([...first.items, ...second.items].map(({ client_order_id }) => client_order_id)).toEqual(['a', 'b', 'c'])
      expect(second.next).toBeNull()
    })

    it('tells quotes, instruments, the account and the time', async () => {
      const host = await start({ accounts: { paper: { cash: '5000', currency: 'EUR' } } })
      const quote = (await call(host, 'GET', '/v1/quotes/BTC%2FUSD')).body
      expect(Object.keys(quote).sort()).toEqual(['ask', 'ask_size', 'bid', 'bid_size', 'last', 'symbol', 'time'])
      expect(quote.symbol).toBe('BTC/USD')
      expect(await call(host, 'GET', '/v1/quotes/NOPE')).toMatchObject({
        status: 404,
        body: { code: 'unknown_symbol' },
      })
      const shares = {
        symbol: 'AAPL',
        tick: '0.01',
        lot: '1',
        min_quantity: '1',
        fractional: false,
        shortable: true,
        currency: 'EUR',
        asset_class: 'us_equity',
      }
      expect((await call(host, 'GET', '/v1/instruments/AAPL')).body).toMatchObject(shares)
      const coin = (await call(host, 'GET', '/v1/instruments/BTC%2FUSD')).body
      expect(coin).toMatchObject({ lot: '0.00000001', min_notional: '1', fractional: true, asset_class: 'crypto' })
      expect((await call(host, 'GET', '/v1/instruments')).body.items).toContainEqual(coin)
      expect((await call(host, 'GET', '/v1/instruments/NOPE')).status).toBe(404)
      expect((await call(host, 'GET', '/v1/account')).body).toEqual({
        currency: 'EUR',
        cash: '5000',
        buying_power: '5000',
        equity: '5000',
        realised_pnl: '0',
        commission: '0',
        allow_short: false,
      })
      expect((await call(host, 'GET', '/v1/clock')).body).toMatchObject({ is_open: true })
    })

    it('knows no other path or method', async () => {
      const host = await start({})
      const others = [
        ['GET', '/'],
        ['GET', '/v1'],
        ['GET', '/v2/orders'],
        ['PUT', '/v1/orders'],
        ['GET', '/v1/orders/a/b/c'],
        ['BREW', '/v1/orders'],
      ] as const
      for (const [method, path] of others.filter(([method]) => method !== 'BREW')) {
        expect(await call(host, method, path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
      }
    })
  })
}
