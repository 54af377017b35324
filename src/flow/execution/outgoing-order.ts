import { assert } from '../../core/assert.ts'
import type { Order } from '../../core/order.ts'
import type { OrderRef, OutgoingOrder } from '../../ports/broker-gateway.ts'

/** What goes out for this generation of an order. */
export function outgoingOrder(order: Order): OutgoingOrder {
  const { quantity, limitPrice } = order
  assert(quantity !== undefined, 'an order that goes out has a quantity')
  return {
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    orderType: order.orderType,
    timeInForce: order.timeInForce,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
  }
}

export const orderRef = (order: Order): OrderRef => ({
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  ...(order.brokerOrderId === undefined ? {} : { brokerOrderId: order.brokerOrderId }),
})
