import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adoptionEvents } from '../../src/core/adopt-order.ts'
import { eventsFromReport } from '../../src/core/events-from-report.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import {
  brokerOrderId,
  type ClientOrderId,
  clientOrderId,
  clientOrderIdFor,
  type ExecutionId,
  executionId,
  orderId,
} from '../../src/core/ids.ts'
import { type Quantity, quantity } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderReport } from '../../src/core/order-report.ts'
import { type ListedExecution, reconcile, type TheirSide } from '../../src/core/reconcile.ts'
import { created, fillOf, T0 } from '../support/orders.ts'

const INSTALLATION = 'ours'
const nameOf = (installation: string, n: number): ClientOrderId =>
  clientOrderIdFor({ installation, account: 'paper', signalId: `sig-${n}`, leg: 1, generation: 1 }, { maxLength: 64 })

/** An order at the venue: whose it is, what we know of it, how many of its ten units have traded, and how it stands. */
interface There {
  readonly whose: 'ours' | 'another' | 'human'
  readonly known: boolean
  readonly filled: number
  readonly isOpen: boolean
  readonly side: 'buy' | 'sell'
}
const there = fc.record<There>({
  whose: fc.constantFrom('ours', 'another', 'human'),
  known: fc.boolean(),
  filled: fc.integer({ min: 0, max: 10 }),
  isOpen: fc.boolean(),
  side: fc.constantFrom('buy', 'sell'),
})

const nameAt = ({ whose }: There, n: number): ClientOrderId =>
  whose === 'human' ? clientOrderId(`by-hand-${n}`) : nameOf(whose === 'ours' ? INSTALLATION : 'theirs', n)

function reportAt(order: There, n: number): OrderReport {
  const status = order.filled === 10 ? 'filled' : order.isOpen ? 'working' : 'cancelled'
  return {
    channel: 'recovery',
    account: 'paper',
    at: T0 + 1_000,
    clientOrderId: nameAt(order, n),
    brokerOrderId: brokerOrderId(`b-${n}`),
    status,
    rawStatus: status,
    symbol: 'AAPL',
    side: order.side,
    quantity: quantity('10'),
    takenAt: T0 + n,
    cumulativeQuantity: quantity(String(order.filled)),
    fills: [],
  }
}
const executionsAt = (order: There, n: number): readonly ListedExecution[] =>
  Array.from({ length: order.filled }, (_, nth) => ({
    ...fillOf('1', '100', { id: `x-${n}-${nth}`, time: T0 + n + nth }),
    symbol: 'AAPL',
    side: order.side,
    brokerOrderId: brokerOrderId(`b-${n}`),
    clientOrderId: nameAt(order, n),
  }))

const theirsOf = (orders: readonly There[], shuffled: <T>(rows: readonly T[]) => readonly T[]): TheirSide => {
  const reports = orders.map(reportAt)
  return {
    account: 'paper',
    at: T0 + 1_000,
    openOrders: shuffled(reports.filter(({ status }) => status === 'working')),
    recentOrders: shuffled(reports),
    executions: shuffled(orders.flatMap(executionsAt)),
  }
}

/** The least that applies findings: the same pure steps the books take, and a sum per position. */
class Ledger {
  readonly orders = new Map<string, Order>()
  readonly booked = new Set<ExecutionId>()
  position = quantity('0')
  changes = 0

  constructor(orders: readonly There[]) {
    for (const [n, { whose, known, side }] of orders.entries()) {
      if (whose !== 'ours' || !known) continue
      const name = nameOf(INSTALLATION, n)
      const draft = created({ id: orderId(`o-${n}`), clientOrderId: name, side })
      const sent = {
        kind: 'submitting',
        at: T0,
        attempt: 1,
        generation: 1,
        clientOrderId: name,
        payloadHash: 'h',
      } as const
      this.#keep(evolve(evolve(undefined, draft), sent))
    }
  }

