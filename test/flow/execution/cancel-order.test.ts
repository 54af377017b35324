import { describe, expect, it } from 'vitest'
import { quantity } from '../../../src/core/money.ts'
import type { CancelOutcome, SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { accepted, reportOf, silence } from '../../support/scripted-gateway.ts'

const cancelled = reportOf('sf-1' as never, 'cancelled')
const filled = reportOf('sf-1' as never, 'filled', { cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] })

describe('calling an order off', () => {
  it('what was never handed to the wire ends at once, and nobody is asked', async () => {
    const bench = await AccountBench.open()
    const { order, durable } = bench.take()
    await durable
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('cancelled')
    expect(await bench.stored(order)).toMatchObject({ status: 'cancelled', cancelledReason: 'requested' })
    expect(bench.gateway.cancels).toEqual([])
  })
  it('what may be at the venue stays open until the venue says that it ended', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('asked')
    await settled()
    expect(bench.gateway.cancels).toHaveLength(1)
    expect(await bench.stored(order)).toMatchObject({ status: 'accepted', cancelReason: 'requested' })
    await bench.door.apply({ ...cancelled, channel: 'stream' })
    expect(bench.now(order)).toMatchObject({ status: 'cancelled', reason: 'requested' })
  })
  it('the wish is on disk before anybody is told, or asked', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.diskHolds = true
    let told = false
    const asked = bench.canceller.cancel(order, 'me', 'requested').then(() => {
      told = true
    })
    await settled()
    expect([told, bench.gateway.cancels.length]).toEqual([false, 0])
    await bench.diskGoesOn()
    await asked
    expect(bench.gateway.cancels).toHaveLength(1)
  })
  it('before the submit has its answer, it goes out right after it', async () => {
    const bench = await AccountBench.open()
    const answer = Promise.withResolvers<SubmitOutcome>()
    bench.gateway.onSubmit = () => answer.promise
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('asked')
    await settled()
    expect(bench.gateway.cancels).toEqual([])
    answer.resolve(accepted('sf-1' as never))
    await sent
    await settled()
    expect(bench.gateway.cancels).toMatchObject([{ clientOrderId: 'sf-1', brokerOrderId: 'b-sf-1' }])
  })
  it('an order in doubt keeps the wish until the doubt is over', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = () => silence
    const order = await bench.send()
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('unconfirmed')
    await bench.time.pass(60_000)
    expect(bench.gateway.cancels).toEqual([])
    expect(bench.now(order).cancelRequestedAt).toBeDefined()
  })
  it('asked twice, one wish stands and one question is out', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onCancel = () => new Promise(() => undefined)
    const order = await bench.send()
    await Promise.all([
      bench.canceller.cancel(order, 'first', 'requested'),
      bench.canceller.cancel(order, 'second', 'panic'),
    ])
    await settled()
    expect(bench.gateway.cancels).toHaveLength(1)
    expect(bench.now(order).cancelReason).toBe('requested')
    expect(await bench.life(order)).toBe('created submitting submitted accepted cancel_requested')
  })
  it('an order that has ended is told so', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    await bench.door.apply(filled)
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('already_final')
    expect(bench.gateway.cancels).toEqual([])
  })
  it('an order that ended while the wish went to disk is told so', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.diskHolds = true
    const asked = bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    await bench.door.apply(filled)
    await bench.diskGoesOn()
    expect(await asked).toBe('already_final')
  })
  it('filled meanwhile, it ends filled, whatever the venue says of the cancel', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onCancel = () => ({ kind: 'already_final', report: filled })
    await bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    expect(bench.status(order)).toBe('filled')
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('10')
  })
  it('goes out before submits that wait for the same budget', async () => {
    const bench = await AccountBench.open({ rateRules: [{ class: 'all', requests: 4, perMs: 10_000 }] })
    const order = await bench.send(1)
    const rest = [2, 3, 4, 5, 6].map((n) => bench.take(n, { symbol: `S${n}` }))
    for (const { order: one, durable } of rest) void bench.submitter.submit(one, durable)
    await settled()
    const before = bench.gateway.wire.length
    await bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    expect([bench.gateway.wire.length, bench.gateway.cancels.length]).toEqual([before, 1])
    await bench.time.pass(60_000)
  })
})

