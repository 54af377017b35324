import { describe, expect, it } from 'vitest'
import { orderLine } from '../../src/core/audit-line.ts'
import { decide } from '../../src/core/decide.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import { price, quantity } from '../../src/core/money.ts'
import type { Order, OrderStatus } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import { nextStatus } from '../../src/core/order-lifecycle.ts'
import { eventFromDetail, orderFromRecord, orderToRecord } from '../../src/core/order-record.ts'
import { anOrder, created, eventOf, fillOf, T0 } from '../support/orders.ts'

/** The events by name, in order; what cannot happen is told as such. */
function run(story: string): OrderStatus | 'impossible' {
  let order: Order | undefined
  for (const kind of story.split(' ')) {
    if (order !== undefined && nextStatus(order.status, kind as OrderEvent['kind']) === undefined) return 'impossible'
    order = evolve(order, eventOf(kind))
  }
  return order?.status ?? 'impossible'
}

describe('the life of an order', () => {
  it.each([
    ['created submitting submitted accepted filled', 'filled'],
    ['created submitting submitted accepted partially_filled partially_filled filled', 'filled'],
    ['created submitting filled', 'filled'], // the stream overtook the answer
    ['created denied', 'denied'],
    ['created held released submitting', 'submitting'],
    ['created held cancelled', 'cancelled'],
    ['created cancelled', 'cancelled'],
    ['created expired', 'expired'],
    ['created submitting rejected', 'rejected'],
    ['created submitting submitted rejected', 'rejected'], // a receipt is not an acceptance
    ['created submitting accepted rejected', 'rejected'], // some venues accept first and refuse later
    ['created submitting accepted retry_scheduled submitting', 'submitting'],
    ['created submitting failed', 'failed'], // by the transport's own proof
    ['created submitting retry_scheduled retry_dropped', 'failed'],
    ['created submitting accepted partially_filled cancelled', 'cancelled'],
    ['created submitting accepted cancel_requested filled', 'filled'], // the race was lost
    ['created filled', 'impossible'],
    ['created submitting denied', 'impossible'], // it may be at the venue
    ['created submitting accepted denied', 'impossible'],
    ['created submitting accepted failed', 'impossible'],
    ['created submitting accepted filled cancelled', 'impossible'],
    ['created denied submitting', 'impossible'],
    ['created submitting accepted filled partially_filled', 'impossible'],
  ])('%s -> %s', (story, end) => expect(run(story)).toBe(end))
})

describe('an order whose submit got no answer', () => {
  it.each([
    ['created submitting unconfirmed accepted filled', 'filled'],
    ['created submitting unconfirmed filled', 'filled'], // the fill is how we learn it was live
    ['created submitting unconfirmed failed', 'failed'], // looked up, and proven absent
    ['created submitting unconfirmed submitting', 'submitting'], // the same id again, where the venue refuses a repeat
    ['created submitting unconfirmed rejected', 'rejected'],
    ['created submitting unconfirmed denied', 'impossible'],
  ])('%s -> %s', (story, end) => expect(run(story)).toBe(end))
})

