import { describe, expect, it } from 'vitest'
import { eventsFromReport, type ReadingContext } from '../../src/core/events-from-report.ts'
import { evolveAll } from '../../src/core/evolve.ts'
import { quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderReport, ReportedStatus } from '../../src/core/order-report.ts'
import { anOrder, created, eventOf, fillOf, T0 } from '../support/orders.ts'
import { reportOf } from '../support/scripted-gateway.ts'

const context: ReadingContext = {
  knownExecutions: new Set(),
  namesExecutions: true,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: true,
  watchedSince: T0,
  checks: 1,
}
const orderAfter = (...kinds: string[]): Order => evolveAll(undefined, [created(), ...kinds.map(eventOf)]) as Order
const { clientOrderId } = anOrder()
const read = (order: Order, status: ReportedStatus, over: Partial<OrderReport> = {}) =>
  eventsFromReport(order, reportOf(clientOrderId, status, over), context)
const kinds = (order: Order, status: ReportedStatus, over: Partial<OrderReport> = {}): string =>
  read(order, status, over)
    .events.map(({ kind }) => kind)
    .join(' ')

describe.each([
  ['was just sent', ['submitting']],
  ['got no answer', ['submitting', 'unconfirmed']],
])('the first word about an order that %s', (_situation, story) => {
  it.each<[ReportedStatus, string]>([
    ['received', 'submitted'],
    ['working', 'submitted accepted'],
    ['filled', 'submitted accepted'], // its executions are still to come
    ['cancelled', 'submitted manual_cancel cancelled'],
    ['expired', 'submitted expired'],
    ['rejected', 'rejected'], // a refusal is no receipt
    ['unknown', ''],
  ])('%s tells: %s', (status, told) => expect(kinds(orderAfter(...story), status)).toBe(told))

  it.each<[ReportedStatus, string]>([
    ['received', 'submitted accepted partially_filled'],
    ['cancelled', 'submitted accepted partially_filled manual_cancel cancelled'],
    ['expired', 'submitted accepted partially_filled expired'],
    ['rejected', 'submitted accepted partially_filled rejected'], // what is filled stays filled
  ])('%s with an execution proves that the venue held it: %s', (status, told) => {
    expect(kinds(orderAfter(...story), status, { fills: [fillOf('4', '100')] })).toBe(told)
  })
})

describe('what is known already', () => {
  it('is not told again', () => {
    expect(kinds(orderAfter('submitting', 'submitted'), 'received')).toBe('')
    expect(kinds(orderAfter('submitting', 'submitted'), 'working')).toBe('accepted')
    expect(kinds(orderAfter('submitting', 'accepted'), 'received')).toBe('')
    expect(kinds(orderAfter('submitting', 'accepted'), 'working')).toBe('')
    expect(kinds(orderAfter('submitting', 'accepted', 'partially_filled'), 'working')).toBe('')
  })
  it('is not taken for granted of an order that never left, whatever is said', () => {
    expect(kinds(orderAfter(), 'working')).toBe('')
    expect(kinds(orderAfter('submitting', 'retry_scheduled'), 'working')).toBe('')
  })
})

describe('a receipt', () => {
  const sent = orderAfter('submitting')
  it('keeps the id, the latency and the venue’s own words', () => {
    const over = { latencyMs: 12.5, evidence: { status: 'new' } }
    expect(read(sent, 'working', over).events).toMatchObject([
      { kind: 'submitted', channel: 'answer', brokerOrderId: 'b-sf-one', ...over },
      { kind: 'accepted', channel: 'answer', brokerOrderId: 'b-sf-one' },
    ])
  })
  it('has no empty fields for what was not said', () => {
    const { brokerOrderId: _none, ...nameless } = reportOf(clientOrderId, 'working')
    expect(eventsFromReport(sent, nameless, context).events).toStrictEqual([
      { kind: 'submitted', at: T0, channel: 'answer' },
      { kind: 'accepted', at: T0, channel: 'answer' },
    ])
  })
  it('of an end keeps the venue’s own words as well', () => {
    const working = orderAfter('submitting', 'accepted')
    const evidence = { status: 'done_for_day' }
    expect(read(working, 'expired', { evidence }).events).toMatchObject([{ kind: 'expired', evidence }])
  })
})

describe('the time from the venue’s fill to us', () => {
  const working = orderAfter('submitting', 'accepted')
  const latencyOf = (apart: number, size: string): number | undefined => {
    const fills = [fillOf(size, '100', { time: T0 - apart })]
    const [event] = read(working, 'working', { fills, cumulativeQuantity: quantity(size) }).events
    return event !== undefined && 'latencyMs' in event ? event.latencyMs : undefined
  }
  it.each([
    [40, 40],
    [0, 0],
    [59_999, 59_999],
    [60_000, undefined], // that is a clock that is wrong, not a venue that is slow
    [-1, undefined],
    [-60_001, undefined],
  ])('%i ms apart is told as %s', (apart, told) => {
    expect(latencyOf(apart, '4')).toBe(told)
    expect(latencyOf(apart, '10')).toBe(told)
  })
})
