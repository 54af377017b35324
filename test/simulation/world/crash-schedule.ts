import type { FaultId } from '../faults/fault-plan.ts'

/** Where a process may die. Each is a moment of the world: of the disk, the wire, the sink or the clock, never a line of the daemon. */
export const CRASH_POINTS = {
  'before the intent is written': 'F-01',
  'after the intent is written': 'F-02',
  'before the mark is written': 'F-03',
  'after the mark is written': 'F-04',
  'on the wire': 'F-05',
  'after the venue has it': 'F-06',
  'before the answer is written': 'F-07',
  'before a fill is written': 'F-08',
  'after a fill is written': 'F-08',
  'between log and sync': 'F-08',
  'in the sink': 'F-08',
  'cancel on the wire': 'F-09',
  'after the venue has the cancel': 'F-09',
  'in recovery': 'F-10',
  'recovery asks': 'F-10',
  'recovery is answered': 'F-10',
  'before recovery writes': 'F-10',
  'after recovery has written': 'F-10',
  'in the middle of something': 'F-14',
  anywhere: 'F-14',
} as const satisfies Readonly<Record<string, FaultId>>
export type CrashPoint = keyof typeof CRASH_POINTS

export interface PlannedCrash {
  readonly point: CrashPoint
  /** How often the point is passed before it happens, counted from the crash before. */
  readonly skip: number
  readonly downMs: number
  /** It does not die: it stands still for so long, and another is started meanwhile. */
  readonly stillMs?: number
}

/** Deaths in their order: each waits for its own point to be reached for the n-th time after the one before. */
export class CrashSchedule {
  readonly #planned: readonly PlannedCrash[]
  #next = 0
  #passed = 0
  #isOn = true

  constructor(planned: readonly PlannedCrash[]) {
    this.#planned = planned
  }

  stop(): void {
    this.#isOn = false
  }

  /** The crash that is due here, if one is. */
  at(point: CrashPoint): PlannedCrash | undefined {
    const planned = this.#planned[this.#next]
    if (!this.#isOn || planned?.point !== point) return undefined
    this.#passed += 1
    if (this.#passed <= planned.skip) return undefined
    this.#next += 1
    this.#passed = 0
    return planned
  }
}
