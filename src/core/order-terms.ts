import type { Decimal } from './money.ts'
import type { Order } from './order.ts'
import type { OrderReport } from './order-report.ts'
import type { Instant } from './time.ts'

/**
 * Telling an order at a venue by what it says, where our name does not stand on it. What the venue does not tell speaks
 * neither for nor against.
 */
export function misfitOf(order: Order, report: OrderReport): string | undefined {
  const terms: readonly (readonly [string, unknown, unknown])[] = [
    ['symbol', order.symbol, report.symbol],
    ['side', order.side, report.side],
    ['quantity', order.quantity, report.quantity],
    ['limit price', order.limitPrice, report.limitPrice],
    ['type', order.orderType, report.orderType],
    ['time in force', order.timeInForce, report.timeInForce],
  ]
  const other = terms.find(([, ours, theirs]) => ours !== undefined && theirs !== undefined && !isSame(ours, theirs))
  return other === undefined ? undefined : `its ${other[0]} is ${String(other[2])}, ours ${String(other[1])}`
}

export interface SeenWithin {
  readonly from: Instant
  readonly to: Instant
}

/** Enough is told, all of it fits, and the venue took it when ours was on its way. */
export function mayBe(order: Order, report: OrderReport, { from, to }: SeenWithin): boolean {
  const { symbol, side, quantity, takenAt, clientOrderId } = report
  if (clientOrderId !== undefined || symbol === undefined || side === undefined || quantity === undefined) return false
  const isInTime = takenAt === undefined || (takenAt >= from && takenAt <= to)
  return isInTime && misfitOf(order, report) === undefined
}

/** Two orders that nobody could tell apart at such a venue. */
export const areTwins = (a: Order, b: Order): boolean =>
  a.symbol === b.symbol &&
  a.side === b.side &&
  a.orderType === b.orderType &&
  isSameOrAbsent(a.quantity, b.quantity) &&
  isSameOrAbsent(a.limitPrice, b.limitPrice)

const isDecimal = (value: unknown): value is Decimal => typeof value === 'object' && value !== null
const isSame = (a: unknown, b: unknown): boolean => (isDecimal(a) && isDecimal(b) ? a.equals(b) : a === b)
const isSameOrAbsent = (a: Decimal | undefined, b: Decimal | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b)
