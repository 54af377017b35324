import type { OrderId } from '../../core/ids.ts'
import { type Amount, notionalOf, type Price, type Quantity, ZERO } from '../../core/money.ts'
import { isFinal, type Order, type OrderStatus, remainingQuantity, type Side } from '../../core/order.ts'

/** What an order may still do: its place among the open orders, its side's quantity, its money. */
export interface Reservation {
  readonly id: OrderId
  readonly symbol: string
  readonly side: Side
  readonly strategy: string
  /** What is left to fill. */
  readonly quantity: Quantity
  /** Absent on a market order whose reference nobody kept: it counts at what its symbol was last seen to be worth. */
  readonly price?: Price
}

export const costOf = ({ price, quantity }: Reservation): Amount => notionalOf(price ?? (ZERO as Price), quantity)

/**
 * Does the order stand in the way of others and hold a reservation? Unconfirmed ones do, for they may be live. One in
 * the retry queue is proven dead and passes every check again before it may leave.
 */
export const isWorking = (status: OrderStatus): boolean => !isFinal(status) && status !== 'retry_pending'

export function reservationOf(order: Order, priceBefore: Price | undefined): Reservation | undefined {
  if (!isWorking(order.status)) return undefined
  const { id, symbol, side, strategy } = order
  // Ten thousand untouched orders share their quantity with the order instead of holding a copy.
  const left = order.filledQuantity.isZero ? order.quantity : remainingQuantity(order)
  const quantity = left ?? (ZERO as Quantity)
  // What a market order was counted at when it was checked is at least its reference.
  const price = order.limitPrice ?? priceBefore ?? order.referencePrice
  return { id, symbol, side, strategy, quantity, ...(price === undefined ? {} : { price }) }
}
