import { describe, expect, it } from 'vitest'
import { eventsFromReport, type ReadingContext } from '../../src/core/events-from-report.ts'
import { evolveAll } from '../../src/core/evolve.ts'
import { clientOrderId, executionId } from '../../src/core/ids.ts'
import { quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import { created, eventOf, fillOf, T0 } from '../support/orders.ts'
import { reportOf } from '../support/scripted-gateway.ts'

const context: ReadingContext = {
  knownExecutions: new Set(),
  namesExecutions: true,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: true,
  watchedSince: T0,
  checks: 1,
}
const at = (...kinds: string[]): Order =>
  evolveAll(undefined, [created(), ...kinds.map((kind) => eventOf(kind))]) as Order
const after = (order: Order, events: readonly OrderEvent[]): string => {
  const end = evolveAll(order, events)
  return `${end?.status} ${end?.filledQuantity}`
}

describe('an execution of an order that was not thought to be at the venue', () => {
  it.each([
    ['not sent yet', ['held'], '4', 'partially_filled 4'],
    ['intended', [], '10', 'filled 10'],
    ['in the retry queue', ['submitting', 'retry_scheduled'], '4', 'partially_filled 4'],
    ['in the retry queue, all of it', ['submitting', 'retry_scheduled'], '10', 'filled 10'],
    ['failed by proof', ['submitting', 'failed'], '4', 'failed 4'],
    ['rejected', ['submitting', 'rejected'], '10', 'filled 10'],
    ['denied', ['denied'], '4', 'denied 4'],
  ])('%s: it is real money, booked as a correction', (_what, story, size, end) => {
    const order = at(...story)
    const { events } = eventsFromReport(
      order,
      reportOf('sf-one' as never, 'working', { fills: [fillOf(size, '100')] }),
      context,
    )
    expect(events.map(({ kind }) => kind)).toEqual(['corrected'])
    expect(after(order, events)).toBe(end)
  })
})

describe('a report about a generation that is proven dead', () => {
  const second = evolveAll(at('submitting', 'accepted', 'retry_scheduled'), [
    {
      kind: 'submitting',
      at: T0,
      attempt: 2,
      generation: 2,
      clientOrderId: clientOrderId('sf-two'),
      payloadHash: 'h2',
    },
  ]) as Order
  it.each(['cancelled', 'rejected', 'expired', 'working', 'filled'] as const)(
    'in the word %s says nothing about the one that lives',
    (status) => {
      const replayed = reportOf('sf-one' as never, status, {
        cumulativeQuantity: quantity('4'),
        fills: [fillOf('4', '100')],
      })
      const booked = evolveAll(second, eventsFromReport(second, replayed, context).events) as Order
      const reading = eventsFromReport(booked, replayed, { ...context, knownExecutions: new Set([executionId('e1')]) })
      expect(reading).toEqual({ events: [], missingExecutions: false })
      expect(`${booked.status} ${booked.filledQuantity}`).toBe('partially_filled 4')
    },
  )
  it('is booked for its executions, and for nothing else', () => {
    const late = reportOf('sf-one' as never, 'cancelled', {
      cumulativeQuantity: quantity('4'),
      fills: [fillOf('4', '100')],
    })
    const { events } = eventsFromReport(second, late, context)
    expect(events.map(({ kind }) => kind)).toEqual(['partially_filled'])
  })
})
