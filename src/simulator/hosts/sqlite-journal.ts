import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { amount, quantity } from '../../core/money.ts'
import type { ExecutionOf, OrderPage, Page, VenueJournal, VenueMemory, VenueRecord } from '../venue-journal.ts'
import { isOpen, type VenueOrder } from '../venue-order.ts'
import { readOrder, writeOrder } from './stored-order.ts'

/**
 * The memory of one account's venue in a file that several accounts share. One `append` is one transaction. Final orders
 * are in the file alone.
 */
export class SqliteJournal implements VenueJournal {
  readonly #database: DatabaseSync
  readonly #account: string
  readonly #statements: Statements

  constructor(database: DatabaseSync, account: string) {
    this.#database = database
    this.#account = account
    this.#statements = prepareAll(database)
  }

  load(): VenueMemory | undefined {
    const { book, positions, openOrders } = this.#statements
    const row = book.get(this.#account)
    if (row === undefined) return undefined
    return {
      openedAt: Number(row.opened_at),
      seq: Number(row.seq),
      money: {
        cash: amount(`${row.cash}`),
        realised: amount(`${row.realised}`),
        commission: amount(`${row.commission}`),
      },
      positions: positions.all(this.#account).map((position) => ({
        symbol: `${position.symbol}`,
        quantity: quantity(`${position.quantity}`),
        cost: amount(`${position.cost}`),
      })),
      openOrders: openOrders.all(this.#account, 0, -1).map(orderOf),
    }
  }

  append(records: readonly VenueRecord[]): void {
    const { begin, commit } = this.#statements
    begin.run()
    try {
      for (const record of records) this.#write(record)
      commit.run()
    } catch (error) {
      if (this.#database.isTransaction) this.#statements.rollback.run()
      throw error
    }
  }

  #write(record: VenueRecord): void {
    const account = this.#account
    const s = this.#statements
    if (record.kind === 'opened') {
      const { cash, realised, commission } = record.money
      s.open.run(account, record.at, `${cash}`, `${realised}`, `${commission}`)
      return
    }
    const { order, settlement } = record
    const state = isOpen(order) ? 1 : 0
    const body = writeOrder(order)
    if (order.seq === order.updatedSeq)
      s.insertOrder.run(account, order.seq, order.id, order.clientOrderId, state, body)
    else s.updateOrder.run(state, body, account, order.seq)
    if (settlement === undefined) {
      s.count.run(order.updatedSeq, account)
      return
    }
    const { cash, realised, commission, position } = settlement
    s.settle.run(order.updatedSeq, `${cash}`, `${realised}`, `${commission}`, account)
    s.insertExecution.run(account, order.updatedSeq, order.seq)
    s.putPosition.run(account, position.symbol, `${position.quantity}`, `${position.cost}`)
  }

  orderById(id: string): VenueOrder | undefined {
    return orderIn(this.#statements.byId.get(this.#account, id))
  }
  orderByClientId(clientOrderId: string): VenueOrder | undefined {
    return orderIn(this.#statements.byClientId.get(this.#account, clientOrderId))
  }
  orders({ status, after, limit, newestFirst }: OrderPage): readonly VenueOrder[] {
    const { allOrders, closedOrders, openOrders, newestOrders } = this.#statements
    if (newestFirst) {
      const isOpenOrBoth = { open: 1, closed: 0, all: null }[status]
      return newestOrders.all(this.#account, before(after), isOpenOrBoth, limit).map(orderOf)
    }
    const statement = { open: openOrders, closed: closedOrders, all: allOrders }[status]
    return statement.all(this.#account, after, limit).map(orderOf)
  }
  executions({ after, limit, newestFirst }: Page): readonly ExecutionOf[] {
    const { executions, newestExecutions } = this.#statements
    const rows = newestFirst
      ? newestExecutions.all(this.#account, before(after), limit)
      : executions.all(this.#account, after, limit)
    return rows.flatMap((row) => {
      const order = orderOf(row)
      const execution = order.executions.find(({ seq }) => seq === row.seq)
      return execution === undefined ? [] : [{ order, execution }]
    })
  }
}

/** 0 stands for the newest end. */
const before = (after: number): number => (after === 0 ? Number.MAX_SAFE_INTEGER : after)

type Row = Readonly<Record<string, unknown>>
const orderOf = (row: Row): VenueOrder => readOrder(`${row.body}`)
const orderIn = (row: Row | undefined): VenueOrder | undefined => (row === undefined ? undefined : orderOf(row))

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  book: 'SELECT * FROM book WHERE account = ?',
  positions: 'SELECT symbol, quantity, cost FROM positions WHERE account = ?',
  open: 'INSERT INTO book (account, opened_at, seq, cash, realised, commission) VALUES (?, ?, 0, ?, ?, ?)',
  count: 'UPDATE book SET seq = ? WHERE account = ?',
  settle: 'UPDATE book SET seq = ?, cash = ?, realised = ?, commission = ? WHERE account = ?',
  insertOrder: 'INSERT INTO orders (account, seq, id, client_order_id, is_open, body) VALUES (?, ?, ?, ?, ?, ?)',
  updateOrder: 'UPDATE orders SET is_open = ?, body = ? WHERE account = ? AND seq = ?',
  insertExecution: 'INSERT INTO executions (account, seq, order_seq) VALUES (?, ?, ?)',
  putPosition: 'INSERT OR REPLACE INTO positions (account, symbol, quantity, cost) VALUES (?, ?, ?, ?)',
  byId: 'SELECT body FROM orders WHERE account = ? AND id = ?',
  byClientId: 'SELECT body FROM orders WHERE account = ? AND client_order_id = ?',
  openOrders: 'SELECT body FROM orders WHERE account = ? AND seq > ? AND is_open = 1 ORDER BY seq LIMIT ?',
  closedOrders: 'SELECT body FROM orders WHERE account = ? AND seq > ? AND is_open = 0 ORDER BY seq LIMIT ?',
  allOrders: 'SELECT body FROM orders WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?',
  newestOrders: `SELECT body FROM orders WHERE account = ? AND seq < ? AND is_open = coalesce(?, is_open)
    ORDER BY seq DESC LIMIT ?`,
  newestExecutions: `SELECT e.seq, o.body FROM executions e JOIN orders o ON o.account = e.account AND o.seq = e.order_seq
    WHERE e.account = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
  executions: `SELECT e.seq, o.body FROM executions e JOIN orders o ON o.account = e.account AND o.seq = e.order_seq
    WHERE e.account = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`,
} as const
type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>

function prepareAll(database: DatabaseSync): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const)
  return Object.fromEntries(prepared) as Statements
}
