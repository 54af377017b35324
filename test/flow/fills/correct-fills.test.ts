import { describe, expect, it } from 'vitest'
import type { ReportedFill } from '../../../src/core/fill.ts'
import { executionId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { foldFills } from '../../../src/core/position.ts'
import { FillCorrector } from '../../../src/flow/fills/correct-fills.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { accepted, reportOf } from '../../support/scripted-gateway.ts'

/** Ten bought at 100 in two parts. */
async function bought() {
  const bench = await AccountBench.open()
  bench.gateway.onSubmit = ({ clientOrderId }) => accepted(clientOrderId)
  const order = await bench.send(1)
  await tell(bench, order, fillOf('4', '100', { id: 'e1' }), fillOf('6', '100', { id: 'e2' }))
  return { bench, order }
}
async function tell(bench: AccountBench, order: Order, ...fills: readonly ReportedFill[]) {
  await bench.door.applyTo(order, reportOf(order.clientOrderId, 'working', { channel: 'look_up', fills })).durable
}
const undone = (id: string, at: number): ReportedFill => ({ ...fillOf('0', '100', { id }), correctedAt: T0 + at })
const putRight = (id: string, size: string, at: string, when: number): ReportedFill => ({
  ...fillOf(size, at, { id }),
  correctedAt: T0 + when,
})
async function agrees(bench: AccountBench, order: Order): Promise<void> {
  const fills = await bench.store.fillsOfSymbol('paper', 'AAPL')
  const [stored] = await bench.store.positions()
  const now = bench.books.position('AAPL')
  if (now === undefined || stored === undefined) throw new Error('nothing is held')
  const folded = foldFills(now, fills)
  for (const position of [stored, folded]) {
    expect(position.quantity.toString()).toBe(now.quantity.toString())
    expect(position.costBasis.toString()).toBe(now.costBasis.toString())
    expect(position.realisedPnl.toString()).toBe(now.realisedPnl.toString())
    expect(position.commission.toString()).toBe(now.commission.toString())
  }
  const sum = (await bench.store.fills(order.id)).reduce((total, fill) => total.plus(fill.quantity), quantity('0'))
  expect((await bench.stored(order))?.filledQuantity.toString()).toBe(sum.toString())
}

describe('an execution the venue has undone (F-60)', () => {
  it('is taken back from order, row and position in one commit, as a correction that names it (I-20, I-21)', async () => {
    const { bench, order } = await bought()
    await tell(bench, order, undone('e1', 10))
    expect(bench.now(order)).toMatchObject({ status: 'filled', reason: 'bust' })
    expect(bench.now(order).filledQuantity.toString()).toBe('6')
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('6')
    const last = (await bench.store.orderEvents(order.id)).at(-1)
    expect(JSON.parse(last?.line ?? '{}')).toMatchObject({
      event: 'order.corrected',
      filled_quantity: '6',
      detail: { fill: { execution_id: 'e1', quantity: '0' }, replaces: { quantity: '4', price: '100' } },
    })
    await agrees(bench, order)
  })
  it('is taken back once, however often it is told', async () => {
    const { bench, order } = await bought()
    await Promise.all([tell(bench, order, undone('e1', 10)), tell(bench, order, undone('e1', 10))])
    await tell(bench, order, undone('e1', 10), fillOf('4', '100', { id: 'e1' }))
    expect(bench.told.filter((event) => event === 'order.corrected')).toHaveLength(1)
    await agrees(bench, order)
  })
  it('counts nothing when it is heard of before the execution itself', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send(1)
    await tell(bench, order, undone('e1', 10))
    await tell(bench, order, fillOf('4', '100', { id: 'e1' }), fillOf('6', '100', { id: 'e2' }))
    expect(bench.now(order).filledQuantity.toString()).toBe('6')
    await agrees(bench, order)
  })
  it('of an order that works on with nothing left is accepted again, and refused if the venue refuses it (I-14)', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = ({ clientOrderId }) => accepted(clientOrderId)
    const order = await bench.send(1)
    await tell(bench, order, fillOf('4', '100', { id: 'e1' }))
    await tell(bench, order, undone('e1', 10))
    expect(bench.now(order)).toMatchObject({ status: 'accepted', reason: 'bust' })
    await tell(bench, order, putRight('e1', '3', '100', 20))
    expect(bench.now(order)).toMatchObject({ status: 'partially_filled', reason: 'trade_correction' })
    await tell(bench, order, undone('e1', 30))
    await bench.door.applyTo(order, reportOf(order.clientOrderId, 'rejected', { channel: 'look_up' })).durable
    expect(bench.now(order)).toMatchObject({ status: 'rejected', reason: 'venue.rejected' })
    await agrees(bench, order)
  })
  it('of an order that has nothing left leaves neither average nor position', async () => {
    const { bench, order } = await bought()
    await tell(bench, order, undone('e1', 10), undone('e2', 10))
    expect(bench.now(order).averageFillPrice).toBeUndefined()
    expect(bench.books.position('AAPL')?.quantity.isZero).toBe(true)
    await agrees(bench, order)
  })
})

