import fc from 'fast-check'
import { expect, it } from 'vitest'
import { price, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import { ExposureBook } from '../../src/flow/checks/exposure-book.ts'
import { reservationOf } from '../../src/flow/checks/reservation.ts'
import {
  accepted,
  awaitingRetry,
  cancelled,
  created,
  filled,
  submitting,
  unconfirmed,
} from '../flow/checks/an-order.ts'
import { happening, runs, shortStory } from './model-runs.ts'

/** Every order of every caller as a line on paper, in whole units and whole money. */
interface Line {
  readonly id: string
  readonly symbol: Symbol
  readonly side: 'buy' | 'sell'
  readonly price: number
  left: number
  state: 'approved' | 'leaving' | 'unsure' | 'working' | 'parked' | 'over'
}
interface Paper {
  readonly lines: Line[]
  readonly held: Record<Symbol, number>
  readonly worth: Record<Symbol, number>
}
interface Real {
  readonly book: ExposureBook
  readonly orders: Map<string, Order>
}
type Symbol = 'AAPL' | 'MSFT'
const SYMBOLS: readonly Symbol[] = ['AAPL', 'MSFT']

const counts = ({ state }: Line): boolean => state !== 'parked' && state !== 'over'
const pick = ({ lines }: Paper, n: number, ...states: readonly Line['state'][]): Line | undefined => {
  const fit = lines.filter(({ state }) => states.includes(state))
  return fit[n % Math.max(1, fit.length)]
}

function worstOf({ lines, held, worth }: Paper, symbol: Symbol): number {
  const side = (wanted: Line['side']) =>
    lines.filter((line) => counts(line) && line.symbol === symbol && line.side === wanted)
  const ifFilled = (wanted: Line['side'], start: number): number => {
    const units = side(wanted).reduce((sum, { left }) => sum + left, start)
    const dearest = Math.max(worth[symbol], ...side(wanted).map((line) => line.price))
    return units > 0 ? units * dearest : 0
  }
  return Math.max(ifFilled('buy', held[symbol]), ifFilled('sell', -held[symbol]))
}

function agree(paper: Paper, { book }: Real): void {
  const open = paper.lines.filter(counts)
  const buys = open.filter(({ side }) => side === 'buy').reduce((sum, line) => sum + line.left * line.price, 0)
  const worst = SYMBOLS.map((symbol) => worstOf(paper, symbol))
  const elsewhere = SYMBOLS.map((symbol) => `${book.elsewhere(symbol)}`)
  expect([book.openOrders, `${book.openBuyCost}`, `${book.total}`, ...elsewhere]).toEqual([
    open.length,
    `${buys}`,
    `${worst.reduce((a, b) => a + b)}`,
    `${worst[1]}`,
    `${worst[0]}`,
  ])
  for (const line of paper.lines) expect(book.holds(line.id as Order['id'])).toBe(counts(line))
}

const on = (
  name: string,
  n: number,
  states: readonly Line['state'][],
  change: (line: Line, real: Real, paper: Paper) => void,
) =>
  happening<Paper, Real, void>(
    `${name} ${n}`,
    (paper, real) => {
      const line = pick(paper, n, ...states)
      if (line === undefined) return
      change(line, real, paper)
      agree(paper, real)
    },
    (paper) => pick(paper, n, ...states) !== undefined,
  )
/** The order becomes what `next` makes of it; the book is told as the flow tells it. */
const becomes = (line: Line, { book, orders }: Real, next: (order: Order) => Order): void => {
  const before = orders.get(line.id)
  if (before === undefined) throw new Error(`${line.id} was never recorded`)
  const after = next(before)
  orders.set(line.id, after)
  book.replace(before, after)
}
const partsOf = ({ symbol, side, left, price: at }: Line) => ({
  symbol,
  side,
  quantity: `${left}`,
  limitPrice: `${at}`,
})

const approves = (symbol: Symbol, side: Line['side'], left: number, at: number) =>
  happening<Paper, Real, void>(`approve ${side} ${left} ${symbol} at ${at}`, (paper, real) => {
    const line: Line = { id: `o${paper.lines.length}`, symbol, side, left, price: at, state: 'approved' }
    paper.lines.push(line)
    const reservation = reservationOf(created(line.id, partsOf(line)), undefined)
    if (reservation === undefined) throw new Error('a new order reserves')
    real.book.reserve(reservation)
    agree(paper, real)
  })
const leaves = (n: number) =>
  on('leave', n, ['approved', 'parked'], (line, real) => {
    if (line.state === 'parked') becomes(line, real, (order) => submitting(order, order.generation + 1))
    else {
      const order = submitting(created(line.id, partsOf(line)))
      real.orders.set(line.id, order)
      real.book.replace(undefined, order)
    }
    line.state = 'leaving'
  })
const isNeverRecorded = (n: number) =>
  on('is never recorded', n, ['approved'], (line, { book }) => {
    line.state = 'over'
    const id = line.id as Order['id']
    expect([book.release(id), book.release(id)]).toEqual([true, false])
  })
const moves =
  (name: string, from: readonly Line['state'][], to: Line['state'], next: (order: Order) => Order) => (n: number) =>
    on(name, n, from, (line, real) => {
      becomes(line, real, next)
      line.state = to
    })
const fills = (n: number, units: number) =>
  on(`fill ${units} of`, n, ['leaving', 'unsure', 'working'], (line, real, paper) => {
    const part = Math.min(units, line.left)
    line.left -= part
    paper.held[line.symbol] += line.side === 'buy' ? part : -part
    line.state = line.left === 0 ? 'over' : 'working'
    becomes(line, real, (order) => filled(order, `${part}`))
    real.book.setPosition(line.symbol, quantity(`${paper.held[line.symbol]}`))
  })
const repeats = (n: number) =>
  on('tell again', n, ['leaving', 'unsure', 'working', 'parked', 'over'], (line, { book, orders }) => {
    const order = orders.get(line.id)
    if (order !== undefined) book.replace(order, order)
  })
const trades = (symbol: Symbol, at: number) =>
  happening<Paper, Real, void>(`${symbol} trades at ${at}`, (paper, real) => {
    paper.worth[symbol] = at
    real.book.mark(symbol, price(`${at}`))
    agree(paper, real)
  })
const isLookedPast = (n: number) =>
  on('look past', n, ['approved', 'leaving', 'unsure', 'working'], (line, { book }, paper) => {
    const others = { ...paper, lines: paper.lines.filter((other) => other !== line) }
    const total = SYMBOLS.reduce((sum, symbol) => sum + worstOf(others, symbol), 0)
    expect(book.without(line.id as Order['id'], () => `${book.total}`)).toBe(`${total}`)
  })

it('what the account may come to hold is what the open orders add up to, whoever moves when (I-40)', () => {
  const nth = fc.nat({ max: 20 })
  const untouched = (order: Order): boolean => order.filledQuantity.isZero
  const commands = [
    fc
      .tuple(
        fc.constantFrom(...SYMBOLS),
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 90, max: 110 }),
      )
      .map((parts) => approves(...parts)),
    nth.map(leaves),
    nth.map(isNeverRecorded),
    nth.map(moves('doubt', ['leaving'], 'unsure', unconfirmed)),
    nth.map(moves('accept', ['leaving', 'unsure'], 'working', accepted)),
    nth.map(moves('cancel', ['leaving', 'unsure', 'working', 'parked'], 'over', cancelled)),
    nth.map(
      moves('park', ['leaving', 'unsure'], 'parked', (order) => (untouched(order) ? awaitingRetry(order) : order)),
    ),
    fc.tuple(nth, fc.integer({ min: 1, max: 5 })).map((parts) => fills(...parts)),
    nth.map(repeats),
    fc.tuple(fc.constantFrom(...SYMBOLS), fc.integer({ min: 80, max: 120 })).map((parts) => trades(...parts)),
    nth.map(isLookedPast),
  ]
  fc.assert(
    fc.property(shortStory<Paper, Real>(commands), (happenings) => {
      const book = new ExposureBook()
      const paper: Paper = { lines: [], held: { AAPL: 0, MSFT: 0 }, worth: { AAPL: 100, MSFT: 100 } }
      for (const symbol of SYMBOLS) book.mark(symbol, price('100'))
      fc.modelRun(() => ({ model: paper, real: { book, orders: new Map() } }), happenings)
    }),
    runs(300),
  )
})
