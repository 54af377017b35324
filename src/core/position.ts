import { commissionIn } from './fill.ts'
import { type Amount, type Decimal, min, notionalOf, type Price, type Quantity, ZERO } from './money.ts'
import type { Side } from './order.ts'
import type { Instant } from './time.ts'

/**
 * A position is a fold over executions. Guarantees:
 * - cost is kept exactly (`costBasis`), the average price is derived from it;
 * - `realisedPnl` is net of every commission paid in the position's currency, on entry and on exit; one in another
 *   currency is in no sum;
 * - a sell through zero closes the long and opens a short at the execution's price, and the reverse.
 */
export interface Position {
  readonly account: string
  readonly symbol: string
  readonly currency: string
  /** Above zero is long, below zero is short. */
  readonly quantity: Quantity
  /** What the open quantity cost (long) or brought in (short); never negative. */
  readonly costBasis: Amount
  readonly realisedPnl: Amount
  readonly commission: Amount
  readonly openedAt?: Instant
  readonly updatedAt: Instant
  readonly version: number
}

export interface PositionFill {
  readonly side: Side
  readonly quantity: Quantity
  readonly price: Price
  readonly commission: Amount
  readonly commissionCurrency: string
  readonly time: Instant
}

/** A reduction of a position: one line of the trades log. */
export interface ClosedTrade {
  readonly direction: 'long' | 'short'
  readonly quantity: Quantity
  readonly entryPrice: Price
  readonly exitPrice: Price
  readonly openedAt: Instant
  readonly closedAt: Instant
  /** Before commissions. */
  readonly grossPnl: Amount
  /** Of this execution's commission, the part that belongs to the closed quantity. */
  readonly commission: Amount
  readonly realisedPnl: Amount
}

export interface PositionChange {
  readonly position: Position
  readonly closed?: ClosedTrade
}

/** Digits kept where a division cannot be exact: average prices and a commission's share. */
export const POSITION_DIGITS = 12

export const flatPosition = (account: string, symbol: string, currency: string, at: Instant): Position => ({
  account,
  symbol,
  currency,
  quantity: ZERO as Quantity,
  costBasis: ZERO as Amount,
  realisedPnl: ZERO as Amount,
  commission: ZERO as Amount,
  updatedAt: at,
  version: 0,
})

export const averagePrice = (position: Position): Price | undefined =>
  position.quantity.isZero ? undefined : perUnit(position.costBasis, position.quantity.abs())

export function unrealisedPnl(position: Position, marketPrice: Price): Amount {
  const worth = notionalOf(marketPrice, position.quantity.abs())
  return position.quantity.isNegative ? position.costBasis.minus(worth) : worth.minus(position.costBasis)
}

/** Books one execution. Commission reduces realised P&L in the moment it is paid, whether it opens or closes. */
export function applyFill(before: Position, fill: PositionFill): PositionChange {
  const paid = commissionIn(before.currency, fill)
  if (fill.quantity.isZero) return { position: withCommission(before, paid, fill.time) }
  const signed = fill.side === 'buy' ? fill.quantity : fill.quantity.negated()
  const reduces = !before.quantity.isZero && before.quantity.sign !== signed.sign
  const closing = reduces ? min(before.quantity.abs(), fill.quantity) : (ZERO as Quantity)
  const opening = fill.quantity.minus(closing)

  const released = closing.equals(before.quantity.abs())
    ? before.costBasis
    : (before.costBasis.times(closing).dividedBy(before.quantity.abs(), POSITION_DIGITS, 'half_even') as Amount)
  const exit = notionalOf(fill.price, closing)
  const gross = before.quantity.isNegative ? released.minus(exit) : exit.minus(released)
  const kept = reduces ? before.costBasis.minus(released) : before.costBasis
  const quantity = before.quantity.plus(signed)
  const isNew = !opening.isZero && (reduces || before.quantity.isZero)

  const position: Position = {
    ...before,
    quantity,
    costBasis: kept.plus(notionalOf(fill.price, opening)),
    realisedPnl: before.realisedPnl.plus(reduces ? gross : (ZERO as Amount)).minus(paid),
    commission: before.commission.plus(paid),
    ...(isNew ? { openedAt: fill.time } : {}),
    updatedAt: fill.time,
    version: before.version + 1,
  }
  if (!reduces) return { position }
  const commission = shareOf(paid, closing, fill.quantity)
  return {
    position,
    closed: {
      direction: before.quantity.isNegative ? 'short' : 'long',
      quantity: closing,
      entryPrice: perUnit(released, closing),
      exitPrice: fill.price,
      openedAt: before.openedAt ?? before.updatedAt,
      closedAt: fill.time,
      grossPnl: gross,
      commission,
      realisedPnl: gross.minus(commission),
    },
  }
}

/** Undone by the venue: nothing is held or made by it, whatever it still costs. */
const withCommission = (before: Position, paid: Amount, time: Instant): Position => ({
  ...before,
  realisedPnl: before.realisedPnl.minus(paid),
  commission: before.commission.plus(paid),
  updatedAt: time,
  version: before.version + 1,
})

/** The position that these executions make, from the first to the last. */
export function foldFills({ account, symbol, currency, updatedAt }: Position, fills: Iterable<PositionFill>): Position {
  let position = flatPosition(account, symbol, currency, updatedAt)
  for (const fill of fills) position = applyFill(position, fill).position
  return position
}

const perUnit = (cost: Decimal, quantity: Quantity): Price =>
  cost.dividedBy(quantity, POSITION_DIGITS, 'half_even') as Price

const shareOf = (commission: Amount, part: Quantity, whole: Quantity): Amount =>
  part.equals(whole) ? commission : (commission.times(part).dividedBy(whole, POSITION_DIGITS, 'half_even') as Amount)
