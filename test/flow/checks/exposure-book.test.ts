import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evolve } from '../../../src/core/evolve.ts'
import { orderId } from '../../../src/core/ids.ts'
import { type Price, price, type Quantity, quantity } from '../../../src/core/money.ts'
import { isFinal, type Order, type Side } from '../../../src/core/order.ts'
import { flatPosition } from '../../../src/core/position.ts'
import { ExposureBook } from '../../../src/flow/checks/exposure-book.ts'
import { isWorking, reservationOf } from '../../../src/flow/checks/reservation.ts'
import { accepted, awaitingRetry, cancelled, created, filled, submitting, unconfirmed } from './an-order.ts'
import { buyCostOf, type OpenOrder, openOn, totalOf, type World, worstOf } from './counted-by-hand.ts'

const text = (value: { toString(): string } | undefined): string | undefined => value?.toString()

describe('a reservation', () => {
  const order = submitting(created('a', { quantity: '10', limitPrice: '100' }))

  it('is held once, however often it is made', () => {
    const book = new ExposureBook()
    const reservation = reservationOf(order, undefined)
    if (reservation !== undefined) book.reserve(reservation)
    book.replace(undefined, order)
    book.replace(order, order)
    expect([book.openOrders, text(book.total), text(book.openBuyCost)]).toEqual([1, '1000', '1000'])
  })
  it('is released once, however often it is asked for', () => {
    const book = new ExposureBook()
    book.replace(undefined, order)
    expect([book.release(order.id), book.release(order.id)]).toEqual([true, false])
    expect([book.openOrders, text(book.total), text(book.openBuyCost)]).toEqual([0, '0', '0'])
  })
  it('stays while nobody knows what became of the order', () => {
    const book = new ExposureBook()
    book.replace(undefined, unconfirmed(order))
    expect([book.holds(order.id), text(book.total)]).toEqual([true, '1000'])
  })
  it.each<[string, (order: Order) => Order]>([
    ['cancelled', cancelled],
    ['filled', filled],
    ['waiting for its retry', awaitingRetry],
    ['expired', (one) => evolve(one, { kind: 'expired', at: 0, reason: 'day' })],
    ['rejected', (one) => evolve(one, { kind: 'rejected', at: 0, code: 'x', reason: 'x' })],
    ['failed', (one) => evolve(one, { kind: 'failed', at: 0, code: 'x', reason: 'x', proof: 'not_sent' })],
  ])('ends when the order is %s', (_, end) => {
    const book = new ExposureBook()
    book.replace(undefined, order)
    book.replace(order, end(order))
    expect([book.holds(order.id), book.openOrders]).toEqual([false, 0])
  })
  it('shrinks with what fills', () => {
    const book = new ExposureBook()
    book.replace(undefined, order)
    book.replace(order, filled(order, '4'))
    book.setPosition('AAPL', quantity('4'))
    expect([text(book.symbol('AAPL').openBuy), text(book.total)]).toEqual(['6', '1000'])
  })
  it('of a market order stays at what it was checked at', () => {
    const market = created('m', { quantity: '10', referencePrice: '100' })
    const book = new ExposureBook()
    book.reserve({
      id: market.id,
      symbol: 'AAPL',
      side: 'buy',
      strategy: 'trend',
      quantity: quantity('10'),
      price: price('101'),
    })
    book.replace(undefined, market)
    expect(text(book.openBuyCost)).toBe('1010')
  })
})

describe('an account after a restart', () => {
  it('counts positions at their average price until a quote is seen', () => {
    const held = {
      ...flatPosition('paper', 'MSFT', 'USD', 0),
      quantity: quantity('5'),
      costBasis: price('2000') as never,
    }
    const book = ExposureBook.of([submitting(created('a'))], [held])
    expect(text(book.total)).toBe('3000')
    book.mark('MSFT', price('500'))
    expect(text(book.total)).toBe('3500')
  })
  it('says that it does not know while something held has no price', () => {
    const book = new ExposureBook()
    book.setPosition('MSFT', quantity('5'))
    book.setPosition('TSLA', quantity('5'))
    expect([book.total, book.elsewhere('AAPL'), book.elsewhere('MSFT')]).toEqual([undefined, undefined, undefined])
    book.mark('TSLA', price('10'))
    expect([text(book.total), text(book.elsewhere('AAPL')), text(book.elsewhere('MSFT'))]).toEqual([
      undefined,
      undefined,
      '50',
    ])
    book.setPosition('MSFT', quantity('0'))
    expect(text(book.total)).toBe('50')
  })
  it('says that it does not know when a market order has no price', () => {
    const { referencePrice: _none, ...nameless } = created('m', { referencePrice: '100' })
    const book = ExposureBook.of([nameless], [])
    expect([book.openOrders, book.total]).toEqual([1, undefined])
    book.mark('AAPL', price('100'))
    expect(text(book.total)).toBe('1000')
  })
})

