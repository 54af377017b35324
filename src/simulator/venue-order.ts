import { type Amount, min, type Price, type Quantity } from '../core/money.ts'

export type Side = 'buy' | 'sell'
export type OrderType = 'limit' | 'market'
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok'
export type OrderStatus = 'new' | 'partially_filled' | 'filled' | 'cancelled' | 'rejected' | 'expired'

export interface Execution {
  readonly id: string
  readonly seq: number
  readonly quantity: Quantity
  readonly price: Price
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly commission: Amount
}

/** What a client asks for. */
export interface OrderRequest {
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Quantity
  readonly limitPrice?: Price | undefined
}

/** An order as the venue knows it after one of its events; the next event makes a new one. */
export interface VenueOrder extends OrderRequest {
  readonly id: string
  /** The event that created it: the place of the order in every list. */
  readonly seq: number
  /** Its newest event. */
  readonly updatedSeq: number
  readonly status: OrderStatus
  readonly filledQuantity: Quantity
  /** Price times quantity over all executions. */
  readonly filledNotional: Amount
  readonly executions: readonly Execution[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly cancelRequestedAt?: number | undefined
  readonly cancelReason?: string | undefined
  readonly rejectReason?: string | undefined
  readonly hold: Hold
  readonly plan: Plan
}

/** What the account must keep free for the rest of the order. */
export interface Hold {
  /** Up to this much of the rest opens or enlarges a position; what lies beyond it closes one and needs no money. */
  readonly exposed: Quantity
  /** Money needed for each unit of it, commission by volume included. */
  readonly perUnit: Price
  /** Due with the first execution. */
  readonly commissionPerOrder: Amount
}

/** What the venue has decided to do with the order and has not done yet. Times are milliseconds since the epoch. */
export interface Plan {
  /** It met the market on arrival, and a calm venue keeps its word although the price moves on. */
  readonly taking: boolean
  /** Not matched before this. */
  readonly matchAt: number
  readonly rejectAt?: number | undefined
  readonly cancelAt?: number | undefined
  readonly expiresAt?: number | undefined
}

export const isOpen = ({ status }: VenueOrder): boolean => status === 'new' || status === 'partially_filled'

export const remainingOf = (order: VenueOrder): Quantity => order.quantity.minus(order.filledQuantity)

const AVERAGE_DIGITS = 12
export const averageFillPrice = (order: VenueOrder): Price | undefined =>
  order.filledQuantity.isZero
    ? undefined
    : (order.filledNotional.dividedBy(order.filledQuantity, AVERAGE_DIGITS, 'half_even') as Price)

export function heldFor(order: VenueOrder): Amount {
  const { exposed, perUnit, commissionPerOrder } = order.hold
  const held = min(exposed, remainingOf(order)).times(perUnit)
  return (order.executions.length === 0 ? held.plus(commissionPerOrder) : held) as Amount
}