describe('an execution the venue has put right (F-60)', () => {
  it('restates what was made since, to the last digit (I-22)', async () => {
    const { bench, order } = await bought()
    const sold = await bench.send(2, { side: 'sell' })
    await tell(bench, sold, fillOf('10', '120', { id: 'e3' }))
    expect(bench.books.position('AAPL')?.realisedPnl.toString()).toBe('200')
    await tell(bench, order, putRight('e1', '4', '105', 10))
    expect(bench.books.position('AAPL')?.realisedPnl.toString()).toBe('180')
    expect(bench.books.realisedToday(T0).toString()).toBe('180')
    expect(bench.now(order).averageFillPrice?.toString()).toBe('102')
    await agrees(bench, order)
  })
  it('stands as the newest word says, in whatever order the words come', async () => {
    const { bench, order } = await bought()
    await tell(bench, order, putRight('e1', '2', '100', 20))
    await tell(bench, order, undone('e1', 10))
    expect((await bench.store.fills(order.id)).map((fill) => `${fill.quantity}@${fill.price}`)).toEqual([
      '2@100',
      '6@100',
    ])
    await agrees(bench, order)
  })
  it('is restated over what trades at the same time', async () => {
    const { bench, order } = await bought()
    const other = await bench.send(2)
    await Promise.all([
      tell(bench, order, putRight('e1', '3', '101', 10)),
      tell(bench, other, fillOf('1', '99', { id: 'e9' })),
      tell(bench, order, undone('e2', 11)),
    ])
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('4')
    expect(bench.books.executionsOf(order.id).has(executionId('e1'))).toBe(true)
    expect(bench.now(order).averageFillPrice?.equals(price('101'))).toBe(true)
    await agrees(bench, order)
  })
  it('is restated over a fill that is booked while the fills are being read', async () => {
    const { bench, order } = await bought()
    const other = await bench.send(2)
    let reads = 0
    const corrector = new FillCorrector({
      account: 'paper',
      clock: bench.time,
      books: bench.books,
      journal: bench.journal,
      log: bench.log,
      store: {
        fillsOfSymbol: async (account, symbol) => {
          const fills = await bench.store.fillsOfSymbol(account, symbol)
          reads += 1
          if (reads === 1) await tell(bench, other, fillOf('1', '99', { id: 'e9' }))
          return fills
        },
      },
    })
    await corrector.correct(order, undone('e1', 10), { at: T0, channel: 'poll' })
    expect([reads, bench.books.position('AAPL')?.quantity.toString()]).toEqual([2, '7'])
    await agrees(bench, order)
  })
  it('is not undone by an older word that comes after a restart', async () => {
    const { bench, order } = await bought()
    await tell(bench, order, putRight('e1', '2', '100', 20))
    const again = await AccountBench.open({ database: bench.database, time: bench.time })
    const found = await again.books.find(order.clientOrderId)
    if (found === undefined) throw new Error('the order is gone')
    await tell(again, found, undone('e1', 10))
    expect(again.now(found).filledQuantity.toString()).toBe('8')
    await agrees(again, found)
  })
})