describe('the positions of a strategy', () => {
  it('are followed from where they were said to stand', () => {
    const book = new ExposureBook()
    expect(book.strategy('trend').knowsPositions).toBe(false)
    book.setStrategyPositions([{ strategy: 'trend', symbol: 'AAPL', quantity: quantity('7') }])
    const order = submitting(created('a', { side: 'sell' }))
    book.replace(undefined, order)
    book.replace(order, filled(order, '4'))
    const { ledger, knowsPositions } = book.strategy('trend')
    expect([knowsPositions, text(ledger.symbol('AAPL').position), ledger.openOrders]).toEqual([true, '3', 1])
  })
})

describe('looking at the book without an order', () => {
  it('finds it afterwards as it was, even when the look fails', () => {
    const book = ExposureBook.of([submitting(created('a'))], [])
    expect(book.without(orderId('a'), () => [book.openOrders, text(book.total), text(book.openBuyCost)])).toEqual([
      0,
      '0',
      '0',
    ])
    expect(() =>
      book.without(orderId('a'), () => {
        throw new Error('look')
      }),
    ).toThrow('look')
    expect([book.openOrders, text(book.total), text(book.openBuyCost)]).toEqual([1, '1000', '1000'])
  })
})

const SYMBOLS = ['AAPL', 'BTC/USD', 'MSFT']
const STRATEGIES = ['trend', 'carry']
type Change = readonly [what: string, which: number, size: number]

/** The book beside a plain list of orders, through the same life. */
class Life {
  readonly book = new ExposureBook()
  orders: Order[] = []
  readonly #prices = new Map<string, Price>()
  readonly #positions = new Map<string, Quantity>()
  readonly #ofStrategies = new Map<string, Map<string, Quantity>>(STRATEGIES.map((name) => [name, new Map()]))
  readonly #marks = new Map<string, Price>()
  #born = 0

  constructor() {
    for (const symbol of SYMBOLS) this.#mark(symbol, '100')
    this.book.setStrategyPositions([])
  }

  change([what, which, size]: Change): void {
    const symbol = SYMBOLS[which % 3] ?? ''
    const order = this.orders[which % Math.max(1, this.orders.length)]
    if (what === 'born') this.#beBorn(which, size)
    else if (what === 'mark') this.#mark(symbol, String(90 + size))
    else if (what === 'correct') this.#setPosition(symbol, quantity(String(size - 10)))
    else if (order !== undefined) this.#move(order, what, size)
  }

