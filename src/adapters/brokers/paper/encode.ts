import type { OutgoingOrder } from '../../../ports/broker-gateway.ts'

/** The exact bytes of an order: fixed order of keys, decimals as text. */
export const encodeOrder = (order: OutgoingOrder): string =>
  JSON.stringify({
    client_order_id: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.orderType,
    time_in_force: order.timeInForce,
    quantity: order.quantity.toString(),
    limit_price: order.limitPrice?.toString(),
  })
