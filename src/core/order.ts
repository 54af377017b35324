import type { BrokerOrderId, ClientOrderId, OrderId, SignalId } from './ids.ts'
import type { Amount, Decimal, Price, Quantity } from './money.ts'
import type { Instant } from './time.ts'

export type Mode = 'paper' | 'live' | 'dry_run'
export type Side = 'buy' | 'sell'
export type OrderType = 'limit' | 'market' | 'stop' | 'stop_limit'
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok'

export type OpenStatus =
  | 'created'
  | 'pending_execution'
  | 'submitting'
  | 'unconfirmed'
  | 'submitted'
  | 'accepted'
  | 'partially_filled'
  | 'retry_pending'
export type FinalStatus = 'filled' | 'cancelled' | 'denied' | 'rejected' | 'expired' | 'failed'
export type OrderStatus = OpenStatus | FinalStatus

const FINAL: ReadonlySet<OrderStatus> = new Set<FinalStatus>([
  'filled',
  'cancelled',
  'denied',
  'rejected',
  'expired',
  'failed',
])
export const isFinal = (status: OrderStatus): status is FinalStatus => FINAL.has(status)

/** May something of this order be at the venue right now? */
const AT_VENUE: ReadonlySet<OrderStatus> = new Set<OpenStatus>([
  'submitting',
  'unconfirmed',
  'submitted',
  'accepted',
  'partially_filled',
])
export const mayBeAtVenue = (status: OrderStatus): boolean => AT_VENUE.has(status)

/** One send identity of an order; a new one begins only once the one before is proven dead. */
export interface BrokerOrder {
  readonly generation: number
  readonly clientOrderId: ClientOrderId
  readonly brokerOrderId?: BrokerOrderId
  /** As the venue left it: a generation that was refused is dead, though the order lives on. */
  readonly status: OrderStatus
  /** Of an earlier generation that traded; what the current one has traded is the rest of the order's sum. */
  readonly filledQuantity?: Quantity
  readonly filledNotional?: Amount
}

export interface Detection {
  readonly methods: readonly string[]
  readonly confidence: number
  readonly elapsedMs: number
  readonly checks: number
}

/** What is known when the order is born. */
export interface OrderDraft {
  readonly id: OrderId
  readonly account: string
  readonly venue: string
  readonly currency: string
  readonly mode: Mode
  readonly sessionId: string
  readonly traceId: string
  readonly configVersion: string
  readonly signalId: SignalId
  readonly leg: number
  readonly strategy: string
  readonly symbol: string
  readonly side: Side
  readonly orderType: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity?: Quantity
  readonly amount?: Amount
  readonly limitPrice?: Price
  readonly referencePrice?: Price
  readonly clientOrderId: ClientOrderId
  readonly expiresAt?: Instant
  readonly reduceOnly?: boolean
}

export interface Order extends OrderDraft {
  readonly status: OrderStatus
  /** Counts the order's events from 1 without a gap; also the version an update expects. */
  readonly orderSeq: number
  readonly generation: number
  readonly attempt: number
  readonly payloadHash?: string
  readonly brokerOrderId?: BrokerOrderId
  readonly brokerOrders: readonly BrokerOrder[]
  readonly filledQuantity: Quantity
  /** Sum of price x quantity over the fills: exact, where an average price is rounded. */
  readonly filledNotional: Amount
  readonly averageFillPrice?: Price
  readonly commission: Amount
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly submittedAt?: Instant
  readonly acceptedAt?: Instant
  readonly closedAt?: Instant
  readonly cancelRequestedAt?: Instant
  readonly cancelReason?: string
  readonly lastStatusCheck?: Instant
  readonly executionTime?: Instant
  readonly slippagePct?: Decimal
  readonly latencyMs?: number
  readonly reason?: string
  readonly failureReason?: string
  readonly rejectionReason?: string
  readonly cancelledReason?: string
  readonly firstFailedAt?: Instant
  readonly lastRetryAttempt?: Instant
  readonly retryCount: number
  readonly retryExpiresAt?: Instant
  readonly shortfall?: Amount
  readonly detection?: Detection
  readonly opensAt?: Instant
}

export const remainingQuantity = (order: Order): Quantity | undefined =>
  order.quantity === undefined ? undefined : order.quantity.minus(order.filledQuantity)
