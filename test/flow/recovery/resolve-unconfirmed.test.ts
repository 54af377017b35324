import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { LookUp, SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench, type BenchOptions } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { accepted, refused, reportOf, silence, unreachable } from '../../support/scripted-gateway.ts'

const absent: LookUp = { kind: 'absent' }
const found = (over = {}): LookUp => ({ kind: 'found', report: reportOf('sf-1' as never, 'working', over) })
const unanswered = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}
const CLASS_A: BenchOptions = { capabilities: { absenceSettlesMs: 5_000 } }
const enforcing = (enforced: 'while_open' | 'never'): BenchOptions => ({
  capabilities: { absenceSettlesMs: 5_000, clientOrderId: { enforced, maxLength: 36 } },
})

/** An order whose submit got no answer; from then on the venue answers as told. */
async function inDoubt(options: BenchOptions, repeats: () => SubmitOutcome = () => silence) {
  const bench = await AccountBench.open(options)
  bench.gateway.onSubmit = (_order, nth) => (nth === 1 ? silence : repeats())
  const order = await bench.send()
  expect(bench.status(order)).toBe('unconfirmed')
  const resolved = bench.resolver.resolve(order)
  return { bench, order, resolved }
}
const bytesSent = (bench: AccountBench): number => new Set(bench.gateway.wire).size

describe('where the venue refuses a repeated id for ever', () => {
  it('an absent order is sent again, byte for byte the same', async () => {
    const { bench, order, resolved } = await inDoubt(CLASS_A, () => accepted('sf-1' as never))
    await resolved
    expect(bench.status(order)).toBe('accepted')
    expect([bench.gateway.wire.length, bytesSent(bench)]).toEqual([2, 1])
    expect(bench.gate.passed).toBe(2)
  })
  it('the first attempt turns out to have arrived: the id is taken, the look-up tells, and there is one order', async () => {
    const { bench, order, resolved } = await inDoubt(CLASS_A, () => {
      bench.gateway.onLookUp = () => found()
      return { kind: 'duplicate_id', reason: 'taken' }
    })
    await bench.time.pass(10_000)
    await resolved
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gateway.wire).toHaveLength(2)
  })
  it.each([
    ['refused', refused()],
    ['not sent', unreachable],
  ])('a repeat that was %s proves nothing about the attempt before it', async (_how, outcome) => {
    const { bench, order, resolved } = await inDoubt(CLASS_A, () => outcome)
    await settled()
    expect(bench.status(order)).toBe('unconfirmed')
    bench.gateway.onLookUp = () =>
      found({ status: 'filled', cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] })
    await bench.time.pass(10_000)
    await resolved
    expect(bench.status(order)).toBe('filled')
  })
  it('it is sent no more often than the policy allows, and then absence has to hold', async () => {
    const { bench, order, resolved } = await inDoubt(CLASS_A)
    await bench.time.pass(60_000)
    await resolved
    expect(bench.gateway.wire).toHaveLength(3)
    expect(await bench.stored(order)).toMatchObject({ status: 'failed', reason: 'submit.absent', attempt: 3 })
  })
  it('while nothing may leave it is not sent again', async () => {
    const bench = await AccountBench.open(CLASS_A)
    bench.gateway.onSubmit = () => silence
    const order = await bench.send()
    bench.isHalted = true
    const resolved = bench.resolver.resolve(order)
    await bench.time.pass(60_000)
    await resolved
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'submit.absent' })
  })
  it('an order that was called off is not sent again', async () => {
    const bench = await AccountBench.open(CLASS_A)
    bench.gateway.onSubmit = () => silence
    const order = await bench.send()
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('unconfirmed')
    const resolved = bench.resolver.resolve(order)
    await bench.time.pass(60_000)
    await resolved
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.status(order)).toBe('failed')
  })
  it('a budget that is short postpones the repeat and does not end the search', async () => {
    const bench = await AccountBench.open({
      ...CLASS_A,
      rateRules: [{ class: 'order', requests: 1, perMs: 60_000 }],
      maxQueueAgeMs: 2_000,
    })
    bench.gateway.onSubmit = (_order, nth) => (nth === 1 ? silence : accepted('sf-1' as never))
    const order = await bench.send()
    const resolved = bench.resolver.resolve(order)
    await bench.time.pass(3_000)
    expect([bench.status(order), bench.resolver.searching]).toEqual(['unconfirmed', 1])
    bench.gateway.onLookUp = () => found()
    await bench.time.pass(60_000)
    await resolved
    expect(bench.status(order)).toBe('accepted')
  })
})

describe.each(['while_open', 'never'] as const)('where the venue enforces an id %s', (enforced) => {
  it('nothing is ever sent again', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing(enforced), () => accepted('sf-1' as never))
    await bench.time.pass(600_000)
    await resolved
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'submit.absent' })
  })
})

