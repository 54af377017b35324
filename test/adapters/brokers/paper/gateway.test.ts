import { describe, expect, it, vi } from 'vitest'
import { PaperGateway } from '../../../../src/adapters/brokers/paper/gateway.ts'
import { isRetryableError } from '../../../../src/core/errors.ts'
import { clientOrderId } from '../../../../src/core/ids.ts'
import { price, quantity } from '../../../../src/core/money.ts'
import type { OrderReport } from '../../../../src/core/order-report.ts'
import type { OutgoingOrder } from '../../../../src/ports/broker-gateway.ts'
import { NotSent } from '../../../../src/ports/exit-pass.ts'
import type { HttpRequest, HttpResult } from '../../../../src/ports/http.ts'
import { inProcessVenue } from '../../../../src/simulator/hosts/in-process-venue.ts'
import { seededRandom } from '../../../../src/simulator/seeded-random.ts'
import { VirtualClock } from '../../../simulator/virtual-clock.ts'

const order = (n: number, over: Partial<OutgoingOrder> = {}): OutgoingOrder => ({
  clientOrderId: clientOrderId(`sf-${n}`),
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'day',
  quantity: quantity('10'),
  limitPrice: price('220'),
  ...over,
})
const pass = { use: (): void => undefined }
const ref = (n: number) => ({ clientOrderId: clientOrderId(`sf-${n}`), symbol: 'AAPL' })

/** The real venue behind a wire that can be told to answer something else. */
function atVenue() {
  const clock = new VirtualClock()
  const venue = inProcessVenue({ now: clock.now, timers: clock.timers, random: seededRandom('gateway') })
  const wire: { requests: HttpRequest[]; answers: ((request: HttpRequest) => HttpResult | undefined) | undefined } = {
    requests: [],
    answers: undefined,
  }
  const gateway = new PaperGateway({
    account: 'paper',
    clock: { now: clock.now, monotonic: clock.now },
    exchange: {
      exchange: async (request) => {
        try {
          request.beforeDispatch?.(request.body ?? '')
        } catch (error) {
          return { kind: 'failed', phase: 'not_sent', cause: 'refused at the gate', error }
        }
        wire.requests.push(request)
        const { method, path, body } = request
        const told = wire.answers?.(request)
        if (told !== undefined) return told
        return {
          kind: 'answer',
          headers: {},
          ...venue.handle({ method, path, ...(body === undefined ? {} : { body }) }),
        }
      },
    },
    stream: {
      open: (_path, listener) => {
        const stop = venue.subscribe((text) => listener.message(text))
        listener.opened()
        return { close: stop }
      },
    },
  })
  const always = (status: number, body = ''): void => {
    wire.answers = () => ({ kind: 'answer', status, headers: {}, body })
  }
  return { clock, venue, gateway, wire, always }
}

describe('the paper venue behind the broker port', () => {
  it('an order is accepted, listed, looked up, cancelled, and gone from the list', async () => {
    const { gateway } = atVenue()
    const outcome = await gateway.submit(order(1), pass)
    expect(outcome).toMatchObject({ kind: 'accepted', report: { status: 'working', channel: 'answer' } })
    expect(await gateway.openOrders()).toMatchObject([{ clientOrderId: 'sf-1', channel: 'poll' }])
    expect(await gateway.lookUp(ref(1))).toMatchObject({ kind: 'found', report: { channel: 'look_up' } })
    expect((await gateway.cancel(ref(1), pass)).kind).toBe('asked')
  })
  it('the pass sees the very bytes that leave, and what it refuses does not', async () => {
    const { gateway, wire } = atVenue()
    const seen: string[] = []
    await gateway.submit(order(1), { use: (bytes) => void seen.push(bytes) })
    expect(seen).toEqual([wire.requests[0]?.body])
    const refusing = {
      use: () => {
        throw new NotSent('halted', 'trading is halted')
      },
    }
    expect(await gateway.submit(order(2), refusing)).toMatchObject({ kind: 'not_sent', code: 'halted' })
    expect(wire.requests).toHaveLength(1)
  })
  it('the same id a second time is told as such, and makes no second order', async () => {
    const { gateway } = atVenue()
    await gateway.submit(order(1), pass)
    expect((await gateway.submit(order(1), pass)).kind).toBe('duplicate_id')
    expect((await gateway.openOrders()).length).toBe(1)
  })
  it('a refusal of the venue is one of its table', async () => {
    const { gateway } = atVenue()
    expect(await gateway.submit(order(1, { symbol: 'GHOST' }), pass)).toMatchObject({
      kind: 'refused',
      code: 'venue.unknown_symbol',
    })
  })
  it('more open orders than fit on a page are all listed, once each', async () => {
    const { gateway, wire } = atVenue()
    for (let n = 1; n <= 1_201; n += 1) await gateway.submit(order(n, { quantity: quantity('1') }), pass)
    wire.requests.length = 0
    const ids = (await gateway.openOrders()).map(({ clientOrderId: id }) => id)
    expect([ids.length, new Set(ids).size, wire.requests.length]).toEqual([1_201, 1_201, 3])
  })
  it('lists every order taken since a moment, whatever became of it, over as many pages as it takes', async () => {
    const { gateway, clock, wire } = atVenue()
    await gateway.submit(order(0), pass)
    clock.advance(1_000)
    const since = clock.now()
    for (let n = 1; n <= 1_001; n += 1) await gateway.submit(order(n, { quantity: quantity('1') }), pass)
    await gateway.cancel(ref(7), pass)
    wire.requests.length = 0
    const recent = await gateway.recentOrders(since)
    expect([recent.length, new Set(recent.map(({ clientOrderId: id }) => id)).size]).toEqual([1_001, 1_001])
    expect(wire.requests).toHaveLength(3)
    expect(recent.find(({ clientOrderId: id }) => id === 'sf-7')).toMatchObject({
      status: 'cancelled',
      orderType: 'limit',
      timeInForce: 'day',
      takenAt: since,
    })
    expect(await gateway.recentOrders(clock.now() + 1)).toEqual([])
  })
  it('lists every execution since a moment with the order it belongs to', async () => {
    const { gateway, clock } = atVenue()
    const through = { limitPrice: price('240'), quantity: quantity('1') }
    await gateway.submit(order(1, through), pass)
    clock.advance(60_000)
    const since = clock.now()
    for (let n = 2; n <= 4; n += 1) await gateway.submit(order(n, through), pass)
    clock.advance(60_000)
    const executions = await gateway.executions(since)
    expect(executions.map(({ clientOrderId: id }) => id).toSorted()).toEqual(['sf-2', 'sf-3', 'sf-4'])
    expect(executions[0]).toMatchObject({ symbol: 'AAPL', side: 'buy', quantity: quantity('1') })
    expect(await gateway.executions(0)).toHaveLength(4)
  })
  it('half of any list is no list', async () => {
    const { gateway, always } = atVenue()
    always(200, '{"items":[{"id":"x"}]}')
    await expect(gateway.recentOrders(0)).rejects.toThrow('not the list of recent orders')
    await expect(gateway.executions(0)).rejects.toThrow('not the list of executions')
  })
  it('a page that cannot be read is no list at all', async () => {
    const { gateway, always } = atVenue()
    always(200, '{"items":[{"id":"x"}]}')
    await expect(gateway.openOrders()).rejects.toThrow('not the list of open orders')
  })
  it('what happens is streamed', async () => {
    const { gateway } = atVenue()
    const seen: OrderReport[] = []
    gateway.openStream({ opened: () => undefined, report: (report) => seen.push(report), closed: () => undefined })
    await gateway.submit(order(1), pass)
    expect(seen[0]).toMatchObject({ clientOrderId: 'sf-1', channel: 'stream' })
  })
})