describe('what an event changes', () => {
  it('counts every event from 1 and keeps when the order closed', () => {
    const order = evolveAll(undefined, [created(), eventOf('submitting'), eventOf('accepted'), eventOf('cancelled')])
    expect(order).toMatchObject({ orderSeq: 4, status: 'cancelled', closedAt: T0 })
  })
  it('fills add up exactly and the average is by notional', () => {
    const order = evolveAll(undefined, [
      created({ quantity: quantity('3') }),
      eventOf('submitting'),
      { kind: 'partially_filled', at: T0, fill: fillOf('1', '10', { commission: '0.1' }) },
      { kind: 'partially_filled', at: T0, fill: fillOf('2', '13', { commission: '0.2', id: 'e2' }) },
    ])
    expect(order?.filledQuantity.toString()).toBe('3')
    expect(order?.filledNotional.toString()).toBe('36')
    expect(order?.averageFillPrice?.toString()).toBe('12')
    expect(order?.commission.toString()).toBe('0.3')
  })
  it('a commission in another currency than the order’s is in no sum, nor taken out of one', () => {
    const inBitcoin = { ...fillOf('1', '13', { commission: '0.001' }), commissionCurrency: 'BTC' }
    const inDollars = fillOf('1', '13', { commission: '0.2', id: 'e2' })
    const order = evolveAll(undefined, [
      created({ quantity: quantity('3') }),
      eventOf('submitting'),
      { kind: 'partially_filled', at: T0, fill: inBitcoin },
      { kind: 'partially_filled', at: T0, fill: inDollars },
    ])
    const undone = { kind: 'corrected', at: T0, channel: 'poll', reason: 'bust', replaces: inBitcoin } as const
    expect(order?.commission.toString()).toBe('0.2')
    expect(evolveAll(order, [undone])?.commission.toString()).toBe('0.2')
  })
  it('a cancel is a wish beside the status, and the first wish stands', () => {
    const order = evolveAll(undefined, [
      created(),
      eventOf('submitting'),
      eventOf('accepted'),
      { kind: 'cancel_requested', at: T0 + 1, by: 'a', reason: 'first' },
    ])
    expect(order).toMatchObject({ status: 'accepted', cancelRequestedAt: T0 + 1, cancelReason: 'first' })
    expect(decide(order as Order, { kind: 'request_cancel', by: 'b', reason: 'second' }, T0 + 2)).toEqual([])
  })
  it('a new generation forgets the id the venue gave the one before, and remembers that it lived', () => {
    const order = evolveAll(undefined, [
      created(),
      eventOf('submitting'),
      eventOf('accepted'),
      eventOf('retry_scheduled'),
      {
        kind: 'submitting',
        at: T0 + 9,
        attempt: 2,
        generation: 2,
        clientOrderId: 'sf-two' as never,
        payloadHash: 'h2',
      },
    ])
    expect(order?.brokerOrderId).toBeUndefined()
    expect(order).toMatchObject({ generation: 2, retryCount: 1, lastRetryAttempt: T0 + 9 })
    expect(order?.brokerOrders.map(({ generation, status }) => `${generation} ${status}`)).toEqual([
      '1 rejected',
      '2 submitting',
    ])
  })
  it('only broker evidence amends a final state, as a correction', () => {
    const order = evolveAll(undefined, [
      created(),
      eventOf('submitting'),
      eventOf('accepted'),
      eventOf('cancelled'),
      { kind: 'corrected', at: T0, reason: 'late_execution', fill: fillOf('10', '100'), status: 'filled' },
    ])
    expect(order?.status).toBe('filled')
    expect(order?.filledQuantity.toString()).toBe('10')
  })
})

describe('what our word alone can end', () => {
  const sent = evolveAll(undefined, [created(), eventOf('submitting')]) as Order
  it('an order that was never handed to the wire', () => {
    expect(decide(anOrder(), { kind: 'cancel_unsent', by: 'me', reason: 'requested' }, T0)).toHaveLength(1)
  })
  it('nothing that may be at the venue', () => {
    expect(decide(sent, { kind: 'cancel_unsent', by: 'me', reason: 'requested' }, T0)).toEqual([])
    expect(decide(sent, { kind: 'deny', code: 'halted', message: '' }, T0)).toEqual([])
    expect(decide(sent, { kind: 'expire', reason: 'x' }, T0)).toHaveLength(1) // the venue's own expiry
  })
})

/** As a reader of the log has it. */
function lineRead(event: OrderEvent): OrderEvent {
  const line = JSON.parse(orderLine(event, evolve(undefined, created()), undefined, 's1'))
  return eventFromDetail(event.kind, event.at, line.detail, line)
}

describe('on paper', () => {
  it('an order is read back as it was written, digit for digit', () => {
    const order = evolveAll(undefined, [
      created({ limitPrice: price('230.100000001'), quantity: quantity('0.00000001') }),
      eventOf('submitting'),
      eventOf('accepted'),
      {
        kind: 'filled',
        at: T0 + 3,
        fill: fillOf('0.00000001', '230.1'),
        detection: { methods: ['status'], confidence: 1, elapsedMs: 5, checks: 2 },
      },
    ]) as Order
    const again = orderFromRecord(JSON.parse(JSON.stringify(orderToRecord(order))))
    expect(JSON.stringify(orderToRecord(again))).toBe(JSON.stringify(orderToRecord(order)))
    expect(again.limitPrice?.plus(price('0')).toString()).toBe('230.100000001')
  })
  it('a life replayed from what was written is the same life', () => {
    const events: OrderEvent[] = [
      created(),
      eventOf('submitting'),
      eventOf('submitted'),
      eventOf('accepted'),
      { kind: 'partially_filled', at: T0, fill: fillOf('4', '100.25') },
      eventOf('cancelled'),
    ]
    const replayed = events.map((event) => lineRead(event))
    expect(orderToRecord(evolveAll(undefined, replayed) as Order)).toEqual(
      orderToRecord(evolveAll(undefined, events) as Order),
    )
  })
})
