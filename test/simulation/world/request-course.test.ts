import { describe, expect, it } from 'vitest'
import { FaultPlan } from '../faults/fault-plan.ts'
import { ForkedRandom } from './forked-random.ts'
import { courseOf } from './request-course.ts'
import { Trace } from './trace.ts'

const DEADLINE_MS = 10_000

/** How late each of many silent requests reaches the venue, after the daemon has given it up. */
function lateness(settlesMs: number): readonly number[] {
  const random = new ForkedRandom(1, new Trace({ isHashed: false }))
  const faults = new FaultPlan(random, new Map([['F-34', 1]]), () => undefined)
  const question = { faults, about: 'mine', isWrite: true, weather: 'fair', skewMs: 0 } as const
  return Array.from({ length: 500 }, () => courseOf({ ...question, deadlineMs: DEADLINE_MS, settlesMs })).flatMap(
    (course) => (course?.kind === 'unanswered' && course.arrivesMs ? [course.arrivesMs - DEADLINE_MS] : []),
  )
}

describe('a request that nobody hears of again (F-34)', () => {
  it.each([5_000, 30_000, 420_000])(
    'arrives late, yet not after absence counts: within %i ms with as much to spare (I-12)',
    (settlesMs) => {
      const late = lateness(settlesMs)
      expect(late.length).toBeGreaterThan(50)
      expect(Math.max(...late)).toBeLessThan(settlesMs / 2)
      expect(Math.max(...late)).toBeGreaterThan(settlesMs / 4)
    },
  )
})
