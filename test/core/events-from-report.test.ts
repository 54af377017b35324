import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsFromReport, type ReadingContext } from '../../src/core/events-from-report.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import type { ReportedFill } from '../../src/core/fill.ts'
import { brokerOrderId, clientOrderId, type ExecutionId, executionId } from '../../src/core/ids.ts'
import { price, type Quantity, quantity, ZERO } from '../../src/core/money.ts'
import { isFinal, type Order } from '../../src/core/order.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { created, eventOf, fillOf, T0 } from '../support/orders.ts'

const context: ReadingContext = {
  knownExecutions: new Set(),
  namesExecutions: true,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: true,
  watchedSince: T0,
  checks: 3,
}
const sent = evolveAll(undefined, [created(), eventOf('submitting')]) as Order
const working = evolveAll(sent, [eventOf('accepted')]) as Order
const report = (over: Partial<OrderReport>): OrderReport => ({
  channel: 'poll',
  account: 'paper',
  at: T0 + 40,
  clientOrderId: clientOrderId('sf-one'),
  brokerOrderId: brokerOrderId('b1'),
  status: 'working',
  rawStatus: 'new',
  fills: [],
  ...over,
})
const kinds = (order: Order, one: OrderReport, over: Partial<ReadingContext> = {}): string =>
  eventsFromReport(order, one, { ...context, ...over })
    .events.map((event) => event.kind)
    .join(' ')

describe('what a report adds', () => {
  it('a first word of acceptance is a receipt and an acceptance', () => {
    expect(kinds(sent, report({}))).toBe('submitted accepted')
    expect(kinds(working, report({}))).toBe('')
  })
  it('a receipt alone is not an acceptance', () =>
    expect(kinds(sent, report({ status: 'received' }))).toBe('submitted'))
  it('a fill before the answer tells the whole story', () => {
    expect(
      kinds(
        sent,
        report({
          channel: 'stream',
          status: 'filled',
          cumulativeQuantity: quantity('10'),
          fills: [fillOf('10', '100')],
        }),
      ),
    ).toBe('submitted accepted filled')
  })
  it('a partial fill, then the rest', () => {
    const first = report({ cumulativeQuantity: quantity('4'), fills: [fillOf('4', '100')] })
    expect(kinds(working, first)).toBe('partially_filled')
    const half = evolveAll(working, eventsFromReport(working, first, context).events) as Order
    const rest = report({
      status: 'filled',
      cumulativeQuantity: quantity('10'),
      fills: [fillOf('4', '100'), fillOf('6', '100', { id: 'e2' })],
    })
    expect(kinds(half, rest, { knownExecutions: new Set([fillOf('4', '100').executionId]) })).toBe('filled')
  })
  it('tells who witnessed the fill, and the slippage', () => {
    const filled = eventsFromReport(
      working,
      report({
        status: 'filled',
        rawStatus: 'filled',
        cumulativeQuantity: quantity('10'),
        filledAt: T0,
        fills: [fillOf('10', '100.5')],
      }),
      context,
    ).events.at(-1)
    expect(filled).toMatchObject({
      kind: 'filled',
      detection: { methods: ['status', 'quantity', 'time'], confidence: 1, elapsedMs: 40, checks: 3 },
    })
    expect(filled?.kind === 'filled' && filled.slippagePct?.toString()).toBe('0.5')
  })
  it('tells no slippage of an order that has no reference price', () => {
    const { referencePrice: _none, ...unreferenced } = working
    const reading = eventsFromReport(unreferenced, report({ status: 'filled', fills: [fillOf('10', '100')] }), context)
    expect(reading.events.map((event) => event.kind)).toEqual(['filled'])
    expect(reading.events[0]).not.toHaveProperty('slippagePct')
  })
  it('a count that lags behind its own executions does not speak against them', () => {
    const half = evolve(working, { kind: 'partially_filled', at: T0, fill: fillOf('4', '100') })
    const rest = report({ cumulativeQuantity: quantity('4'), fills: [fillOf('6', '100', { id: 'e2' })] })
    const [event] = eventsFromReport(half, rest, context).events
    expect(event?.kind === 'filled' && event.detection.methods).toEqual(['quantity'])
  })
  it('an end we asked for is ours, one we did not is somebody else’s hand', () => {
    expect(kinds(working, report({ status: 'cancelled' }))).toBe('manual_cancel cancelled')
    const asked = evolve(working, eventOf('cancel_requested'))
    expect(kinds(asked, report({ status: 'cancelled' }))).toBe('cancelled')
  })
  it('the rest of an ioc is the venue’s', () => {
    const ioc = evolveAll(undefined, [
      created({ timeInForce: 'ioc' }),
      eventOf('submitting'),
      eventOf('accepted'),
    ]) as Order
    const [event] = eventsFromReport(ioc, report({ status: 'cancelled' }), context).events
    expect(event).toMatchObject({ kind: 'cancelled', reason: 'venue_ioc' })
  })
})

