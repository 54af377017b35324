import { z } from 'zod'
import type { ReportedFill } from '../../../core/fill.ts'
import { brokerOrderId, clientOrderId, executionId } from '../../../core/ids.ts'
import { type JsonValue, parseJsonText } from '../../../core/json-text.ts'
import { type Amount, Decimal, type Price, type Quantity } from '../../../core/money.ts'
import type { Plain, ReportChannel } from '../../../core/order-events.ts'
import type { OrderReport, ReportedStatus } from '../../../core/order-report.ts'
import { type Instant, parseTime } from '../../../core/time.ts'
import type { Instrument, Quote, VenueAccount, VenueExecution, VenuePosition } from '../../../ports/broker-gateway.ts'

/** What the paper venue says, in our words. A text that does not fit its form is `undefined`: never a guess. */
const decimalText = z.string().transform((text, context) => Decimal.parse(text) ?? wrong(context))
const time = z.string().transform((text, context) => parseTime(text) ?? wrong(context))
function wrong(context: { addIssue: (issue: { code: 'custom'; message: string }) => void }): typeof z.NEVER {
  context.addIssue({ code: 'custom', message: 'not of its form' })
  return z.NEVER
}

const EXECUTION = z.object({
  id: z.string().min(1),
  quantity: decimalText,
  price: decimalText,
  time,
  commission: decimalText,
  commission_currency: z.string(),
})
const ORDER = z.object({
  id: z.string().min(1),
  client_order_id: z.string().min(1),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  status: z.string(),
  quantity: decimalText,
  limit_price: decimalText.optional(),
  type: z.enum(['limit', 'market']).optional(),
  time_in_force: z.enum(['day', 'gtc', 'ioc', 'fok']).optional(),
  created_at: time.optional(),
  filled_quantity: decimalText,
  average_fill_price: decimalText.optional(),
  filled_at: time.optional(),
  cancel_reason: z.string().optional(),
  reject_reason: z.string().optional(),
  executions: z.array(EXECUTION).default([]),
})
type PaperOrder = z.infer<typeof ORDER>

const STATUS: Readonly<Record<string, ReportedStatus>> = {
  new: 'working',
  partially_filled: 'working',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
}

export interface ReportContext {
  readonly account: string
  readonly channel: ReportChannel
  readonly at: Instant
  readonly latencyMs?: number
}

export function decodeOrder(body: JsonValue | undefined, context: ReportContext): OrderReport | undefined {
  const parsed = ORDER.safeParse(body)
  return parsed.success ? reportOf(parsed.data, context) : undefined
}

function reportOf(order: PaperOrder, { account, channel, at, latencyMs }: ReportContext): OrderReport {
  const reason = order.cancel_reason ?? order.reject_reason
  const status = Object.hasOwn(STATUS, order.status) ? (STATUS[order.status] ?? 'unknown') : 'unknown'
  return {
    channel,
    account,
    at,
    status,
    rawStatus: order.status,
    clientOrderId: clientOrderId(order.client_order_id),
    brokerOrderId: brokerOrderId(order.id),
    symbol: order.symbol,
    side: order.side,
    quantity: order.quantity as Quantity,
    cumulativeQuantity: order.filled_quantity as Quantity,
    fills: order.executions.map(fillOf),
    ...(order.limit_price === undefined ? {} : { limitPrice: order.limit_price as Price }),
    ...(order.type === undefined ? {} : { orderType: order.type }),
    ...(order.time_in_force === undefined ? {} : { timeInForce: order.time_in_force }),
    ...(order.created_at === undefined ? {} : { takenAt: order.created_at }),
    ...(order.average_fill_price === undefined ? {} : { averagePrice: order.average_fill_price as Price }),
    ...(order.filled_at === undefined ? {} : { filledAt: order.filled_at }),
    ...(reason === undefined ? {} : { reason }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    evidence: { status: order.status, id: order.id, filled_quantity: order.filled_quantity.toString() },
  }
}

const fillOf = (execution: z.infer<typeof EXECUTION>): ReportedFill => ({
  executionId: executionId(execution.id),
  quantity: execution.quantity as Quantity,
  price: execution.price as Price,
  time: execution.time,
  commission: execution.commission as Amount,
  commissionCurrency: execution.commission_currency,
})

const LIST = z.object({ items: z.array(z.unknown()), next: z.union([z.string(), z.null()]).optional() })
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}
/** `undefined` when a single row does not fit: half a list is no list. */
export function decodeOrders(body: JsonValue | undefined, context: ReportContext): Page<OrderReport> | undefined {
  const list = LIST.safeParse(body)
  if (!list.success) return undefined
  const reports = list.data.items.map((item) => decodeOrder(item as JsonValue, context))
  return reports.every((report) => report !== undefined)
    ? { items: reports, next: list.data.next ?? undefined }
    : undefined
}

