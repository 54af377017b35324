import { describe, expect, it } from 'vitest'
import { failureReport } from './report/failure-report.ts'
import { runSeed } from './run-seed.ts'
import { PROFILES } from './scenario.ts'
import { commandFor } from './simulate-options.ts'

/**
 * First and last seed of each: as many as a test run has time for; longer ranges are for `npm run simulate`. All begin
 * with 1.
 */
const SEEDS = {
  paper: [1, 6],
  alpha: [1, 6],
  bravo: [1, 3],
  charlie: [1, 6],
  delta: [1, 6],
  wild: [1, 6],
} as const
const KEPT_LINES = 20_000

describe.each(PROFILES)('with every fault and crash, venue %s', (profile) => {
  it('breaks no promise', async () => {
    const [first, last] = SEEDS[profile]
    for (let seed: number = first; seed <= last; seed += 1) {
      const { violations } = await runSeed({ seed, profile }, { isHashed: false })
      if (violations.length === 0) continue
      const again = await runSeed({ seed, profile }, { keep: KEPT_LINES, isHashed: false })
      expect.fail(failureReport(again, commandFor(seed, { profile })))
    }
  }, 120_000)
})
