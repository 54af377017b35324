import { Decimal, max, type Quantity } from '../core/money.ts'
import type { Random } from './seeded-random.ts'

/** How willingly the venue does what it is asked for. Every draw comes from the random numbers it is given. */
export interface FillModel {
  /** From the answer to the first match. */
  arrivalMs(random: Random): number
  /** An order that was accepted may still be turned down instead of reaching the market. */
  turnsDown(random: Random): boolean
  /** From one execution to the next of the same order. */
  pauseMs(random: Random): number
  /** From a cancel's answer to its effect; a fill may come first. */
  cancelMs(random: Random): number
  /** How much of the rest trades at once. */
  slice(rest: Quantity, lot: Quantity, random: Random): Quantity
  /** An order that crosses on arrival trades at its limit or better, wherever the market goes in the meantime. */
  readonly keepsItsWord: boolean
  /** How far prices wander, 1 being about one and a half percent. */
  readonly restlessness: number
}
export type ModelName = 'calm' | 'lively'

const between = (low: number, high: number, draw: number): number => low + Math.floor((high - low + 1) * draw)

const calm: FillModel = {
  arrivalMs: (random) => between(50, 500, random('venue.arrival')),
  turnsDown: () => false,
  pauseMs: () => 0,
  cancelMs: () => 0,
  slice: (rest) => rest,
  keepsItsWord: true,
  restlessness: 1,
}

const TURNED_DOWN = 0.02
const WHOLE = 0.3
const lively: FillModel = {
  arrivalMs: (random) => between(20, 1_500, random('venue.arrival')),
  turnsDown: (random) => random('venue.turn_down') < TURNED_DOWN,
  pauseMs: (random) => between(30, 1_000, random('venue.pause')),
  cancelMs: (random) => between(0, 400, random('venue.cancel')),
  slice: (rest, lot, random) => {
    if (random('venue.whole') < WHOLE) return rest
    const share = Decimal.of(BigInt(between(10, 90, random('venue.slice'))), 2)
    return max(lot, rest.scaledBy(share).toMultipleOf(lot, 'down'))
  },
  keepsItsWord: false,
  restlessness: 4,
}

export const FILL_MODELS: Readonly<Record<ModelName, FillModel>> = { calm, lively }
