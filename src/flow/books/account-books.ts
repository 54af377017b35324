import { assert } from '../../core/assert.ts'
import { orderEventId, orderLine } from '../../core/audit-line.ts'
import { decide, type OrderCommand } from '../../core/decide.ts'
import { evolve } from '../../core/evolve.ts'
import type { Fill, ReportedFill } from '../../core/fill.ts'
import { generationNamed } from '../../core/generations.ts'
import type { ClientOrderId, ExecutionId, OrderId } from '../../core/ids.ts'
import type { Amount } from '../../core/money.ts'
import { isFinal, type Order } from '../../core/order.ts'
import type { OrderEvent, ReportChannel } from '../../core/order-events.ts'
import { statusAmended } from '../../core/order-lifecycle.ts'
import { applyFill, averagePrice, flatPosition, type Position } from '../../core/position.ts'
import type { Instant } from '../../core/time.ts'
import type {
  AccountSnapshot,
  Committed,
  JournalEntry,
  OrderStoreReader,
  PositionWrite,
  StoredSignal,
} from '../../ports/order-store.ts'
import type { ExposureBook } from '../checks/exposure-book.ts'
import type { PendingOrderMap } from '../checks/pending-order-map.ts'
import { ClosedOrders } from './closed-orders.ts'
import type { DayResult } from './day-result.ts'
import type { Journal } from './journal.ts'
import { type FillSource, positionFields } from './position-line.ts'

/**
 * What one account's owner knows: its open orders, executions and positions. Guarantees:
 * - memory leads, the store decides: a change is visible here at once and queued to the store in the same step, but
 *   nobody outside hears of it, and nothing is sent because of it, before `durable` settles;
 * - an event, its order, its execution and its position stand or fall in one commit;
 * - one writer: every change of an order of this account passes through `record`;
 * - whoever holds an order, however old, is told what became of it.
 */
export interface BooksContext {
  readonly account: string
  readonly currency: string
  readonly sessionId: string
  readonly store: OrderStoreReader
  readonly journal: Journal
  readonly pending: PendingOrderMap
  readonly exposure: ExposureBook
  readonly day: DayResult
  readonly tradingDateOf: (at: Instant) => string
  /** Called in the same step in which memory changed; what is told here is not durable yet. */
  readonly onChange: (before: Order | undefined, after: Order) => void
}

export interface Recorded {
  readonly order: Order
  /** Settles once no crash can undo it; rejects when the store could not take it. */
  readonly durable: Promise<Committed>
}

export class AccountBooks {
  readonly #context: BooksContext
  readonly #positions = new Map<string, Position>()
  readonly #executions = new Map<OrderId, Set<ExecutionId>>()
  readonly #closed = new ClosedOrders()
  /** What followed each state that somebody still holds: an order may close and be forgotten while an answer is out. */
  readonly #next = new WeakMap<Order, Order>()

  constructor(context: BooksContext, snapshot: AccountSnapshot) {
    this.#context = context
    for (const position of snapshot.positions) {
      this.#positions.set(position.symbol, position)
      context.exposure.setPosition(position.symbol, position.quantity, averagePrice(position))
    }
    for (const order of snapshot.orders) {
      context.pending.replace(order)
      context.exposure.replace(undefined, order)
    }
    for (const fill of snapshot.fills) this.#executionsOf(fill.orderId).add(fill.executionId)
  }

  get pending(): PendingOrderMap {
    return this.#context.pending
  }
  get exposure(): ExposureBook {
    return this.#context.exposure
  }
  realisedToday(at: Instant): Amount {
    return this.#context.day.realised(this.#context.tradingDateOf(at))
  }
  position(symbol: string): Position | undefined {
    return this.#positions.get(symbol)
  }
  positionOrFlat(symbol: string, at: Instant): Position {
    const { account, currency } = this.#context
    return this.#positions.get(symbol) ?? flatPosition(account, symbol, currency, at)
  }
  positions(): IterableIterator<Position> {
    return this.#positions.values()
  }
  executionsOf(orderId: OrderId): ReadonlySet<ExecutionId> {
    return this.#executions.get(orderId) ?? this.#closed.executionsOf(orderId) ?? NONE
  }