  follow(theirs: TheirSide): void {
    const orders = [...this.orders.values()]
    const found = reconcile(ours({ orders, booked: this.booked }), theirs)
    for (const report of found.adopt) {
      const place = { venue: 'paper', currency: 'USD', mode: 'paper', sessionId: 's', configVersion: 'c' } as const
      const id = orderId(`adopted-${report.clientOrderId}`)
      const order = evolveAll(undefined, adoptionEvents(report, { account: 'paper', ...place, id }, T0) ?? [])
      if (order === undefined) throw new Error('it cannot be adopted')
      this.changes += 1
      this.#keep(order)
    }
    for (const report of found.reports) this.#apply(report)
    for (const one of found.external) this.#book(one.executionId, one.side, one.quantity)
  }

  #apply(report: OrderReport): void {
    const order = this.orders.get(report.clientOrderId ?? '')
    if (order === undefined) throw new Error('about no order of ours')
    const { events } = eventsFromReport(order, report, {
      knownExecutions: this.booked,
      namesExecutions: true,
      averagePriceOnlyWhenComplete: false,
      fillTimeOnlyWhenComplete: true,
      watchedSince: T0,
      checks: 0,
    })
    this.changes += events.length
    for (const event of events)
      if ('fill' in event && event.fill) this.#book(event.fill.executionId, order.side, event.fill.quantity)
    const after = evolveAll(order, events)
    if (after !== undefined) this.#keep(after)
  }
  #book(id: ExecutionId, side: 'buy' | 'sell', size: Quantity): void {
    if (this.booked.has(id)) throw new Error(`${id} is booked twice`)
    this.booked.add(id)
    this.changes += 1
    this.position = side === 'buy' ? this.position.plus(size) : this.position.minus(size)
  }
  #keep(order: Order): void {
    this.orders.set(order.clientOrderId, order)
  }
  story(): unknown {
    const orders = [...this.orders.values()].map(({ clientOrderId: name, status, filledQuantity }) => [
      name,
      status,
      filledQuantity.toString(),
    ])
    return { orders: orders.toSorted(), position: this.position.toString(), booked: [...this.booked].toSorted() }
  }
}

const asListed = <T>(rows: readonly T[]): readonly T[] => rows
const backwards = <T>(rows: readonly T[]): readonly T[] => rows.toReversed()

describe('reconciling with the venue', () => {
  it('closes every gap in one pass, and finds nothing the second time (I-10 I-21 I-26)', () => {
    fc.assert(
      fc.property(fc.array(there, { maxLength: 12 }), (orders) => {
        const ledger = new Ledger(orders)
        ledger.follow(theirsOf(orders, asListed))
        const net = orders.reduce((sum, { side, filled }) => sum + (side === 'buy' ? filled : -filled), 0)
        expect(ledger.position.toString()).toBe(String(net))
        const mine = orders.filter(({ whose }) => whose === 'ours')
        expect(ledger.orders.size).toBe(mine.length)
        ledger.changes = 0
        ledger.follow(theirsOf(orders, asListed))
        expect(ledger.changes).toBe(0)
      }),
    )
  })
  it('ends in the same place whatever order the lists come in', () => {
    fc.assert(
      fc.property(fc.array(there, { maxLength: 12 }), (orders) => {
        const [one, other] = [new Ledger(orders), new Ledger(orders)]
        one.follow(theirsOf(orders, asListed))
        other.follow(theirsOf(orders, backwards))
        expect(other.story()).toEqual(one.story())
      }),
    )
  })
})

const ours = (over: Partial<Parameters<typeof reconcile>[0]> = {}) => ({
  installation: INSTALLATION,
  orders: [],
  knownNames: new Set<string>(),
  booked: new Set<ExecutionId>(),
  areNamed: true,
  ...over,
})
const A: There = { whose: 'ours', known: false, filled: 1, isOpen: true, side: 'buy' }