describe('what a report does not prove', () => {
  it('a cumulative quantity without its executions asks for them and ends nothing', () => {
    const reading = eventsFromReport(working, report({ status: 'filled', cumulativeQuantity: quantity('10') }), context)
    expect(reading).toEqual({ events: [], missingExecutions: true })
  })
  it('the word filled alone asks for the executions too', () => {
    expect(eventsFromReport(working, report({ status: 'filled' }), context).missingExecutions).toBe(true)
  })
  it('an order that was cancelled with more executed than we know is not closed yet', () => {
    expect(
      eventsFromReport(working, report({ status: 'cancelled', cumulativeQuantity: quantity('4') }), context),
    ).toEqual({ events: [], missingExecutions: true })
  })
  it('a word nobody knows changes nothing and is told', () => {
    const reading = eventsFromReport(working, report({ status: 'unknown', rawStatus: 'pending_moon' }), context)
    expect(reading.events).toEqual([])
    expect(reading.anomaly?.kind).toBe('unknown_status')
  })
  it('an execution beside a word nobody knows is real money all the same', () => {
    const strange = report({ status: 'unknown', rawStatus: 'pending_moon', fills: [fillOf('1', '100')] })
    const reading = eventsFromReport(working, strange, context)
    expect(reading.events.map(({ kind }) => kind)).toEqual(['partially_filled'])
    expect(reading.anomaly?.kind).toBe('unknown_status')
    expect(kinds(sent, strange)).toBe('submitted accepted partially_filled')
  })
  it('and proof that the venue has the order, by the id it tells there: without it the order could not be followed (I-48)', () => {
    const strange = report({ status: 'unknown', brokerOrderId: brokerOrderId('b-7'), fills: [fillOf('1', '100')] })
    const { events } = eventsFromReport(sent, strange, context)
    expect(evolveAll(sent, events)).toMatchObject({ status: 'partially_filled', brokerOrderId: 'b-7' })
  })
  it.each([
    ['0', '100'],
    ['-1', '100'],
    ['1', '0'],
    ['1', '-5'],
  ])('an execution of %s at %s is not booked', (size, at) => {
    const reading = eventsFromReport(working, report({ fills: [fillOf(size, at)] }), context)
    expect(reading.events).toEqual([])
    expect(reading.anomaly?.kind).toBe('impossible')
  })
})

