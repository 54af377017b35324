import { z } from 'zod'
import type { Order } from '../../core/order.ts'
import { remainingQuantity } from '../../core/order.ts'
import { orderToRecord } from '../../core/order-record.ts'
import { decimalText, idText, ORDER_TYPE, SIDE, STATUS, TIME_IN_FORCE, timeText, traceText } from './kinds.ts'

/** An order as the outside sees it. What does not apply is absent; nothing is ever null. */
export const ORDER = z
  .object({
    id: idText('The order, for ever; a UUIDv7.'),
    order_id: idText('The same id, under the name it has in events and audit lines.'),
    account: z.string(),
    venue: z.string(),
    currency: z.string(),
    mode: z.enum(['paper', 'live', 'dry_run']),
    session_id: idText('The run of the daemon that took it.'),
    trace_id: traceText,
    config_version: z.string(),
    signal_id: z.string(),
    leg: z.int(),
    strategy: z.string(),
    symbol: z.string(),
    side: SIDE,
    order_type: ORDER_TYPE,
    time_in_force: TIME_IN_FORCE,
    quantity: decimalText('Ordered; absent when it was denied before it had a size.').optional(),
    amount: decimalText('Money the signal wanted to spend at most.').optional(),
    limit_price: decimalText('Absent on market orders.').optional(),
    reference_price: decimalText('What the limit was computed from.').optional(),
    client_order_id: idText('What the venue knows the present generation by.'),
    broker_order_id: idText("The venue's own id.").optional(),
    broker_orders: z.array(
      z.object({
        generation: z.int(),
        client_order_id: z.string(),
        broker_order_id: z.string().optional(),
        status: STATUS,
      }),
    ),
    expires_at: timeText('When the signal wants it gone.').optional(),
    reduce_only: z.boolean().optional(),
    status: STATUS,
    order_seq: z.int().meta({ description: 'Counts the events of the order from 1 without a gap.' }),
    generation: z.int(),
    attempt: z.int(),
    payload_hash: z.string().optional(),
    filled_quantity: decimalText('Sum over its executions.'),
    filled_notional: decimalText('Sum of price times quantity over its executions.'),
    remaining_quantity: decimalText('Not filled yet.').optional(),
    average_fill_price: decimalText('Rounded to 12 digits; the notional is exact.').optional(),
    execution_price: decimalText('Average price of what was executed.').optional(),
    execution_quantity: decimalText('What was executed.').optional(),
    execution_time: timeText('The last execution.').optional(),
    commission: decimalText('Paid so far, in the currency of the account.'),
    created_at: timeText('Recorded.'),
    updated_at: timeText('Last event.'),
    submitted_at: timeText('Sent.').optional(),
    accepted_at: timeText('Working at the venue.').optional(),
    closed_at: timeText('Final.').optional(),
    cancel_requested_at: timeText('A cancel is on its way.').optional(),
    cancel_reason: z.string().optional(),
    last_status_check: timeText('The venue was asked or told us last.').optional(),
    slippage_pct: decimalText('Signed per side; above zero is worse than the reference.').optional(),
    latency_ms: z.number().optional(),
    reason: z.string().meta({ description: 'Why it is where it is: a stable code where there is one.' }).optional(),
    failure_reason: z.string().optional(),
    rejection_reason: z.string().optional(),
    cancelled_reason: z.string().optional(),
    first_failed_at: timeText('First failure.').optional(),
    last_retry_attempt: timeText('Last try out of the retry queue.').optional(),
    retry_count: z.int(),
    retry_expires_at: timeText('When the retry queue gives it up.').optional(),
    shortfall: decimalText('Money that was missing.').optional(),
    detection: z
      .object({
        methods: z.array(z.string()),
        confidence: decimalText('yes / (yes + no).'),
        elapsed_ms: z.number(),
        checks: z.int(),
      })
      .optional(),
    opens_at: timeText('When the market it waits for opens.').optional(),
  })
  .meta({ id: 'Order' })

export type OrderView = z.output<typeof ORDER>

/** The record that store, log and messages share, under the further names the contract gives. */
export function presentOrder(order: Order): Readonly<Record<string, unknown>> {
  const { averageFillPrice, filledQuantity, detection } = order
  return {
    ...orderToRecord(order),
    detection: detection && presentDetection(detection),
    order_id: order.id,
    remaining_quantity: remainingQuantity(order)?.toString(),
    execution_price: averageFillPrice?.toString(),
    execution_quantity: filledQuantity.isZero ? undefined : filledQuantity.toString(),
  }
}

const presentDetection = ({ methods, confidence, elapsedMs, checks }: NonNullable<Order['detection']>) => ({
  methods,
  confidence: String(confidence),
  elapsed_ms: elapsedMs,
  checks,
})
