import type { ReportedFill } from '../../../core/fill.ts'
import { brokerOrderId, clientOrderId } from '../../../core/ids.ts'
import { isJsonObject, type JsonValue } from '../../../core/json-text.ts'
import type { Decimal, Price, Quantity } from '../../../core/money.ts'
import type { OrderType, TimeInForce } from '../../../core/order.ts'
import type { Plain, ReportChannel } from '../../../core/order-events.ts'
import type { OrderReport, ReportedStatus } from '../../../core/order-report.ts'
import type { Instant } from '../../../core/time.ts'
import { OrderRow } from './order-row.ts'

/** Alpaca's order object. Keys we do not know are left alone; a key that is missing says nothing. */
export interface AlpacaOrder {
  readonly id: string
  readonly client_order_id: string
  readonly created_at: Instant
  readonly submitted_at: Instant | undefined
  readonly updated_at: string | undefined
  readonly filled_at: Instant | undefined
  readonly replaced_by: string | undefined
  readonly replaces: string | undefined
  readonly symbol: string | undefined
  readonly side: string | undefined
  readonly qty: Decimal | undefined
  readonly filled_qty: Decimal
  readonly filled_avg_price: Decimal | undefined
  readonly type: string | undefined
  readonly time_in_force: string | undefined
  readonly limit_price: Decimal | undefined
  readonly status: string
}

export function readOrder(body: JsonValue | undefined): AlpacaOrder | undefined {
  if (!isJsonObject(body)) return undefined
  const row = new OrderRow(body)
  const order: AlpacaOrder = {
    id: row.text('id'),
    client_order_id: row.text('client_order_id'),
    created_at: row.time('created_at'),
    submitted_at: row.maybeTime('submitted_at'),
    updated_at: row.maybeText('updated_at'),
    filled_at: row.maybeTime('filled_at'),
    replaced_by: row.maybeText('replaced_by'),
    replaces: row.maybeText('replaces'),
    symbol: row.maybeText('symbol'),
    side: row.maybeText('side'),
    qty: row.maybeDecimal('qty'),
    filled_qty: row.decimal('filled_qty'),
    filled_avg_price: row.maybeDecimal('filled_avg_price'),
    type: row.maybeText('type'),
    time_in_force: row.maybeText('time_in_force'),
    limit_price: row.maybeDecimal('limit_price'),
    status: row.text('status'),
  }
  return row.fits ? order : undefined
}

/** A word that is not here changes nothing and alarms. */
const STATUS: Readonly<Record<string, ReportedStatus>> = {
  // Routed, or under review, and nobody has said yes.
  pending_new: 'received',
  pending_review: 'received',
  accepted: 'working',
  accepted_for_bidding: 'working',
  new: 'working',
  held: 'working',
  partially_filled: 'working',
  // Good-till-cancelled orders come back the next day; others end with a word of their own.
  done_for_day: 'working',
  pending_cancel: 'working',
  pending_replace: 'working',
  stopped: 'working',
  suspended: 'working',
  calculated: 'working',
  // This id is over, the chain is not: whoever asks by name is told of the order that took its place.
  replaced: 'working',
  filled: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
}
export const STATUS_WORDS: readonly string[] = Object.keys(STATUS)
const meaningOf = (word: string): ReportedStatus =>
  Object.hasOwn(STATUS, word) ? (STATUS[word] ?? 'unknown') : 'unknown'

export interface ReportContext {
  readonly account: string
  readonly channel: ReportChannel
  readonly at: Instant
  readonly latencyMs?: number
}

export function decodeOrder(body: JsonValue | undefined, context: ReportContext): OrderReport | undefined {
  const order = readOrder(body)
  return order === undefined ? undefined : reportOf(order, context)
}

/** `fills`: the newest executions of the order, oldest first, where the message tells them. */
export function reportOf(order: AlpacaOrder, context: ReportContext, fills: readonly ReportedFill[] = []): OrderReport {
  const { account, channel, at, latencyMs } = context
  return {
    channel,
    account,
    at,
    status: meaningOf(order.status),
    rawStatus: order.status,
    clientOrderId: clientOrderId(order.client_order_id),
    brokerOrderId: brokerOrderId(order.id),
    cumulativeQuantity: order.filled_qty as Quantity,
    takenAt: order.created_at,
    fills,
    ...termsOf(order),
    ...(order.filled_avg_price === undefined ? {} : { averagePrice: order.filled_avg_price as Price }),
    ...(order.filled_at === undefined ? {} : { filledAt: order.filled_at }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    evidence: evidenceOf(order),
  }
}

const SIDES = { buy: 'buy', sell: 'sell', sell_short: 'sell' } as const
export const sideOf = (word: string | undefined) =>
  word !== undefined && Object.hasOwn(SIDES, word) ? SIDES[word as keyof typeof SIDES] : undefined
const ORDER_TYPES: ReadonlySet<string> = new Set<OrderType>(['limit', 'market', 'stop', 'stop_limit'])
const isOrderType = (word: string | undefined): word is OrderType => word !== undefined && ORDER_TYPES.has(word)
const TIMES: ReadonlySet<string> = new Set<TimeInForce>(['day', 'gtc', 'ioc', 'fok'])
const isTimeInForce = (word: string | undefined): word is TimeInForce => word !== undefined && TIMES.has(word)

function termsOf({ symbol, side, qty, limit_price, type, time_in_force }: AlpacaOrder): Partial<OrderReport> {
  const known = sideOf(side)
  return {
    ...(symbol === undefined ? {} : { symbol }),
    ...(known === undefined ? {} : { side: known }),
    // A notional order never has one: what it comes to is what fills.
    ...(qty === undefined ? {} : { quantity: qty as Quantity }),
    ...(limit_price === undefined ? {} : { limitPrice: limit_price as Price }),
    ...(isOrderType(type) ? { orderType: type } : {}),
    ...(isTimeInForce(time_in_force) ? { timeInForce: time_in_force } : {}),
  }
}

/** The words that decide, as they were told. */
const evidenceOf = (order: AlpacaOrder): Plain => ({
  id: order.id,
  status: order.status,
  filled_qty: order.filled_qty.toString(),
  ...(order.updated_at === undefined ? {} : { updated_at: order.updated_at }),
  ...(order.replaces === undefined ? {} : { replaces: order.replaces }),
  ...(order.replaced_by === undefined ? {} : { replaced_by: order.replaced_by }),
})

/** `undefined` when a single row does not fit: half a list is no list. */
export function readOrders(body: JsonValue | undefined): readonly AlpacaOrder[] | undefined {
  return readAll(body, readOrder)
}

export function readAll<T>(
  body: JsonValue | undefined,
  read: (item: JsonValue) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(body)) return undefined
  const items = (body as readonly JsonValue[]).map(read)
  return items.every((item) => item !== undefined) ? items : undefined
}
