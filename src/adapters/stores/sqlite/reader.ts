import type { Case, CaseId } from '../../../core/case.ts'
import type { Fill } from '../../../core/fill.ts'
import { type BrokerOrderId, type ExecutionId, executionId, type OrderId } from '../../../core/ids.ts'
import type { Order } from '../../../core/order.ts'
import type { Position } from '../../../core/position.ts'
import type { Instant } from '../../../core/time.ts'
import type {
  CaseFilter,
  OrderFilter,
  OrderStoreReader,
  Page,
  PageOf,
  StoredEvent,
  StoredSignal,
  StrategyFill,
} from '../../../ports/order-store.ts'
import { caseFromText } from './case-row.ts'
import type { SqlValue } from './commit-host.ts'
import { EVENT_COLUMNS, eventFromRow } from './event-row.ts'
import { FILL_COLUMNS, FILL_WIDTH, fillFromRow } from './fill-row.ts'
import type { ListHost } from './list-host.ts'
import {
  casesQuery,
  fillsBetweenQuery,
  fillsOfSymbolQuery,
  openOrdersFillsQuery,
  openOrdersQuery,
  ordersQuery,
  positionsQuery,
  type SlicedQuery,
  strategyFillsQuery,
} from './list-queries.ts'
import { orderFromText } from './order-row.ts'
import { positionFromRow } from './position-row.ts'
import type { ReadRows, Rows } from './rows-of.ts'
import { SIGNAL_COLUMNS, signalFromRow } from './signal-row.ts'

/**
 * Reads what is committed. Guarantees:
 * - what one key finds is read at once, on a connection of its own that no commit and no list holds up;
 * - lists are read where they cannot hold up the event loop, and are decoded in slices for the same reason;
 * - a list goes by the orders' own numbers, so orders that arrive meanwhile are neither skipped nor seen twice.
 */
export interface ReaderDeps {
  readonly points: ReadRows
  readonly lists: ListHost
}
/** What is decoded in one turn of the event loop: a few milliseconds. */
const SLICE = 100
const LONG_SLICE = 500

export class Reader implements OrderStoreReader {
  readonly #points: ReadRows
  readonly #lists: ListHost

  constructor({ points, lists }: ReaderDeps) {
    this.#points = points
    this.#lists = lists
  }