const EXECUTION_OF = EXECUTION.extend({
  order_id: z.string().min(1),
  client_order_id: z.string().min(1),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
})
export function decodeExecutions(body: JsonValue | undefined): Page<VenueExecution> | undefined {
  const list = LIST.extend({ items: z.array(EXECUTION_OF) }).safeParse(body)
  if (!list.success) return undefined
  const items = list.data.items.map((item) => ({
    ...fillOf(item),
    symbol: item.symbol,
    side: item.side,
    brokerOrderId: brokerOrderId(item.order_id),
    clientOrderId: clientOrderId(item.client_order_id),
  }))
  return { items, next: list.data.next ?? undefined }
}

const STREAM = z.object({ type: z.string(), order: z.unknown().optional() })
export function decodeStreamMessage(text: string, context: ReportContext): OrderReport | undefined {
  const message = STREAM.safeParse(parseBody(text))
  return message.success ? decodeOrder(message.data.order as JsonValue | undefined, context) : undefined
}

const REFUSAL = z.object({ code: z.string(), message: z.string() })
export function decodeRefusal(
  body: JsonValue | undefined,
): { readonly code: string; readonly message: string } | undefined {
  const parsed = REFUSAL.safeParse(body)
  return parsed.success ? parsed.data : undefined
}

const QUOTE = z.object({ symbol: z.string(), bid: decimalText, ask: decimalText, last: decimalText, time })
export function decodeQuote(body: JsonValue | undefined, receivedAt: Instant): Quote | undefined {
  const parsed = QUOTE.safeParse(body)
  if (!parsed.success) return undefined
  const { symbol, bid, ask, last } = parsed.data
  return { symbol, bid: bid as Price, ask: ask as Price, last: last as Price, time: parsed.data.time, receivedAt }
}

const INSTRUMENT = z.object({
  symbol: z.string(),
  name: z.string().optional(),
  currency: z.string(),
  tick: decimalText,
  lot: decimalText,
  min_quantity: decimalText,
  min_notional: decimalText.optional(),
  shortable: z.boolean(),
})
export function decodeInstrument(body: JsonValue | undefined): Instrument | undefined {
  const parsed = INSTRUMENT.safeParse(body)
  if (!parsed.success) return undefined
  const { symbol, name, currency, tick, lot, min_quantity, min_notional, shortable } = parsed.data
  return {
    symbol,
    currency,
    shortable,
    ticks: [{ from: Decimal.of(0n, 0) as Price, tick: tick as Price }],
    lot: lot as Quantity,
    minQuantity: min_quantity as Quantity,
    ...(name === undefined ? {} : { name }),
    ...(min_notional === undefined ? {} : { minNotional: min_notional as Amount }),
  }
}

const ACCOUNT = z.object({ cash: decimalText, buying_power: decimalText, currency: z.string() })
export function decodeAccount(body: JsonValue | undefined, readAt: Instant): VenueAccount | undefined {
  const parsed = ACCOUNT.safeParse(body)
  if (!parsed.success) return undefined
  const { cash, buying_power, currency } = parsed.data
  return { cash: cash as Amount, buyingPower: buying_power as Amount, currency, readAt }
}

const POSITIONS = z.object({
  items: z.array(z.object({ symbol: z.string(), quantity: decimalText, average_price: decimalText.optional() })),
})
export function decodePositions(body: JsonValue | undefined): readonly VenuePosition[] | undefined {
  const parsed = POSITIONS.safeParse(body)
  return parsed.success
    ? parsed.data.items.map(({ symbol, quantity, average_price }) => ({
        symbol,
        quantity: quantity as Quantity,
        ...(average_price === undefined ? {} : { averagePrice: average_price as Price }),
      }))
    : undefined
}

export function parseBody(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text)
  } catch {
    return undefined
  }
}

export const rawEvidence = (status: number, body: string): Plain => ({ status, body: body.slice(0, 2_000) })
