import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import { CRASH_POINTS, type CrashPoint, type PlannedCrash } from '../world/crash-schedule.ts'

export interface CrashWishes {
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
  readonly count: number
  /** Exactly so many instead of the usual mix. */
  readonly crashes?: number
}

const POINTS = Object.keys(CRASH_POINTS) as CrashPoint[]
const LONGEST_DOWN_MS = 5_000

/** Half of the histories die at named points, a quarter anywhere, some again and again in recovery; long ones more often. */
export function planCrashes({ draw, rates, count, crashes }: CrashWishes): readonly PlannedCrash[] {
  const fits = POINTS.filter((point) => rates.has(CRASH_POINTS[point]))
  if (fits.length === 0) return []
  const planned: PlannedCrash[] = []
  const add = (point: CrashPoint, share = 1): void => {
    const spread = point === 'anywhere' || point === 'in the middle of something' ? 60 * count : Math.max(3, count / 3)
    const skip = Math.floor(draw('crash.skip') * (point === 'in recovery' ? 40 : spread) * share)
    planned.push({ point, skip, downMs: Math.floor(draw('crash.down') ** 3 * LONGEST_DOWN_MS) })
  }
  const named = (): CrashPoint => fits[Math.floor(draw('crash.point') * fits.length)] ?? 'anywhere'
  const times = crashes ?? Math.ceil((1 + draw('crash.times') * 2) * Math.max(1, count / 60))
  const at = draw('crash.kind')
  if (crashes !== undefined || at < 0.55) for (let n = 0; n < times; n += 1) add(named(), 1 / times)
  else if (at < 0.8 && rates.has('F-14')) for (let n = 0; n < times; n += 1) add('anywhere', 1 / times)
  if (draw('crash.recovery') < 0.25 && rates.has('F-10') && crashes === undefined) {
    add('anywhere')
    for (let n = 0; n < 1 + draw('crash.loop') * 4; n += 1) add('in recovery')
  }
  return planned
}
