import type { OutgoingOrder } from '../../../src/ports/broker-gateway.ts'
import type { Dialect } from './dialect.ts'

/** The exact bytes of an order. Class D has no place for an id of ours. */
export const encodeOrder = (order: OutgoingOrder, { resendClass }: Dialect): string =>
  JSON.stringify({
    client_id: resendClass === 'D' ? undefined : order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    kind: order.orderType,
    tif: order.timeInForce,
    qty: order.quantity.toString(),
    limit: order.limitPrice?.toString(),
  })
