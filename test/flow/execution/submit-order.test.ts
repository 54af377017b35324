import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/core/hash.ts'
import { quantity } from '../../../src/core/money.ts'
import type { SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { refused, reportOf, silence, unreachable } from '../../support/scripted-gateway.ts'

describe('before the first byte', () => {
  it('`submitting` is on disk, with the hash of the very bytes', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = async (sent) => {
      const stored = await bench.store.orderByClientId('paper', sent.clientOrderId)
      expect(stored).toMatchObject({
        status: 'submitting',
        attempt: 1,
        payloadHash: sha256(bench.gateway.wire[0] ?? ''),
      })
      return { kind: 'accepted', report: reportOf(sent.clientOrderId, 'working') }
    }
    const order = await bench.send()
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gate.passed).toBe(1)
  })
  it('a disk that holds back holds the wire back', async () => {
    const bench = await AccountBench.open()
    bench.diskHolds = true
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    expect(bench.gateway.wire).toEqual([])
    await bench.diskWrites()
    expect([bench.status(order), bench.gateway.wire.length]).toEqual(['submitting', 0])
    await bench.diskGoesOn()
    await sent
    expect(bench.gateway.wire).toHaveLength(1)
  })
  it('an intent that the store refused is never sent', async () => {
    const bench = await AccountBench.open()
    await bench.store.openAccount('paper') // another owner has taken over
    const { order, durable } = bench.take()
    await expect(bench.submitter.submit(order, durable)).rejects.toThrow('another instance has taken over')
    expect(bench.gateway.wire).toEqual([])
    expect(bench.lost).toHaveLength(1)
  })
  it('an order that waited too long for its turn does not leave stale, an outage included', async () => {
    const bench = await AccountBench.open({ maxQueueAgeMs: 30_000 })
    const { order, durable } = bench.take()
    bench.time.set(bench.time.now() + 30_000)
    await bench.submitter.submit(order, durable)
    expect(await bench.stored(order)).toMatchObject({ status: 'denied', reason: 'rate.queue_age' })
    expect(bench.gateway.wire).toEqual([])
  })
  it('an order whose token does not come in time is denied, on disk before the next has its turn', async () => {
    const bench = await AccountBench.open({ rateRules: [{ class: 'order', requests: 1, perMs: 60_000 }] })
    await bench.send(1)
    const { order, durable } = bench.take(2)
    const second = bench.submitter.submit(order, durable)
    await bench.time.pass(30_000)
    await second
    expect(await bench.stored(order)).toMatchObject({ status: 'denied', reason: 'rate.queue_age' })
    expect(bench.gateway.wire).toHaveLength(1)
  })
  it.each([
    [
      'halted',
      'denied',
      (bench: AccountBench) => {
        bench.isHalted = true
      },
    ],
    ['past its expiry', 'expired', (bench: AccountBench) => bench.time.set(bench.time.now() + 6_000)],
    ['called off', 'cancelled', (bench: AccountBench, order: never) => void bench.canceller.cancel(order, 'me', 'x')],
  ])('an order that is %s while it waits in line ends %s, unsent', async (_how, end, turn) => {
    const bench = await AccountBench.open()
    const first = Promise.withResolvers<SubmitOutcome>()
    bench.gateway.onSubmit = () => first.promise
    const one = bench.take(1)
    const two = bench.take(2, { expiresAt: bench.time.now() + 5_000 })
    const sends = [one, two].map(({ order, durable }) => bench.submitter.submit(order, durable))
    await settled()
    turn(bench, two.order as never)
    first.resolve(silence)
    await Promise.all(sends)
    expect([bench.status(one.order), bench.status(two.order)]).toEqual(['unconfirmed', end])
    expect(bench.gateway.wire).toHaveLength(1)
  })
})

