import { describe, expect, it } from 'vitest'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import { brokerOrderId } from '../../src/core/ids.ts'
import { amount, decimal, price, quantity } from '../../src/core/money.ts'
import { type Order, remainingQuantity } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import { created, eventOf, fillOf, T0 } from '../support/orders.ts'

const story = (...events: (string | OrderEvent)[]): Order =>
  events.reduce<Order>(
    (order, event) => evolve(order, typeof event === 'string' ? eventOf(event) : event),
    evolve(undefined, created()),
  )
const working = story('submitting', 'accepted')

describe('what an event tells is kept with the order', () => {
  it('the open that a held order waits for', () => {
    expect(story({ kind: 'held', at: T0, opensAt: T0 + 60_000 }).opensAt).toBe(T0 + 60_000)
  })
  it('how long the answer took, and the id it brought', () => {
    expect(story('submitting', 'submitted')).toMatchObject({ latencyMs: 1.5, brokerOrderId: 'b1' })
  })
  it('the id of an acceptance that came first, and of an order that was adopted', () => {
    expect(working.brokerOrderId).toBe('b1')
    const adopted: OrderEvent = { kind: 'adopted', at: T0, brokerOrderId: brokerOrderId('b7') }
    expect(story('submitting', adopted).brokerOrderId).toBe('b7')
  })
  it('the id of the venue stands in the row of its generation as well', () => {
    expect(working.brokerOrders).toEqual([
      { generation: 1, clientOrderId: 'sf-one', status: 'accepted', brokerOrderId: 'b1' },
    ])
  })
  it('what the fill cost against the reference, and who saw it', () => {
    const detection = { methods: ['quantity'], confidence: 1, elapsedMs: 7, checks: 2 }
    const fill = fillOf('10', '100.5')
    const filled = evolve(working, { kind: 'filled', at: T0, fill, detection, slippagePct: decimal('0.5') })
    expect(filled.slippagePct?.toString()).toBe('0.5')
    expect(filled.detection).toEqual(detection)
  })
  it('how much money was missing when it is to be tried again', () => {
    const waiting = story('submitting', {
      kind: 'retry_scheduled',
      at: T0,
      reason: 'insufficient_funds',
      expiresAt: T0 + 9,
      shortfall: amount('12.34'),
    })
    expect(waiting.shortfall?.toString()).toBe('12.34')
    expect(waiting).toMatchObject({ failureReason: 'insufficient_funds', retryExpiresAt: T0 + 9, firstFailedAt: T0 })
  })
  it.each(['replaced', 'manual_change'] as const)('a new price, a new quantity, or both: %s', (kind) => {
    const shown = ({ limitPrice, quantity: size }: Order) => `${size} at ${limitPrice}`
    expect(shown(evolve(working, { kind, at: T0, limitPrice: price('99') }))).toBe('10 at 99')
    expect(shown(evolve(working, { kind, at: T0, quantity: quantity('7') }))).toBe('7 at 101')
    const both: OrderEvent = { kind, at: T0, limitPrice: price('99'), quantity: quantity('7') }
    expect(shown(evolve(working, both))).toBe('7 at 99')
  })
})

describe('what an event does not tell is left as it was', () => {
  const nameless: OrderEvent = { kind: 'accepted', at: T0 + 1 }
  it('an id that is known already', () => {
    expect(story('submitting', 'submitted', nameless)).toMatchObject({ brokerOrderId: 'b1', latencyMs: 1.5 })
  })
  it.each([
    ['opensAt', story('held')],
    ['latencyMs', story('submitting', { kind: 'submitted', at: T0 })],
    ['brokerOrderId', story('submitting', nameless)],
    ['slippagePct', story('submitting', 'accepted', 'filled')],
    ['shortfall', story('submitting', 'retry_scheduled')],
  ] as const)('no empty %s appears', (field, order) => expect(Object.hasOwn(order, field)).toBe(false))
  it('nor an empty id in the row of the generation', () => {
    expect(story('submitting').brokerOrders).toStrictEqual([
      { generation: 1, clientOrderId: 'sf-one', status: 'submitting' },
    ])
  })
})

describe('an average price that cannot be exact', () => {
  it('is rounded to the nearest at the twelfth digit, while the notional stays exact', () => {
    const order = evolveAll(working, [
      { kind: 'partially_filled', at: T0, fill: fillOf('1', '1') },
      { kind: 'partially_filled', at: T0, fill: fillOf('2', '0.5', { id: 'e2' }) },
    ])
    expect(order?.averageFillPrice?.toString()).toBe('0.666666666667')
    expect(order?.filledNotional.toString()).toBe('2')
  })
})

describe('what is left of an order', () => {
  const left = (order: Order): string | undefined => remainingQuantity(order)?.toString()
  const bought = (size: string): OrderEvent => ({ kind: 'partially_filled', at: T0, fill: fillOf(size, '100') })
  it('is what was ordered less what was filled', () => {
    expect(left(working)).toBe('10')
    expect(left(evolve(working, bought('4')))).toBe('6')
    expect(left(story('submitting', 'accepted', 'filled'))).toBe('0')
  })
  it('follows a change of the quantity', () => {
    const smaller: OrderEvent = { kind: 'manual_change', at: T0, quantity: quantity('7') }
    expect(left(story('submitting', 'accepted', bought('4'), smaller))).toBe('3')
  })
  it('is unknown for an order over an amount, whose quantity only the venue knows', () => {
    const { quantity: _unknown, ...byAmount } = working
    expect(left(byAmount)).toBeUndefined()
  })
})