describe('an order at the venue', () => {
  it('with our name and no record is adopted, oldest first, its executions as its own', () => {
    const found = reconcile(ours(), theirsOf([A, A], backwards))
    expect(found.adopt.map(({ brokerOrderId: id }) => id)).toEqual(['b-0', 'b-1'])
    expect(found.external).toEqual([])
    expect(found.reports.map(({ rawStatus }) => rawStatus)).toContain('execution')
  })
  it('that only an execution names is to be asked for by that name', () => {
    const theirs = { ...theirsOf([A], asListed), openOrders: [], recentOrders: [] }
    expect(reconcile(ours(), theirs).adoptByName).toEqual([{ clientOrderId: nameAt(A, 0), symbol: 'AAPL' }])
  })
  it('that the store knows is ours, though memory has let it go', () => {
    const theirs = theirsOf([A], asListed)
    const found = reconcile(ours({ knownNames: new Set([nameAt(A, 0)]) }), theirs)
    expect([found.adopt, found.external]).toEqual([[], []])
    expect(found.reports.map(({ rawStatus }) => rawStatus)).toContain('execution')
  })
  it('that lives there is told although memory has let it go: it may have ended with us (I-12)', () => {
    const known = ours({ knownNames: new Set([nameAt(A, 0)]) })
    const wordsOf = (one: There): readonly string[] =>
      reconcile(known, theirsOf([one], asListed)).reports.map(({ status, fills }) => `${status} ${fills.length}`)
    expect(wordsOf({ ...A, filled: 0 })).toContain('working 0')
    expect(wordsOf({ ...A, filled: 0, isOpen: false })).toEqual([])
  })
  it('of another installation is told apart from what a human placed (I-36)', () => {
    const theirs = theirsOf(
      [
        { ...A, whose: 'another' },
        { ...A, whose: 'human' },
      ],
      asListed,
    )
    const { foreign, otherInstallations, external } = reconcile(ours(), theirs)
    expect(foreign.map(({ clientOrderId: id }) => id)).toEqual(['by-hand-1'])
    expect(otherInstallations.map(({ brokerOrderId: id }) => id)).toEqual(['b-0'])
    expect(external.map(({ executionId: id }) => id)).toEqual(['x-0-0', 'x-1-0'])
  })
  describe('without a name of ours, while one of ours is in doubt', () => {
    const name = nameOf(INSTALLATION, 7)
    const sent = {
      kind: 'submitting',
      at: T0,
      attempt: 1,
      generation: 1,
      clientOrderId: name,
      payloadHash: 'h',
    } as const
    const inDoubt = evolveAll(undefined, [
      created({ clientOrderId: name }),
      sent,
      { kind: 'unconfirmed', at: T0, phase: 'dispatched', reason: 'silence' },
    ])
    if (inDoubt === undefined) throw new Error('no order')
    const withoutNames = <T extends { readonly clientOrderId?: ClientOrderId }>(rows: readonly T[]) =>
      rows.map(({ clientOrderId: _gone, ...rest }) => rest)
    const { openOrders, recentOrders, executions, ...rest } = theirsOf([{ ...A, whose: 'human' }], asListed)
    const theirs = {
      ...rest,
      openOrders: withoutNames(openOrders),
      recentOrders: withoutNames(recentOrders),
      executions: withoutNames(executions),
    }
    it('is nobody’s yet where ours bear no names: it may be that one', () => {
      const found = reconcile(ours({ orders: [inDoubt], areNamed: false }), theirs)
      expect([found.foreign, found.external, found.adopt]).toEqual([[], [], []])
      expect(found.unseen.map(({ id }) => id)).toEqual([inDoubt.id])
      const settled = reconcile(ours({ areNamed: false }), theirs)
      expect(settled.foreign).toHaveLength(1)
      expect(settled.external.map(({ executionId: id }) => id)).toEqual([executionId('x-0-0')])
    })
    it('is somebody else’s where ours bear names, however long the doubt lasts (I-21)', () => {
      const found = reconcile(ours({ orders: [inDoubt] }), theirs)
      expect(found.foreign).toHaveLength(1)
      expect(found.external.map(({ executionId: id }) => id)).toEqual([executionId('x-0-0')])
      expect(found.undecided).toEqual([])
    })
    it('is nobody’s yet when its order is in no list: executions alone may bear no name', () => {
      const found = reconcile(ours({ orders: [inDoubt] }), { ...theirs, openOrders: [], recentOrders: [] })
      expect(found.external).toEqual([])
      expect(found.undecided.map(({ executionId: id }) => id)).toEqual([executionId('x-0-0')])
    })
  })
})
