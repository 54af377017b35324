import type { ReportedFill } from './fill.ts'
import type { BrokerOrderId, ClientOrderId } from './ids.ts'
import type { Price, Quantity } from './money.ts'
import type { OrderType, Side, TimeInForce } from './order.ts'
import type { Plain, ReportChannel } from './order-events.ts'
import type { Instant } from './time.ts'

/** What a venue's word means to us. `unknown` keeps the raw word, changes nothing and alarms. */
export type ReportedStatus = 'received' | 'working' | 'filled' | 'cancelled' | 'rejected' | 'expired' | 'unknown'

/** What a broker said about one order, from any channel: an answer, a poll, the stream, a look-up. */
export interface OrderReport {
  readonly channel: ReportChannel
  readonly account: string
  /** When it reached us. */
  readonly at: Instant
  readonly clientOrderId?: ClientOrderId
  readonly brokerOrderId?: BrokerOrderId
  readonly status: ReportedStatus
  readonly rawStatus: string
  readonly symbol?: string
  readonly side?: Side
  readonly quantity?: Quantity
  readonly limitPrice?: Price
  readonly orderType?: OrderType
  readonly timeInForce?: TimeInForce
  /** When the venue took it, by the venue's clock. */
  readonly takenAt?: Instant
  /** All that the venue counts as filled, whether or not this report lists the executions. */
  readonly cumulativeQuantity?: Quantity
  readonly averagePrice?: Price
  readonly filledAt?: Instant
  readonly fills: readonly ReportedFill[]
  readonly code?: string
  readonly reason?: string
  /** First byte out to answer; only on the answer's own report. */
  readonly latencyMs?: number
  /** The venue's own words, kept for the audit. */
  readonly evidence?: Plain
}
