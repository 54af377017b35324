import type { BrokerOrder, Detection, Order } from './order.ts'
import type { Plain } from './order-events.ts'
import type { PlainRecord } from './order-record.ts'
import { formatTime, type Instant } from './time.ts'

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Name
/** Every field has to be named, so that a new one cannot be forgotten here. */
type Written<T> = { readonly [Name in keyof T & string as Snake<Name>]-?: Plain | undefined }

/**
 * Written several times for every order, and so field by field: an object of one shape, with nothing in it that has a
 * form of its own, is what `JSON.stringify` is several times faster with.
 */
export const orderToRecord = (order: Order): PlainRecord =>
  ({
    id: order.id,
    account: order.account,
    venue: order.venue,
    currency: order.currency,
    mode: order.mode,
    session_id: order.sessionId,
    trace_id: order.traceId,
    config_version: order.configVersion,
    signal_id: order.signalId,
    leg: order.leg,
    strategy: order.strategy,
    symbol: order.symbol,
    side: order.side,
    order_type: order.orderType,
    time_in_force: order.timeInForce,
    quantity: order.quantity?.toString(),
    amount: order.amount?.toString(),
    limit_price: order.limitPrice?.toString(),
    reference_price: order.referencePrice?.toString(),
    client_order_id: order.clientOrderId,
    expires_at: timeText(order.expiresAt),
    reduce_only: order.reduceOnly,
    status: order.status,
    order_seq: order.orderSeq,
    generation: order.generation,
    attempt: order.attempt,
    payload_hash: order.payloadHash,
    broker_order_id: order.brokerOrderId,
    broker_orders: order.brokerOrders.map(brokerOrderRecord),
    filled_quantity: order.filledQuantity.toString(),
    filled_notional: order.filledNotional.toString(),
    average_fill_price: order.averageFillPrice?.toString(),
    commission: order.commission.toString(),
    created_at: formatTime(order.createdAt),
    updated_at: formatTime(order.updatedAt),
    submitted_at: timeText(order.submittedAt),
    accepted_at: timeText(order.acceptedAt),
    closed_at: timeText(order.closedAt),
    cancel_requested_at: timeText(order.cancelRequestedAt),
    cancel_reason: order.cancelReason,
    last_status_check: timeText(order.lastStatusCheck),
    execution_time: timeText(order.executionTime),
    slippage_pct: order.slippagePct?.toString(),
    latency_ms: order.latencyMs,
    reason: order.reason,
    failure_reason: order.failureReason,
    rejection_reason: order.rejectionReason,
    cancelled_reason: order.cancelledReason,
    first_failed_at: timeText(order.firstFailedAt),
    last_retry_attempt: timeText(order.lastRetryAttempt),
    retry_count: order.retryCount,
    retry_expires_at: timeText(order.retryExpiresAt),
    shortfall: order.shortfall?.toString(),
    detection: order.detection && detectionRecord(order.detection),
    opens_at: timeText(order.opensAt),
  }) satisfies Written<Order>

const detectionRecord = ({ methods, confidence, elapsedMs, checks }: Detection) =>
  ({ methods, confidence, elapsed_ms: elapsedMs, checks }) satisfies Written<Detection>

const brokerOrderRecord = ({ generation, clientOrderId, brokerOrderId, status, ...filled }: BrokerOrder) =>
  ({
    generation,
    client_order_id: clientOrderId,
    broker_order_id: brokerOrderId,
    status,
    filled_quantity: filled.filledQuantity?.toString(),
    filled_notional: filled.filledNotional?.toString(),
  }) satisfies Written<BrokerOrder>

const timeText = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : formatTime(at))
