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

const ALL = Object.keys(CRASH_POINTS) as CrashPoint[]
const IN_RECOVERY = ALL.filter((point) => CRASH_POINTS[point] === 'F-10')
/** What few moments lead to comes up more often. */
const SELDOM: readonly CrashPoint[] = [
  'between log and sync',
  'between log and sync',
  'cancel on the wire',
  'after the venue has the cancel',
  'before the intent is written',
  'after the intent is written',
  'before the mark is written',
  'before the mark is written',
  'after the mark is written',
]
const POINTS = [...ALL.filter((point) => point === 'in recovery' || !IN_RECOVERY.includes(point)), ...SELDOM]
/** How often each is passed before a start is through, about. */
const PASSED_IN_RECOVERY: Readonly<Partial<Record<CrashPoint, number>>> = {
  'in recovery': 40,
  'recovery asks': 8,
  'recovery is answered': 8,
  'before recovery writes': 5,
  'after recovery has written': 5,
}
const isOfCancel = (point: CrashPoint): boolean => CRASH_POINTS[point] === 'F-09'
const LONGEST_DOWN_MS = 5_000
const STANDSTILL_MS = { least: 12_000, most: 60_000 }

/** Half of the histories die at named points, a quarter anywhere, some again and again in recovery; long ones more often. */
export function planCrashes({ draw, rates, count, crashes }: CrashWishes): readonly PlannedCrash[] {
  const fits = POINTS.filter((point) => rates.has(CRASH_POINTS[point]))
  const planned: PlannedCrash[] = planStandstill(draw, rates, count)
  if (fits.length === 0) return planned
  const add = (point: CrashPoint, share = 1): void => {
    const spread = point === 'anywhere' || point === 'in the middle of something' ? 60 * count : Math.max(3, count / 3)
    const within = CRASH_POINTS[point] === 'F-10' ? PASSED_IN_RECOVERY[point] : isOfCancel(point) ? spread / 3 : spread
    const skip = Math.floor(draw('crash.skip') * (within ?? spread) * share)
    planned.push({ point, skip, downMs: Math.floor(draw('crash.down') ** 3 * LONGEST_DOWN_MS) })
  }
  const named = (): CrashPoint => fits[Math.floor(draw('crash.point') * fits.length)] ?? 'anywhere'
  const times = crashes ?? Math.ceil((2 + draw('crash.times') * 3) * Math.max(1, count / 40))
  const at = draw('crash.kind')
  if (crashes !== undefined || at < 0.65) for (let n = 0; n < times; n += 1) add(named(), 1 / times)
  else if (at < 0.85 && rates.has('F-14')) for (let n = 0; n < times; n += 1) add('anywhere', 1 / times)
  if (draw('crash.recovery') < 0.4 && rates.has('F-10') && crashes === undefined) {
    add('anywhere')
    for (let n = 0; n < 1 + draw('crash.loop') * 4; n += 1)
      add(IN_RECOVERY[Math.floor(draw('crash.recovery.point') * IN_RECOVERY.length)] ?? 'in recovery')
  }
  return planned
}

/** Between what is on disk and what leaves because of it: long enough for somebody else to take over. */
function planStandstill(draw: Draw, rates: ReadonlyMap<FaultId, number>, count: number): PlannedCrash[] {
  if (!rates.has('F-12') || !rates.has('F-110') || draw('still') >= 0.3) return []
  const point = draw('still.point') < 0.7 ? 'after the intent is written' : 'after the mark is written'
  const stillMs = STANDSTILL_MS.least + draw('still.ms') ** 2 * (STANDSTILL_MS.most - STANDSTILL_MS.least)
  return [{ point, skip: Math.floor(draw('still.skip') * Math.max(3, count / 3)), downMs: 0, stillMs }]
}
