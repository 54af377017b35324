import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CallClass, type Lane, RateBudget, type RateRule } from '../../src/core/rate-budget.ts'

const CLASS_OF: Readonly<Record<Lane, CallClass>> = {
  cancel: 'cancel',
  reduce: 'order',
  submit: 'order',
  verify: 'read',
  poll: 'read',
}

const takes = (budget: RateBudget, now: number, lane: Lane, times: number): number => {
  let granted = 0
  for (let n = 0; n < times; n += 1) if (budget.take(now, CLASS_OF[lane], lane).ok) granted += 1
  return granted
}
describe('whatever the pattern of arrival', () => {
  const lanes = fc.constantFrom<Lane>('cancel', 'reduce', 'submit', 'verify', 'poll')
  const arrivals = fc.array(
    fc.record({ lane: lanes, after: fc.nat({ max: 60 }), gap: fc.nat({ max: 400 }), burst: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 200,
    },
  )
  const ruleSets = fc.array(
    fc.record({
      class: fc.constantFrom<RateRule['class']>('order', 'cancel', 'read', 'all'),
      requests: fc.integer({ min: 1, max: 12 }),
      perMs: fc.integer({ min: 1, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  interface Grant {
    readonly at: number
    readonly lane: Lane
  }
  const play = (
    budget: RateBudget,
    steps: readonly { lane: Lane; after: number; gap: number; burst: boolean }[],
    restartAt = -1,
    rules: readonly RateRule[] = [],
  ): Grant[] => {
    const granted: Grant[] = []
    let used = budget
    let now = 0
    for (const [index, step] of steps.entries()) {
      now += step.burst ? 0 : step.after % 7 === 0 ? step.gap : step.after
      if (index === restartAt) {
        const fresh = new RateBudget(rules)
        fresh.restore(used.save(now), now, 0)
        used = fresh
      }
      if (used.take(now, CLASS_OF[step.lane], step.lane).ok) granted.push({ at: now, lane: step.lane })
    }
    return granted
  }
  const isCovered = (rule: RateRule, lane: Lane): boolean => rule.class === 'all' || rule.class === CLASS_OF[lane]

  it('no window of any rule is exceeded, across a restart too', () => {
    fc.assert(
      fc.property(ruleSets, arrivals, fc.integer({ min: -1, max: 199 }), (rules, steps, restartAt) => {
        const granted = play(new RateBudget(rules), steps, restartAt, rules)
        for (const rule of rules) {
          const times = granted.filter(({ lane }) => isCovered(rule, lane)).map(({ at }) => at)
          for (const [index, time] of times.entries()) {
            const beyond = times[index + rule.requests]
            if (beyond !== undefined) expect(beyond - time).toBeGreaterThan(rule.perMs)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
  it('a refused call is granted at the instant it was told, if nobody comes between, and not one before', () => {
    fc.assert(
      fc.property(ruleSets, arrivals, lanes, (rules, steps, lane) => {
        const budget = new RateBudget(rules)
        play(budget, steps)
        const now = steps.length * 400
        let last = now
        while (budget.take(last, CLASS_OF[lane], lane).ok) if (last++ > now + 50) return
        const told = budget.take(last, CLASS_OF[lane], lane)
        if (told.ok) return
        expect(told.retryAt).toBeGreaterThan(last)
        if (told.retryAt - 1 > last) expect(budget.take(told.retryAt - 1, CLASS_OF[lane], lane).ok).toBe(false)
        expect(budget.take(told.retryAt, CLASS_OF[lane], lane).ok).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
  it('cancels are not starved: the first in any window finds a token whatever else came', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 2_000 }),
        arrivals,
        (requests, perMs, steps) => {
          const budget = new RateBudget([{ class: 'all', requests, perMs }])
          const others = steps.filter(({ lane }) => lane !== 'cancel')
          play(budget, others)
          const now = others.length * 400
          for (const lane of ['submit', 'poll', 'reduce', 'verify'] as const) takes(budget, now, lane, 50)
          expect(budget.take(now, 'cancel', 'cancel').ok).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })
  it('look-ups are not starved by submits and polls', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), arrivals, (requests, steps) => {
        const budget = new RateBudget([{ class: 'all', requests, perMs: 1_000 }])
        play(
          budget,
          steps.filter(({ lane }) => lane === 'submit' || lane === 'poll' || lane === 'reduce'),
        )
        expect(budget.take(steps.length * 400, 'read', 'verify').ok).toBe(true)
      }),
    )
  })
  it('polling stays within its share of every window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), arrivals, (requests, steps) => {
        const granted = play(new RateBudget([{ class: 'all', requests, perMs: 500 }]), steps)
        const polls = granted.filter(({ lane }) => lane === 'poll').map(({ at }) => at)
        const most = Math.max(1, Math.floor(requests * 0.4))
        for (const [index, time] of polls.entries()) {
          const beyond = polls[index + most]
          if (beyond !== undefined) expect(beyond - time).toBeGreaterThan(500)
        }
      }),
    )
  })
})