describe('real money that comes late', () => {
  const cancelled = evolveAll(working, [eventOf('cancel_requested'), eventOf('cancelled')]) as Order
  it('is booked in full as a correction, and completes the order if it does', () => {
    expect(eventsFromReport(cancelled, report({ fills: [fillOf('4', '100')] }), context).events).toMatchObject([
      { kind: 'corrected', reason: 'late_execution' },
    ])
    expect(eventsFromReport(cancelled, report({ fills: [fillOf('10', '100')] }), context).events).toMatchObject([
      { kind: 'corrected', status: 'filled' },
    ])
  })
  it('beyond the order is booked and raises an alarm', () => {
    const over = eventsFromReport(
      working,
      report({ status: 'filled', cumulativeQuantity: quantity('12'), fills: [fillOf('12', '100')] }),
      context,
    )
    expect(over.events.map((event) => event.kind)).toEqual(['filled'])
    expect(over.anomaly).toEqual({ kind: 'overfill', message: '12 filled of 10 ordered' })
  })
  it('of exactly what was ordered raises none', () => {
    const whole = report({ status: 'filled', cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] })
    expect(eventsFromReport(working, whole, context).anomaly).toBeUndefined()
    expect(eventsFromReport(cancelled, whole, context).anomaly).toBeUndefined()
  })
  it('beyond an order that was closed is booked and raises an alarm', () => {
    const over = eventsFromReport(cancelled, report({ fills: [fillOf('12', '100')] }), context)
    expect(over.events).toMatchObject([{ kind: 'corrected', status: 'filled' }])
    expect(over.anomaly).toEqual({
      kind: 'overfill',
      message: '12 filled of 10 ordered, after the order was cancelled',
    })
  })
  it('that was undone before the end was told leaves the order filled with what is left (I-14)', () => {
    const [kept, undone] = [fillOf('6', '100'), fillOf('4', '100', { id: 'e2' })]
    const partly = evolveAll(working, [{ kind: 'partially_filled', at: T0, channel: 'poll', fill: kept }]) as Order
    const bust = { ...undone, quantity: quantity('0'), correctedAt: T0 + 20 }
    const told = report({ status: 'filled', cumulativeQuantity: quantity('6'), fills: [kept, bust] })
    const knownExecutions = new Set([kept.executionId, undone.executionId])
    expect(eventsFromReport(partly, told, { ...context, knownExecutions }).events).toMatchObject([
      { kind: 'corrected', reason: 'bust', status: 'filled' },
    ])
    expect(kinds(partly, { ...told, fills: [kept] }, { knownExecutions })).toBe('')
  })
  it('for an order over an amount, whose quantity only the venue knows, is booked and leaves its end alone', () => {
    const { quantity: _unknown, ...byAmount } = cancelled
    const late = eventsFromReport(byAmount, report({ fills: [fillOf('12', '100')] }), context)
    expect(late.events).toMatchObject([{ kind: 'corrected', reason: 'late_execution' }])
    expect(late.events[0]).not.toHaveProperty('status')
    expect(late.anomaly).toBeUndefined()
  })
})

