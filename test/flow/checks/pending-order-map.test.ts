import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokerOrderId } from '../../../src/core/ids.ts'
import { isFinal, type Order, type Side } from '../../../src/core/order.ts'
import { PendingOrderMap } from '../../../src/flow/checks/pending-order-map.ts'
import { accepted, awaitingRetry, cancelled, created, filled, submitting, unconfirmed } from './an-order.ts'

const ids = (orders: Iterable<Order>): string[] => [...orders].map(({ id }) => id)

describe('an open order', () => {
  it('is found by every id of every generation', () => {
    const map = new PendingOrderMap()
    const first = accepted(submitting(created('a')))
    const second = accepted(submitting(awaitingRetry(first), 2))
    for (const order of [first, awaitingRetry(first), submitting(awaitingRetry(first), 2), second]) map.replace(order)
    expect(second.brokerOrders).toHaveLength(2)
    for (const generation of [1, 2]) {
      expect(map.byClientOrderId(`sf-a-${generation}`)).toBe(second)
      expect(map.byBrokerOrderId(`venue-a-${generation}`)).toBe(second)
    }
    expect(map.byId(second.id)).toBe(second)
  })
  it('stands in the way of its side until it is final, unconfirmed as well', () => {
    const map = new PendingOrderMap()
    let order = created('a')
    for (const next of [submitting, unconfirmed, accepted]) {
      order = next(order)
      map.replace(order)
      expect([ids(map.working('AAPL', 'buy')), map.working('AAPL', 'sell'), map.working('MSFT', 'buy')]).toEqual([
        ['a'],
        [],
        [],
      ])
    }
    map.replace(cancelled(order))
    expect(map.working('AAPL', 'buy')).toEqual([])
  })
  it("in the retry queue is known and stands in nobody's way", () => {
    const map = new PendingOrderMap()
    const waiting = awaitingRetry(accepted(submitting(created('a'))))
    map.replace(waiting)
    expect([map.byId(waiting.id), map.working('AAPL', 'buy')]).toEqual([waiting, []])
  })
})

describe('a final order', () => {
  it('leaves with everything that pointed to it', () => {
    const map = new PendingOrderMap()
    const order = accepted(submitting(created('a')))
    map.replace(order)
    map.replace(filled(order))
    expect(() => map.replace({ ...created('b'), clientOrderId: order.clientOrderId })).not.toThrow()
    map.replace(cancelled({ ...created('b'), clientOrderId: order.clientOrderId }))
    expect([
      map.size,
      ids(map),
      map.byId(order.id),
      map.byClientOrderId('sf-a-1'),
      map.byBrokerOrderId('venue-a-1'),
    ]).toEqual([0, [], undefined, undefined, undefined])
  })
  it('that was never open leaves nothing behind', () => {
    const map = new PendingOrderMap()
    map.replace(cancelled(created('a')))
    expect([map.size, map.byClientOrderId('sf-a-1')]).toEqual([0, undefined])
  })
})

describe('what must not be', () => {
  it('an order that goes back stops the process', () => {
    const map = new PendingOrderMap()
    const order = created('a')
    map.replace(submitting(order))
    expect(() => map.replace(order)).toThrow('never goes back')
  })
  it('two orders with one client order id stop the process', () => {
    const map = new PendingOrderMap()
    map.replace(created('a'))
    expect(() => map.replace({ ...created('b'), clientOrderId: created('a').clientOrderId })).toThrow('is taken')
  })
  it('an id that a broker gives twice stays with the first and takes nothing else along', () => {
    const map = new PendingOrderMap()
    const same = { brokerOrderId: brokerOrderId('venue-7') }
    const [a, b] = [
      { ...created('a'), ...same },
      { ...created('b'), ...same },
    ]
    map.replace(a)
    map.replace(b)
    expect(map.byBrokerOrderId('venue-7')).toBe(a)
    map.replace({ ...b, status: 'cancelled' })
    expect(map.byBrokerOrderId('venue-7')).toBe(a)
  })
})

