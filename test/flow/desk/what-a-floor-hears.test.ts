import { describe, expect, it } from 'vitest'
import { clientOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { CLASS_C } from '../../support/resend-classes.ts'
import { scriptedFloor } from '../../support/scripted-floor.ts'
import { reportOf, ScriptedGateway, silence } from '../../support/scripted-gateway.ts'

const LONG_MS = 600_000
const SYNC_MS = 60_000
type Floor = Awaited<ReturnType<typeof scriptedFloor>>
const eventsOf = async ({ store }: Floor, event: string) =>
  (await store.eventsAfter('paper', 0, 500)).filter((one) => one.event === event)

describe('a floor that hears', () => {
  it('of a row that is no trade tells it once, and changes nothing (I-23)', async () => {
    const gateway = new ScriptedGateway()
    const at = await scriptedFloor(gateway)
    for (let n = 0; n < 3; n += 1) gateway.noTrade({ id: 'f-1', type: 'funding', at: T0, symbol: 'AAPL' })
    await settled()
    expect(await eventsOf(at, 'execution.ignored')).toHaveLength(1)
    expect(await at.store.positions()).toEqual([])
  })
  it('of an order it had given up holds its symbol back until an operator knows (I-12)', async () => {
    const gateway = new ScriptedGateway(CLASS_C)
    const at = await scriptedFloor(gateway)
    gateway.onSubmit = () => silence
    const taken = await at.send()
    await at.time.pass(LONG_MS)
    const [left] = gateway.wire
    const named = clientOrderId(String(JSON.parse(left ?? '{}').clientOrderId))
    expect(taken).toMatchObject({ kind: 'taken' })
    gateway.onList = () => [reportOf(named, 'working', { symbol: 'AAPL', side: 'buy', quantity: quantity('10') })]
    gateway.onLookUp = () => ({ kind: 'found', report: reportOf(named, 'working', { channel: 'look_up' }) })
    await at.time.pass(SYNC_MS)
    expect(await at.send()).toMatchObject({ kind: 'denied', code: 'position.quarantined' })
    const [found] = (await at.store.cases({ state: 'open' }, { limit: 10 })).items
    if (found === undefined) throw new Error('no case is open')
    expect(found.kind).toBe('reappeared')
    await at.floor.resolveCase({ id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    expect(await at.send()).toMatchObject({ kind: 'taken' })
  })
  it('from the venue that a cancel is refused has a case after a minute (I-47)', async () => {
    const gateway = new ScriptedGateway()
    const at = await scriptedFloor(gateway)
    await at.send()
    await settled()
    const [order] = await at.open()
    if (order === undefined) throw new Error('no order is open')
    gateway.onLookUp = () => ({ kind: 'found', report: reportOf(order.clientOrderId, 'working') })
    gateway.onCancel = () => ({ kind: 'refused', code: 'venue.busy', reason: 'not now' })
    await at.floor.cancel(order.id, 'anna')
    await at.time.pass(SYNC_MS)
    const { items } = await at.store.cases({ state: 'open' }, { limit: 10 })
    expect(items).toMatchObject([{ kind: 'stuck_cancel', orderId: order.id }])
    expect(at.account()).toMatchObject({ openCases: 1, openOrders: 1 })
  })
  it('that the venue counts less than before, and no more than that, has a case (I-19)', async () => {
    const gateway = new ScriptedGateway({ namesExecutions: false, absenceSettlesMs: 5_000 })
    const at = await scriptedFloor(gateway)
    await at.send()
    await settled()
    const [order] = await at.open()
    if (order === undefined) throw new Error('no order is open')
    const counted = (count: string) =>
      reportOf(order.clientOrderId, 'working', {
        cumulativeQuantity: quantity(count),
        averagePrice: price('100'),
        channel: 'look_up',
      })
    gateway.onLookUp = (_ref, nth) => ({ kind: 'found', report: counted(nth < 3 ? '5' : '3') })
    await at.time.pass(SYNC_MS)
    const { items } = await at.store.cases({ state: 'open' }, { limit: 10 })
    expect(items.map(({ kind }) => kind)).toContain('undone_execution')
    expect((await at.store.order(order.id))?.filledQuantity.toString()).toBe('5')
  })
  it('on the stream that an order which has ended counts more, asks for that order (I-19)', async () => {
    const gateway = new ScriptedGateway({ streams: true })
    const at = await scriptedFloor(gateway)
    await at.send()
    await settled()
    const [order] = await at.open()
    if (order === undefined) throw new Error('no order is open')
    gateway.listeners.at(-1)?.opened()
    const told = (status: 'working' | 'cancelled', count: string, fills = [fillOf('4', '100')]) =>
      reportOf(order.clientOrderId, status, {
        cumulativeQuantity: quantity(count),
        averagePrice: price('100'),
        fills,
        channel: 'stream',
      })
    gateway.listeners.at(-1)?.report(told('cancelled', '4'))
    await settled()
    expect(await at.store.order(order.id)).toMatchObject({ status: 'cancelled' })
    const asked = gateway.lookUps.length
    const both = [fillOf('4', '100'), fillOf('3', '100', { id: 'e2' })]
    gateway.onLookUp = () => ({ kind: 'found', report: told('cancelled', '7', both) })
    gateway.listeners.at(-1)?.report(told('cancelled', '7'))
    await settled()
    await settled()
    expect(gateway.lookUps.length).toBe(asked + 1)
    expect((await at.store.order(order.id))?.filledQuantity.toString()).toBe('7')
  })
})
