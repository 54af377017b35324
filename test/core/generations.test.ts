import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsFromReport, type ReadingContext } from '../../src/core/events-from-report.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import { clientOrderId, type ExecutionId } from '../../src/core/ids.ts'
import { price, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import { orderFromRecord, orderToRecord } from '../../src/core/order-record.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { created, eventOf, fillOf, T0 } from '../support/orders.ts'
import { reportOf } from '../support/scripted-gateway.ts'

/** Ten to buy; the first send was refused for a passing reason, the second is at work. */
const second = evolveAll(undefined, [
  created(),
  eventOf('submitting'),
  eventOf('retry_scheduled'),
  {
    kind: 'submitting',
    at: T0,
    attempt: 2,
    generation: 2,
    clientOrderId: clientOrderId('sf-two'),
    payloadHash: 'h2',
  },
  { ...eventOf('accepted'), at: T0 + 1 },
]) as Order
const contextOf = (namesExecutions: boolean, known: ReadonlySet<ExecutionId>): ReadingContext => ({
  knownExecutions: known,
  namesExecutions,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: false,
  watchedSince: T0,
  checks: 1,
})
function readAll(reports: readonly OrderReport[], namesExecutions: boolean): Order {
  let order = second
  const known = new Set<ExecutionId>()
  for (const report of reports) {
    for (const event of eventsFromReport(order, report, contextOf(namesExecutions, known)).events) {
      if ('fill' in event && event.fill !== undefined) known.add(event.fill.executionId)
      order = evolve(order, event)
    }
  }
  return order
}
const cumulative = (name: string, count: string, over: Partial<OrderReport> = {}): OrderReport =>
  reportOf(name as never, 'working', {
    channel: 'poll',
    cumulativeQuantity: quantity(count),
    averagePrice: price('100'),
    ...over,
  })

describe('an order in its second generation', () => {
  it('the count of one generation is held against that generation, not against the sum', () => {
    const order = readAll([cumulative('sf-one', '3', { status: 'cancelled' }), cumulative('sf-two', '2')], false)
    expect(order.filledQuantity.toString()).toBe('5')
    expect(
      order.brokerOrders.map(({ generation, filledQuantity }) => [generation, filledQuantity?.toString()]),
    ).toEqual([
      [1, '3'],
      [2, undefined],
    ])
  })
  it('keeps how each generation ended: the venue refused the first, the second is at work', () => {
    const order = readAll([cumulative('sf-one', '3', { status: 'cancelled' })], false)
    expect(order.brokerOrders.map(({ status }) => status)).toEqual(['rejected', 'accepted'])
  })
  it('is the same order after a trip through the store', () => {
    const order = readAll([cumulative('sf-one', '3'), cumulative('sf-two', '2')], false)
    const record = JSON.parse(JSON.stringify(orderToRecord(order)))
    expect(orderToRecord(orderFromRecord(record))).toEqual(JSON.parse(JSON.stringify(orderToRecord(order))))
  })

  const sizes = fc.tuple(
    fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 }),
  )
  it.each([true, false])('any interleaving of both ends in the same place (executions named: %s)', (isNamed) => {
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), ([first, next], chance) => {
        const tell = (name: string, parts: readonly number[]): OrderReport[] =>
          parts.map((_, n) => {
            const seen = parts.slice(0, n + 1)
            const count = seen.reduce((sum, part) => sum + part, 0)
            const fills = seen.map((part, k) => fillOf(String(part), '100', { id: `${name}-${k}` }))
            return cumulative(name, String(count), { fills: isNamed ? fills : [] })
          })
        const reports = [...tell('sf-one', first), ...tell('sf-two', next)]
        const shuffled = [...reports, ...reports]
          .map((report) => ({ report, key: chance.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ report }) => report)
        const told = [readAll(reports, isNamed), readAll(shuffled, isNamed)]
        const [inOrder, mixed] = told.map((order) => [
          order.status,
          order.filledQuantity.toString(),
          order.filledNotional.toString(),
          order.brokerOrders.map(({ filledQuantity }) => filledQuantity?.toString() ?? '0'),
        ])
        expect(mixed).toEqual(inOrder)
        const total = [...first, ...next].reduce((sum, part) => sum + part, 0)
        expect(told[1]?.filledQuantity.toString()).toBe(String(total))
      }),
      { numRuns: 300 },
    )
  })
})

describe('an order whose doubt is settled', () => {
  it.each(['accepted', 'partially_filled', 'filled'])('does not keep the reason of the doubt once it is %s', (kind) => {
    const doubted = evolveAll(undefined, [created(), eventOf('submitting'), eventOf('unconfirmed')]) as Order
    expect(doubted.reason).toBe('no answer')
    expect(evolve(doubted, eventOf(kind)).reason).toBeUndefined()
  })
})
