import { type ExecutionId, executionId, type OrderId, orderId } from './ids.ts'
import { type Amount, type Price, type Quantity, ZERO } from './money.ts'
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
  /**
   * The venue has undone it or put it right, last at this time: quantity (zero when undone), price and commission are what
   * counts now. Whoever hears of the correction before the original knows all there is to know.
   */
  readonly correctedAt?: Instant
}

/** What was taken for it may be in another currency, and no sum holds two: that part stands with the execution alone. */
export const commissionIn = (
  currency: string,
  { commission, commissionCurrency }: Pick<ReportedFill, 'commission' | 'commissionCurrency'>,
): Amount => (commissionCurrency === currency ? commission : (ZERO as Amount))

/**
 * The name of an execution at a venue that promises none: how far it brought its order, which every channel tells alike.
 */
export const executionUpTo = (clientOrderId: string, cumulativeQuantity: Quantity): ExecutionId =>
  executionId(`${clientOrderId}@${cumulativeQuantity}`)

/** An execution booked to one of our orders; applied at most once for ever. */
export interface Fill extends ReportedFill {
  readonly orderId: OrderId
  readonly account: string
  readonly symbol: string
  readonly side: Side
  readonly bookedAt: Instant
}

/**
 * Executions that belong to no order of ours are fills too, so that a position is always the sum of its fills. In the
 * place of the order's id they tell where they come from.
 */
export const externalOrigin = (brokerOrderId: string | undefined): OrderId =>
  orderId(`external:${brokerOrderId ?? 'unknown'}`)
/** Not an execution: what the venue held and an operator took over. */
export const takenOverOrigin = (reason: TakenOver, symbol: string, nth: number): OrderId =>
  orderId(`${reason}:${symbol}:${nth}`)
export type TakenOver = 'opening' | 'accepted'
