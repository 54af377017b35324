import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { clientOrderId } from '../../../src/core/ids.ts'
import { quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { READ_TRIES, recoverOrders } from '../../../src/flow/recovery/recover-orders.ts'
import type { SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { CLASS_C, CLASS_D } from '../../support/resend-classes.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const never = new Promise<SubmitOutcome>(() => undefined)
const unanswered = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}
const recover = (bench: AccountBench) =>
  recoverOrders({
    books: bench.books,
    sync: bench.sync,
    clock: bench.time,
    timers: bench.time,
    random: { draw: () => 0.5 },
    log: bench.log,
    backOff: { maxAttempts: 5, initialDelayMs: 500, maxDelayMs: 4_000, multiplier: 2, jitter: 0 },
    isActive: () => bench.isActive,
    gateway: bench.gateway,
    store: bench.store,
    venueClock: bench.venueClock,
    takeForSent: (order) => bench.takeForSent(order),
  })

/** The process dies; the next one finds the disk as it was left. */
async function afterTheCrash(live: (bench: AccountBench) => Promise<unknown>): Promise<AccountBench> {
  const before = await AccountBench.open()
  await live(before)
  before.isActive = false
  return AccountBench.open({ database: before.database, time: before.time })
}
const sending = async (bench: AccountBench): Promise<void> => {
  bench.gateway.onSubmit = () => never
  const { order, durable } = bench.take()
  void bench.submitter.submit(order, durable)
  await settled()
}
const only = (bench: AccountBench): Order => {
  const [order] = bench.books.pending
  if (order === undefined) throw new Error('no order is open')
  return order
}

describe('after a crash', () => {
  it('an order that was being sent is unconfirmed, never unsent', async () => {
    const bench = await afterTheCrash(sending)
    const found = await recover(bench)
    expect(found.unconfirmed.map(({ id }) => id)).toEqual([only(bench).id])
    expect(await bench.stored(only(bench))).toMatchObject({ status: 'unconfirmed' })
    expect(bench.gateway.wire).toEqual([])
  })
  it('one that the venue has after all is followed from where it is', async () => {
    const bench = await afterTheCrash(sending)
    const order = only(bench)
    bench.gateway.onList = () => [reportOf(order.clientOrderId, 'working', { channel: 'poll' })]
    const found = await recover(bench)
    expect(found.unconfirmed).toEqual([])
    expect(await bench.life(order)).toBe('created submitting unconfirmed submitted accepted')
  })
  it('fills that came while nobody watched are booked once, from whichever answer shows them', async () => {
    const bench = await afterTheCrash((at) => at.send())
    const order = only(bench)
    const fills = [fillOf('4', '100'), fillOf('6', '101', { id: 'e2' })]
    const counted = { cumulativeQuantity: quantity('10') }
    bench.gateway.onList = () => [reportOf(order.clientOrderId, 'working', { ...counted, fills: fills.slice(0, 1) })]
    bench.gateway.onLookUp = () => ({
      kind: 'found',
      report: reportOf(order.clientOrderId, 'filled', { ...counted, fills }),
    })
    await recover(bench)
    expect(await bench.stored(order)).toMatchObject({ status: 'filled' })
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('10')
    expect(await bench.store.fills(order.id)).toHaveLength(2)
  })
  it('intents that were never marked, and cancels that were wished for, are handed on', async () => {
    const bench = await afterTheCrash(async (at) => {
      const order = await at.send(1)
      await at.canceller.cancel(order, 'me', 'requested')
      await at.take(2).durable
    })
    bench.gateway.onList = () => [reportOf('sf-1' as never, 'working', { channel: 'poll' })]
    const { checked, unsent, cancelling } = await recover(bench)
    expect(checked).toBe(1)
    expect(unsent.map(({ signalId }) => signalId)).toEqual(['sig-2'])
    expect(cancelling.map(({ signalId }) => signalId)).toEqual(['sig-1'])
  })
  it('run a second time, or after a crash in the middle of it, it changes nothing more', async () => {
    const bench = await afterTheCrash(sending)
    const order = only(bench)
    bench.gateway.onList = () => [reportOf(order.clientOrderId, 'working', { channel: 'poll' })]
    await recover(bench)
    const life = await bench.life(order)
    await recover(bench)
    const third = await AccountBench.open({ database: bench.database, time: bench.time })
    third.gateway.onList = bench.gateway.onList
    await recover(third)
    expect(await third.life(order)).toBe(life)
    expect(bench.lost).toEqual([])
  })
  it('a venue that is down is asked until it answers, and nothing is concluded before', async () => {
    const bench = await afterTheCrash((at) => at.send())
    const order = only(bench)
    bench.gateway.onList = unanswered
    let done = false
    const recovered = recover(bench).then(() => {
      done = true
    })
    await bench.time.pass(3_600_000)
    expect([done, bench.status(order)]).toEqual([false, 'accepted'])
    bench.gateway.onList = () => [reportOf(order.clientOrderId, 'working')]
    await bench.time.pass(4_000)
    await recovered
    expect(done).toBe(true)
  })
  it('an order that nobody knows stays as it is: absence alone ends nothing', async () => {
    const bench = await afterTheCrash((at) => at.send())
    const order = only(bench)
    await recover(bench)
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gateway.lookUps).toHaveLength(1)
  })
  it('with nothing open, the venue is asked all the same: it may know orders that the store has lost (I-10)', async () => {
    const bench = await AccountBench.open()
    expect(await recover(bench)).toEqual({ checked: 0, unconfirmed: [], unsent: [], cancelling: [] })
    expect([bench.gateway.lists, bench.gateway.lookUps]).toEqual([1, []])
  })
  it('one order that cannot be read is asked for a few times; then the rest goes on without it', async () => {
    const bench = await afterTheCrash((at) => at.send())
    bench.gateway.onLookUp = unanswered
    let done = false
    const recovered = recover(bench).then(() => {
      done = true
    })
    await bench.time.pass(500)
    expect(done).toBe(false)
    await bench.time.pass(10_000)
    await recovered
    expect([bench.gateway.lookUps.length, bench.status(only(bench))]).toEqual([READ_TRIES, 'accepted'])
  })
  it('gives up when it is stopped', async () => {
    const bench = await afterTheCrash((at) => at.send())
    bench.gateway.onList = unanswered
    const recovered = recover(bench)
    await settled()
    bench.isActive = false
    await bench.time.pass(4_000)
    await recovered
    expect(bench.time.waiting).toBe(0)
  })
})

