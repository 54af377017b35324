import { describe, expect, it } from 'vitest'
import { quantity } from '../../../src/core/money.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { eventOf, fillOf } from '../../support/orders.ts'
import { reportOf, silence } from '../../support/scripted-gateway.ts'

const CLOSED_ORDERS_KEPT = 1_000
const partly = (size: string, id: string, order = 'sf-1') =>
  reportOf(order as never, 'working', { channel: 'stream', fills: [fillOf(size, '100', { id })] })
const whole = (order = 'sf-1', id = `e-${order}`) =>
  reportOf(order as never, 'filled', {
    channel: 'stream',
    cumulativeQuantity: quantity('10'),
    fills: [fillOf('10', '100', { id })],
  })

/** So many other orders end that memory lets go of those before them. */
async function forget(bench: AccountBench): Promise<void> {
  for (let n = 0; n < CLOSED_ORDERS_KEPT; n += 1) {
    const { order } = bench.take(1_000 + n)
    bench.books.record(order, [{ ...eventOf('denied'), at: bench.time.now() }])
  }
  await bench.take(9_999).durable
}

describe('a change of an order', () => {
  it('is one commit: its events, its execution and its position stand together', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    const before = bench.told.length
    bench.diskHolds = true
    const applied = await bench.door.apply(whole())
    expect(bench.told.length).toBe(before)
    await bench.diskGoesOn()
    await applied?.durable
    expect(bench.told.slice(before)).toEqual(['order.filled', 'position.changed'])
    const [position] = await bench.store.positions()
    expect([(await bench.stored(order))?.status, position?.quantity.toString()]).toEqual(['filled', '10'])
    expect(await bench.store.fills(order.id)).toHaveLength(1)
  })
  it('is seen in memory at once, and told to nobody before it is durable', async () => {
    const bench = await AccountBench.open()
    bench.diskHolds = true
    const { order, durable } = bench.take()
    expect(bench.books.pending.byId(order.id)?.status).toBe('created')
    expect(bench.told).toEqual([])
    await bench.diskGoesOn()
    await durable
    expect(bench.told).toEqual(['order.created'])
  })
  it('that the store refuses is told to the owner and to whoever waits, and to nobody else', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    const before = bench.told.length
    await bench.store.openAccount('paper')
    const applied = await bench.door.apply(whole())
    await expect(applied?.durable).rejects.toThrow('another instance has taken over')
    expect(bench.lost).toHaveLength(1)
    expect(bench.told).toHaveLength(before)
    expect(await bench.stored(order)).toMatchObject({ status: 'accepted' })
  })
  it('that comes after the account was handed on is written nowhere and alarms nobody', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.journal.retire()
    const applied = await bench.door.apply(whole())
    await expect(applied?.durable).rejects.toThrow('no longer ours')
    expect(bench.lost).toEqual([])
    expect(await bench.stored(order)).toMatchObject({ status: 'accepted' })
  })
})

describe('an execution', () => {
  it('is booked once, however often and through whichever channel it comes', async () => {
    const bench = await AccountBench.open()
    await bench.send()
    for (const channel of ['stream', 'poll', 'look_up', 'stream'] as const) {
      await bench.door.apply({ ...partly('4', 'e1'), channel })
    }
    await bench.door.apply(whole('sf-1', 'e1'))
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('4')
  })
  it('of an order that closed is booked in full, as a correction, and once', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    await bench.canceller.cancel(order, 'me', 'requested')
    await bench.door.apply(reportOf('sf-1' as never, 'cancelled'))
    await bench.door.apply(partly('4', 'late'))
    await bench.door.apply(partly('4', 'late'))
    expect(bench.now(order)).toMatchObject({ status: 'cancelled' })
    expect(bench.now(order).filledQuantity.toString()).toBe('4')
    expect((await bench.life(order)).endsWith('cancelled corrected')).toBe(true)
  })
  it('of an order that closed long ago is found in the store, and known executions are known there too', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    await bench.door.apply(partly('4', 'e1'))
    await bench.canceller.cancel(order, 'me', 'requested')
    await bench.door.apply({
      ...reportOf('sf-1' as never, 'cancelled', { cumulativeQuantity: quantity('4') }),
      fills: [fillOf('4', '100', { id: 'e1' })],
    })
    await forget(bench)
    expect(bench.books.isForgotten(order)).toBe(true)
    const both = reportOf('sf-1' as never, 'cancelled', {
      fills: [fillOf('4', '100', { id: 'e1' }), fillOf('2', '100', { id: 'late' })],
    })
    await Promise.all([bench.door.apply(both), bench.door.apply(both)])
    await bench.take(10_000).durable
    expect((await bench.stored(order))?.filledQuantity.toString()).toBe('6')
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('6')
    expect(bench.lost).toEqual([])
  })
  it('in doubt comes to light: the order is no longer in doubt', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = () => silence
    const order = await bench.send()
    await bench.door.apply(whole())
    expect(await bench.life(order)).toBe('created submitting unconfirmed submitted accepted filled')
  })
})

