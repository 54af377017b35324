import type { Decimal } from './money.ts'
import type { Order } from './order.ts'
import type { OrderReport } from './order-report.ts'
import type { Instant } from './time.ts'

/**
 * Telling an order at a venue by what it says, where our name does not stand on it. What the venue does not tell speaks
 * neither for nor against.
 */
export function misfitOf(order: Order, report: OrderReport): string | undefined {
  const other = [...lastingTerms(order, report), ...changeableTerms(order, report)].find(isMisfit)
  return other === undefined ? undefined : `its ${other[0]} is ${String(other[2])}, ours ${String(other[1])}`
}

type Term = readonly [name: string, ours: unknown, theirs: unknown]
const lastingTerms = (order: Order, report: OrderReport): readonly Term[] => [
  ['symbol', order.symbol, report.symbol],
  ['side', order.side, report.side],
  ['type', order.orderType, report.orderType],
  ['time in force', order.timeInForce, report.timeInForce],
]
/** Anybody at the venue may put in others. */
const changeableTerms = (order: Order, report: OrderReport): readonly Term[] => [
  ['quantity', order.quantity, report.quantity],
  ['limit price', order.limitPrice, report.limitPrice],
]
const isMisfit = ([, ours, theirs]: Term): boolean =>
  ours !== undefined && theirs !== undefined && !isSame(ours, theirs)

export interface SeenWithin {
  readonly from: Instant
  readonly to: Instant
}

/** Enough is told, all of it fits, and the venue took it when ours was on its way. */
export const mayBe = (order: Order, report: OrderReport, within: SeenWithin): boolean =>
  isTold(report) && isInTime(report, within) && misfitOf(order, report) === undefined

/** It is none that fits, and may be ours all the same: somebody may have changed its quantity or its price since. */
export const mayBeChanged = (order: Order, report: OrderReport, within: SeenWithin): boolean =>
  isTold(report) &&
  isInTime(report, within) &&
  !lastingTerms(order, report).some(isMisfit) &&
  changeableTerms(order, report).some(isMisfit)

const isTold = ({ symbol, side, quantity, clientOrderId }: OrderReport): boolean =>
  clientOrderId === undefined && symbol !== undefined && side !== undefined && quantity !== undefined
const isInTime = ({ takenAt }: OrderReport, { from, to }: SeenWithin): boolean =>
  takenAt === undefined || (takenAt >= from && takenAt <= to)

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
