import { describe, expect, it } from 'vitest'
import { evolve } from '../../../src/core/evolve.ts'
import { parseJsonText } from '../../../src/core/json-text.ts'
import type { Order } from '../../../src/core/order.ts'
import type { Signal } from '../../../src/core/signal.ts'
import {
  SignalAdmission,
  type SignalTaker,
  type TakeContext,
  type TakenSignal,
} from '../../../src/flow/admission/admit-signal.ts'
import type { SignalProblem, SignalRequest } from '../../../src/ports/order-commands.ts'
import type { StoredSignal } from '../../../src/ports/order-store.ts'
import { settled } from '../../support/hand-time.ts'
import { anOrder, eventOf, T0 } from '../../support/orders.ts'

const BODY = { signal_id: 'sig-1', symbol: 'AAPL', side: 'buy', quantity: '1' }
const request = (over: object = {}): SignalRequest => ({
  body: parseJsonText(JSON.stringify({ ...BODY, ...over })),
  receivedAt: T0,
  by: 'the test',
})

/** A desk that keeps what it takes, as a store would. */
class Desk implements SignalTaker {
  readonly signals = new Map<string, StoredSignal>()
  readonly orders = new Map<string, Order>()
  readonly refused: SignalProblem[][] = []
  readonly duplicates: string[] = []
  readonly taken: TakeContext[] = []
  denies = false
  durable: () => Promise<void> = async () => undefined
  unavailable: string | undefined
  isFull = false
  takerOf: (signal: Signal) => SignalTaker = () => this
  reads: () => void = () => undefined
  readonly admission = new SignalAdmission({
    route: (signal) =>
      signal.account === 'nobody'
        ? { problem: { path: 'account', code: 'account.unknown', message: '', expected: '', found: '' } }
        : { taker: this.takerOf(signal) },
    storedSignal: async (id) => {
      this.reads()
      return this.signals.get(id)
    },
    order: async (id) => this.orders.get(id),
    denialOf: async (order: Order) => ({ code: order.reason ?? '', message: order.failureReason ?? '' }),
    newTraceId: () => 'a-new-trace',
    unavailable: () => this.unavailable,
    onRefused: (errors) => this.refused.push([...errors]),
    onDuplicate: (signal) => this.duplicates.push(signal.signalId),
  })

  async take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    this.taken.push(context)
    await this.durable()
    const created = anOrder({ signalId: signal.signalId, traceId: context.traceId })
    const order = this.denies ? evolve(created, eventOf('denied')) : created
    this.orders.set(order.id, order)
    this.signals.set(signal.signalId, {
      signalId: signal.signalId,
      account: 'paper',
      strategy: signal.strategy,
      symbol: signal.symbol,
      side: signal.side,
      contentHash: context.contentHash,
      receivedAt: T0,
      body: '{}',
      answer: this.denies ? { status: 403, code: 'halted' } : { status: 202 },
      orderIds: [order.id],
    })
    return this.denies ? { order, denial: { code: 'halted', message: 'halted' } } : { order }
  }
}

describe('a signal id', () => {
  it('makes one order, however many bring it at the same time', async () => {
    const desk = new Desk()
    desk.durable = settled
    const all = await Promise.all(Array.from({ length: 50 }, () => desk.admission.admit(request())))
    expect(desk.taken).toHaveLength(1)
    expect(all.filter((one) => one.kind === 'taken' && !one.duplicate)).toHaveLength(1)
    expect(all.filter((one) => one.kind === 'taken' && one.duplicate)).toHaveLength(49)
    expect(new Set(all.map((one) => one.kind === 'taken' && one.order.id)).size).toBe(1)
    expect(desk.duplicates).toHaveLength(49)
  })
  it('with other content, at the same time or later, is a conflict and makes nothing', async () => {
    const desk = new Desk()
    desk.durable = settled
    const [first, second] = await Promise.all([
      desk.admission.admit(request()),
      desk.admission.admit(request({ quantity: '2' })),
    ])
    const third = await desk.admission.admit(request({ side: 'sell' }))
    expect([first.kind, second.kind, third.kind]).toEqual(['taken', 'conflict', 'conflict'])
    expect(desk.taken).toHaveLength(1)
  })
  it('that was denied is denied again, in the same words', async () => {
    const desk = new Desk()
    desk.denies = true
    expect(await desk.admission.admit(request())).toMatchObject({ kind: 'denied', code: 'halted', duplicate: false })
    desk.denies = false
    expect(await desk.admission.admit(request())).toMatchObject({
      kind: 'denied',
      code: 'halted',
      message: 'halted',
      duplicate: true,
    })
    expect(desk.taken).toHaveLength(1)
  })
  it('a repeat is answered with the order as it is by now', async () => {
    const desk = new Desk()
    await desk.admission.admit(request())
    for (const [id, order] of desk.orders) desk.orders.set(id, evolve(order, eventOf('cancelled')))
    const again = await desk.admission.admit(request({ trace_id: 'other', metadata: 'other' }))
    expect(again).toMatchObject({ kind: 'taken', duplicate: true, order: { status: 'cancelled' } })
  })
})

