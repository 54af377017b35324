import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateBudget, type RateRule } from '../../src/core/rate-budget.ts'
import { packBudget, unpackBudget } from '../../src/core/saved-budget.ts'

const RULE: RateRule = { class: 'all', requests: 40, perMs: 60_000 }

describe('a budget that is written down and read back (I-42)', () => {
  it('never allows a request sooner than the one that was written', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { maxLength: 60 }), fc.nat(60_000), (gaps, elapsed) => {
        const before = new RateBudget([RULE])
        let now = 0
        for (const gap of gaps) {
          now += gap
          before.take(now, 'order', 'submit')
        }
        const text = packBudget({ savedAt: now, isLast: true, budget: before.save(now) })
        const after = new RateBudget([RULE])
        after.restore(unpackBudget(text).budget, 1_000_000, elapsed)
        const ages = (saved: ReturnType<RateBudget['save']>) => saved.rules[0]?.agesMs.flat() ?? []
        const written = ages(before.save(now))
        for (const [n, age] of ages(unpackBudget(text).budget).entries())
          expect(age).toBeLessThanOrEqual(written[n] ?? 0)
        const was = before.take(now + elapsed, 'order', 'submit')
        const is = after.take(1_000_000, 'order', 'submit')
        if (is.ok) expect(was.ok).toBe(true)
      }),
    )
  })
  it('is short however many requests it allows', () => {
    const budget = new RateBudget([{ ...RULE, requests: 10_000 }])
    for (let n = 0; n < 10_000; n += 1) budget.take(n, 'order', 'cancel')
    expect(packBudget({ savedAt: 0, isLast: true, budget: budget.save(10_000) }).length).toBeLessThan(2_000)
  })
  it('keeps the time for which the venue closed it', () => {
    const budget = new RateBudget([RULE])
    budget.learn(0, 'order', { retryAfterMs: 30_000 })
    const { budget: saved } = unpackBudget(packBudget({ savedAt: 0, isLast: false, budget: budget.save(10_000) }))
    const next = new RateBudget([RULE])
    next.restore(saved, 500, 5_000)
    expect(next.take(500, 'order', 'submit')).toEqual({ ok: false, retryAt: 15_500 })
  })
})
