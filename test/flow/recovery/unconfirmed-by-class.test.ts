import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { brokerOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'
import { CLASS_B, CLASS_C, CLASS_D, SETTLES_MS } from '../../support/resend-classes.ts'
import { accepted, reportOf, silence } from '../../support/scripted-gateway.ts'

const LONG_MS = 600_000
const unreadable = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}
async function inDoubt(capabilities: object) {
  const bench = await AccountBench.open({ capabilities })
  bench.gateway.onSubmit = () => silence
  const order = await bench.send()
  expect(bench.status(order)).toBe('unconfirmed')
  return { bench, order, search: () => bench.resolver.resolve(order) }
}
/** An order at a venue that knows nothing of our ids. */
const nameless = (id: string, over: Partial<OrderReport> = {}): OrderReport => {
  const { clientOrderId: _ours, ...report } = reportOf('-' as never, 'working')
  return {
    ...report,
    brokerOrderId: brokerOrderId(id),
    symbol: 'AAPL',
    side: 'buy',
    quantity: quantity('10'),
    limitPrice: price('101'),
    orderType: 'limit',
    takenAt: T0 + 100,
    ...over,
  }
}

describe('class B: a repeated id is refused for the rest of the day', () => {
  it('an absent order is sent again within the day, byte for byte the same', async () => {
    const { bench, order, search } = await inDoubt(CLASS_B)
    bench.gateway.onSubmit = () => accepted('sf-1' as never)
    await search()
    expect(bench.status(order)).toBe('accepted')
    expect([bench.gateway.wire.length, new Set(bench.gateway.wire).size]).toEqual([2, 1])
  })
  it('near the end of the day of the venue, and after it, nothing is sent again (I-06)', async () => {
    const { bench, order, search } = await inDoubt(CLASS_B)
    const midnight = Date.parse(`${new Date(T0).toISOString().slice(0, 10)}T00:00:00Z`) + 86_400_000
    // Two minutes before midnight there, and hours before it here.
    bench.venueClock.heed({ at: T0, tookMs: 0, venueTime: { at: midnight - 120_000, withinMs: 0 } })
    const searching = search()
    await bench.time.pass(LONG_MS)
    await searching
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'submit.absent' })
  })
  /** Its clock shows the first when the order is sent; as many minutes later it is looked for. */
  const atVenue = (time: string) => Date.parse(`2026-03-0${time}:00Z`)
  it.each([
    ['2T09:00', 1, true],
    ['2T23:50', 1, true],
    ['2T23:50', 6, false], // the request could arrive on the next day
    ['2T23:58', 1, false],
    ['2T23:58', 10, false], // the next day: the id is a new one there
    ['3T00:03', 10, false], // nobody knows on which day it arrived
    ['3T00:06', 1, true],
    ['3T00:06', 12 * 60, true],
    ['2T12:00', 24 * 60, false],
  ])('sent at %s there and looked for %i minutes later: sent again: %s (I-06)', async (sentAt, minutes, isResent) => {
    const { bench, search } = await inDoubt(CLASS_B)
    bench.venueClock.heed({ at: T0, tookMs: 0, venueTime: { at: atVenue(sentAt), withinMs: 0 } })
    await bench.time.pass(minutes * 60_000)
    const searching = search()
    await bench.time.pass(LONG_MS)
    await searching
    expect(bench.gateway.wire.length > 1).toBe(isResent)
    expect(new Set(bench.gateway.wire).size).toBe(1)
  })
  it.each([
    ['the same day', 60, 2],
    ['another day', 24 * 60, 1],
  ])('found in a store that is opened on %s, it has left %i minutes ago and %i times', async (_day, minutes, sends) => {
    const { bench, order } = await inDoubt(CLASS_B)
    await bench.time.pass(minutes * 60_000)
    const next = await AccountBench.open({ capabilities: CLASS_B, database: bench.database, time: bench.time })
    next.gateway.onSubmit = () => silence
    next.venueClock.heed({ at: bench.time.now(), tookMs: 0, venueTime: { at: bench.time.now(), withinMs: 0 } })
    const [found] = next.books.pending
    if (found === undefined) throw new Error('no order is in doubt')
    next.gateway.onLookUp = (_ref, nth) => {
      if (nth > 1) next.isActive = false
      return { kind: 'absent' }
    }
    const searching = next.resolver.resolve(found)
    await bench.time.pass(LONG_MS)
    await searching
    expect([...bench.gateway.wire, ...next.gateway.wire]).toHaveLength(sends)
    expect(found.id).toBe(order.id)
  })
})

describe.each([
  ['C', CLASS_C],
  ['D', CLASS_D],
])('class %s', (_name, capabilities) => {
  it('an order in doubt is never sent again (I-06)', async () => {
    const { bench, order, search } = await inDoubt(capabilities)
    const searching = search()
    await bench.time.pass(LONG_MS)
    await searching
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'submit.absent' })
  })
  it.each(['onList', 'onRecent', 'onExecutions'] as const)(
    'is not absent while %s cannot be read, and a human is asked (I-13, I-15)',
    async (source) => {
      const { bench, order, search } = await inDoubt(capabilities)
      bench.gateway[source] = unreadable
      void search()
      await bench.time.pass(LONG_MS)
      expect([bench.status(order), bench.resolver.searching]).toEqual(['unconfirmed', 1])
      const found = bench.files.about('unconfirmed', order.id)
      expect(found?.evidence.map(({ summary }) => summary).join('\n')).toContain('cannot be read')
      bench.gateway[source] = () => []
      await bench.time.pass(60_000)
      expect(bench.status(order)).toBe('failed')
      expect(bench.files.open).toEqual([])
    },
  )
  it('counts no absence from before an earlier owner can no longer send', async () => {
    const { bench, order, search } = await inDoubt(capabilities)
    bench.absenceCountsFrom = T0 + 20_000
    const searching = search()
    await bench.time.pass(20_000 + SETTLES_MS - 1)
    expect(bench.status(order)).toBe('unconfirmed')
    await bench.time.pass(60_000)
    await searching
    expect(bench.status(order)).toBe('failed')
  })
})

