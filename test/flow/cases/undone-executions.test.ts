import { describe, expect, it } from 'vitest'
import { brokerOrderId, executionId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import type { VenueExecution } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { caseDeskOf } from '../../support/case-desk-of.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { SETTLES_MS } from '../../support/resend-classes.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const requested = { trigger: 'requested' } as const
const COUNTS = { namesExecutions: false, absenceSettlesMs: SETTLES_MS }
const counted = (count: string, average: string, over: Partial<OrderReport> = {}): OrderReport =>
  reportOf('sf-1' as never, 'filled', {
    cumulativeQuantity: quantity(count),
    averagePrice: price(average),
    channel: 'look_up',
    ...over,
  })
/** Ten bought at 100; from then on the venue counts otherwise. */
async function recounted(count: string, average: string): Promise<{ bench: AccountBench; order: Order }> {
  const bench = await AccountBench.open({ capabilities: COUNTS })
  const order = await bench.send()
  await (await bench.door.apply(counted('10', '100', { channel: 'poll' })))?.durable
  expect(bench.status(order)).toBe('filled')
  bench.gateway.onLookUp = () => ({ kind: 'found', report: counted(count, average) })
  return { bench, order }
}
const caseOf = (bench: AccountBench, subject: string) => bench.files.about('undone_execution', subject)
const TWICE_MS = 2 * SETTLES_MS

describe('at a venue that tells no more of executions than their count', () => {
  it.each([
    ['less is counted than was', '7', '100', 'the venue counts 7, and had told 10 before'],
    ['the average price is another', '10', '99.5', /average price is 99\.5, .* comes to 100$/],
  ])('that %s is a case once it has settled, and nothing booked is changed (I-19)', async (_what, count, avg, told) => {
    const { bench, order } = await recounted(count, avg)
    await bench.lookUp(order)
    expect(bench.files.open).toEqual([])
    await bench.time.pass(TWICE_MS)
    expect(caseOf(bench, order.id)).toMatchObject({ state: 'open', symbol: 'AAPL', orderId: order.id })
    expect(caseOf(bench, order.id)?.evidence[0]?.summary).toEqual(
      typeof told === 'string' ? told : expect.stringMatching(told),
    )
    expect(bench.now(order).filledQuantity.toString()).toBe('10')
    expect(bench.log.events).toContain('execution.undone')
  })
  it('one answer from a copy that is behind is no case', async () => {
    const { bench, order } = await recounted('7', '100')
    await bench.lookUp(order)
    bench.gateway.onLookUp = () => ({ kind: 'found', report: counted('10', '100.00') })
    await bench.time.pass(TWICE_MS)
    expect([bench.files.open, bench.undone.orders]).toEqual([[], []])
  })
  it.each(['poll', 'stream'] as const)('an old word of the %s is no case', async (channel) => {
    const { bench, order } = await recounted('10', '100')
    await bench.door.apply(counted('7', '100', { channel }))
    await bench.time.pass(TWICE_MS)
    expect([bench.undone.orders, bench.status(order)]).toEqual([[], 'filled'])
  })
  it('an average that the venue has rounded is no other', async () => {
    const bench = await AccountBench.open({ capabilities: COUNTS })
    const order = await bench.send()
    await bench.door.apply(counted('3', '100', { status: 'working' }))
    await bench.door.apply(counted('10', '100.333333', { status: 'filled' }))
    bench.gateway.onLookUp = () => ({ kind: 'found', report: counted('10', '100.33') })
    await bench.lookUp(order)
    expect(bench.undone.orders).toEqual([])
  })
  it('a row that says so makes us ask for the order, in every sync until the venue counts as we do', async () => {
    const { bench, order } = await recounted('7', '100')
    bench.gateway.onExecutions = () => [
      {
        ...fillOf('0', '100', { id: 'row' }),
        symbol: 'AAPL',
        side: 'buy',
        clientOrderId: order.clientOrderId,
        brokerOrderId: brokerOrderId('b-sf-1'),
        synthetic: true,
        correctedAt: T0 + 1,
        cumulativeQuantity: quantity('7'),
      },
    ]
    await bench.sync.run(requested)
    await bench.time.pass(TWICE_MS)
    expect(caseOf(bench, order.id)).toMatchObject({ state: 'open' })
    bench.gateway.onLookUp = () => ({ kind: 'found', report: counted('10', '100') })
    await bench.sync.run(requested)
    await settled()
    expect(bench.files.open).toEqual([])
  })
  it('is asked for by the next owner too, and the case closes when the venue counts as we do (I-26)', async () => {
    const { bench, order } = await recounted('7', '100')
    await bench.lookUp(order)
    await bench.time.pass(TWICE_MS)
    const next = await AccountBench.open({ capabilities: COUNTS, database: bench.database, time: bench.time })
    await next.undone.start()
    next.gateway.onLookUp = () => ({ kind: 'found', report: counted('10', '100') })
    await next.sync.run({ trigger: 'start' })
    await settled()
    expect([next.gateway.lookUps.length, next.files.open]).toEqual([1, []])
  })
  it('is not told again to an operator who knows', async () => {
    const { bench, order } = await recounted('7', '100')
    await bench.lookUp(order)
    await bench.time.pass(TWICE_MS)
    const found = caseOf(bench, order.id)
    if (found === undefined) throw new Error('no case was opened')
    await caseDeskOf(bench).resolve(found, { id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    await bench.lookUp(order)
    expect(bench.files.open).toEqual([])
  })
})

/** Somebody else's order at the venue, executed once. */
const theirs = (size: string, at: string, over: Partial<VenueExecution> = {}): VenueExecution => ({
  ...fillOf(size, at, { id: 'x-1' }),
  symbol: 'AAPL',
  side: 'buy',
  brokerOrderId: brokerOrderId('x'),
  clientOrderId: 'by-hand' as never,
  ...over,
})

describe('an execution of an order that is not ours', () => {
  const booked = async (capabilities = {}): Promise<AccountBench> => {
    const bench = await AccountBench.open({ capabilities })
    bench.gateway.onExecutions = () => [theirs('5', '100')]
    await bench.sync.run(requested)
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('5')
    return bench
  }
  it.each([
    ['undone', '0', '100', '0', '0'],
    ['put right in price', '5', '102', '5', '102'],
    ['put right in quantity', '3', '100', '3', '100'],
  ])('that is %s is restated in row, position and result, once (I-21, I-22)', async (_how, size, at, held, average) => {
    const bench = await booked()
    bench.gateway.onExecutions = () => [theirs(size, at, { correctedAt: T0 + 5 })]
    await bench.sync.run(requested)
    await bench.sync.run(requested)
    const position = bench.books.position('AAPL')
    expect(position?.quantity.toString()).toBe(held)
    expect(position?.costBasis.equals(quantity(held).times(price(average)))).toBe(true)
    const [fill] = await bench.store.fillsOfSymbol('paper', 'AAPL')
    expect([fill?.quantity.toString(), fill?.price.toString(), fill?.correctedAt]).toEqual([size, at, T0 + 5])
    expect((await bench.store.positions()).map(({ quantity: size }) => size.toString())).toEqual([held])
    expect(bench.told.filter((event) => event === 'position.changed')).toHaveLength(2)
  })
  it('that was corrected before we first heard of it is booked as it counts, and restated by nothing', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onExecutions = () => [theirs('3', '100', { correctedAt: T0 + 5 })]
    await bench.sync.run(requested)
    await bench.sync.run(requested)
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('3')
    expect(bench.told.filter((event) => event === 'position.changed')).toHaveLength(1)
  })
  it('that has no name and is undone is a case, and nothing of that order is booked a second time (I-21)', async () => {
    const rowOf = (size: string, upTo: string, over: Partial<VenueExecution> = {}): VenueExecution => {
      const { clientOrderId: _none, ...row } = theirs(size, '100', {
        executionId: executionId(`x@${upTo}`),
        synthetic: true,
        cumulativeQuantity: quantity(upTo),
        ...over,
      })
      return row
    }
    const bench = await AccountBench.open({ capabilities: COUNTS })
    bench.gateway.onExecutions = () => [rowOf('5', '5'), rowOf('2', '7')]
    await bench.sync.run(requested)
    // Undone, the first counts nothing, and the second brings the order to two.
    bench.gateway.onExecutions = () => [rowOf('0', '0', { correctedAt: T0 + 5 }), rowOf('2', '2')]
    await bench.sync.run(requested)
    await bench.sync.run(requested)
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('7')
    expect(bench.files.open).toMatchObject([{ kind: 'undone_execution', symbol: 'AAPL' }])
    expect(bench.told.filter((event) => event === 'case.opened')).toHaveLength(1)
  })
})
