import type { Decimal, Price, Quantity } from './money.ts'
import type { Order } from './order.ts'
import type { OrderReport } from './order-report.ts'

/** Terms that somebody has given an order of ours at the venue. */
export interface ChangedTerms {
  readonly limitPrice?: Price
  readonly quantity?: Quantity
}

/** Where the venue's terms of a live order are others than ours; `undefined` where they agree or are not told. */
export function changedTerms(order: Order, report: OrderReport): ChangedTerms | undefined {
  const isLive = report.status === 'working' || report.status === 'filled'
  if (!isLive || (report.clientOrderId !== undefined && report.clientOrderId !== order.clientOrderId)) return undefined
  const { limitPrice, quantity } = report
  const price = isOther(limitPrice, order.limitPrice) ? { limitPrice } : {}
  // Less than what has traded is no quantity an order can have.
  const isPossible = quantity?.atLeast(report.cumulativeQuantity ?? quantity) === true
  const size = isPossible && isOther(quantity, order.quantity) ? { quantity } : {}
  const terms = { ...price, ...size }
  return Object.keys(terms).length === 0 ? undefined : terms
}

/**
 * Is the word good enough to follow? Lists and streams may be late, and an old word about terms would undo a newer one:
 * they only make us ask for the order by name.
 */
export const isDirectWord = ({ channel }: OrderReport): boolean => channel === 'look_up'

const isOther = <T extends Decimal>(theirs: T | undefined, ours: T | undefined): theirs is T =>
  theirs?.isPositive === true && ours !== undefined && !isSame(theirs, ours)
const isSame = (a: Decimal, b: Decimal): boolean => a.equals(b)