describe('a store put back from a backup that calls an order unsent (I-02, F-16)', () => {
  const classes = [
    ['carries our name', CLASS_C, { clientOrderId: clientOrderId('sf-1') }],
    ['does not, by its terms', CLASS_D, {}],
  ] as const
  const shown = (name: object): OrderReport => {
    const { clientOrderId: _ours, ...report } = reportOf(clientOrderId('sf-1'), 'working')
    const terms = { symbol: 'AAPL', side: 'buy', quantity: quantity('10'), takenAt: T0 + 500 } as const
    return { ...report, ...terms, ...name }
  }
  const restored = async (capabilities: typeof CLASS_C): Promise<AccountBench> => {
    const before = await AccountBench.open({ capabilities })
    await before.take(1, { timeInForce: 'gtc' }).durable
    before.isActive = false
    return AccountBench.open({ capabilities, database: before.database, time: before.time })
  }
  it.each(classes)('does not send it again where the venue %s', async (_, capabilities, name) => {
    const bench = await restored(capabilities)
    bench.gateway.onRecent = () => [shown(name)]
    expect((await recover(bench)).unsent).toEqual([])
    bench.gateway.onLookUp = () => ({ kind: 'found', report: shown({ ...name, channel: 'look_up' }) })
    await bench.resolver.resolve(only(bench))
    expect([bench.status(only(bench)), bench.gateway.wire]).toEqual(['accepted', []])
  })
  it.each([
    ['long before the copy was put back', 500],
    ['when it had waited long for its turn', 290_000],
  ])('finds it by its terms where it was sent %s (I-12)', async (_, sentAfterMs) => {
    const bench = await restored(CLASS_D)
    bench.gateway.onRecent = () => [shown({ takenAt: T0 + sentAfterMs })]
    await bench.time.pass(300_000)
    expect((await recover(bench)).unsent).toEqual([])
    await bench.resolver.resolve(only(bench))
    expect([bench.status(only(bench)), bench.gateway.wire]).toEqual(['accepted', []])
  })
  it('does not send it where one list names it and the next, read a moment later, no longer does', async () => {
    const bench = await restored(CLASS_C)
    const lists = [[shown({ clientOrderId: clientOrderId('sf-1') })]]
    bench.gateway.onRecent = () => lists.shift() ?? []
    expect((await recover(bench)).unsent).toEqual([])
    expect(bench.status(only(bench))).toBe('accepted')
  })
  it('sends none of the others either before each was looked for, since the copy knows of none', async () => {
    const before = await AccountBench.open({ capabilities: CLASS_C })
    await before.take(1, { timeInForce: 'gtc' }).durable
    await before.take(2, { timeInForce: 'gtc' }).durable
    before.isActive = false
    const { database, time } = before
    const bench = await AccountBench.open({ capabilities: CLASS_C, database, time })
    bench.gateway.onRecent = () => [shown({ clientOrderId: clientOrderId('sf-1') })]
    const found = await recover(bench)
    expect([found.unsent, found.unconfirmed.map(({ signalId }) => signalId)]).toEqual([[], ['sig-2']])
  })
  it('does not send it where a sync names it while it waits for its turn', async () => {
    const bench = await AccountBench.open({ capabilities: CLASS_C })
    const unsent = bench.take(1, { timeInForce: 'gtc' })
    await unsent.durable
    const isDurable = Promise.withResolvers<void>()
    const sent = bench.submitter.submit(unsent.order, isDurable.promise)
    bench.gateway.onRecent = () => [shown({ clientOrderId: clientOrderId('sf-1'), status: 'unknown' })]
    await bench.sync.run({ trigger: 'interval' })
    isDurable.resolve()
    await sent
    expect([bench.status(only(bench)), bench.gateway.wire]).toEqual(['unconfirmed', []])
  })
  it.each([
    ['since it was made', 500, []],
    ['before', -500, ['sig-1']],
  ])(
    'holds one that bears no name for sent where the venue took an order that nobody knows %s',
    async (_, at, unsent) => {
      const bench = await restored(CLASS_D)
      bench.venueClock.heed({ at: T0, tookMs: 0, venueTime: { at: T0, withinMs: 10 } })
      bench.gateway.onRecent = () => [shown({ quantity: quantity('9'), takenAt: T0 + at })]
      expect((await recover(bench)).unsent.map(({ signalId }) => signalId)).toEqual(unsent)
    },
  )
  it('sends it, in its turn, where what the venue shows may be its twin that was being sent', async () => {
    const before = await AccountBench.open({ capabilities: CLASS_D })
    before.gateway.onSubmit = () => never
    const twin = before.take(1, { timeInForce: 'gtc' })
    const unsent = before.take(2, { timeInForce: 'gtc' })
    void before.submitter.submit(twin.order, twin.durable)
    await settled()
    before.isActive = false
    const bench = await AccountBench.open({ capabilities: CLASS_D, database: before.database, time: before.time })
    bench.gateway.onRecent = () => [shown({})]
    const found = await recover(bench)
    expect(found.unconfirmed.map(({ id }) => id)).toEqual([twin.order.id])
    expect(found.unsent.map(({ id }) => id)).toEqual([unsent.order.id])
  })
  it.each(classes)('sends it where the venue, which %s, shows nothing like it', async (_, capabilities) => {
    const bench = await restored(capabilities)
    bench.gateway.onRecent = () => [shown({ quantity: quantity('9'), clientOrderId: clientOrderId('by-hand') })]
    expect((await recover(bench)).unsent).toHaveLength(1)
  })
})