  world(strategy?: string): World {
    const orders = this.orders.flatMap((order): OpenOrder[] => {
      const { id, symbol, side } = order
      if (!isWorking(order.status) || (strategy !== undefined && order.strategy !== strategy)) return []
      const left = (order.quantity ?? quantity('0')).minus(order.filledQuantity)
      return [
        {
          id,
          symbol,
          side,
          strategy: order.strategy,
          quantity: left,
          price: order.limitPrice ?? this.#prices.get(id) ?? price('0'),
        },
      ]
    })
    const positions = strategy === undefined ? this.#positions : (this.#ofStrategies.get(strategy) ?? new Map())
    return { orders, positions, marks: this.#marks }
  }

  #mark(symbol: string, at: string): void {
    this.#marks.set(symbol, price(at))
    this.book.mark(symbol, price(at))
  }
  #setPosition(symbol: string, held: Quantity): void {
    this.#positions.set(symbol, held)
    this.book.setPosition(symbol, held)
  }

  #beBorn(which: number, size: number): void {
    this.#born += 1
    const side: Side = which % 2 === 0 ? 'buy' : 'sell'
    const priced = which % 5 === 0 ? { referencePrice: '100' } : { limitPrice: String(90 + size) }
    const order = created(`o${this.#born}`, {
      symbol: SYMBOLS[which % 3] ?? '',
      strategy: STRATEGIES[size % 2] ?? '',
      side,
      quantity: String(1 + size),
      ...priced,
    })
    const checkedAt = price(String(100 + size))
    this.#prices.set(order.id, order.limitPrice ?? checkedAt)
    const reservation = reservationOf(order, checkedAt)
    if (reservation !== undefined) this.book.reserve(reservation)
    this.orders.push(order)
    this.book.replace(undefined, order)
  }

  #move(order: Order, what: string, size: number): void {
    const after = moved(order, what, size)
    if (after === undefined) return
    const filledNow = after.filledQuantity.minus(order.filledQuantity)
    const signed = order.side === 'buy' ? filledNow : filledNow.negated()
    const held = (positions: ReadonlyMap<string, Quantity>): Quantity =>
      (positions.get(order.symbol) ?? quantity('0')).plus(signed)
    this.#setPosition(order.symbol, held(this.#positions))
    const ofStrategy = this.#ofStrategies.get(order.strategy)
    ofStrategy?.set(order.symbol, held(ofStrategy))
    // Out of the retry queue it is checked again, at the price of the day.
    if (order.status === 'retry_pending' && order.limitPrice === undefined) this.#prices.set(order.id, price('100'))
    this.book.replace(order, after)
    this.orders = this.orders.map((one) => (one.id === after.id ? after : one)).filter(({ status }) => !isFinal(status))
  }
}

function moved(order: Order, what: string, size: number): Order | undefined {
  try {
    switch (what) {
      case 'send':
        return submitting(order, order.status === 'retry_pending' ? order.generation + 1 : order.generation)
      case 'accept':
        return accepted(order)
      case 'lose':
        return unconfirmed(order)
      case 'retry':
        return order.filledQuantity.isZero ? awaitingRetry(order) : undefined
      case 'cancel':
        return cancelled(order)
      case 'part':
        return filled(order, '0.5')
      case 'fill':
        return filled(order)
      default:
        return evolve(order, {
          kind: 'replaced',
          at: 0,
          quantity: order.filledQuantity.plus(quantity(String(1 + size))),
          ...(order.limitPrice === undefined ? {} : { limitPrice: price(String(80 + size)) }),
        })
    }
  } catch {
    return undefined // the lifecycle does not know this move from here
  }
}

it('after any life of any orders the book equals one counted by hand', () => {
  const what = fc.constantFrom(
    'born',
    'born',
    'mark',
    'correct',
    'send',
    'send',
    'accept',
    'lose',
    'retry',
    'cancel',
    'part',
    'fill',
    'replace',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(what, fc.nat(30), fc.nat(20)), { maxLength: 80, size: 'max' }), (changes) => {
      const life = new Life()
      for (const change of changes) {
        life.change(change)
        compare(life)
      }
    }),
    { numRuns: 200 },
  )
})

function compare(life: Life): void {
  const { book } = life
  const all = life.world()
  expect(book.openOrders).toBe(all.orders.length)
  expect(text(book.total)).toBe(text(totalOf(all, SYMBOLS)))
  expect(text(book.openBuyCost)).toBe(text(buyCostOf(all)))
  for (const symbol of SYMBOLS) {
    const others = SYMBOLS.filter((one) => one !== symbol)
    expect(text(book.elsewhere(symbol))).toBe(text(totalOf(all, others)))
    for (const side of ['buy', 'sell'] as const) {
      const holders = all.orders.filter((one) => one.symbol === symbol && one.side === side).map(({ id }) => id)
      expect([...book.holders(symbol, side)].sort()).toEqual(holders.sort())
      expect(book.ordersOn(symbol, side)).toBe(holders.length)
      expect(text(book.symbol(symbol)[side === 'buy' ? 'openBuy' : 'openSell'])).toBe(text(openOn(all, symbol, side)))
    }
  }
  for (const strategy of STRATEGIES) {
    const its = life.world(strategy)
    const { ledger } = book.strategy(strategy)
    expect(ledger.openOrders).toBe(its.orders.length)
    expect(text(ledger.total)).toBe(text(totalOf(its, SYMBOLS)))
    for (const symbol of SYMBOLS)
      expect(text(ledger.elsewhere(symbol)?.plus(worstOf(its, symbol)))).toBe(text(ledger.total))
  }
}