describe('class C: the id is shown, and would be taken twice', () => {
  it.each([
    ['the recent orders', 'onRecent'],
    ['the open orders', 'onList'],
  ] as const)('what a look-up misses is found in %s (I-12)', async (_where, source) => {
    const { bench, order, search } = await inDoubt(CLASS_C)
    bench.gateway[source] = () => [reportOf('sf-1' as never, 'working')]
    const searching = search()
    await bench.time.pass(60_000)
    await searching
    expect(bench.status(order)).toBe('accepted')
  })
})

describe('class D: the venue knows nothing of our ids', () => {
  const lists = (bench: AccountBench, ...reports: OrderReport[]): void => {
    bench.gateway.onRecent = () => reports
  }
  it('an order is found though our clock, a year ahead as it was sent, has been set right since (I-12, F-27)', async () => {
    const bench = await AccountBench.open({ capabilities: CLASS_D })
    bench.time.set(T0 + 365 * 86_400_000)
    bench.gateway.onSubmit = () => silence
    const order = await bench.send()
    bench.time.set(T0 + 1_000)
    const since: number[] = []
    bench.gateway.onRecent = (from) => {
      since.push(from)
      return [nameless('b-7', { takenAt: T0 + 50 })]
    }
    await bench.resolver.resolve(order)
    expect(since[0]).toBeLessThan(T0)
    expect(bench.now(order)).toMatchObject({ status: 'accepted', brokerOrderId: 'b-7' })
  })
  it('an order is found by its terms, and followed by the id the venue gave it', async () => {
    const { bench, order, search } = await inDoubt(CLASS_D)
    lists(bench, nameless('b-7', { takenAt: T0 + 50 }))
    await search()
    expect(bench.now(order)).toMatchObject({ status: 'accepted', brokerOrderId: 'b-7' })
  })
  it.each([
    ['another symbol', { symbol: 'MSFT' }],
    ['the other side', { side: 'sell' }],
    ['another type', { orderType: 'market' }],
    ['a time long before it was sent', { takenAt: T0 - 600_000 }],
    ['a time long after it was sent', { takenAt: T0 + 3_600_000 }],
  ] as const)('one of %s is somebody else’s', async (_what, over) => {
    const { bench, order, search } = await inDoubt(CLASS_D)
    lists(bench, nameless('b-7', over))
    const searching = search()
    await bench.time.pass(LONG_MS)
    await searching
    expect(bench.status(order)).toBe('failed')
  })
  it.each([
    ['another quantity', { quantity: quantity('11') }],
    ['another price', { limitPrice: price('102') }],
  ] as const)('one of %s may be ours, changed by hand: a human is asked (I-12, F-61)', async (_what, over) => {
    const { bench, order, search } = await inDoubt(CLASS_D)
    lists(bench, nameless('b-7', over))
    void search()
    await bench.time.pass(LONG_MS)
    expect(bench.status(order)).toBe('unconfirmed')
    expect(bench.files.about('unconfirmed', order.id)?.evidence.at(-1)).toMatchObject({
      summary: "an order that is nobody's differs from it only by what may have been changed there",
      raw: [{ id: 'b-7' }],
    })
  })
  it('one that another order of ours has been is not taken twice, after a restart neither', async () => {
    const bench = await AccountBench.open({ capabilities: CLASS_D })
    bench.gateway.onSubmit = () => ({ kind: 'accepted', report: nameless('b-1') })
    const first = await bench.send(1)
    await bench.door.applyTo(first, nameless('b-1', { status: 'cancelled', rawStatus: 'gone' })).durable
    bench.gateway.onSubmit = () => silence
    await bench.send(2)
    const again = await AccountBench.open({ capabilities: CLASS_D, database: bench.database, time: bench.time })
    lists(again, nameless('b-1'))
    const second = [...again.books.pending][0] as Order
    const searching = again.resolver.resolve(second)
    await again.time.pass(LONG_MS)
    await searching
    expect(again.status(second)).toBe('failed')
  })
  it('what nobody can tell apart is not guessed: a human is asked at once (I-12)', async () => {
    const { bench, order, search } = await inDoubt(CLASS_D)
    lists(bench, nameless('b-7'), nameless('b-8'))
    void search()
    await settled()
    expect(bench.status(order)).toBe('unconfirmed')
    expect(bench.files.about('unconfirmed', order.id)?.evidence.at(-1)).toMatchObject({
      summary: '2 orders at the venue may be this one',
    })
    await bench.time.pass(LONG_MS)
    expect(bench.status(order)).toBe('unconfirmed')
  })
  it('an execution whose order is in no list speaks against absence (I-13)', async () => {
    const { bench, order, search } = await inDoubt(CLASS_D)
    bench.gateway.onExecutions = () => [
      {
        executionId: 'x1' as never,
        quantity: quantity('10'),
        price: price('100'),
        time: T0 + 200,
        commission: quantity('0') as never,
        commissionCurrency: 'USD',
        symbol: 'AAPL',
        side: 'buy',
        brokerOrderId: brokerOrderId('b-9'),
      },
    ]
    void search()
    await bench.time.pass(LONG_MS)
    expect(bench.status(order)).toBe('unconfirmed')
  })
})
