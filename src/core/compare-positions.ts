import { type Quantity, ZERO } from './money.ts'
import type { Position } from './position.ts'

/** A symbol of which the venue holds another quantity than our executions add up to. */
export interface PositionDifference {
  readonly symbol: string
  readonly ours: Quantity
  readonly theirs: Quantity
}
export interface HeldThere {
  readonly symbol: string
  readonly quantity: Quantity
}

/** By symbol; a row that is missing on either side is flat. */
export function positionDifferences(
  ours: Iterable<Pick<Position, 'symbol' | 'quantity'>>,
  theirs: Iterable<HeldThere>,
): readonly PositionDifference[] {
  const here = sums(ours)
  const there = sums(theirs)
  const symbols = [...new Set([...here.keys(), ...there.keys()])].toSorted()
  return symbols
    .map((symbol) => ({ symbol, ours: here.get(symbol) ?? NONE, theirs: there.get(symbol) ?? NONE }))
    .filter((row) => !row.ours.equals(row.theirs))
}

const NONE = ZERO as Quantity
/** A venue may list one symbol in several rows. */
function sums(rows: Iterable<HeldThere>): ReadonlyMap<string, Quantity> {
  const held = new Map<string, Quantity>()
  for (const { symbol, quantity } of rows) held.set(symbol, (held.get(symbol) ?? NONE).plus(quantity))
  return held
}