  async order(id: OrderId): Promise<Order | undefined> {
    return first(this.#points('SELECT record FROM orders WHERE id = ?', [id]), ([record]) => orderFromText(record))
  }

  async orderByClientId(account: string, clientOrderId: string): Promise<Order | undefined> {
    const sql = `SELECT record FROM client_orders c JOIN orders o ON o.id = c.order_id
      WHERE c.client_order_id = ? AND c.account = ?`
    return first(this.#points(sql, [clientOrderId, account]), ([record]) => orderFromText(record))
  }

  async knownClientOrderIds(account: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const known = await this.#amongThese('SELECT client_order_id FROM client_orders', 'client_order_id', account, ids)
    return new Set(known)
  }

  async closedByBrokerIds(account: string, ids: readonly BrokerOrderId[]): Promise<readonly Order[]> {
    const select = 'SELECT o.record FROM broker_orders b JOIN orders o ON o.id = b.order_id AND o.open = 0'
    const records = await this.#amongThese(select, 'broker_order_id', account, ids, 'b.')
    return [...new Set(records)].map(orderFromText)
  }

  async bookedExecutions(account: string, ids: readonly ExecutionId[]): Promise<ReadonlySet<ExecutionId>> {
    const booked = await this.#amongThese('SELECT execution_id FROM fills', 'execution_id', account, ids)
    return new Set(booked.map(executionId))
  }

  /** By the index over both columns, so many at a time that a statement's parameters suffice. */
  async #amongThese(
    select: string,
    column: string,
    account: string,
    ids: readonly string[],
    table = '',
  ): Promise<string[]> {
    const found: string[] = []
    for (let at = 0; at < ids.length; at += LONG_SLICE) {
      const these = ids.slice(at, at + LONG_SLICE)
      const marks = these.map(() => '?').join(', ')
      const sql = `${select} WHERE ${table}account = ? AND ${table}${column} IN (${marks})`
      for (const [id] of await this.#lists.rows(sql, [account, ...these])) found.push(String(id))
    }
    return found
  }

  async fills(orderId: OrderId): Promise<readonly Fill[]> {
    return this.#points(`SELECT ${FILL_COLUMNS} FROM fills f WHERE order_id = ? ORDER BY seq`, [orderId]).map(
      fillFromRow,
    )
  }

  async orderEvents(orderId: OrderId): Promise<readonly StoredEvent[]> {
    const sql = `SELECT ${EVENT_COLUMNS} FROM events WHERE order_id = ? ORDER BY account_seq`
    return this.#points(sql, [orderId]).map(eventFromRow)
  }

  async signal(signalId: string): Promise<StoredSignal | undefined> {
    return first(this.#points(`SELECT ${SIGNAL_COLUMNS} FROM signals WHERE signal_id = ?`, [signalId]), signalFromRow)
  }

  async fact(name: string): Promise<string | undefined> {
    return first(this.#points('SELECT value FROM facts WHERE name = ?', [name]), ([value]) => String(value))
  }

  async orders(filter: OrderFilter, page: Page): Promise<PageOf<Order>> {
    const items: Order[] = []
    let next = page.after
    while (items.length < page.limit) {
      const limit = Math.min(SLICE, page.limit - items.length)
      const { sql, params } = ordersQuery(filter, { ...page, limit, ...(next === undefined ? {} : { after: next }) })
      const rows = await this.#lists.rows(sql, params)
      const slice = rows.slice(0, limit)
      for (const [, record] of slice) items.push(orderFromText(record))
      next = Number(slice.at(-1)?.[0])
      if (rows.length <= limit) return { items }
    }
    return next === undefined ? { items } : { items, next }
  }

  fillsOfSymbol(account: string, symbol: string): Promise<readonly Fill[]> {
    return this.#sliced(fillsOfSymbolQuery(account, symbol), fillFromRow)
  }

  fillsBetween(account: string | undefined, from: Instant, to: Instant): Promise<readonly Fill[]> {
    return this.#sliced(fillsBetweenQuery(account, from, to), fillFromRow)
  }

  async eventsAfter(account: string, accountSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    const sql = `SELECT ${EVENT_COLUMNS} FROM events WHERE account = ? AND account_seq > ? ORDER BY account_seq LIMIT ?`
    return (await this.#lists.rows(sql, [account, accountSeq, limit])).map(eventFromRow)
  }

  async marksAfter(account: string, accountSeq: number): Promise<{ readonly marks: number; readonly upTo: number }> {
    const sql = `SELECT count(*) FILTER (WHERE event = 'order.submitting'), max(account_seq)
      FROM events WHERE account = ? AND account_seq > ?`
    const [[marks = 0, upTo = null] = []] = this.#points(sql, [account, accountSeq])
    return { marks: Number(marks), upTo: upTo === null ? accountSeq : Number(upTo) }
  }

  positions(): Promise<readonly Position[]> {
    return this.#sliced(positionsQuery(undefined), positionFromRow)
  }

  async sinkPositions(sink: string): Promise<ReadonlyMap<string, number>> {
    const rows = this.#points('SELECT account, account_seq FROM sink_positions WHERE sink = ? ORDER BY account', [sink])
    return new Map(rows.map(([account, accountSeq]) => [String(account), Number(accountSeq)]))
  }

  async case(id: CaseId): Promise<Case | undefined> {
    return first(this.#points('SELECT record FROM cases WHERE id = ?', [id]), ([record]) => caseFromText(record))
  }
  /** Few at any time, and as a rule none is open: a page is read whole. */
  async cases(filter: CaseFilter, page: Page): Promise<PageOf<Case>> {
    const { sql, params } = casesQuery(filter, page)
    const rows = await this.#lists.rows(sql, params)
    const shown = rows.slice(0, page.limit)
    const items = shown.map(([, record]) => caseFromText(record))
    return rows.length <= page.limit ? { items } : { items, next: Number(shown.at(-1)?.[0]) }
  }
  async openCases(account: string): Promise<readonly Case[]> {
    const sql = 'SELECT record FROM cases WHERE account = ? AND open = 1 ORDER BY seq'
    return this.#points(sql, [account]).map(([record]) => caseFromText(record))
  }

  /** What an account's owner starts from; nobody else can write it any more. */
  openOrders(account: string): Promise<readonly Order[]> {
    return this.#sliced(openOrdersQuery(account), ([record]) => orderFromText(record))
  }
  openOrdersFills(account: string): Promise<readonly Fill[]> {
    return this.#sliced(openOrdersFillsQuery(account), fillFromRow)
  }
  strategyFills(account: string): Promise<readonly StrategyFill[]> {
    return this.#sliced(strategyFillsQuery(account), (row) => ({
      ...fillFromRow(row),
      strategy: String(row[FILL_WIDTH]),
    }))
  }
  positionsOf(account: string): Promise<readonly Position[]> {
    return this.#sliced(positionsQuery(account), positionFromRow)
  }

  /** The next slice is already being read while this one is decoded. */
  async #sliced<T>({ sql, params, start, key }: SlicedQuery, decode: (row: Row) => T): Promise<readonly T[]> {
    const items: T[] = []
    const ask = (place: readonly SqlValue[]): Promise<Rows> => this.#lists.rows(sql, [...params, ...place, LONG_SLICE])
    let coming: Promise<Rows> | undefined = ask(start)
    while (coming !== undefined) {
      const rows: Rows = await coming
      const last = rows.length < LONG_SLICE ? undefined : rows.at(-1)
      coming = last === undefined ? undefined : ask(key.map((column) => last[column] ?? null))
      for (const row of rows) items.push(decode(row))
    }
    return items
  }
}

type Row = Rows[number]

function first<T>(rows: Rows, decode: (row: Row) => T): T | undefined {
  const [row] = rows
  return row === undefined ? undefined : decode(row)
}