describe('a wish is never given up while the order lives', () => {
  const STUBBORN: readonly [string, CancelOutcome][] = [
    ['refuses', { kind: 'refused', code: 'venue.too_late', reason: 'too late' }],
    ['does not know the order yet', { kind: 'absent', reason: 'no such order' }],
    ['cannot be reached', { kind: 'not_sent', reason: 'connection refused' }],
    ['does not answer', { kind: 'unknown', reason: 'no answer in time' }],
  ]
  it.each(STUBBORN)(
    'a venue that %s is asked again, an alarm is raised, and in the end it is done',
    async (_how, no) => {
      const bench = await AccountBench.open()
      const order = await bench.send()
      bench.gateway.onCancel = (_order, nth) => (nth < 8 ? no : { kind: 'asked', report: cancelled })
      await bench.canceller.cancel(order, 'me', 'requested')
      await bench.time.pass(5_000)
      expect(bench.log.events).toContain('cancel.unanswered')
      await bench.time.pass(600_000)
      expect(bench.gateway.cancels).toHaveLength(8)
      expect(bench.now(order)).toMatchObject({ status: 'cancelled', reason: 'requested' })
    },
  )
  it('a gateway that breaks is asked again', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onCancel = (_order, nth) => {
      if (nth === 1) throw new Error('a fault of ours')
      return { kind: 'asked', report: cancelled }
    }
    await bench.canceller.cancel(order, 'me', 'requested')
    await bench.time.pass(5_000)
    expect(bench.status(order)).toBe('cancelled')
  })
  it('a budget that is closed for longer than a cancel may wait only postpones it', async () => {
    const bench = await AccountBench.open({ rateRules: [{ class: 'cancel', requests: 1, perMs: 300_000 }] })
    const one = await bench.send(1)
    const two = await bench.send(2)
    await bench.canceller.cancel(one, 'me', 'requested')
    await bench.canceller.cancel(two, 'me', 'requested')
    await bench.time.pass(290_000)
    expect(bench.gateway.cancels).toHaveLength(1)
    await bench.time.pass(120_000)
    expect(bench.gateway.cancels).toHaveLength(2)
  })
  it('a venue that took the cancel and did nothing is reminded, not pestered', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    await bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    for (const ms of [1_000, 10_000, 18_999]) {
      await bench.time.pass(ms)
      bench.canceller.remind(bench.now(order))
    }
    await settled()
    expect(bench.gateway.cancels).toHaveLength(1)
    await bench.time.pass(1)
    bench.canceller.remind(bench.now(order))
    await settled()
    expect(bench.gateway.cancels).toHaveLength(2)
  })
  it('an order that ended while the question waited is not asked about', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onCancel = () => ({ kind: 'unknown', reason: 'no answer' })
    await bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    await bench.door.apply(filled)
    await bench.time.pass(600_000)
    expect(bench.gateway.cancels).toHaveLength(1)
    expect(bench.time.waiting).toBe(0)
  })
  it('an order that ended while the question waited for the budget is not asked about', async () => {
    const bench = await AccountBench.open({ rateRules: [{ class: 'cancel', requests: 1, perMs: 10_000 }] })
    const one = await bench.send(1)
    const two = await bench.send(2)
    await bench.canceller.cancel(two, 'me', 'requested')
    await bench.canceller.cancel(one, 'me', 'requested')
    await settled()
    await bench.door.apply(filled)
    await bench.time.pass(60_000)
    expect(bench.gateway.cancels.map(({ clientOrderId }) => clientOrderId)).toEqual(['sf-2'])
  })
  it('ends with its owner', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    bench.gateway.onCancel = () => ({ kind: 'unknown', reason: 'no answer' })
    await bench.canceller.cancel(order, 'me', 'requested')
    await settled()
    bench.isActive = false
    await bench.time.pass(600_000)
    expect(bench.gateway.cancels).toHaveLength(1)
  })
})