describe('what is told about something else', () => {
  it('as the answer to an order says nothing about it', async () => {
    const { gateway, wire, venue } = atVenue()
    await gateway.submit(order(1), pass)
    const { body } = venue.handle({ method: 'GET', path: '/v1/orders/by-client-id/sf-1' })
    wire.answers = () => ({ kind: 'answer', status: 201, headers: {}, body })
    expect(await gateway.submit(order(2), pass)).toMatchObject({ kind: 'unknown' })
    wire.answers = () => ({ kind: 'answer', status: 200, headers: {}, body })
    await expect(gateway.lookUp(ref(2))).rejects.toThrow(/not the order sf-2/)
  })
  it('in a frame that cannot be read is missed', () => {
    const missed: string[] = []
    const gateway = new PaperGateway({
      account: 'paper',
      clock: { now: () => 0, monotonic: () => 0 },
      exchange: { exchange: () => Promise.reject(new Error('nothing is asked')) },
      stream: {
        open: (_path, listener) => {
          for (const frame of ['{"type":"execu', '{"type":"order","order":{"id":"x"}}']) listener.message(frame)
          return { close: () => undefined }
        },
      },
    })
    const [opened, report, closed] = [vi.fn(), vi.fn(), vi.fn()]
    gateway.openStream({ opened, report, closed, missed: (what) => missed.push(what) })
    expect([missed.length, report.mock.calls]).toEqual([2, []])
  })
})

describe('absence', () => {
  it('of an order is the venue’s own word for it', async () => {
    const { gateway } = atVenue()
    expect(await gateway.lookUp(ref(404))).toEqual({ kind: 'absent' })
    expect(await gateway.cancel(ref(404), pass)).toMatchObject({ kind: 'absent' })
    expect(await gateway.quote('GHOST')).toBeUndefined()
    expect(await gateway.instrument('GHOST')).toBeUndefined()
  })
  it.each([
    ['a page of something in between', '<html>Not Found</html>'],
    ['no such path', '{"code":"not_found","message":"no GET here"}'],
    ['nothing', ''],
  ])('is not a 404 with %s', async (_what, body) => {
    const { gateway, always } = atVenue()
    always(404, body)
    await expect(gateway.lookUp(ref(1))).rejects.toThrow()
    await expect(gateway.quote('AAPL')).rejects.toThrow()
    await expect(gateway.instrument('AAPL')).rejects.toThrow()
  })
})

describe('a read that fails', () => {
  it.each([
    [429, true],
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [302, false],
  ])('with %i: trying again may help is %s', async (status, mayHelp) => {
    const { gateway, always } = atVenue()
    always(status)
    const error = await gateway.account().catch((thrown) => thrown)
    expect(isRetryableError(error)).toBe(mayHelp)
  })
  it('for want of a connection may be tried again', async () => {
    const { gateway, wire } = atVenue()
    wire.answers = () => ({ kind: 'failed', phase: 'dispatched', cause: 'reset' })
    expect(isRetryableError(await gateway.positions().catch((thrown) => thrown))).toBe(true)
  })
})