describe('absence', () => {
  const SETTLES_MS = 5_000
  it('counts only after it has held for as long as the venue needs', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing('never'))
    await bench.time.pass(SETTLES_MS - 1)
    expect(bench.status(order)).toBe('unconfirmed')
    await bench.time.pass(20_000)
    await resolved
    expect(bench.status(order)).toBe('failed')
  })
  it.each([
    ['a look-up that failed', unanswered],
    ['a sighting in words nobody knows', () => found({ status: 'unknown', rawStatus: 'pending_moon' })],
  ])('begins anew after %s', async (_what, interruption) => {
    const { bench, order } = await inDoubt(enforcing('never'))
    const since = bench.time.now()
    let interruptedAt = 0
    bench.gateway.onLookUp = () => {
      if (bench.time.now() - since < 4_000 || interruptedAt > 0) return absent
      interruptedAt = bench.time.now()
      return interruption()
    }
    await bench.time.pass(9_000)
    expect(interruptedAt).toBeGreaterThan(0)
    expect(bench.status(order)).toBe('unconfirmed')
    await bench.time.pass(20_000)
    expect(bench.status(order)).toBe('failed')
    expect(bench.time.now() - interruptedAt).toBeGreaterThanOrEqual(SETTLES_MS)
  })
  it('that the list of open orders contradicts is no absence', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing('never'))
    bench.gateway.onList = () => [reportOf('sf-1' as never, 'working', { channel: 'poll' })]
    await bench.time.pass(60_000)
    await resolved
    expect(bench.status(order)).toBe('accepted')
  })
  it('that the list cannot bear out is not believed', async () => {
    const { bench, order } = await inDoubt(enforcing('never'))
    bench.gateway.onList = unanswered
    await bench.time.pass(120_000)
    expect([bench.status(order), bench.resolver.searching]).toEqual(['unconfirmed', 1])
  })
  it('an answer is as old as its question: a slow look-up does not make absence longer', async () => {
    const { bench, order } = await inDoubt(enforcing('never'))
    await settled()
    const slow = Promise.withResolvers<LookUp>()
    bench.gateway.onLookUp = () => slow.promise
    await bench.time.pass(60_000)
    slow.resolve(absent)
    await settled()
    expect(bench.status(order)).toBe('unconfirmed')
  })
})

describe('the search', () => {
  it('that lasts asks ever more seldom, and at least once a minute, however long that is', async () => {
    const { bench, order } = await inDoubt(enforcing('never'))
    bench.gateway.onLookUp = unanswered
    const asksIn = async (ms: number): Promise<number> => {
      const before = bench.gateway.lookUps.length
      await bench.time.pass(ms)
      return bench.gateway.lookUps.length - before
    }
    expect(await asksIn(60_000)).toBeGreaterThan(12)
    await bench.time.pass(24 * 3_600_000)
    expect(await asksIn(10 * 60_000)).toBe(10)
    expect(bench.status(order)).toBe('unconfirmed')
  })
  it('follows an order it found, and honours a cancel that waited for it', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing('never'))
    await bench.canceller.cancel(order, 'me', 'requested')
    expect(bench.gateway.cancels).toEqual([])
    bench.gateway.onLookUp = () => found()
    await bench.time.pass(5_000)
    await resolved
    await settled()
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gateway.cancels).toHaveLength(1)
  })
  it('goes on for as long as the venue does not answer', async () => {
    const { bench, order, resolved } = await inDoubt(CLASS_A)
    bench.gateway.onLookUp = unanswered
    await bench.time.pass(3_600_000)
    expect([bench.status(order), bench.resolver.searching]).toEqual(['unconfirmed', 1])
    bench.gateway.onLookUp = () => found()
    await bench.time.pass(5_000)
    await resolved
    expect(bench.status(order)).toBe('accepted')
  })
  it('is one per order, however often it is asked for', async () => {
    const { bench, order } = await inDoubt(enforcing('never'))
    bench.gateway.onLookUp = () => new Promise(() => undefined)
    const before = bench.gateway.lookUps.length
    await Promise.all([bench.resolver.resolve(order), bench.resolver.resolve(order)])
    await settled()
    expect(bench.gateway.lookUps.length - before).toBeLessThanOrEqual(1)
  })
  it('ends when somebody else found out', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing('never'))
    await bench.door.apply(reportOf('sf-1' as never, 'working', { channel: 'stream' }))
    await bench.time.pass(5_000)
    await resolved
    expect([bench.status(order), bench.resolver.searching]).toEqual(['accepted', 0])
  })
  it('ends with its owner, and decides nothing any more', async () => {
    const { bench, order, resolved } = await inDoubt(enforcing('never'))
    bench.isActive = false
    await bench.time.pass(60_000)
    await resolved
    expect(bench.status(order as Order)).toBe('unconfirmed')
  })
})