  /** Every order memory has: the open ones and those that closed last. */
  *known(): IterableIterator<Order> {
    yield* this.pending
    yield* this.#closed
  }
  idOf(clientOrderId: string): OrderId | undefined {
    return (this.pending.byClientOrderId(clientOrderId) ?? this.#closed.byClientOrderId(clientOrderId))?.id
  }
  isKnownName(clientOrderId: string): boolean {
    return this.idOf(clientOrderId) !== undefined
  }

  /** An order by what the venue calls it; from the store when it was closed long ago. */
  async find(clientOrderId: string): Promise<Order | undefined> {
    const known = this.pending.byClientOrderId(clientOrderId) ?? this.#closed.byClientOrderId(clientOrderId)
    if (known !== undefined) return known
    const stored = await this.#context.store.orderByClientId(this.#context.account, clientOrderId)
    if (stored === undefined) return undefined
    const fills = await this.#context.store.fills(stored.id)
    // While we were reading, a report may have brought it back into memory: memory leads.
    const meanwhile = this.pending.byId(stored.id) ?? this.#closed.byId(stored.id)
    if (meanwhile !== undefined) return meanwhile
    this.#closed.keep(stored, new Set(fills.map((fill) => fill.executionId)))
    return stored
  }

  /** As it stands in memory now, or as it stood when memory let it go. */
  current(order: Order): Order {
    const known = this.pending.byId(order.id) ?? this.#closed.byId(order.id)
    if (known !== undefined) return known
    let last = order
    for (let next = this.#next.get(last); next !== undefined; next = this.#next.get(last)) last = next
    return last
  }
  /** Closed so long ago that its executions are in the store alone. */
  isForgotten(order: Order): boolean {
    return this.pending.byId(order.id) === undefined && this.#closed.byId(order.id) === undefined
  }

  /** The venue has undone an execution or put it right: order, row and position say together what counts now. */
  amend(known: Order, { fill, replaces, position, at, channel, clientOrderId }: Amendment): Recorded {
    const order = this.current(known)
    const generation = generationNamed(order, clientOrderId)
    const reason = fill.quantity.isZero ? 'bust' : 'trade_correction'
    const earlier = generation === order.generation ? {} : { generation }
    const told = { fill: reportedOf(fill), replaces: reportedOf(replaces) }
    const event = { kind: 'corrected', at, channel, reason, ...told, ...earlier } as const
    const status = statusAmended(order.status, evolve(order, event).filledQuantity.isPositive)
    const moved = status === order.status ? {} : { status }
    return this.record(order, [{ ...event, ...moved }], undefined, { fill, position })
  }

  record(
    before: Order | undefined,
    events: readonly OrderEvent[],
    signal?: StoredSignal,
    restated?: Restated,
  ): Recorded {
    assert(events.length > 0, 'a change has at least one event')
    const entries: JournalEntry[] = []
    const fills: Fill[] = []
    const touched = new Map<string, PositionWrite>()
    let order = before
    for (const event of events) {
      const previous = order?.status
      order = evolve(order, event)
      entries.push({
        event: `order.${event.kind}`,
        eventId: orderEventId(order),
        at: event.at,
        orderId: order.id,
        orderSeq: order.orderSeq,
        line: orderLine(event, order, previous, this.#context.sessionId),
      })
      const fill = fillOf(event)
      if (restated !== undefined) this.#restate(sourceOf(order), restated, event.at, { entries, fills, touched })
      else if (fill !== undefined) this.#book(sourceOf(order), fill, event.at, { entries, fills, touched })
    }
    assert(order !== undefined, 'events make an order')
    this.#keep(before, order)
    if (before !== undefined) this.#next.set(before, order)
    const change = {
      events: entries,
      orders: [{ order, expectedVersion: before?.orderSeq ?? 0 }],
      fills,
      positions: [...touched.values()],
      ...(signal === undefined ? {} : { signal }),
      ...(restated === undefined ? {} : { amendedFills: [restated.fill] }),
      ...(touched.size === 0 ? {} : { facts: this.#context.day.fact(this.#context.account) }),
    }
    const durable = this.#context.journal.commit(change, [order])
    // The owner hears of a store that fails; not everybody who causes a change waits for it to be durable.
    durable.catch(() => undefined)
    return { order, durable }
  }

  /** A command against the order as it stands now; `undefined` when the order is past it. */
  apply(known: Order, command: OrderCommand, at: Instant): Recorded | undefined {
    const order = this.current(known)
    const events = decide(order, command, at)
    return events.length === 0 ? undefined : this.record(order, events)
  }

  /** Executions that belong to no order of ours, or what the venue holds and an operator takes over: fills all the same. */
  recordHoldings(holdings: readonly Holding[], at: Instant): Promise<Committed> {
    const into: Booking = { entries: [], fills: [], touched: new Map() }
    for (const { source, fill } of holdings) this.#book(source, fill, at, into)
    const { entries: events, fills, touched } = into
    const facts = this.#context.day.fact(this.#context.account)
    return this.#context.journal.commit({ events, fills, positions: [...touched.values()], facts }, [])
  }

  /** The venue has undone an execution of somebody else's order, or put it right. */
  amendHolding(source: FillSource, { fill, position }: Restated, at: Instant): Promise<Committed> {
    const into: Booking = { entries: [], fills: [], touched: new Map() }
    this.#restate(source, { fill, position }, at, into)
    const facts = this.#context.day.fact(this.#context.account)
    const change = { events: into.entries, fills: [], positions: [...into.touched.values()], facts }
    return this.#context.journal.commit({ ...change, amendedFills: [fill] }, [])
  }

  #book(source: FillSource, fill: ReportedFill, at: Instant, into: Booking): void {
    const { account } = this.#context
    const { symbol, side } = source
    into.fills.push({ ...fill, orderId: source.id, account, symbol, side, bookedAt: at })
    if (source.reason === 'fill') this.#executionsOf(source.id).add(fill.executionId)
    const position = this.positionOrFlat(symbol, at)
    const change = applyFill(position, { ...fill, side })
    this.#positions.set(symbol, change.position)
    this.exposure.setPosition(symbol, change.position.quantity, fill.price)
    this.#context.day.add(this.#context.tradingDateOf(at), change.position.realisedPnl.minus(position.realisedPnl))
    const expectedVersion = into.touched.get(symbol)?.expectedVersion ?? position.version
    into.touched.set(symbol, { position: change.position, expectedVersion })
    const fields = positionFields(source, change.position, change.closed, fill)
    into.entries.push(this.#context.journal.entry('position.changed', at, fields, source.eventId))
  }

  #restate(source: FillSource, { fill, position }: Restated, at: Instant, into: Booking): void {
    const before = this.positionOrFlat(source.symbol, at)
    this.#positions.set(source.symbol, position)
    this.exposure.setPosition(source.symbol, position.quantity, averagePrice(position) ?? fill.price)
    this.#context.day.add(this.#context.tradingDateOf(at), position.realisedPnl.minus(before.realisedPnl))
    into.touched.set(source.symbol, { position, expectedVersion: before.version })
    const fields = positionFields({ ...source, reason: 'correction' }, position, undefined, fill)
    into.entries.push(this.#context.journal.entry('position.changed', at, fields, source.eventId))
  }

  #keep(before: Order | undefined, after: Order): void {
    this.pending.replace(after)
    this.exposure.replace(before, after)
    this.#context.onChange(before, after)
    if (!isFinal(after.status)) return
    this.#closed.keep(after, this.#executions.get(after.id) ?? this.#closed.executionsOf(after.id) ?? new Set())
    this.#executions.delete(after.id)
  }

  #executionsOf(orderId: OrderId): Set<ExecutionId> {
    let executions = this.#executions.get(orderId) ?? this.#closed.executionsOf(orderId)
    if (executions === undefined) {
      executions = new Set()
      this.#executions.set(orderId, executions)
    }
    return executions
  }
}

interface Booking {
  readonly entries: JournalEntry[]
  readonly fills: Fill[]
  readonly touched: Map<string, PositionWrite>
}
interface Restated {
  readonly fill: Fill
  readonly position: Position
}
export interface Amendment extends Restated {
  readonly replaces: Fill
  readonly at: Instant
  readonly channel: ReportChannel
  readonly clientOrderId?: ClientOrderId
}
export interface Holding {
  readonly source: FillSource
  readonly fill: ReportedFill
}

const NONE: ReadonlySet<ExecutionId> = new Set()

const sourceOf = (order: Order): FillSource => ({
  id: order.id,
  symbol: order.symbol,
  side: order.side,
  reason: 'fill',
  signalId: order.signalId,
  strategy: order.strategy,
  eventId: `${orderEventId(order)}.position`,
})

const reportedOf = ({
  orderId: _order,
  account: _account,
  symbol: _symbol,
  side: _side,
  bookedAt: _bookedAt,
  ...told
}: Fill): ReportedFill => told

const fillOf = (event: OrderEvent): ReportedFill | undefined => ('fill' in event ? event.fill : undefined)
