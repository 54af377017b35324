import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { FillDetectionEngine } from '../../../src/flow/fills/fill-detection-engine.ts'
import { AccountBench, type BenchOptions } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const POLLING = { initialIntervalMs: 500, increaseMs: 500, maxIntervalMs: 2_000 }

async function watching(orders: number, options: BenchOptions = {}) {
  const bench = await AccountBench.open(options)
  const checked: Order[] = []
  const engine = new FillDetectionEngine({
    books: bench.books,
    gateway: bench.gateway,
    door: bench.door,
    clock: bench.time,
    timers: bench.time,
    log: bench.log,
    polling: POLLING,
    onChecked: (order) => checked.push(order),
  })
  bench.onChange = (order) => engine.changed(order)
  const sent: Order[] = []
  for (let n = 1; n <= orders; n += 1) sent.push(await bench.send(n, { symbol: `S${n}` }))
  return { bench, engine, sent, checked }
}
const working = (order: Order): OrderReport => reportOf(order.clientOrderId, 'working', { channel: 'poll' })
const filled = (order: Order): OrderReport =>
  reportOf(order.clientOrderId, 'filled', {
    channel: 'poll',
    cumulativeQuantity: quantity('10'),
    fills: [fillOf('10', '100', { id: `e-${order.clientOrderId}` })],
  })
const unanswered = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}

describe('one look at all open orders', () => {
  it('is one list call, however many orders there are', async () => {
    const { bench, engine, sent } = await watching(50)
    bench.gateway.onList = () => sent.map(working)
    await bench.time.pass(500)
    expect([bench.gateway.lists, bench.gateway.lookUps.length]).toEqual([1, 0])
    expect(engine.counts).toMatchObject({ cycles: 1, calls: 1, errors: 0 })
  })
  it('asks by name only for who is missing from the list, and takes the answer for what it is', async () => {
    const { bench, sent } = await watching(3)
    const [one, two, three] = sent as [Order, Order, Order]
    bench.gateway.onList = () => [working(one)]
    bench.gateway.onLookUp = ({ clientOrderId }) =>
      clientOrderId === two.clientOrderId ? { kind: 'found', report: filled(two) } : { kind: 'absent' }
    await bench.time.pass(500)
    expect(bench.gateway.lookUps.map(({ clientOrderId }) => clientOrderId)).toEqual(['sf-2', 'sf-3'])
    expect([one, two, three].map((order) => bench.status(order))).toEqual(['accepted', 'filled', 'accepted'])
  })
  it('an order that neither list nor look-up knows stays as it is, and is looked for again', async () => {
    const { bench, sent } = await watching(1)
    const [order] = sent as [Order]
    await bench.time.pass(3_600_000)
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gateway.lookUps.length).toBeGreaterThan(1_000)
  })
  it('a list that counts more than it shows has its executions fetched in the same cycle', async () => {
    const { bench, sent } = await watching(1)
    const [order] = sent as [Order]
    bench.gateway.onList = () => [{ ...filled(order), fills: [] }]
    bench.gateway.onLookUp = () => ({ kind: 'found', report: filled(order) })
    await bench.time.pass(500)
    expect(bench.status(order)).toBe('filled')
    expect(bench.gateway.lookUps).toHaveLength(1)
  })
  it('a venue that echoes no id of ours is understood by its own', async () => {
    const { bench, sent } = await watching(1)
    const [order] = sent as [Order]
    bench.gateway.onList = () => {
      const { clientOrderId: _ours, ...theirs } = filled(order)
      return [{ ...theirs, symbol: 'S1', side: 'buy' }]
    }
    await bench.time.pass(500)
    expect(bench.status(order)).toBe('filled')
    expect(bench.gateway.lookUps).toEqual([])
  })
  it('an order that ended is let go: nobody asks, no timer waits', async () => {
    const { bench, engine, sent } = await watching(2)
    bench.gateway.onList = () => sent.map(filled)
    await bench.time.pass(500)
    expect(engine.watched).toBe(0)
    await bench.time.pass(60_000)
    expect([bench.gateway.lists, bench.time.waiting]).toEqual([1, 0])
  })
  it('tells of each order it has looked at that is still open', async () => {
    const { bench, sent, checked } = await watching(2)
    const [one, two] = sent as [Order, Order]
    bench.gateway.onList = () => [working(one), filled(two)]
    await bench.time.pass(500)
    expect(checked.map(({ id }) => id)).toEqual([one.id])
  })
})

