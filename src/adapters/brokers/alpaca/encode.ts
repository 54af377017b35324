import type { trading } from '@alpacahq/alpaca-trade-api'
import type { OutgoingOrder } from '../../../ports/broker-gateway.ts'

/** An order in the SDK's own words; amounts stay text, which is the only form that goes out as it is. */
export const orderRequest = (order: OutgoingOrder): trading.PostOrderRequest => ({
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: order.orderType,
  timeInForce: order.timeInForce,
  qty: order.quantity.toString(),
  ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice.toString() }),
})

/**
 * The exact bytes of an order, in the SDK's order of keys. They are ours for ever: an SDK that wrote others would be
 * stopped by the pass, which holds the hash of these.
 */
export const encodeOrder = (order: OutgoingOrder): string =>
  JSON.stringify({
    client_order_id: order.clientOrderId,
    limit_price: order.limitPrice?.toString(),
    qty: order.quantity.toString(),
    side: order.side,
    symbol: order.symbol,
    time_in_force: order.timeInForce,
    type: order.orderType,
  })

/** What a replacement changes; what is absent stays as it is. */
export interface ReplaceTerms {
  /** The total of the chain, what has traded included. */
  readonly quantity?: OutgoingOrder['quantity']
  readonly limitPrice?: OutgoingOrder['limitPrice']
  /** The replacement's own name: without one the venue would make one up. */
  readonly clientOrderId: OutgoingOrder['clientOrderId']
}

export const replaceRequest = ({ quantity, limitPrice, clientOrderId }: ReplaceTerms): trading.PatchOrderRequest => ({
  clientOrderId,
  ...(limitPrice === undefined ? {} : { limitPrice: limitPrice.toString() }),
  ...(quantity === undefined ? {} : { qty: quantity.toString() }),
})

export const encodeReplace = ({ quantity, limitPrice, clientOrderId }: ReplaceTerms): string =>
  JSON.stringify({
    client_order_id: clientOrderId,
    limit_price: limitPrice?.toString(),
    qty: quantity?.toString(),
  })