describe('a venue that names no executions', () => {
  const unnamed = { namesExecutions: false }
  it('has its fills named by how far they brought the order', () => {
    const reading = eventsFromReport(
      working,
      report({ cumulativeQuantity: quantity('4'), averagePrice: price('100') }),
      { ...context, ...unnamed },
    )
    expect(reading.events).toMatchObject([
      { kind: 'partially_filled', fill: { executionId: 'sf-one@4', synthetic: true } },
    ])
  })
  it('the price of a later part is what makes the average right', () => {
    const half = evolve(working, { kind: 'partially_filled', at: T0, fill: fillOf('4', '100', { id: 'sf-one@4' }) })
    const [event] = eventsFromReport(
      half,
      report({ status: 'filled', cumulativeQuantity: quantity('10'), averagePrice: price('103') }),
      { ...context, ...unnamed },
    ).events
    expect(event?.kind === 'filled' && event.fill.price.toString()).toBe('105')
  })
  it('that price is rounded to the nearest where it cannot be exact', () => {
    const half = evolve(working, { kind: 'partially_filled', at: T0, fill: fillOf('4', '100', { id: 'sf-one@4' }) })
    const [event] = eventsFromReport(
      half,
      report({ cumulativeQuantity: quantity('7'), averagePrice: price('100.2') }),
      { ...context, ...unnamed },
    ).events
    expect(event?.kind === 'partially_filled' && event.fill.price.toString()).toBe('100.466666666667')
  })
  it('books nothing for a count it has told before, nor for one that fell back', () => {
    const half = evolve(working, { kind: 'partially_filled', at: T0, fill: fillOf('4', '100', { id: 'sf-one@4' }) })
    for (const count of ['4', '3']) {
      const told = report({ cumulativeQuantity: quantity(count), averagePrice: price('100') })
      expect(eventsFromReport(half, told, { ...context, ...unnamed })).toEqual({ events: [], missingExecutions: false })
    }
  })
  const step = (size: string, upTo: string, at: string) => fillOf(size, at, { id: `sf-one@${upTo}` })
  const booked = (order: Order, told: Partial<OrderReport>, knownExecutions = new Set<ExecutionId>()) =>
    eventsFromReport(order, report(told), { ...context, ...unnamed, knownExecutions }).events.flatMap((event) =>
      'fill' in event && event.fill !== undefined ? [`${event.fill.executionId} at ${event.fill.price}`] : [],
    )
  it('has those booked as they are that lead from what is booked to what is counted', () => {
    const half = evolve(working, { kind: 'partially_filled', at: T0, fill: step('4', '4', '100') })
    const listed = [step('4', '4', '100'), step('3', '7', '101'), step('3', '10', '104')]
    const told = { status: 'filled', cumulativeQuantity: quantity('10'), averagePrice: price('101.5') } as const
    expect(booked(half, { ...told, fills: listed })).toEqual(['sf-one@7 at 101', 'sf-one@10 at 104'])
    expect(booked(half, { ...told, fills: listed.slice(2) })).toEqual(['sf-one@10 at 102.5'])
    expect(booked(half, { ...told, fills: [step('6', 'x', '104')] })).toEqual(['sf-one@10 at 102.5'])
  })
  it('gives what was undone and traded again a name of its own', () => {
    const once = evolve(working, { kind: 'partially_filled', at: T0, fill: step('4', '4', '100') })
    const known = new Set([executionId('sf-one@4'), executionId('sf-one@10')])
    const told = { status: 'filled', cumulativeQuantity: quantity('10'), averagePrice: price('100') } as const
    expect(booked(once, { ...told, fills: [step('6', '10', '100')] }, known)).toEqual(['sf-one@10#2 at 100'])
  })
  it('books nothing that it names no price for, and is asked again', () => {
    const told = report({ cumulativeQuantity: quantity('4') })
    expect(eventsFromReport(working, told, { ...context, ...unnamed })).toEqual({ events: [], missingExecutions: true })
  })
})

const parts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 })
describe('whatever order reports arrive in, however often, over whichever channel', () => {
  it('the order ends in the same place with every execution booked once', () => {
    fc.assert(
      fc.property(parts, fc.boolean(), fc.infiniteStream(fc.nat()), (sizes, cancels, chance) => {
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const asked = cancels ? total + 1 : total
        const fills: ReportedFill[] = sizes.map((size, n) => fillOf(String(size), `10${n}`, { id: `e${n}` }))
        const truth = (upTo: number): OrderReport => {
          const seen = fills.slice(0, upTo)
          const sum = seen.reduce((s, fill) => s.plus(fill.quantity), ZERO as Quantity)
          const isLast = upTo === fills.length
          const status = isLast ? (cancels ? 'cancelled' : 'filled') : 'working'
          return report({ status, rawStatus: status, cumulativeQuantity: sum, fills: seen })
        }
        const reports = fills.map((_, n) => truth(n + 1))
        const shuffled = [...reports, ...reports, truth(0)]
          .map((one) => ({ one, key: chance.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        let order = evolveAll(undefined, [
          created({ quantity: quantity(String(asked)) }),
          eventOf('submitting'),
        ]) as Order
        const known = new Set<ExecutionId>()
        for (const one of [...shuffled, truth(fills.length)]) {
          const { events } = eventsFromReport(order, one, { ...context, knownExecutions: known })
          for (const event of events) {
            if ('fill' in event && event.fill !== undefined) {
              expect(known.has(event.fill.executionId)).toBe(false)
              known.add(event.fill.executionId)
            }
            order = evolve(order, event)
          }
        }
        expect(order.status).toBe(cancels ? 'cancelled' : 'filled')
        expect(order.filledQuantity.toString()).toBe(String(total))
        expect(isFinal(order.status)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