describe('whoever still holds an old state of an order', () => {
  it('is told how it ended, even after memory let it go', async () => {
    const bench = await AccountBench.open()
    const { order, durable } = bench.take()
    await bench.submitter.submit(order, durable)
    await bench.door.apply(whole())
    await forget(bench)
    expect(bench.books.current(order).status).toBe('filled')
  })
  it('books nothing twice by it', async () => {
    const bench = await AccountBench.open()
    const held = await bench.send()
    await bench.door.apply(whole())
    await forget(bench)
    const applied = bench.door.applyTo(held, { ...whole(), channel: 'look_up' })
    expect(applied.changed).toBe(false)
    await applied.durable
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('10')
    expect(bench.lost).toEqual([])
  })
  it('brings in what is new all the same', async () => {
    const bench = await AccountBench.open()
    const held = await bench.send()
    await bench.canceller.cancel(held, 'me', 'requested')
    await bench.door.apply(reportOf('sf-1' as never, 'cancelled'))
    await forget(bench)
    await bench.door.applyTo(held, partly('3', 'late')).durable
    expect((await bench.stored(held))?.filledQuantity.toString()).toBe('3')
  })
})

describe('a report', () => {
  it('about somebody else’s order is counted and touches nothing', async () => {
    const bench = await AccountBench.open()
    expect(await bench.door.apply(whole('sf-foreign'))).toBeUndefined()
    expect([bench.door.foreignReports, [...bench.books.positions()].length]).toEqual([1, 0])
  })
  it('that came as the answer about another order changes nothing', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    expect(bench.door.applyTo(order, whole('sf-other')).changed).toBe(false)
    expect(bench.log.events).toContain('report.misdirected')
    expect(bench.books.position('AAPL')).toBeUndefined()
  })
  it('by the venue’s own id alone is ours only if the rest fits too', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    const { clientOrderId: _ours, ...theirs } = whole()
    expect(await bench.door.apply({ ...theirs, symbol: 'MSFT', side: 'buy' })).toBeUndefined()
    await bench.door.apply({ ...theirs, symbol: 'AAPL', side: 'buy' })
    expect(bench.status(order)).toBe('filled')
  })
  it('of a fill or an end makes what was known of the money stale; one that changes nothing does not', async () => {
    const bench = await AccountBench.open()
    await bench.send()
    expect(bench.money).toBe(0)
    await bench.door.apply(partly('4', 'e1'))
    await bench.door.apply(partly('4', 'e1'))
    expect(bench.money).toBe(1)
  })
})

describe('events that belong to no order', () => {
  it('have ids of their own in every epoch of a session', async () => {
    const first = await AccountBench.open()
    await first.journal.note('breaker.opened', first.time.now(), {})
    const second = await AccountBench.open({ database: first.database, time: first.time })
    await second.journal.note('breaker.closed', second.time.now(), {})
    const events = await second.store.eventsAfter('paper', 0, 10)
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2)
    expect(events.map(({ accountSeq }) => accountSeq)).toEqual([1, 2])
  })
})
