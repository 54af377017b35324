import { type Decimal, decimal, type Price } from './money.ts'
import type { Side } from './order.ts'

export interface Slippage {
  /** Positive is worse for the trader. */
  readonly pct: Decimal
  readonly isOverThreshold: boolean
}

const HUNDRED = decimal('100')
const DIGITS = 6

/** What the fill cost against the reference, in percent: a buy above it or a sell below it is positive. */
export function slippagePct(side: Side, reference: Price, average: Price): Decimal {
  return worseBy(side, reference, average).times(HUNDRED).dividedBy(reference, DIGITS, 'half_even')
}

const worseBy = (side: Side, reference: Price, average: Price): Price =>
  side === 'buy' ? average.minus(reference) : reference.minus(average)

/** A gain is never over the threshold; exactly on it is not over it. */
export function measureSlippage(side: Side, reference: Price, average: Price, thresholdPct: Decimal): Slippage {
  const exact = worseBy(side, reference, average).times(HUNDRED)
  return {
    pct: slippagePct(side, reference, average),
    isOverThreshold: exact.greaterThan(reference.times(thresholdPct)),
  }
}
