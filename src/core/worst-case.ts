import { type Amount, max, notionalOf, type Price, type Quantity, ZERO } from './money.ts'

/** One symbol: what is held, and what every open order may still add on its side. */
export interface SymbolExposure {
  /** Above zero is long, below zero is short. */
  readonly position: Quantity
  readonly openBuy: Quantity
  readonly openSell: Quantity
  /** Highest price among the open orders of a side. */
  readonly highestBuy?: Price
  readonly highestSell?: Price
  /** What a unit was last seen to be worth. */
  readonly mark?: Price
}

/**
 * What the symbol may be worth at most when each side's open orders fill and the other side's do not: buys and sells do
 * not cancel out, but an order that only reduces adds nothing. `undefined` when there is no price to count with.
 */
export function worstCase(exposure: SymbolExposure): Amount | undefined {
  const long = longWorth(exposure)
  const short = shortWorth(exposure)
  return long === undefined || short === undefined ? undefined : max(long, short)
}

/** Worth of the long position there would be if every open buy filled and no sell. */
export const longWorth = ({ position, openBuy, highestBuy, mark }: SymbolExposure): Amount | undefined =>
  worth(position.plus(openBuy), highestBuy, mark)

/** Worth of the short position there would be if every open sell filled and no buy. */
export const shortWorth = ({ position, openSell, highestSell, mark }: SymbolExposure): Amount | undefined =>
  worth(openSell.minus(position), highestSell, mark)

function worth(units: Quantity, highest: Price | undefined, mark: Price | undefined): Amount | undefined {
  if (!units.isPositive) return ZERO as Amount
  const price = highest === undefined || mark === undefined ? (highest ?? mark) : max(highest, mark)
  return price === undefined ? undefined : notionalOf(price, units)
}
