import type { Mode, Order, OrderStatus, OrderType, Side, TimeInForce } from '../../core/order.ts'
import { formatTime } from '../../core/time.ts'

/** An order as an embedding program gets it: the names of the wire, decimals as text, nothing that could be rounded. */
export interface OrderEnvelope {
  readonly order_id: string
  readonly client_order_id: string
  readonly broker_order_id?: string
  readonly signal_id: string
  readonly trace_id: string
  readonly account: string
  readonly mode: Mode
  readonly symbol: string
  readonly side: Side
  readonly order_type: OrderType
  readonly time_in_force: TimeInForce
  readonly status: OrderStatus
  readonly quantity?: string
  readonly limit_price?: string
  readonly filled_quantity: string
  readonly average_fill_price?: string
  readonly created_at: string
  /** Why it is where it is: a stable code where there is one. */
  readonly reason?: string
  /** True when the signal had been answered before and this is that same order. */
  readonly duplicate: boolean
}

export function orderEnvelope(order: Order, duplicate = false): OrderEnvelope {
  const { brokerOrderId, quantity, limitPrice, averageFillPrice, reason } = order
  return {
    order_id: order.id,
    client_order_id: order.clientOrderId,
    ...(brokerOrderId === undefined ? {} : { broker_order_id: brokerOrderId }),
    signal_id: order.signalId,
    trace_id: order.traceId,
    account: order.account,
    mode: order.mode,
    symbol: order.symbol,
    side: order.side,
    order_type: order.orderType,
    time_in_force: order.timeInForce,
    status: order.status,
    ...(quantity === undefined ? {} : { quantity: quantity.toString() }),
    ...(limitPrice === undefined ? {} : { limit_price: limitPrice.toString() }),
    filled_quantity: order.filledQuantity.toString(),
    ...(averageFillPrice === undefined ? {} : { average_fill_price: averageFillPrice.toString() }),
    created_at: formatTime(order.createdAt),
    ...(reason === undefined ? {} : { reason }),
    duplicate,
  }
}
