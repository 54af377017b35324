import type { Price } from '../../../src/core/money.ts'
import { formatTime } from '../../../src/core/time.ts'
import type { Dialect } from './dialect.ts'
import type { DialectOrder, Trade, Version } from './dialect-order.ts'

/** What goes on the wire of an order: the dialect's words, never the tag. */
const AVERAGE_DIGITS = 12
export type Row = Readonly<Record<string, unknown>>

export interface View {
  readonly version: Version
  /** Those of the version that are shown with it. */
  readonly trades: readonly Trade[]
  /** Instead of the word the state has. */
  readonly word?: string | undefined
}

export function orderRow(dialect: Dialect, order: DialectOrder, { version, trades, word }: View): Row {
  const { clientOrderId, symbol, side, type, timeInForce } = order.terms
  const last = version.trades.at(-1)
  return {
    id: order.brokerOrderId,
    ...(clientOrderId === undefined ? {} : { client_id: clientOrderId }),
    symbol,
    side,
    kind: type,
    tif: timeInForce,
    qty: version.quantity.toString(),
    ...(version.limitPrice === undefined ? {} : { limit: version.limitPrice.toString() }),
    status: word ?? wordFor(dialect, order, version),
    filled: version.filled.toString(),
    ...(version.filled.isPositive ? { avg: averageOf(version).toString() } : {}),
    ...(last === undefined ? {} : { last_fill_at: formatTime(last.at) }),
    taken_at: formatTime(order.versions[0]?.at ?? version.at),
    ...(version.why === undefined ? {} : { why: version.why }),
    ...(dialect.namesExecutions ? { executions: trades.map(tradeRow) } : {}),
  }
}

const ordersWritten = new WeakMap<Version, string>()
/** The row as it stands in a list. Most are asked for again and again, and no version ever changes. */
export function orderText(dialect: Dialect, order: DialectOrder, view: View): string {
  const { version, trades, word } = view
  const isUsual = word === undefined && trades === version.trades
  if (!isUsual) return JSON.stringify(orderRow(dialect, order, view))
  const text = ordersWritten.get(version) ?? JSON.stringify(orderRow(dialect, order, view))
  ordersWritten.set(version, text)
  return text
}

export const tradeRow = ({ id, quantity, price, at, fee = '0', feeCurrency = 'USD', change }: Trade): Row => ({
  id,
  type: change?.kind ?? 'trade',
  qty: quantity.toString(),
  price: price.toString(),
  at: formatTime(at),
  fee,
  fee_currency: feeCurrency,
  ...(change === undefined ? {} : { changed_at: formatTime(change.at) }),
})

/** A row of the list of executions. `cum` is how far it brought its order. */
function executionRow(dialect: Dialect, order: DialectOrder, version: Version, trade: Trade): Row {
  const { clientOrderId, symbol, side } = order.terms
  const upTo = version.trades.slice(0, version.trades.findIndex(({ id }) => id === trade.id) + 1)
  const cum = upTo.slice(1).reduce((sum, { quantity }) => sum.plus(quantity), upTo[0]?.quantity ?? trade.quantity)
  const { id, ...row } = tradeRow(trade)
  return {
    ...(dialect.namesExecutions ? { id } : {}),
    ...row,
    cum: cum.toString(),
    order_id: order.brokerOrderId,
    ...(clientOrderId === undefined ? {} : { client_id: clientOrderId }),
    symbol,
    side,
  }
}

const executionsWritten = new WeakMap<Version, Map<Trade, string>>()
export function executionText(dialect: Dialect, order: DialectOrder, version: Version, trade: Trade): string {
  const written = executionsWritten.get(version) ?? new Map<Trade, string>()
  executionsWritten.set(version, written)
  const text = written.get(trade) ?? JSON.stringify(executionRow(dialect, order, version, trade))
  written.set(trade, text)
  return text
}

export function wordFor({ words }: Dialect, order: DialectOrder, { state }: Version): string {
  const choice = words[state]
  return choice[order.number % choice.length] ?? state
}

const averageOf = ({ filled, notional }: Version): Price =>
  notional.dividedBy(filled, AVERAGE_DIGITS, 'half_even') as Price