describe('how often it looks', () => {
  const lists = async (bench: AccountBench, upTo: number): Promise<number[]> => {
    const start = bench.time.now()
    const at: number[] = []
    const list = bench.gateway.onList
    bench.gateway.onList = (nth) => {
      at.push(bench.time.now() - start)
      return list(nth)
    }
    await bench.time.pass(upTo)
    return at
  }
  it('grows by a step while nothing happens, up to the longest', async () => {
    const { bench, sent } = await watching(1)
    bench.gateway.onList = () => sent.map(working)
    expect(await lists(bench, 9_000)).toEqual([500, 1_500, 3_000, 5_000, 7_000, 9_000])
  })
  it('starts afresh at any change', async () => {
    const { bench, sent } = await watching(1)
    const [order] = sent as [Order]
    bench.gateway.onList = () => sent.map(working)
    await bench.time.pass(9_000)
    await bench.door.apply(
      reportOf(order.clientOrderId, 'working', { cumulativeQuantity: quantity('4'), fills: [fillOf('4', '100')] }),
    )
    bench.gateway.onList = () => [
      reportOf(order.clientOrderId, 'working', { cumulativeQuantity: quantity('4'), fills: [fillOf('4', '100')] }),
    ]
    expect((await lists(bench, 2_000))[0]).toBe(500)
  })
})

describe('trouble', () => {
  it('a venue that fails an hour long does not end the watch', async () => {
    const { bench, engine, sent } = await watching(2)
    bench.gateway.onList = unanswered
    await bench.time.pass(3_600_000)
    expect(engine.counts.errors).toBeGreaterThan(1_000)
    bench.gateway.onList = () => sent.map(filled)
    await bench.time.pass(2_000)
    expect(sent.map((order) => bench.status(order))).toEqual(['filled', 'filled'])
  })
  it('a look-up that fails is no trouble of the others', async () => {
    const { bench, sent } = await watching(3)
    bench.gateway.onLookUp = ({ clientOrderId }) => {
      if (clientOrderId === 'sf-1') throw new Error('an answer nobody can read')
      return { kind: 'found', report: filled(sent.find((order) => order.clientOrderId === clientOrderId) as Order) }
    }
    await bench.time.pass(500)
    expect(sent.map((order) => bench.status(order))).toEqual(['accepted', 'filled', 'filled'])
  })
  it('a look-up that hangs holds up nobody who is in the list', async () => {
    const { bench, sent } = await watching(2)
    const [one, two] = sent as [Order, Order]
    bench.gateway.onLookUp = () => new Promise(() => undefined)
    bench.gateway.onList = () => [filled(two)]
    await bench.time.pass(500)
    expect([bench.status(one), bench.status(two)]).toEqual(['accepted', 'filled'])
  })
})

describe('whoever asks for a look', () => {
  it('gets one at once', async () => {
    const { bench, engine, sent } = await watching(2)
    bench.gateway.onList = () => sent.map(filled)
    await engine.checkAll()
    expect(sent.map((order) => bench.status(order))).toEqual(['filled', 'filled'])
  })
  it('gets one that began after the question, even while a cycle is under way', async () => {
    const { bench, engine, sent } = await watching(1)
    const [order] = sent as [Order]
    const old = Promise.withResolvers<readonly OrderReport[]>()
    bench.gateway.onList = (nth) => (nth === 1 ? old.promise : [filled(order)])
    await bench.time.pass(500)
    const asked = engine.checkAll()
    old.resolve([working(order)])
    await asked
    expect(bench.gateway.lists).toBe(2)
    expect(bench.status(order)).toBe('filled')
  })
  it('shares it with others who asked meanwhile', async () => {
    const { bench, engine, sent } = await watching(1)
    const old = Promise.withResolvers<readonly OrderReport[]>()
    bench.gateway.onList = (nth) => (nth === 1 ? old.promise : sent.map(working))
    await bench.time.pass(500)
    const asked = [engine.checkAll(), engine.checkAll(), engine.checkAll()]
    old.resolve(sent.map(working))
    await Promise.all(asked)
    expect(bench.gateway.lists).toBe(2)
  })
})

describe('once it is stopped', () => {
  it('it asks nothing and takes nothing in any more', async () => {
    const { bench, engine, sent } = await watching(1)
    const [order] = sent as [Order]
    const answer = Promise.withResolvers<readonly OrderReport[]>()
    bench.gateway.onList = () => answer.promise
    await bench.time.pass(500)
    engine.stop()
    answer.resolve([filled(order)])
    await settled()
    await engine.checkAll()
    await bench.time.pass(60_000)
    expect([bench.status(order), bench.gateway.lists, bench.gateway.lookUps.length]).toEqual(['accepted', 1, 0])
  })
})