describe('the answer', () => {
  it('comes only once the intent is durable', async () => {
    const desk = new Desk()
    const disk = Promise.withResolvers<void>()
    desk.durable = () => disk.promise
    let answered = false
    const admitted = desk.admission.admit(request()).then((admission) => {
      answered = true
      return admission
    })
    await settled()
    expect(answered).toBe(false)
    disk.resolve()
    expect((await admitted).kind).toBe('taken')
  })
  it('when the store fails, is that nothing is known; the same id may be brought again', async () => {
    const desk = new Desk()
    desk.durable = () => Promise.reject(new Error('the disk is full'))
    expect(await desk.admission.admit(request())).toEqual({ kind: 'unavailable', reason: 'the disk is full' })
    desk.durable = async () => undefined
    expect((await desk.admission.admit(request())).kind).toBe('taken')
  })
  it('when the store cannot be read, is the same', async () => {
    const desk = new Desk()
    desk.reads = () => {
      throw new Error('the store is away')
    }
    expect(await desk.admission.admit(request())).toEqual({ kind: 'unavailable', reason: 'the store is away' })
    expect(desk.taken).toEqual([])
  })
  it('to those who waited for one that failed: each is tried by itself', async () => {
    const desk = new Desk()
    let tries = 0
    desk.durable = async () => {
      tries += 1
      await settled()
      if (tries === 1) throw new Error('the disk is full')
    }
    const kinds = (await Promise.all([1, 2, 3].map(() => desk.admission.admit(request())))).map(({ kind }) => kind)
    expect(kinds).toEqual(['unavailable', 'taken', 'taken'])
    expect(desk.taken).toHaveLength(2)
  })
  it('while nothing can be taken: unavailable with the reason; when too many wait: busy', async () => {
    const desk = new Desk()
    desk.unavailable = 'recovery is not done yet'
    expect(await desk.admission.admit(request())).toEqual({ kind: 'unavailable', reason: 'recovery is not done yet' })
    desk.unavailable = undefined
    desk.isFull = true
    expect(await desk.admission.admit(request())).toEqual({ kind: 'busy', retryAfterMs: 1_000 })
    expect([desk.taken.length, desk.signals.size]).toEqual([0, 0])
  })
  it('busy for one account is not busy for another', async () => {
    const [full, free] = [new Desk(), new Desk()]
    full.isFull = true
    const desk = new Desk()
    desk.takerOf = (signal) => (signal.account === 'full' ? full : free)
    expect(await desk.admission.admit(request({ account: 'full' }))).toMatchObject({ kind: 'busy' })
    expect(await desk.admission.admit(request({ account: 'free' }))).toMatchObject({ kind: 'taken' })
  })
  it('to a repeat, even when too many wait, is what the first became', async () => {
    const desk = new Desk()
    await desk.admission.admit(request())
    desk.isFull = true
    expect(await desk.admission.admit(request())).toMatchObject({ kind: 'taken', duplicate: true })
  })
})

describe('a signal that cannot be read, or goes nowhere', () => {
  it('is refused with what is wrong, leaves nothing behind, and its id is not used up', async () => {
    const desk = new Desk()
    expect((await desk.admission.admit(request({ side: 'long' }))).kind).toBe('malformed')
    expect((await desk.admission.admit(request({ account: 'nobody' }))).kind).toBe('malformed')
    expect(desk.refused.map(([first]) => first?.path)).toEqual(['side', 'account'])
    expect((await desk.admission.admit(request())).kind).toBe('taken')
  })
})

describe('the trace', () => {
  it.each([
    ['the signal’s own', request({ trace_id: 'its-own' }), 'its-own'],
    ['else the request’s', { ...request(), traceId: 'the-request' }, 'the-request'],
    ['else a new one', request(), 'a-new-trace'],
  ])('is %s', async (_which, brought, traceId) => {
    const desk = new Desk()
    await desk.admission.admit(brought)
    expect(desk.taken[0]?.traceId).toBe(traceId)
  })
})