describe('what the venue answers', () => {
  it('accepted: the receipt and the acceptance are on disk', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    expect(await bench.life(order)).toBe('created submitting submitted accepted')
    expect(bench.submitter.inFlight).toBe(0)
  })
  it('refused by its table: rejected, with its words', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = () => refused('venue.unknown_symbol')
    const order = await bench.send()
    expect(await bench.stored(order)).toMatchObject({
      status: 'rejected',
      reason: 'venue.unknown_symbol',
      rejectionReason: 'the venue says no',
    })
  })
  it.each([
    ['silence', silence],
    ['an id that is taken', { kind: 'duplicate_id', reason: 'taken' } as const],
  ])('%s: unconfirmed, handed on once, and never sent again from here', async (_what, outcome) => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = () => outcome
    const order = await bench.send()
    await bench.time.pass(120_000)
    expect(await bench.stored(order)).toMatchObject({ status: 'unconfirmed' })
    expect(bench.gateway.wire).toHaveLength(1)
    expect(bench.unconfirmed.map(({ id }) => id)).toEqual([order.id])
  })
  it('a gateway that breaks leaves doubt, not an order that nobody looks for', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = () => {
      throw new Error('a fault of ours')
    }
    const order = await bench.send()
    expect(bench.status(order)).toBe('unconfirmed')
    expect(bench.unconfirmed).toHaveLength(1)
  })
  it.each([
    ['a word nobody knows', (id: never) => reportOf(id, 'unknown')],
    ['somebody else’s order', () => reportOf('sf-other' as never, 'filled', { fills: [fillOf('10', '100')] })],
  ])('an acceptance that tells %s is no acceptance', async (_what, report) => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = ({ clientOrderId }) => ({ kind: 'accepted', report: report(clientOrderId as never) })
    const order = await bench.send()
    expect(bench.status(order)).toBe('unconfirmed')
    expect(bench.now(order).filledQuantity.isZero).toBe(true)
  })
  it('a fill that overtook the answer is booked once', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = async ({ clientOrderId }) => {
      const filled = reportOf(clientOrderId, 'filled', {
        channel: 'stream',
        cumulativeQuantity: quantity('10'),
        fills: [fillOf('10', '100')],
      })
      await bench.door.apply(filled)
      return { kind: 'accepted', report: { ...filled, channel: 'answer' } }
    }
    const order = await bench.send()
    expect(await bench.life(order)).toBe('created submitting submitted accepted filled')
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('10')
  })
  it('a refusal does not end an order that the venue has shown at work', async () => {
    const bench = await AccountBench.open()
    bench.gateway.onSubmit = async ({ clientOrderId }) => {
      await bench.door.apply(reportOf(clientOrderId, 'working', { channel: 'stream' }))
      return refused()
    }
    const order = await bench.send()
    expect(bench.status(order)).toBe('accepted')
    expect(bench.log.events).toContain('submit.contradicted')
  })
})

describe('an order that is proven unsent', () => {
  it('is sent again by the policy, byte for byte, and each attempt is on disk', async () => {
    const bench = await AccountBench.open()
    const waits: number[] = []
    let last = bench.time.now()
    bench.gateway.beforeWire = () => {
      waits.push(bench.time.now() - last)
      last = bench.time.now()
      return waits.length < 3 ? unreachable : undefined
    }
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await bench.time.pass(10_000)
    await sent
    expect(waits).toEqual([0, 1_000, 2_000])
    expect(await bench.life(order)).toBe('created submitting submitting submitting submitted accepted')
    expect(bench.now(order)).toMatchObject({ attempt: 3, payloadHash: sha256(bench.gateway.wire[0] ?? '') })
  })
  it('ends failed, with the proof, when the tries are used up', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => unreachable
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await bench.time.pass(10_000)
    await sent
    expect(await bench.stored(order)).toMatchObject({ status: 'failed', reason: 'broker.unreachable', attempt: 3 })
    expect(bench.gateway.wire).toEqual([])
  })
  it('keeps its place: the next of its symbol waits for it, another symbol does not', async () => {
    const bench = await AccountBench.open()
    const reached: string[] = []
    bench.gateway.beforeWire = ({ clientOrderId }) => {
      reached.push(clientOrderId)
      return clientOrderId === 'sf-1' && reached.filter((id) => id === 'sf-1').length === 1 ? unreachable : undefined
    }
    const sends = [bench.take(1), bench.take(2), bench.take(3, { symbol: 'MSFT' })].map(({ order, durable }) =>
      bench.submitter.submit(order, durable),
    )
    await bench.time.pass(5_000)
    await Promise.all(sends)
    expect(reached).toEqual(['sf-1', 'sf-3', 'sf-1', 'sf-2'])
  })
  it('counts as on its way while it waits, until a gate that closes wakes it', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => unreachable
    const { order, durable } = bench.take()
    void bench.submitter.submit(order, durable)
    await settled()
    expect([bench.submitter.inFlight, bench.submitter.queued]).toEqual([1, 1])
    bench.gate.close('stopping')
    bench.submitter.wake()
    await settled()
    expect([bench.submitter.inFlight, await bench.life(order)]).toEqual([0, 'created submitting'])
  })
  it('called off meanwhile, it ends cancelled instead of leaving after all', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => unreachable
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    expect(await bench.canceller.cancel(order, 'me', 'requested')).toBe('asked')
    bench.gateway.beforeWire = () => undefined
    await bench.time.pass(10_000)
    await sent
    expect(await bench.stored(order)).toMatchObject({ status: 'cancelled', cancelledReason: 'requested' })
    expect(bench.gateway.wire).toEqual([])
  })
  it('halted while it waits, it fails as halted', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => unreachable
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    bench.isHalted = true
    await bench.time.pass(10_000)
    await sent
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'halted' })
  })
})

