import type { ExecutionId, OrderId } from './ids.ts'
import type { Amount, Price, Quantity } from './money.ts'
import type { Side } from './order.ts'
import type { Instant } from './time.ts'

/** One execution as the venue reported it. */
export interface ReportedFill {
  readonly executionId: ExecutionId
  readonly quantity: Quantity
  readonly price: Price
  /** The venue's own time, as an instant; its text is kept in the raw report. */
  readonly time: Instant
  readonly commission: Amount
  readonly commissionCurrency: string
  /** Inferred from a cumulative quantity because the venue gives no ids; replaced when a real one comes. */
  readonly synthetic?: boolean
}

/** An execution booked to one of our orders; applied at most once for ever. */
export interface Fill extends ReportedFill {
  readonly orderId: OrderId
  readonly account: string
  readonly symbol: string
  readonly side: Side
  readonly bookedAt: Instant
}
