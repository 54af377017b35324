import { describe, expect, it } from 'vitest'
import { JsonNumber } from '../../src/core/json-text.ts'
import { StoreError } from '../../src/ports/order-store.ts'
import { listeningApi, orderOf, signal } from '../support/listening-api.ts'

describe('a signal that is taken', () => {
  it('is answered 202 with its order, and 200 with the same order when it comes again', async () => {
    const api = await listeningApi()
    const one = signal()
    const first = await api.send('/v1/signals', { json: one, key: 'trade' })
    expect(first.status).toBe(202)
    expect(first.json).toMatchObject({
      signal_id: one.signal_id,
      duplicate: false,
      order: { status: 'created', symbol: 'AAPL', quantity: '10', limit_price: '230.13', signal_id: one.signal_id },
    })
    expect(first.json).not.toHaveProperty('final')
    expect(first.json.orders).toEqual([first.json.order])
    const again = await api.send('/v1/signals', { json: one, key: 'trade' })
    expect(again.status).toBe(200)
    expect(again.json).toMatchObject({ duplicate: true, order: { id: orderOf(first).id } })
  })
  it('with other content under the same id is a conflict that names the order', async () => {
    const api = await listeningApi()
    const one = signal()
    const first = await api.send('/v1/signals', { json: one })
    const other = await api.send('/v1/signals', { json: { ...one, quantity: '11' } })
    expect(other.status).toBe(409)
    expect(other.json).toMatchObject({ code: 'signal.conflict', signal_id: one.signal_id, order_id: orderOf(first).id })
  })
  it('is measured once, from its arrival to its durable record', async () => {
    const measured: number[] = []
    const api = await listeningApi({ onAdmitted: (elapsedMs) => measured.push(elapsedMs) })
    const one = signal()
    await api.send('/v1/signals', { json: one })
    await api.send('/v1/signals', { json: one })
    await api.send('/v1/signals', { json: { ...one, quantity: '-1' } })
    expect(measured).toHaveLength(1)
    expect(measured[0]).toBeGreaterThanOrEqual(0)
  })
  it('keeps every digit of its numbers on the way in', async () => {
    const api = await listeningApi()
    const body =
      '{"signal_id":"digits","symbol":"AAPL","side":"buy","quantity":12345678901234567890.000000000000000001}'
    const told = await api.send('/v1/signals', { body })
    expect(told.json).toMatchObject({ order: { quantity: '12345678901234567890.000000000000000001' } })
    expect(api.desk.requests[0]?.body).toMatchObject({
      quantity: new JsonNumber('12345678901234567890.000000000000000001'),
    })
  })
  it('is known with its orders under its id', async () => {
    const api = await listeningApi()
    const one = signal()
    const { id } = orderOf(await api.send('/v1/signals', { json: one }))
    const told = await api.send(`/v1/signals/${one.signal_id}`, { key: 'read' })
    expect(told.json).toMatchObject({
      signal_id: one.signal_id,
      answer: { status: 202 },
      signal: { quantity: '10' },
      orders: [{ id }],
    })
    for (const unknown of ['nobody', 'a%00b', '%2e%2e%2fetc', 'x'.repeat(300)]) {
      const missing = await api.send(`/v1/signals/${unknown}`)
      expect([unknown.slice(0, 9), missing.status]).toEqual([
        unknown.slice(0, 9),
        missing.json.code === 'url.invalid' ? 400 : 404,
      ])
    }
  })
})

