import type { Mode, Order, OrderStatus } from './order.ts'
import type { OrderEvent, Plain } from './order-events.ts'
import { eventToDetail } from './order-record.ts'
import { formatTime, type Instant } from './time.ts'

/**
 * The body of an audit line: everything but the log's own `seq`, `account_seq`, `prev` and `hash`. Always begins with
 * `{"v":1,"time":` so that the log can put its own fields in without reading the rest. Decimals go in as text: a value
 * with a `toJSON` makes `JSON.stringify` leave its fast path for the whole line.
 */
export const AUDIT_VERSION = 1

export const orderEventId = (order: Order): string => `${order.id}-${order.orderSeq}`

export function orderLine(
  event: OrderEvent,
  after: Order,
  previous: OrderStatus | undefined,
  sessionId: string,
): string {
  return JSON.stringify({
    v: AUDIT_VERSION,
    time: formatTime(event.at),
    event: `order.${event.kind}`,
    event_id: orderEventId(after),
    order_seq: after.orderSeq,
    mode: after.mode,
    session_id: sessionId,
    trace_id: after.traceId,
    account: after.account,
    venue: after.venue,
    order_id: after.id,
    client_order_id: after.clientOrderId,
    broker_order_id: after.brokerOrderId,
    signal_id: after.signalId,
    strategy: after.strategy,
    symbol: after.symbol,
    side: after.side,
    order_type: after.orderType,
    time_in_force: after.timeInForce,
    quantity: after.quantity?.toString(),
    limit_price: after.limitPrice?.toString(),
    reference_price: after.referencePrice?.toString(),
    status: after.status,
    previous_status: previous,
    filled_quantity: after.filledQuantity.toString(),
    average_fill_price: after.averageFillPrice?.toString(),
    generation: after.generation,
    attempt: after.attempt,
    latency_ms: 'latencyMs' in event ? event.latencyMs : undefined,
    reason: 'code' in event ? event.code : 'reason' in event ? event.reason : undefined,
    detail: eventToDetail(event),
  })
}

export interface NoteContext {
  readonly mode: Mode
  readonly sessionId: string
  readonly account?: string
  readonly venue?: string
  readonly traceId?: string
}

/** A line that is about no order's transition: a session, a position, the switch, a signal that was refused. */
export function noteLine(
  event: string,
  eventId: string,
  at: Instant,
  context: NoteContext,
  fields: Readonly<Record<string, Plain | undefined>>,
): string {
  return JSON.stringify({
    v: AUDIT_VERSION,
    time: formatTime(at),
    event,
    event_id: eventId,
    mode: context.mode,
    session_id: context.sessionId,
    trace_id: context.traceId,
    account: context.account,
    venue: context.venue,
    ...fields,
  })
}
