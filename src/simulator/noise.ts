import { hashCell } from './seeded-random.ts'

/**
 * A bounded wander around zero, in whole billionths. Guarantees:
 * - the value at a step is a function of key, octaves and step alone, computed in integers, so that it is the same on
 *   every machine and after every restart, and a step a year away costs as much as the next one;
 * - it never leaves plus or minus the sum of the amplitudes;
 * - the first step that reaches a bound is found without visiting the steps between.
 */
export interface Octave {
  /** Steps from one random point to the next; between them the way is straight. */
  readonly steps: number
  /** The furthest a point lies from zero, in billionths. */
  readonly amplitude: number
}
export interface Noise {
  readonly key: number
  readonly octaves: readonly Octave[]
}

const RESOLUTION = 1_000_000

export function noiseAt({ key, octaves }: Noise, step: number): number {
  let sum = 0
  for (const [layer, octave] of octaves.entries()) sum += octaveAt(key, layer, octave, step)
  return sum
}

/** The first step in [from, to] whose value is at most (at least) `bound`. */
export function firstStepReaching(
  noise: Noise,
  direction: 'at_most' | 'at_least',
  bound: number,
  from: number,
  to: number,
): number | undefined {
  const sign = direction === 'at_most' ? 1 : -1
  return search(noise, sign, sign * bound, from, to)
}

function search(noise: Noise, sign: 1 | -1, bound: number, from: number, to: number): number | undefined {
  if (from > to || lowest(noise, sign, from, to) > bound) return undefined
  if (from === to) return from
  const middle = Math.floor((from + to) / 2)
  return search(noise, sign, bound, from, middle) ?? search(noise, sign, bound, middle + 1, to)
}

/** Never above the lowest value between the two steps, and exact when they are one. */
function lowest({ key, octaves }: Noise, sign: 1 | -1, from: number, to: number): number {
  let sum = 0
  for (const [layer, octave] of octaves.entries()) sum += lowestOfOctave(key, layer, octave, sign, from, to)
  return sum
}

const FEW_CELLS = 4
function lowestOfOctave(key: number, layer: number, octave: Octave, sign: 1 | -1, from: number, to: number): number {
  const first = Math.floor(from / octave.steps)
  const last = Math.floor(to / octave.steps)
  if (last - first > FEW_CELLS) return -octave.amplitude
  let low = Math.min(sign * octaveAt(key, layer, octave, from), sign * octaveAt(key, layer, octave, to))
  for (let cell = first + 1; cell <= last; cell += 1) low = Math.min(low, sign * pointAt(key, layer, octave, cell))
  return low
}

function octaveAt(key: number, layer: number, octave: Octave, step: number): number {
  const cell = Math.floor(step / octave.steps)
  const here = pointAt(key, layer, octave, cell)
  const within = step - cell * octave.steps
  if (within === 0) return here
  return here + Math.trunc(((pointAt(key, layer, octave, cell + 1) - here) * within) / octave.steps)
}

function pointAt(key: number, layer: number, octave: Octave, cell: number): number {
  const share = (hashCell(key, layer, cell) % (2 * RESOLUTION + 1)) - RESOLUTION
  return Math.round((share * octave.amplitude) / RESOLUTION)
}
