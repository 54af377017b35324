import { describe, expect, it } from 'vitest'
import { OrderStatusError } from '../../../src/core/errors.ts'
import { brokerOrderId, clientOrderId, clientOrderIdFor, signalId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import type { VenueExecution } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const nameIn = (installation: string, n = 1) =>
  clientOrderIdFor({ installation, account: 'paper', signalId: `lost-${n}`, leg: 1, generation: 1 }, { maxLength: 64 })
const atVenue = (name = nameIn('bench'), over: Partial<OrderReport> = {}): OrderReport =>
  reportOf(name, 'working', {
    symbol: 'AAPL',
    side: 'buy',
    quantity: quantity('10'),
    limitPrice: price('101'),
    timeInForce: 'gtc',
    takenAt: T0,
    ...over,
  })
const traded = (id: string, size: string, over: Partial<VenueExecution> = {}): VenueExecution => ({
  ...fillOf(size, '100', { id }),
  symbol: 'AAPL',
  side: 'buy',
  ...over,
})
const byHand = clientOrderId('by-hand')
const human = { clientOrderId: byHand, brokerOrderId: brokerOrderId('b-by-hand') }
const requested = { trigger: 'requested' } as const
const positionOf = (bench: AccountBench): string | undefined => bench.books.position('AAPL')?.quantity.toString()

describe('an order of ours that only the venue knows (I-10, F-16)', () => {
  it('is adopted with what the venue tells, watched, and followed like any other', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onList = () => [atVenue()]
    const { adopted } = await bench.sync.run(requested)
    const [order] = bench.books.pending
    if (order === undefined) throw new Error('no order')
    expect(adopted).toEqual([order.id])
    expect(await bench.life(order)).toBe('created adopted accepted')
    expect(await bench.stored(order)).toMatchObject({
      status: 'accepted',
      signalId: `adopted:${nameIn('bench')}`,
      strategy: 'default',
      orderType: 'limit',
      timeInForce: 'gtc',
      brokerOrders: [{ generation: 1, clientOrderId: nameIn('bench'), status: 'accepted' }],
    })
    expect(bench.gateway.wire).toEqual([])
  })
  it('has a signal in the place of the one that nobody has, so that its name leads to the order (I-08)', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onList = () => [atVenue()]
    const { adopted } = await bench.sync.run(requested)
    const signal = await bench.store.signal(signalId(`adopted:${nameIn('bench')}`))
    expect(signal).toMatchObject({ symbol: 'AAPL', side: 'buy', answer: { status: 202 }, orderIds: adopted })
    expect(JSON.parse(signal?.body ?? '{}')).toMatchObject({ quantity: '10', metadata: { adopted: true } })
  })
  it('and has ended there already brings its executions with it', async () => {
    const bench = await AccountBench.open()
    const filled = atVenue(nameIn('bench'), { status: 'filled', cumulativeQuantity: quantity('10') })
    bench.gateway.onRecent = () => [filled]
    const of = { clientOrderId: nameIn('bench'), brokerOrderId: brokerOrderId('b-1') }
    bench.gateway.onExecutions = () => [traded('x2', '6', of), traded('x1', '4', of)]
    const { adopted, external } = await bench.sync.run(requested)
    expect([adopted.length, external, positionOf(bench)]).toEqual([1, 0, '10'])
    expect((await bench.store.order(adopted[0] as never))?.status).toBe('filled')
  })
  it('is found by the name of an execution alone', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onExecutions = () => [traded('x1', '4', { clientOrderId: nameIn('bench') })]
    bench.gateway.onLookUp = () => ({ kind: 'found', report: atVenue(nameIn('bench'), { channel: 'look_up' }) })
    const { adopted } = await bench.sync.run(requested)
    expect([adopted.length, positionOf(bench)]).toEqual([1, '4'])
  })
  it.each([1, 2, 3, 4])('is adopted once, though the process dies at write %i of it (I-26)', async (writes) => {
    const bench = await AccountBench.open()
    bench.gateway.onList = () => [atVenue()]
    bench.gateway.onExecutions = () => [traded('x1', '4', { clientOrderId: nameIn('bench') })]
    bench.diskHolds = true
    void bench.sync.run(requested).catch(() => undefined)
    for (let n = 1; n < writes; n += 1) {
      await settled()
      await bench.diskWrites()
    }
    await settled()
    bench.isActive = false
    const next = await AccountBench.open({ database: bench.database, time: bench.time })
    next.gateway.onList = bench.gateway.onList
    next.gateway.onExecutions = bench.gateway.onExecutions
    await next.sync.run(requested)
    await next.sync.run(requested)
    const { items } = await next.store.orders({}, { limit: 10 })
    expect(items.map(({ status, filledQuantity }) => `${status} ${filledQuantity}`)).toEqual(['partially_filled 4'])
    expect([positionOf(next), next.lost]).toEqual(['4', []])
  })
})

