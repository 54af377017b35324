import { describe, expect, it } from 'vitest'
import { eventsFromReport } from '../../src/core/events-from-report.ts'
import { evolveAll } from '../../src/core/evolve.ts'
import { clientOrderId } from '../../src/core/ids.ts'
import { price, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { created, eventOf, fillOf, T0 } from '../support/orders.ts'
import { reportOf } from '../support/scripted-gateway.ts'

const ONE = clientOrderId('sf-one')
const context = {
  knownExecutions: new Set<never>(),
  namesExecutions: true,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: true,
  watchedSince: T0,
  checks: 0,
}
function working(...more: Parameters<typeof evolveAll>[1]): Order {
  const order = evolveAll(undefined, [created(), ...['submitting', 'submitted', 'accepted'].map(eventOf), ...more])
  if (order === undefined) throw new Error('no order')
  return order
}
const read = (order: Order, over: Partial<OrderReport>, status: OrderReport['status'] = 'working') =>
  eventsFromReport(order, reportOf(ONE, status, { channel: 'look_up', ...over }), context)
const grown = (order: Order, over: Partial<OrderReport>, status?: OrderReport['status']): Order =>
  evolveAll(order, read(order, over, status).events) ?? order

describe('an order that somebody changed at the venue (U9)', () => {
  it('is then what the venue says, and the change is told', () => {
    const changed = read(working(), { limitPrice: price('102.5'), quantity: quantity('7') })
    expect(changed.events.map(({ kind }) => kind)).toEqual(['manual_change'])
    const order = grown(working(), { limitPrice: price('102.5'), quantity: quantity('7') })
    expect([order.limitPrice?.toString(), order.quantity?.toString()]).toEqual(['102.5', '7'])
    expect(read(order, { limitPrice: price('102.50'), quantity: quantity('7.0') }).events).toEqual([])
  })
  it.each(['poll', 'stream', 'recovery', 'answer'] as const)(
    'a word by %s may be an old one: the order is asked for by name',
    (channel) => {
      const { events, missingExecutions } = read(working(), { channel, limitPrice: price('90') })
      expect([events, missingExecutions]).toEqual([[], true])
    },
  )
  it('cut down to what has traded, it is complete', () => {
    const partly = working({ kind: 'partially_filled', at: T0, fill: fillOf('4', '100') })
    const cut = grown(partly, { quantity: quantity('4'), cumulativeQuantity: quantity('4') }, 'filled')
    expect([cut.status, cut.quantity?.toString(), cut.filledQuantity.toString()]).toEqual(['filled', '4', '4'])
  })
  it('enlarged, it is not complete at what was asked for first', () => {
    const fills = [fillOf('10', '100')]
    const order = grown(working(), { quantity: quantity('12'), cumulativeQuantity: quantity('10'), fills })
    expect(order.status).toBe('partially_filled')
  })
  it.each([
    [
      'a quantity below what has traded',
      { quantity: quantity('3'), cumulativeQuantity: quantity('4'), fills: [fillOf('4', '100')] },
    ],
    ['a quantity of nothing', { quantity: quantity('0') }],
    ['a price of nothing', { limitPrice: price('0') }],
  ])('%s is no change', (_what, over) => {
    expect(read(working(), over).events.map(({ kind }) => kind)).not.toContain('manual_change')
  })
  it('an order that has ended keeps its terms', () => {
    const ended = working({ kind: 'cancelled', at: T0, reason: 'requested' })
    expect(read(ended, { limitPrice: price('90') }).events).toEqual([])
  })
})