describe('a signal that is not taken', () => {
  it('for what needs knowledge is 403 with the denied order, and stays that', async () => {
    const api = await listeningApi()
    const one = signal({ symbol: 'NOSUCH' })
    for (const duplicate of [false, true]) {
      const told = await api.send('/v1/signals', { json: one })
      expect(told.status).toBe(403)
      expect(told.headers.get('content-type')).toContain('application/problem+json')
      expect(told.json).toMatchObject({
        code: 'symbol.unknown',
        title: 'Unknown symbol',
        duplicate,
        signal_id: one.signal_id,
        order: { status: 'denied', reason: 'symbol.unknown' },
      })
      expect(told.json.order_id).toBe(orderOf(told).id)
      expect(told.json.remedy).toContain('Spell')
    }
  })
  it.each([
    [{ kind: 'busy', retryAfterMs: 1_500 }, 429, 'rate.intake', '2'],
    [{ kind: 'unavailable', reason: 'recovery is not done yet' }, 503, 'store.unavailable', '1'],
  ] as const)('because of %o is %d and says when to try again', async (answer, status, code, after) => {
    const api = await listeningApi()
    api.desk.answer = answer
    const told = await api.send('/v1/signals', { json: signal() })
    expect([told.status, told.json.code, told.headers.get('retry-after')]).toEqual([status, code, after])
  })
  it('because the store failed is 503, and because of our own mistake 500 without a word of it', async () => {
    const api = await listeningApi()
    api.desk.failing = new StoreError('disk at /var/lib is gone', { fatal: false })
    expect((await api.send('/v1/signals', { json: signal() })).json).toMatchObject({
      status: 503,
      code: 'store.unavailable',
    })
    api.desk.failing = new TypeError('secret-canary at /srv/x.ts')
    const told = await api.send('/v1/signals', { json: signal() })
    expect(told.json).toMatchObject({ status: 500, code: 'internal' })
    expect(told.text).not.toMatch(/canary|\.ts|stack/)
    expect(api.logged.at(-1)).toMatchObject({ event: 'api.failed', fields: { trace_id: told.json.trace_id } })
  })
})

describe('?wait=', () => {
  const sent = async (query: string) => {
    const api = await listeningApi()
    const waits = new Promise<void>((resolve) => {
      api.desk.onWait = resolve
    })
    const answer = api.send(`/v1/signals?${query}`, { json: signal() })
    await waits
    const [id] = api.desk.orderMap.keys()
    if (id === undefined) throw new Error('no order')
    return { api, answer, id }
  }
  it('answers 200 and final once the order has ended', async () => {
    const { api, answer, id } = await sent('wait=5')
    api.desk.work(id)
    api.desk.fill(id)
    const told = await answer
    expect(told.status).toBe(200)
    expect(told.json).toMatchObject({
      final: true,
      order: { status: 'filled', execution_price: '230.04', detection: { confidence: '1' } },
    })
    expect(told.json.orders).toEqual([told.json.order])
  })
  it('answers 202 and not final when the time is up', async () => {
    const { api, answer, id } = await sent('wait=0.1')
    api.desk.work(id)
    api.desk.giveUp()
    expect(await answer).toMatchObject({ status: 202, json: { final: false, order: { status: 'accepted' } } })
  })
  it('ends with acceptance when that is asked for', async () => {
    const { api, answer, id } = await sent('wait=5&until=accepted')
    api.desk.work(id)
    expect(await answer).toMatchObject({ status: 202, json: { final: false, order: { status: 'accepted' } } })
  })
  it('answers 403 when the order ended denied', async () => {
    const { api, answer, id } = await sent('wait=5')
    api.desk.happen(id, { kind: 'denied', at: 1_772_461_800_100, code: 'halted', message: 'trading was halted' })
    expect(await answer).toMatchObject({
      status: 403,
      json: { code: 'halted', final: true, order: { status: 'denied' } },
    })
  })
  it('answers 200 when a dry run ended as dry runs do', async () => {
    const { api, answer, id } = await sent('wait=5')
    api.desk.happen(id, { kind: 'denied', at: 1_772_461_800_100, code: 'mode.dry_run', message: 'dry run' })
    expect(await answer).toMatchObject({ status: 200, json: { final: true, order: { status: 'denied' } } })
  })
  it.each([
    'wait=0',
    'wait=0.05',
    'wait=61',
    'wait=-1',
    'wait=abc',
    'wait=',
    'wait=1e1',
    'wait=1&wait=2',
    'until=accepted',
    'wait=1&until=never',
    'waits=1',
  ])('%s is refused before anything is taken', async (query) => {
    const api = await listeningApi()
    const told = await api.send(`/v1/signals?${query}`, { json: signal() })
    expect(told).toMatchObject({ status: 400, json: { code: 'query.invalid' } })
    expect(told.json.errors).toMatchObject([{ message: expect.stringMatching(/./) }])
    expect(api.desk.calls).toEqual([])
  })
})