/** The map as it should be: a plain list, searched from end to end. */
interface Model {
  orders: Order[]
  /** Final ones too, to see that nothing brings them back. */
  born: number
}
type Step = fc.Command<Model, PendingOrderMap>

class Born implements Step {
  readonly #side: Side
  readonly #symbol: string
  constructor(side: Side, symbol: string) {
    this.#side = side
    this.#symbol = symbol
  }
  check = (): boolean => true
  run(model: Model, map: PendingOrderMap): void {
    model.born += 1
    const order = created(`o${model.born}`, { side: this.#side, symbol: this.#symbol })
    model.orders.push(order)
    map.replace(order)
    compare(model, map)
  }
  toString = (): string => `${this.#side} ${this.#symbol}`
}

const MOVES: Readonly<Record<string, (order: Order) => Order>> = {
  submitting: (order) => submitting(order, order.status === 'retry_pending' ? order.generation + 1 : order.generation),
  accepted,
  unconfirmed,
  awaitingRetry,
  cancelled,
  filled,
  partly: (order) => filled(order, '1'),
}
class Moves implements Step {
  readonly #how: string
  readonly #which: number
  constructor(how: string, which: number) {
    this.#how = how
    this.#which = which
  }
  check = (model: Readonly<Model>): boolean => this.#next(model) !== undefined
  run(model: Model, map: PendingOrderMap): void {
    const next = this.#next(model)
    if (next === undefined) return
    model.orders = model.orders
      .map((order) => (order.id === next.id ? next : order))
      .filter(({ status }) => !isFinal(status))
    map.replace(next)
    compare(model, map)
  }
  #next(model: Readonly<Model>): Order | undefined {
    const order = model.orders[this.#which % Math.max(1, model.orders.length)]
    if (order === undefined) return undefined
    try {
      return MOVES[this.#how]?.(order)
    } catch {
      return undefined // the lifecycle does not know this move from here
    }
  }
  toString = (): string => `${this.#how} ${this.#which}`
}

function compare({ orders, born }: Model, map: PendingOrderMap): void {
  expect(ids(map)).toEqual(ids(orders))
  expect(map.size).toBe(orders.length)
  for (const side of ['buy', 'sell'] as const) {
    for (const symbol of ['AAPL', 'BTC/USD']) {
      const working = orders.filter(
        (one) => one.side === side && one.symbol === symbol && one.status !== 'retry_pending',
      )
      expect(ids(map.working(symbol, side)).sort()).toEqual(ids(working).sort())
    }
  }
  for (let n = 1; n <= born; n += 1) {
    const order = orders.find(({ id }) => id === `o${n}`)
    for (let generation = 1; generation <= 4; generation += 1) {
      const wasUsed = generation === 1 || order?.brokerOrders.some((one) => one.generation === generation)
      expect(map.byClientOrderId(`sf-o${n}-${generation}`)).toBe(wasUsed ? order : undefined)
      const hasBrokerId = order?.brokerOrders.some((one) => one.brokerOrderId === `venue-o${n}-${generation}`)
      expect(map.byBrokerOrderId(`venue-o${n}-${generation}`)).toBe(hasBrokerId ? order : undefined)
    }
  }
}

it('after any life of any orders the map is what a plain list would be', () => {
  const steps = [
    fc
      .tuple(fc.constantFrom<Side>('buy', 'sell'), fc.constantFrom('AAPL', 'BTC/USD'))
      .map(([side, symbol]) => new Born(side, symbol)),
    fc.tuple(fc.constantFrom(...Object.keys(MOVES)), fc.nat(7)).map(([how, which]) => new Moves(how, which)),
    fc
      .tuple(fc.constantFrom('submitting', 'accepted', 'awaitingRetry'), fc.nat(7))
      .map(([how, which]) => new Moves(how, which)),
  ]
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
      fc.modelRun(() => ({ model: { orders: [], born: 0 }, real: new PendingOrderMap() }), commands)
    }),
    { numRuns: 150 },
  )
})