describe("somebody else's orders", () => {
  it('are shown while they are open, and never touched', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onList = () => [atVenue(byHand, human)]
    const { foreign } = await bench.sync.run(requested)
    expect(foreign).toMatchObject([{ key: 'b-by-hand', symbol: 'AAPL', side: 'buy', quantity: '10' }])
    bench.gateway.onList = () => []
    expect((await bench.sync.run(requested)).foreign).toEqual([])
    expect(bench.findings).toEqual(['foreign b-by-hand', 'gone b-by-hand'])
    expect([bench.gateway.cancels, bench.gateway.wire]).toEqual([[], []])
  })
  it('move the position by their executions, each once for ever (I-18 I-21)', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onExecutions = () => [traded('h1', '3', human), traded('h2', '2', { ...human, side: 'sell' })]
    bench.gateway.onPositions = () => [{ symbol: 'AAPL', quantity: quantity('1') }]
    expect((await bench.sync.run(requested)).external).toBe(2)
    expect((await bench.sync.run(requested)).external).toBe(0)
    const next = await AccountBench.open({ database: bench.database, time: bench.time })
    next.gateway.onExecutions = bench.gateway.onExecutions
    next.gateway.onPositions = bench.gateway.onPositions
    expect(await next.sync.run(requested)).toMatchObject({ external: 0, differences: [] })
    expect(positionOf(next)).toBe('1')
    expect(bench.told).toEqual(['position.changed', 'position.changed', 'sync.completed', 'sync.completed'])
  })
  it('of another installation are told apart (I-36, F-110)', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onList = () => [atVenue(nameIn('elsewhere'))]
    const { foreign, adopted } = await bench.sync.run(requested)
    expect([foreign.length, adopted]).toEqual([1, []])
    expect(bench.findings).toEqual([`another installation b-${nameIn('elsewhere')}`])
  })
})

describe('an order of ours', () => {
  it('cancelled by hand is told of, whichever list shows it (U9)', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onRecent = () => [reportOf(order.clientOrderId, 'cancelled')]
    const { changed } = await bench.sync.run(requested)
    expect(changed).toEqual([order.id])
    expect(await bench.life(order)).toBe('created submitting submitted accepted manual_cancel cancelled')
  })
  it('changed by hand is asked for by name, and follows the word it gets (U9)', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    const changed = atVenue(order.clientOrderId, { limitPrice: price('99'), quantity: quantity('6') })
    bench.gateway.onList = () => [changed]
    bench.gateway.onLookUp = () => ({ kind: 'found', report: { ...changed, channel: 'look_up' } })
    await bench.sync.run(requested)
    expect(await bench.life(order)).toMatch(/manual_change$/)
    expect(bench.now(order).limitPrice?.toString()).toBe('99')
    expect(bench.books.exposure.symbol('AAPL').openBuy.toString()).toBe('6')
  })
  it('with a fill that came after its end, learns of it from the list of executions', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onRecent = () => [reportOf(order.clientOrderId, 'cancelled')]
    await bench.sync.run(requested)
    bench.gateway.onExecutions = () => [traded('late', '4', { clientOrderId: order.clientOrderId })]
    await bench.sync.run(requested)
    expect(await bench.life(order)).toMatch(/cancelled corrected$/)
    expect(positionOf(bench)).toBe('4')
  })
  it('that cannot be read is told of and stays as it is; the others go on', async () => {
    const bench = await AccountBench.open()
    const [one, two] = [await bench.send(1), await bench.send(2, { symbol: 'MSFT' })]
    bench.gateway.onLookUp = ({ clientOrderId: id }) => {
      if (id === one.clientOrderId) throw new OrderStatusError('not an order as we know it')
      return { kind: 'found', report: reportOf(two.clientOrderId, 'cancelled', { channel: 'look_up' }) }
    }
    const { unreadable } = await bench.sync.run(requested)
    expect([unreadable, bench.status(one), bench.status(two)]).toEqual([[one.id], 'accepted', 'cancelled'])
    expect(bench.log.lines.map(({ event }) => event)).toContain('sync.order_unreadable')
  })
})

describe('a sync', () => {
  it('that finds a list incomplete changes nothing, and the next begins where the last complete one began', async () => {
    const bench = await AccountBench.open()
    const asked: number[] = []
    bench.gateway.onRecent = (since) => {
      asked.push(since)
      return []
    }
    await bench.sync.run(requested)
    await bench.time.pass(3_600_000)
    bench.gateway.onExecutions = () => {
      throw new OrderStatusError('half a page')
    }
    await expect(bench.sync.run(requested)).rejects.toThrow('half a page')
    bench.gateway.onExecutions = () => []
    await bench.time.pass(3_600_000)
    await bench.sync.run(requested)
    expect(asked.map((since) => since - (asked[0] ?? 0))).toEqual([0, 0, 0])
    expect(bench.told).toEqual(['sync.completed', 'sync.completed'])
  })
  it('on the interval that found nothing is no event', async () => {
    const bench = await AccountBench.open()
    await bench.sync.run({ trigger: 'interval' })
    expect(bench.told).toEqual([])
    bench.gateway.onList = () => [atVenue()]
    await bench.sync.run({ trigger: 'interval' })
    expect(bench.told).toContain('sync.completed')
  })
  it('runs once for all who ask while another runs', async () => {
    const bench = await AccountBench.open()
    await Promise.all([1, 2, 3, 4].map(() => bench.sync.run(requested)))
    expect(bench.gateway.lists).toBe(2)
  })
  it('with the operator’s word takes over what the venue holds of unknown symbols, and nothing else (decision of first contact)', async () => {
    const bench = await AccountBench.open()
    await bench.send()
    bench.gateway.onExecutions = () => [traded('x1', '4', { clientOrderId: clientOrderId('sf-1') })]
    bench.gateway.onPositions = () => [
      { symbol: 'AAPL', quantity: quantity('9') },
      { symbol: 'MSFT', quantity: quantity('5'), averagePrice: price('400') },
    ]
    const { opened, differences } = await bench.sync.run({ ...requested, adopt: true })
    expect(opened).toEqual(['MSFT'])
    expect(differences).toEqual([{ symbol: 'AAPL', ours: '4', theirs: '9' }])
    const stored = (await bench.store.positions()).map((one) => `${one.symbol} ${one.quantity} ${one.costBasis}`)
    expect(stored.toSorted()).toEqual(['AAPL 4 400', 'MSFT 5 2000'])
  })
})
