import { max, type Price } from './money.ts'

/** From this price up to where the next band begins, prices stand on multiples of `tick`. */
export interface TickBand {
  readonly from: Price
  readonly tick: Price
}
/** Bands in rising order of `from`; a price below the first has no tick. */
export type TickTable = readonly TickBand[]

export function tickAt(table: TickTable, price: Price): Price | undefined {
  return table[indexOfBand(table, price)]?.tick
}

export function isOnTick(table: TickTable, price: Price): boolean {
  const tick = tickAt(table, price)
  return tick !== undefined && price.isMultipleOf(tick)
}

const indexOfBand = (table: TickTable, price: Price): number => table.findLastIndex((band) => band.from.atMost(price))

/** The highest price above zero that stands on the grid and is at most `price`. */
export function roundDownToTick(table: TickTable, price: Price): Price | undefined {
  let ceiling = price
  let isBelow = false
  for (const band of table.slice(0, indexOfBand(table, price) + 1).reverse()) {
    const rounded = ceiling.toMultipleOf(band.tick, 'down')
    // A lower band ends short of the price at which the higher one begins.
    const inBand = isBelow && rounded.equals(ceiling) ? rounded.minus(band.tick) : rounded
    if (inBand.isPositive && inBand.atLeast(band.from)) return inBand
    ceiling = band.from
    isBelow = true
  }
  return undefined
}

/** The lowest price that stands on the grid and is at least `price`. */
export function roundUpToTick(table: TickTable, price: Price): Price | undefined {
  const first = indexOfBand(table, price)
  if (first < 0) return undefined
  let rounded: Price | undefined
  for (const band of table.slice(first)) {
    if (rounded?.lessThan(band.from)) break
    rounded = max(price, band.from).toMultipleOf(band.tick, 'up')
  }
  return rounded
}