describe('between the mark and the wire', () => {
  const whileConnecting = async (turn: (bench: AccountBench) => unknown) => {
    const bench = await AccountBench.open()
    const connected = Promise.withResolvers<undefined>()
    bench.gateway.beforeWire = () => connected.promise
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    expect(bench.status(order)).toBe('submitting')
    await turn(bench)
    connected.resolve(undefined)
    await settled()
    return { bench, order, sent }
  }
  it('a halt keeps the bytes back, and the order is failed by that proof', async () => {
    const { bench, order, sent } = await whileConnecting((at) => {
      at.isHalted = true
    })
    await sent
    expect(bench.gateway.wire).toEqual([])
    expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'halted' })
  })
  it('a cancel keeps the bytes back, and the order is cancelled by that proof', async () => {
    const { bench, order, sent } = await whileConnecting(async (at) => {
      const [first] = at.books.pending
      if (first !== undefined) await at.canceller.cancel(first, 'me', 'requested')
    })
    await sent
    expect(bench.gateway.wire).toEqual([])
    expect(bench.status(order)).toBe('cancelled')
  })
  it.each(['store', 'stopping'] as const)(
    'a gate that closes (%s) leaves it `submitting` on disk, for the next start to see through',
    async (reason) => {
      const { bench, order, sent } = await whileConnecting((at) => at.gate.close(reason))
      await sent
      await bench.time.pass(60_000)
      expect(bench.gateway.wire).toEqual([])
      expect(await bench.stored(order)).toMatchObject({ status: 'submitting' })
    },
  )
  it('an answer that comes when the account is no longer ours changes nothing', async () => {
    const bench = await AccountBench.open()
    const answer = Promise.withResolvers<SubmitOutcome>()
    bench.gateway.onSubmit = () => answer.promise
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    expect(bench.submitter.inFlight).toBe(1)
    bench.isActive = false
    answer.resolve(refused())
    await sent
    expect(await bench.stored(order)).toMatchObject({ status: 'submitting' })
  })
})

describe('orders of one symbol', () => {
  it('reach the venue in the order in which they were taken, one at a time', async () => {
    const bench = await AccountBench.open()
    const answers = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    bench.gateway.onSubmit = async ({ clientOrderId }, nth) => {
      await answers[nth - 1]?.promise
      return { kind: 'accepted', report: reportOf(clientOrderId, 'working') }
    }
    const sends = [1, 2, 3].map((n) => {
      const { order, durable } = bench.take(n)
      return bench.submitter.submit(order, durable)
    })
    for (const [n, answer] of answers.entries()) {
      await settled()
      expect(bench.gateway.wire).toHaveLength(n + 1)
      answer.resolve()
    }
    await Promise.all(sends)
    expect(bench.gateway.wire.map((bytes) => JSON.parse(bytes).clientOrderId)).toEqual(['sf-1', 'sf-2', 'sf-3'])
    await settled()
    expect(bench.submitter.isIdle('AAPL')).toBe(true)
  })
})
