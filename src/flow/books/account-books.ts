import { assert } from '../../core/assert.ts'
import { orderEventId, orderLine } from '../../core/audit-line.ts'
import { decide, type OrderCommand } from '../../core/decide.ts'
import { evolve } from '../../core/evolve.ts'
import type { Fill, ReportedFill } from '../../core/fill.ts'
import type { ExecutionId, OrderId } from '../../core/ids.ts'
import type { Amount } from '../../core/money.ts'
import { isFinal, type Order } from '../../core/order.ts'
import type { OrderEvent, Plain } from '../../core/order-events.ts'
import { applyFill, averagePrice, type ClosedTrade, flatPosition, type Position } from '../../core/position.ts'
import { formatTime, type Instant } from '../../core/time.ts'
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
  positions(): IterableIterator<Position> {
    return this.#positions.values()
  }
  executionsOf(orderId: OrderId): ReadonlySet<ExecutionId> {
    return this.#executions.get(orderId) ?? this.#closed.executionsOf(orderId) ?? NONE
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

  record(before: Order | undefined, events: readonly OrderEvent[], signal?: StoredSignal): Recorded {
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
      if (fill !== undefined) this.#book(order, fill, event.at, { entries, fills, touched })
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
      ...(fills.length === 0 ? {} : { facts: this.#context.day.fact(this.#context.account) }),
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

  #book(
    order: Order,
    fill: ReportedFill,
    at: Instant,
    into: { entries: JournalEntry[]; fills: Fill[]; touched: Map<string, PositionWrite> },
  ): void {
    const { account, currency } = this.#context
    into.fills.push({ ...fill, orderId: order.id, account, symbol: order.symbol, side: order.side, bookedAt: at })
    this.#executionsOf(order.id).add(fill.executionId)
    const position = this.#positions.get(order.symbol) ?? flatPosition(account, order.symbol, currency, at)
    const change = applyFill(position, { ...fill, side: order.side })
    this.#positions.set(order.symbol, change.position)
    this.exposure.setPosition(order.symbol, change.position.quantity, fill.price)
    this.#context.day.add(this.#context.tradingDateOf(at), change.position.realisedPnl.minus(position.realisedPnl))
    const expectedVersion = into.touched.get(order.symbol)?.expectedVersion ?? position.version
    into.touched.set(order.symbol, { position: change.position, expectedVersion })
    into.entries.push(
      this.#context.journal.entry(
        'position.changed',
        at,
        positionFields(order, change.position, change.closed, fill),
        `${orderEventId(order)}.position`,
      ),
    )
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

const NONE: ReadonlySet<ExecutionId> = new Set()

const fillOf = (event: OrderEvent): ReportedFill | undefined => ('fill' in event ? event.fill : undefined)

function positionFields(
  order: Order,
  position: Position,
  closed: ClosedTrade | undefined,
  fill: ReportedFill,
): Record<string, Plain | undefined> {
  return {
    order_id: order.id,
    signal_id: order.signalId,
    strategy: order.strategy,
    symbol: order.symbol,
    reason: 'fill',
    detail: {
      quantity: position.quantity.toString(),
      average_price: averagePrice(position)?.toString(),
      realised_pnl: position.realisedPnl.toString(),
      commission: position.commission.toString(),
      currency: position.currency,
      execution_id: fill.executionId,
      closed_trade: closed === undefined ? undefined : tradeFields(closed),
    },
  }
}

const tradeFields = (trade: ClosedTrade): Plain => ({
  direction: trade.direction,
  quantity: trade.quantity.toString(),
  entry_price: trade.entryPrice.toString(),
  exit_price: trade.exitPrice.toString(),
  opened_at: formatTime(trade.openedAt),
  closed_at: formatTime(trade.closedAt),
  gross_pnl: trade.grossPnl.toString(),
  commission: trade.commission.toString(),
  realised_pnl: trade.realisedPnl.toString(),
})
