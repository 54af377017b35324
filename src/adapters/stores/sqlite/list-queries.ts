import { isFinal } from '../../../core/order.ts'
import type { CaseFilter, OrderFilter, Page } from '../../../ports/order-store.ts'
import type { SqlValue } from './commit-host.ts'
import { FILL_COLUMNS, FILL_TIME, FILL_WIDTH } from './fill-row.ts'
import { POSITION_COLUMNS } from './position-row.ts'

/** Parameters are marked by `?` in both places, so that another engine only has to number them. */
export interface Query {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** One row more than the page holds tells whether there is a next one. */
export function ordersQuery(filter: OrderFilter, page: Page): Query {
  const conditions = conditionsOf(filter)
  const order = page.newestFirst === true ? 'DESC' : 'ASC'
  const place: readonly Query[] =
    page.after === undefined ? [] : [{ sql: `seq ${order === 'ASC' ? '>' : '<'} ?`, params: [page.after] }]
  const limit = page.limit + 1
  const alternatives = statusConditions(filter.status).map((status) =>
    select([...conditions, ...place, ...status], order, limit),
  )
  const [only, ...others] = alternatives
  if (only === undefined) return { sql: 'SELECT seq, record FROM orders WHERE 0 = 1', params: [] }
  if (others.length === 0) return { sql: `SELECT seq, record FROM orders WHERE ${only.sql}`, params: only.params }
  // Each status is read in order along its own index, and the few numbers that come of it are merged.
  const merged = alternatives
    .map(({ sql }) => `SELECT seq FROM (SELECT seq FROM orders WHERE ${sql})`)
    .join(' UNION ALL ')
  return {
    sql: `SELECT seq, record FROM orders WHERE seq IN (${merged}) ORDER BY seq ${order} LIMIT ?`,
    params: [...alternatives.flatMap(({ params }) => params), limit],
  }
}

function select(conditions: readonly Query[], order: string, limit: number): Query {
  const where = ['1 = 1', ...conditions.map(({ sql }) => sql)].join(' AND ')
  const params = conditions.flatMap((condition) => condition.params)
  return { sql: `${where} ORDER BY seq ${order} LIMIT ?`, params: [...params, limit] }
}

/** One alternative per status; saying whether it is open lets the partial indexes serve it. */
function statusConditions(statuses: OrderFilter['status']): readonly (readonly Query[])[] {
  if (statuses === undefined) return [[]]
  return [...new Set(statuses)].map((status) => [
    { sql: `open = ${isFinal(status) ? 0 : 1}`, params: [] },
    { sql: 'status = ?', params: [status] },
  ])
}

const COLUMNS: readonly (readonly [keyof OrderFilter & string, string])[] = [
  ['symbol', 'symbol = ?'],
  ['side', 'side = ?'],
  ['strategy', 'strategy = ?'],
  ['account', 'account = ?'],
  ['signalId', 'signal_id = ?'],
  ['clientOrderId', 'id IN (SELECT order_id FROM client_orders WHERE client_order_id = ?)'],
  ['reason', 'reason = ?'],
  ['from', 'created_at >= ?'],
  ['to', 'created_at < ?'],
]

function conditionsOf(filter: OrderFilter): readonly Query[] {
  const columns = COLUMNS.flatMap(([name, sql]) => {
    const value = filter[name]
    return typeof value === 'string' || typeof value === 'number' ? [{ sql, params: [value] }] : []
  })
  if (filter.open === undefined) return columns
  return [...columns, { sql: `open = ${filter.open ? 1 : 0}`, params: [] }]
}

/**
 * Long lists are read a slice at a time, each going on from the last row of the one before. `key` is where those rows
 * carry the columns they are ordered by.
 */
export interface SlicedQuery {
  readonly sql: string
  readonly params: readonly SqlValue[]
  /** Before the first row. */
  readonly start: readonly SqlValue[]
  readonly key: readonly number[]
}

export function fillsBetweenQuery(account: string | undefined, from: number, to: number): SlicedQuery {
  const ofAccount = account === undefined ? '' : 'f.account = ? AND '
  return {
    sql: `SELECT ${FILL_COLUMNS}, f.seq FROM fills f
      WHERE ${ofAccount}f.time < ? AND (f.time, f.seq) > (?, ?) ORDER BY f.time, f.seq LIMIT ?`,
    params: [...(account === undefined ? [] : [account]), to],
    start: [from, 0],
    key: [FILL_TIME, FILL_WIDTH],
  }
}

export const fillsOfSymbolQuery = (account: string, symbol: string): SlicedQuery => ({
  sql: `SELECT ${FILL_COLUMNS}, f.seq FROM fills f
    WHERE f.account = ? AND f.symbol = ? AND f.seq > ? ORDER BY f.seq LIMIT ?`,
  params: [account, symbol],
  start: [0],
  key: [FILL_WIDTH],
})

export function casesQuery({ state, account }: CaseFilter, page: Page): Query {
  const order = page.newestFirst === true ? 'DESC' : 'ASC'
  const conditions: Query[] = []
  if (state !== undefined) conditions.push({ sql: `open = ${state === 'open' ? 1 : 0}`, params: [] })
  if (account !== undefined) conditions.push({ sql: 'account = ?', params: [account] })
  if (page.after !== undefined) conditions.push({ sql: `seq ${order === 'ASC' ? '>' : '<'} ?`, params: [page.after] })
  const { sql, params } = select(conditions, order, page.limit + 1)
  return { sql: `SELECT seq, record FROM cases WHERE ${sql}`, params }
}

export const openOrdersQuery = (account: string): SlicedQuery => ({
  sql: 'SELECT record, seq FROM orders WHERE open = 1 AND account = ? AND seq > ? ORDER BY seq LIMIT ?',
  params: [account],
  start: [0],
  key: [1],
})

export const openOrdersFillsQuery = (account: string): SlicedQuery => ({
  sql: `SELECT ${FILL_COLUMNS}, o.seq, f.seq FROM orders o CROSS JOIN fills f ON f.order_id = o.id
    WHERE o.open = 1 AND o.account = ? AND (o.seq, f.seq) > (?, ?) ORDER BY o.seq, f.seq LIMIT ?`,
  params: [account],
  start: [0, 0],
  key: [FILL_WIDTH, FILL_WIDTH + 1],
})

export const strategyFillsQuery = (account: string): SlicedQuery => ({
  sql: `SELECT ${FILL_COLUMNS}, o.strategy, f.seq FROM fills f JOIN orders o ON o.id = f.order_id
    WHERE f.account = ? AND f.seq > ? ORDER BY f.seq LIMIT ?`,
  params: [account],
  start: [0],
  key: [FILL_WIDTH + 1],
})

export function positionsQuery(account: string | undefined): SlicedQuery {
  const ofAccount = account === undefined ? '' : 'account = ? AND '
  return {
    sql: `SELECT ${POSITION_COLUMNS} FROM positions
      WHERE ${ofAccount}(account, symbol) > (?, ?) ORDER BY account, symbol LIMIT ?`,
    params: account === undefined ? [] : [account],
    start: ['', ''],
    key: [0, 1],
  }
}
