import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeOrder } from '../../src/adapters/brokers/paper/encode.ts'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { eventsFromReport } from '../../src/core/events-from-report.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import { clientOrderId, type ExecutionId } from '../../src/core/ids.ts'
import { decimal, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import { nextStatus } from '../../src/core/order-lifecycle.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { outgoingOrder } from '../../src/flow/execution/outgoing-order.ts'
import { birthOf, changeOf } from '../adapters/stores/sample-commits.ts'
import { anOrder, created, eventOf, fillOf, T0 } from '../support/orders.ts'
import { runs } from './model-runs.ts'

const KINDS = [
  'held',
  'released',
  'submitting',
  'unconfirmed',
  'submitted',
  'accepted',
  'partially_filled',
  'retry_scheduled',
  'retry_dropped',
  'cancel_requested',
  'rejected',
  'failed',
  'expired',
  'cancelled',
  'denied',
] as const
/** A life as it may be: of the words drawn, those that can follow. */
const lives = fc.array(fc.constantFrom(...KINDS), { maxLength: 30, size: 'max' }).map((words) => {
  const events = [created()]
  let order = anOrder()
  for (const [n, word] of words.entries()) {
    if (nextStatus(order.status, word) === undefined) continue
    const plain = eventOf(word)
    const event =
      plain.kind === 'partially_filled' ? { ...plain, fill: fillOf('0.1', '100.000000001', { id: `e${n}` }) } : plain
    order = evolve(order, event)
    events.push(event)
  }
  return events
})

describe('a snapshot from the store and the events after it', () => {
  it('make the order that all its events make, wherever the cut is: decode(encode(order)) = order', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (events) => {
        const whole = evolveAll(undefined, events)
        using database = new DatabaseSync(':memory:')
        const store = await openSqliteStore({ database, now: () => T0, newInstallation: () => 'one' })
        const { epoch } = await store.openAccount('paper')
        let before: Order | undefined
        for (const [n, event] of events.entries()) {
          const order = evolve(before, event)
          await store.commit(before === undefined ? birthOf(order, epoch) : changeOf(before, order, epoch))
          before = order
          const snapshot = await store.order(order.id)
          expect(snapshot).toEqual(order)
          expect(evolveAll(snapshot, events.slice(n + 1))).toEqual(whole)
        }
      }),
      runs(40),
    )
  })
})

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 })
/** Each execution on the stream, and what polls say between them. */
function channelsOf(parts: readonly number[]): { stream: readonly OrderReport[]; polls: readonly OrderReport[] } {
  const total = parts.reduce((sum, part) => sum + part, 0)
  const fills = parts.map((part, n) => fillOf(`${part}`, `10${n}`, { id: `e${n}`, commission: '0.1', time: T0 + n }))
  const told = (channel: OrderReport['channel'], shown: readonly number[], upTo: number): OrderReport => {
    const counted = parts.slice(0, upTo).reduce((sum, part) => sum + part, 0)
    const status = counted === total ? 'filled' : 'working'
    return {
      channel,
      account: 'paper',
      at: T0,
      clientOrderId: clientOrderId('sf-one'),
      status,
      rawStatus: status,
      cumulativeQuantity: quantity(`${counted}`),
      fills: shown.flatMap((n) => fills[n] ?? []),
    }
  }
  const upTo = (last: number): number[] => [...parts.keys()].slice(0, last)
  return {
    stream: parts.map((_, n) => told('stream', [n], n + 1)),
    polls: parts.map((_, n) => told('poll', upTo(n + 1), n + 1)),
  }
}
/** What is left of the reports: all that money depends on. */
function folded(parts: readonly number[], reports: readonly OrderReport[]): readonly unknown[] {
  const size = quantity(`${parts.reduce((sum, part) => sum + part, 0)}`)
  let order = evolve(anOrder({ quantity: size }), eventOf('submitting'))
  const known = new Set<ExecutionId>()
  const context = { namesExecutions: true, averagePriceOnlyWhenComplete: false, fillTimeOnlyWhenComplete: false }
  for (const report of reports) {
    const reading = { ...context, knownExecutions: known, watchedSince: T0, checks: 1 }
    for (const event of eventsFromReport(order, report, reading).events) {
      order = evolve(order, event)
      if ('fill' in event && event.fill !== undefined) known.add(event.fill.executionId)
    }
  }
  const { status, filledQuantity, filledNotional, commission, executionTime } = order
  return [status, `${filledQuantity}`, `${filledNotional}`, `${commission}`, executionTime]
}
/** Added up by hand, in cents: the n-th execution trades at 100 + n and costs 0.1. */
const addedUp = (parts: readonly number[]): readonly unknown[] => {
  const units = parts.reduce((sum, part) => sum + part, 0)
  const worth = parts.reduce((sum, part, n) => sum + part * (100 + n), 0)
  return ['filled', `${units}`, `${worth}`, `${parts.length / 10}`, T0 + parts.length - 1]
}
const shuffled = <T>(all: readonly T[], chance: Iterator<number>): T[] =>
  all
    .map((one) => ({ one, key: Number(chance.next().value) }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one)

describe('the executions of an order', () => {
  const chances = fc.infiniteStream(fc.nat())
  it('add up alike in any order and any number of times: fold(permute(fills)) = fold(fills)', () => {
    fc.assert(
      fc.property(sizes, chances, (parts, chance) => {
        const { stream } = channelsOf(parts)
        expect(folded(parts, shuffled([...stream, ...stream], chance))).toEqual(addedUp(parts))
      }),
      runs(300),
    )
  })
  it('add up alike whichever channel is first: merge(stream, poll) = merge(poll, stream)', () => {
    fc.assert(
      fc.property(sizes, chances, (parts, chance) => {
        const { stream, polls } = channelsOf(parts)
        const truth = addedUp(parts)
        expect(folded(parts, [...stream, ...polls])).toEqual(truth)
        expect(folded(parts, [...polls, ...stream])).toEqual(truth)
        expect(folded(parts, shuffled([...polls, ...stream], chance))).toEqual(truth)
      }),
      runs(300),
    )
  })
})

describe('what goes out', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{0,19}(\.[0-9]{0,17}[1-9])?$/)
  it('has the very size that was decided: nothing is rounded, least of all up (I-30)', () => {
    fc.assert(
      fc.property(digits, digits, (size, limit) => {
        const order = anOrder({ quantity: decimal(size), limitPrice: decimal(limit) })
        const sent: unknown = JSON.parse(encodeOrder(outgoingOrder(order)))
        expect(sent).toMatchObject({ quantity: size, limit_price: limit })
      }),
      runs(300),
    )
  })
})
