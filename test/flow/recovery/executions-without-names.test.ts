import { describe, expect, it } from 'vitest'
import { OrderStatusError } from '../../../src/core/errors.ts'
import { brokerOrderId, executionId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import type { VenueExecution } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { CLASS_A, CLASS_D } from '../../support/resend-classes.ts'
import { reportOf, silence } from '../../support/scripted-gateway.ts'

const DAY_MS = 86_400_000
const requested = { trigger: 'requested' } as const
const open = (bench?: AccountBench) =>
  AccountBench.open({ capabilities: CLASS_D, ...(bench && { database: bench.database, time: bench.time }) })
const positionOf = (bench: AccountBench): string | undefined => bench.books.position('AAPL')?.quantity.toString()

/** What such a venue says of an order: its own id, and how far it has come. */
const told = (id: string, filled: number, over: Partial<OrderReport> = {}): OrderReport => {
  const { clientOrderId: _ours, ...report } = reportOf('' as never, filled < 10 ? 'working' : 'filled')
  const count = { cumulativeQuantity: quantity(String(filled)), ...(filled > 0 && { averagePrice: price('100') }) }
  return { ...report, brokerOrderId: brokerOrderId(id), symbol: 'AAPL', side: 'buy', ...count, ...over }
}
/** The row of one execution: no name but the order's, how far it brought it, and when. */
const row = (id: string, size: number, upTo: number): VenueExecution => ({
  ...fillOf(String(size), '100', { id: `${id}@${upTo}`, time: T0 + upTo }),
  symbol: 'AAPL',
  side: 'buy',
  brokerOrderId: brokerOrderId(id),
  synthetic: true,
  cumulativeQuantity: quantity(String(upTo)),
})
async function sent(bench: AccountBench): Promise<Order> {
  bench.gateway.onSubmit = ({ clientOrderId }) => ({
    kind: 'accepted',
    report: { ...told('7', 0), clientOrderId, channel: 'answer' },
  })
  return bench.send(1, { timeInForce: 'gtc' })
}
/** The venue has executed so much of it, and shows it everywhere. */
function executed(bench: AccountBench, filled: number, over: Partial<OrderReport> = {}): void {
  bench.gateway.onExecutions = () => Array.from({ length: filled }, (_, n) => row('7', 1, n + 1))
  bench.gateway.onRecent = () => [told('7', filled, over)]
  bench.gateway.onList = () => (filled < 10 && over.status === undefined ? [told('7', filled)] : [])
  bench.gateway.onLookUp = () => ({ kind: 'found', report: told('7', filled, { ...over, channel: 'look_up' }) })
  bench.gateway.onPositions = () => [{ symbol: 'AAPL', quantity: quantity(String(filled)) }]
}

describe('an execution that has no name', () => {
  it('is counted by its order and never booked beside it (I-14 I-18 I-21)', async () => {
    const bench = await open()
    const order = await sent(bench)
    executed(bench, 4)
    await bench.door.apply(told('7', 3))
    await bench.sync.run(requested)
    await bench.sync.run(requested)
    expect([bench.now(order).filledQuantity.toString(), positionOf(bench)]).toEqual(['4', '4'])
  })
  it('is no stranger’s, however long ago our order was closed and forgotten (I-21)', async () => {
    const bench = await open()
    const order = await sent(bench)
    executed(bench, 10)
    await bench.sync.run(requested)
    expect(bench.status(order)).toBe('filled')
    const next = await open(bench)
    executed(next, 10)
    expect(await next.sync.run({ trigger: 'start' })).toMatchObject({ external: 0, differences: [] })
    expect(positionOf(next)).toBe('10')
  })
  it('after the end of an order we have forgotten makes us ask for that order (F-56)', async () => {
    const bench = await open()
    const order = await sent(bench)
    executed(bench, 2, { status: 'cancelled' })
    await bench.sync.run(requested)
    expect(bench.status(order)).toBe('cancelled')
    const next = await open(bench)
    executed(next, 3, { status: 'cancelled' })
    await next.sync.run({ trigger: 'start' })
    await next.sync.run(requested)
    expect([(await next.stored(order))?.filledQuantity.toString(), positionOf(next)]).toEqual(['3', '3'])
    expect(await next.life(order)).toMatch(/cancelled corrected$/)
  })
  it('under an id that the venue gives again another day is not that of our order which had it before (F-64)', async () => {
    const bench = await open()
    const order = await sent(bench)
    executed(bench, 10)
    await bench.sync.run(requested)
    await bench.time.pass(DAY_MS)
    const again = [1, 2].map((n) => ({
      ...row('7', 1, n),
      executionId: executionId(`again@${n}`),
      time: T0 + DAY_MS + n,
    }))
    bench.gateway.onExecutions = () => again
    bench.gateway.onRecent = () => [told('7', 2, { takenAt: T0 + DAY_MS })]
    bench.gateway.onLookUp = () => ({ kind: 'found', report: told('7', 2, { channel: 'look_up' }) })
    expect((await bench.sync.run(requested)).external).toBe(2)
    expect([bench.now(order).filledQuantity.toString(), positionOf(bench)]).toEqual(['10', '12'])
  })
  it('is ours too where our clock was a year ahead as the order was sent (F-27, I-21)', async () => {
    const bench = await open()
    bench.time.set(T0 + 365 * DAY_MS)
    const order = await sent(bench)
    bench.time.set(T0 + 1_000)
    executed(bench, 10, { takenAt: T0 + 1 })
    // The order is open by then: whose they are is settled once it is known to have traded.
    expect((await bench.sync.run(requested)).external).toBe(0)
    await bench.door.applyTo(order, told('7', 10, { filledAt: T0 + 10 })).durable
    expect(await bench.sync.run(requested)).toMatchObject({ external: 0, differences: [] })
    expect([bench.now(order).status, positionOf(bench)]).toEqual(['filled', '10'])
  })
  it('under an id that was given again is not that of an order which ended before without trading (F-64)', async () => {
    const bench = await open()
    const order = await sent(bench)
    await bench.door.applyTo(order, told('7', 0, { status: 'cancelled', rawStatus: 'gone' })).durable
    await bench.time.pass(DAY_MS)
    bench.gateway.onExecutions = () => [
      { ...row('7', 2, 2), executionId: executionId('again'), time: T0 + DAY_MS - 60_000 },
    ]
    expect((await bench.sync.run(requested)).external).toBe(1)
    expect([bench.now(order).filledQuantity.toString(), positionOf(bench)]).toEqual(['0', '2'])
  })
  it('of the order that somebody put in the place of ours is ours, and booked with it alone (I-18 I-21)', async () => {
    const bench = await open()
    const order = await sent(bench)
    bench.gateway.onExecutions = () => [row('8', 10, 10)]
    bench.gateway.onRecent = () => [told('7', 0, { rawStatus: 'replaced' }), told('8', 10)]
    bench.gateway.onPositions = () => [{ symbol: 'AAPL', quantity: quantity('10') }]
    bench.gateway.onFirstName = (id) => (id === '8' ? order.clientOrderId : undefined)
    bench.gateway.onLookUp = () => {
      throw new OrderStatusError('the look-up is out of order')
    }
    expect(await bench.sync.run(requested)).toMatchObject({ external: 0 })
    const chain = told('8', 10, { clientOrderId: order.clientOrderId, channel: 'look_up' })
    bench.gateway.onLookUp = () => ({ kind: 'found', report: chain })
    expect(await bench.sync.run(requested)).toMatchObject({ external: 0, differences: [] })
    expect([bench.now(order).filledQuantity.toString(), positionOf(bench)]).toEqual(['10', '10'])
  })
  it('of somebody else moves the position, once (I-21)', async () => {
    const bench = await open()
    executed(bench, 2)
    expect(await bench.sync.run(requested)).toMatchObject({ external: 2, differences: [] })
    const next = await open(bench)
    executed(next, 2)
    expect(await next.sync.run({ trigger: 'start' })).toMatchObject({ external: 0, differences: [] })
    expect(positionOf(next)).toBe('2')
  })
  it('that may be that of an order in doubt waits, for as long as the doubt lasts (I-21)', async () => {
    const bench = await open()
    const reads: number[] = []
    await bench.sync.run(requested)
    await bench.time.pass(3_600_000)
    bench.gateway.onSubmit = () => silence
    const order = await bench.send(1)
    executed(bench, 2)
    bench.gateway.onLookUp = () => ({ kind: 'absent' })
    const { onExecutions } = bench.gateway
    bench.gateway.onExecutions = (since) => {
      reads.push(since)
      return onExecutions(since)
    }
    expect((await bench.sync.run(requested)).external).toBe(0)
    await bench.time.pass(3_600_000)
    await bench.books.apply(order, { kind: 'fail', code: 'x', reason: 'absent', proof: 'p' }, bench.time.now())?.durable
    expect((await bench.sync.run(requested)).external).toBe(2)
    expect(reads[1]).toBe(reads[0])
  })
  it('that alone shows an order with a name of ours is the reason to ask, not a fill (I-14)', async () => {
    const bench = await AccountBench.open({ capabilities: { ...CLASS_A, namesExecutions: false } })
    bench.gateway.onSubmit = () => silence
    const order = await bench.send(1)
    const of = { clientOrderId: order.clientOrderId }
    bench.gateway.onExecutions = () => [{ ...row('7', 2, 2), ...of }]
    bench.gateway.onLookUp = () => ({ kind: 'found', report: told('7', 2, { ...of, channel: 'look_up' }) })
    await bench.sync.run(requested)
    const fills = await bench.store.fills(order.id)
    expect(fills.map((fill) => fill.executionId)).toEqual([executionId(`${order.clientOrderId}@2`)])
    expect(positionOf(bench)).toBe('2')
  })
})
