import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventsFromReport, type ReadingContext } from '../../src/core/events-from-report.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import type { ReportedFill } from '../../src/core/fill.ts'
import { brokerOrderId, clientOrderId, type ExecutionId } from '../../src/core/ids.ts'
import { price, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { anOrder, eventOf, fillOf, T0 } from '../support/orders.ts'
import { happening, runs, shortStory } from './model-runs.ts'

const SIZE = 20
const PRICE = 100

/** The venue's own book, and of it what has been shown to us: one line an execution, its units the value. */
interface Book {
  readonly executions: number[]
  readonly shown: Set<number>
  isCancelled: boolean
  /** The venue has told us that it cancelled when we had seen all it counted. */
  isEndTold: boolean
}
class Ledger {
  order: Order = evolve(anOrder({ quantity: quantity(`${SIZE}`) }), eventOf('submitting'))
  readonly told: OrderReport[] = []
  readonly #known = new Set<ExecutionId>()

  take(report: OrderReport) {
    const context: ReadingContext = {
      knownExecutions: new Set(this.#known),
      namesExecutions: true,
      averagePriceOnlyWhenComplete: false,
      fillTimeOnlyWhenComplete: false,
      watchedSince: T0,
      checks: 1,
    }
    const reading = eventsFromReport(this.order, report, context)
    this.order = evolveAll(this.order, reading.events) ?? this.order
    for (const event of reading.events) {
      if ('fill' in event && event.fill !== undefined) this.#known.add(event.fill.executionId)
    }
    return reading
  }
}

const sum = (units: Iterable<number>): number => [...units].reduce((all, one) => all + one, 0)
const executionOf = (book: Book, n: number): ReportedFill =>
  fillOf(`${book.executions[n]}`, `${PRICE + n}`, { id: `e${n}`, commission: '0.01', time: T0 + n })

function reportOf(book: Book, channel: OrderReport['channel'], shown: readonly number[]): OrderReport {
  const filled = sum(book.executions)
  const status = filled === SIZE ? 'filled' : book.isCancelled ? 'cancelled' : 'working'
  return {
    channel,
    account: 'paper',
    at: T0,
    clientOrderId: clientOrderId('sf-one'),
    brokerOrderId: brokerOrderId('b1'),
    status,
    rawStatus: status,
    quantity: quantity(`${SIZE}`),
    limitPrice: price('101'),
    cumulativeQuantity: quantity(`${filled}`),
    fills: shown.map((n) => executionOf(book, n)),
  }
}

function isTold(book: Book, ledger: Ledger, report: OrderReport): void {
  for (const { executionId } of report.fills) book.shown.add(Number(executionId.slice(1)))
  const counted = Number(`${report.cumulativeQuantity}`)
  const known = sum([...book.shown].map((n) => book.executions[n] ?? 0))
  if (report.status === 'cancelled' && counted <= known) book.isEndTold = true
  const reading = ledger.take(report)
  ledger.told.push(report)
  expect(reading.missingExecutions).toBe(counted > known)
  expect(reading.anomaly).toBeUndefined()
  expect(ledger.take(report).events).toEqual([])
  agree(book, ledger)
}

function agree(book: Book, { order }: Ledger): void {
  const shown = [...book.shown]
  const units = sum(shown.map((n) => book.executions[n] ?? 0))
  const cents = sum(shown.map((n) => (book.executions[n] ?? 0) * (PRICE + n)))
  expect([`${order.filledQuantity}`, `${order.filledNotional}`, Number(`${order.commission}`).toFixed(2)]).toEqual([
    `${units}`,
    `${cents}`,
    (shown.length * 0.01).toFixed(2),
  ])
  const end = units === SIZE ? 'filled' : book.isEndTold ? 'cancelled' : undefined
  if (end !== undefined) expect(order.status).toBe(end)
  else expect(['submitting', 'submitted', 'accepted', 'partially_filled']).toContain(order.status)
}

const isOver = ({ executions, isCancelled }: Book): boolean => isCancelled || sum(executions) === SIZE
const trades = (units: number) =>
  happening<Book, Ledger, void>(
    `${units} trade`,
    (book) => {
      book.executions.push(Math.min(units, SIZE - sum(book.executions)))
    },
    (book) => !isOver(book),
  )
const cancels = () =>
  happening<Book, Ledger, void>(
    'the venue cancels',
    (book) => {
      book.isCancelled = true
    },
    (book) => !isOver(book),
  )
const streams = (n: number) =>
  happening<Book, Ledger, void>(
    `stream shows ${n}`,
    (book, ledger) => isTold(book, ledger, reportOf(book, 'stream', [n % book.executions.length])),
    ({ executions }) => executions.length > 0,
  )
const polls = (howMany: number) =>
  happening<Book, Ledger, void>(`poll shows ${howMany}`, (book, ledger) => {
    isTold(book, ledger, reportOf(book, 'poll', [...book.executions.keys()].slice(0, howMany)))
  })
const isToldAgain = (n: number) =>
  happening<Book, Ledger, void>(`told again ${n}`, (book, ledger) => {
    const old = ledger.told[n % Math.max(1, ledger.told.length)]
    if (old !== undefined) isTold(book, ledger, old)
  })

it('is the set of executions shown, by whichever channel, however often and in whatever order (I-18, I-19, I-20)', () => {
  const nth = fc.nat({ max: 30 })
  const commands = [
    fc.integer({ min: 1, max: 6 }).map(trades),
    fc.constant(0).map(cancels),
    nth.map(streams),
    nth.map(streams),
    fc.constantFrom(0, 1, 2, 5, SIZE).map(polls),
    nth.map(isToldAgain),
  ]
  fc.assert(
    fc.property(shortStory<Book, Ledger>(commands), (happenings) => {
      const book: Book = { executions: [], shown: new Set(), isCancelled: false, isEndTold: false }
      const ledger = new Ledger()
      fc.modelRun(() => ({ model: book, real: ledger }), happenings)
      // A last look that hides nothing: what we know is what the venue has.
      isTold(book, ledger, reportOf(book, 'look_up', [...book.executions.keys()]))
      expect(`${ledger.order.filledQuantity}`).toBe(`${sum(book.executions)}`)
    }),
    runs(300),
  )
})
