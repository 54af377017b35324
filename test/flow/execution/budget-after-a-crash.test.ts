import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateRule } from '../../../src/core/rate-budget.ts'
import { KeptBudget } from '../../../src/flow/execution/kept-budget.ts'
import { HandTime } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'

const RULES: readonly RateRule[] = [
  { class: 'all', requests: 20, perMs: 60_000 },
  { class: 'all', requests: 7, perMs: 10_000 },
  { class: 'order', requests: 300, perMs: 60_000 },
  { class: 'all', requests: 1, perMs: 5_000 },
]

/** A disk that is one write behind: what was written last is lost with the process. */
function dying(rules: readonly RateRule[]) {
  const time = new HandTime(T0)
  const disk: { durable: string | undefined; last: string | undefined } = { durable: undefined, last: undefined }
  const grants: number[] = []
  const open = (fact?: string): KeptBudget => new KeptBudget({ rules, fact, clock: time, timers: time })
  const take = (budget: KeptBudget): boolean => {
    const isGranted = budget.take(time.monotonic(), 'order', 'cancel').ok
    if (isGranted) grants.push(time.monotonic())
    return isGranted
  }
  const budget = open()
  budget.saveTo(async (text) => {
    disk.durable = disk.last ?? text
    disk.last = text
  })
  return { time, grants, take, budget, next: () => open(disk.durable) }
}

describe('a budget over a crash (I-42)', () => {
  it('is spent twice by no pattern of requests, though the last save was lost with the process', async () => {
    const bursts = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 4_000 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...RULES), bursts, async (rule, pattern) => {
        const run = dying([rule])
        for (const [burst, rest] of pattern) {
          for (let n = 0; n < burst; n += 1) run.take(run.budget)
          await run.time.pass(rest)
        }
        const next = run.next()
        while (run.take(next));
        const inWindow = run.grants.filter((at) => at > run.time.monotonic() - rule.perMs)
        expect(inWindow.length).toBeLessThanOrEqual(rule.requests)
      }),
      { numRuns: 150 },
    )
  })
})
