import type { Random } from '../../src/simulator/seeded-random.ts'
import { type KillPoint, pointsIn, type Trace } from './kill-points.ts'
import type { Phase } from './reference-life.ts'

/** A kill in a life, and one in the recovery from it. */
export interface Pair {
  readonly before: KillPoint
  readonly point: KillPoint
}

/**
 * So many pairs, drawn from every kill of the first life and every kill of a recovery. Each kind of call and target is as
 * likely as any other, however many calls it has: a file that is only made longer would hide all else.
 */
export function drawPairs(traces: readonly Trace[], count: number, random: Random): readonly Pair[] {
  const points = pointsIn(traces, ['kill'], false)
  const draw = (phase: Phase): KillPoint => {
    const kinds = [...Map.groupBy(ofPhase(points, phase), ({ target, call }) => `${target}/${call}`).values()]
    return one(one(kinds, random), random)
  }
  return Array.from({ length: count }, () => ({ before: draw('first'), point: draw('recovery') }))
}

const ofPhase = (points: readonly KillPoint[], phase: Phase): readonly KillPoint[] =>
  points.filter((point) => point.phase === phase)

function one<T>(of: readonly T[], random: Random): T {
  const drawn = of[Math.floor(random('pair.drawn') * of.length)]
  if (drawn === undefined) throw new Error('there is nothing to draw from')
  return drawn
}
