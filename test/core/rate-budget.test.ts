import { describe, expect, it } from 'vitest'
import { type CallClass, type Lane, RateBudget, type RateRule } from '../../src/core/rate-budget.ts'
import { ringLimits } from '../../src/core/rate-rule.ts'

const SHARED: RateRule = { class: 'all', requests: 10, perMs: 1_000 }
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
const retryAt = (budget: RateBudget, now: number, lane: Lane): number | 'ok' => {
  const take = budget.take(now, CLASS_OF[lane], lane)
  return take.ok ? 'ok' : take.retryAt
}

describe('shares', () => {
  const shares = { cancel: 0.1, verify: 0.1, poll: 0.4 }
  it.each([
    ['all', 200, [200, 180, 160, 80]],
    ['all', 10, [10, 9, 8, 4]],
    ['all', 5, [5, 4, 3, 2]],
    ['all', 3, [3, 2, 1, 1]],
    ['all', 2, [2, 1, 1, 1]],
    ['all', 1, [1, 1, 1, 1]],
    ['read', 10, [10, 10, 9, 4]],
    ['order', 10, [10, 10, 10, 10]],
    ['cancel', 10, [10, 10, 10, 10]],
  ] as const)('of a rule for %s with %i requests', (kind, requests, limits) => {
    expect(ringLimits(kind, requests, shares)).toEqual(limits)
  })
  it('are never more than what is left of a budget', () => {
    expect(ringLimits('all', 10, { cancel: 0.5, verify: 0.3, poll: 0.9 })).toEqual([10, 5, 2, 2])
  })
})

describe('a shared budget', () => {
  it('keeps a share for cancels and one for look-ups that submits cannot use', () => {
    const budget = new RateBudget([SHARED])
    expect(takes(budget, 0, 'submit', 20)).toBe(8)
    expect(takes(budget, 0, 'reduce', 20)).toBe(0)
    expect(takes(budget, 0, 'poll', 20)).toBe(0)
    expect(takes(budget, 0, 'verify', 20)).toBe(1)
    expect(takes(budget, 0, 'cancel', 20)).toBe(1)
  })
  it('gives cancels everything that is free', () => {
    expect(takes(new RateBudget([SHARED]), 0, 'cancel', 20)).toBe(10)
  })
  it('never gives polling more than its share', () => {
    const budget = new RateBudget([SHARED])
    expect(takes(budget, 0, 'poll', 20)).toBe(4)
    expect(takes(budget, 0, 'submit', 20)).toBe(4)
  })
  it('gives other lanes their part whatever polling took', () => {
    const budget = new RateBudget([{ class: 'all', requests: 100, perMs: 1_000 }])
    expect(takes(budget, 0, 'poll', 200)).toBe(40)
    expect(takes(budget, 0, 'reduce', 200)).toBe(40)
    expect(takes(budget, 0, 'verify', 200)).toBe(10)
    expect(takes(budget, 0, 'cancel', 200)).toBe(10)
  })
  it('says when to come back, and keeps its word to the millisecond', () => {
    const budget = new RateBudget([SHARED])
    takes(budget, 0, 'submit', 4)
    takes(budget, 300, 'submit', 4)
    expect(retryAt(budget, 500, 'submit')).toBe(1_001)
    expect(retryAt(budget, 1_000, 'submit')).toBe(1_001)
    expect(retryAt(budget, 1_001, 'submit')).toBe('ok')
  })
  it('uses nothing up by refusing', () => {
    const budget = new RateBudget([SHARED])
    takes(budget, 0, 'submit', 500)
    expect(takes(budget, 1_001, 'submit', 20)).toBe(8)
  })
})

describe('several rules', () => {
  const rules: RateRule[] = [
    { class: 'order', requests: 2, perMs: 100 },
    { class: 'order', requests: 3, perMs: 1_000 },
    { class: 'all', requests: 100, perMs: 1_000 },
  ]
  it('hold together', () => {
    const budget = new RateBudget(rules)
    expect(takes(budget, 0, 'submit', 9)).toBe(2)
    expect(retryAt(budget, 0, 'submit')).toBe(101)
    expect(takes(budget, 101, 'submit', 9)).toBe(1)
    expect(retryAt(budget, 500, 'submit')).toBe(1_001)
  })
  it('of one class leave the others alone', () => {
    const budget = new RateBudget(rules)
    takes(budget, 0, 'submit', 9)
    expect(takes(budget, 0, 'cancel', 5)).toBe(5)
    expect(takes(budget, 0, 'poll', 5)).toBe(5)
  })
  it('are none where the venue has none', () => {
    const budget = new RateBudget([])
    expect(takes(budget, 0, 'poll', 1_000)).toBe(1_000)
    expect(budget.headroom(0, 'read', 'poll')).toBe(Number.POSITIVE_INFINITY)
  })
  it('must each allow something', () => {
    expect(() => new RateBudget([{ class: 'all', requests: 0, perMs: 1 }])).toThrow('allows something')
    expect(() => new RateBudget([{ class: 'all', requests: 1.5, perMs: 1 }])).toThrow('allows something')
    expect(() => new RateBudget([{ class: 'all', requests: 1, perMs: 0 }])).toThrow('allows something')
  })
})

describe('headroom', () => {
  it('is what the lane could take now', () => {
    const budget = new RateBudget([SHARED, { class: 'order', requests: 5, perMs: 1_000 }])
    expect(budget.headroom(0, 'order', 'submit')).toBe(5)
    expect(budget.headroom(0, 'read', 'poll')).toBe(4)
    takes(budget, 0, 'submit', 3)
    expect(budget.headroom(0, 'order', 'submit')).toBe(2)
    expect(budget.headroom(0, 'read', 'poll')).toBe(4)
    takes(budget, 0, 'poll', 4)
    expect(budget.headroom(0, 'order', 'submit')).toBe(1)
    expect(budget.headroom(0, 'cancel', 'cancel')).toBe(3)
    expect(budget.headroom(1_001, 'order', 'submit')).toBe(5)
  })
  it('is nothing while the bucket is closed', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { retryAfterMs: 50 })
    expect(budget.headroom(49, 'cancel', 'cancel')).toBe(0)
    expect(budget.headroom(50, 'cancel', 'cancel')).toBe(10)
  })
})

describe('a Retry-After', () => {
  it('closes the bucket to every lane until its very end', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(100, 'order', { retryAfterMs: 5_000 })
    expect(retryAt(budget, 200, 'cancel')).toBe(5_100)
    expect(retryAt(budget, 5_099, 'poll')).toBe(5_100)
    expect(retryAt(budget, 5_100, 'poll')).toBe('ok')
  })
  it('is not shortened by a later, smaller one', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { retryAfterMs: 5_000 })
    budget.learn(100, 'order', { retryAfterMs: 10 })
    expect(retryAt(budget, 200, 'submit')).toBe(5_000)
  })
  it('on a class with a rule of its own leaves the other classes open', () => {
    const budget = new RateBudget([SHARED, { class: 'order', requests: 5, perMs: 1_000 }])
    budget.learn(0, 'order', { retryAfterMs: 5_000 })
    expect(retryAt(budget, 1, 'submit')).toBe(5_000)
    expect(retryAt(budget, 1, 'cancel')).toBe('ok')
  })
  it('holds even where no rule is known', () => {
    const budget = new RateBudget([])
    budget.learn(0, 'read', { retryAfterMs: 1_000 })
    expect(retryAt(budget, 999, 'poll')).toBe(1_000)
    expect(retryAt(budget, 999, 'submit')).toBe('ok')
  })
  it('is capped, and nonsense is not heard', () => {
    const budget = new RateBudget([SHARED], { maxClosedMs: 60_000 })
    budget.learn(0, 'order', { retryAfterMs: -5 })
    budget.learn(0, 'order', { retryAfterMs: Number.NaN })
    budget.learn(0, 'order', { retryAfterMs: Number.POSITIVE_INFINITY })
    expect(retryAt(budget, 0, 'submit')).toBe('ok')
    budget.learn(0, 'order', { retryAfterMs: 1e12 })
    expect(retryAt(budget, 1, 'submit')).toBe(60_000)
  })
  it('is capped at a quarter of an hour unless told otherwise', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { retryAfterMs: 1e12 })
    expect(retryAt(budget, 1, 'submit')).toBe(900_000)
  })
})

describe("the venue's own count", () => {
  it('is believed where it is lower than ours, with the shares kept', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'read', { remaining: 3, resetAt: 500 })
    expect(takes(budget, 1, 'submit', 9)).toBe(1)
    expect(takes(budget, 1, 'verify', 9)).toBe(1)
    expect(takes(budget, 1, 'cancel', 9)).toBe(1)
    expect(retryAt(budget, 499, 'cancel')).toBe(500)
    expect(retryAt(budget, 500, 'cancel')).toBe('ok')
  })
  it('lets polling use what is neither for cancels nor for look-ups', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'read', { remaining: 4, resetAt: 500 })
    expect(takes(budget, 1, 'poll', 9)).toBe(2)
  })
  it('less what is still on the wire', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { remaining: 5, resetAt: 500, inFlight: 3 })
    expect(takes(budget, 1, 'cancel', 9)).toBe(2)
  })
  it('never rises within one venue window, however its end is rounded', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { remaining: 2, resetAt: 5_000 })
    budget.learn(1, 'order', { remaining: 9, resetAt: 6_000 })
    expect(takes(budget, 2, 'cancel', 9)).toBe(2)
    expect(retryAt(budget, 5_500, 'cancel')).toBe(6_000)
  })
  it('begins anew with the next window', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { remaining: 2, resetAt: 5_000 })
    budget.learn(1, 'order', { remaining: 9, resetAt: 6_001 })
    expect(takes(budget, 2, 'cancel', 20)).toBe(9)
  })
  it('begins anew at the very end of a short window', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { remaining: 2, resetAt: 500 })
    budget.learn(500, 'order', { remaining: 9, resetAt: 1_000 })
    expect(takes(budget, 501, 'cancel', 20)).toBe(9)
  })
  it('of a window that is over is not heard', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { remaining: 9, resetAt: 50_000 })
    budget.learn(1, 'order', { remaining: 0, resetAt: 40_000 })
    budget.learn(100, 'order', { remaining: 0, resetAt: 100 })
    budget.learn(100, 'order', { remaining: 0 })
    budget.learn(100, 'order', { resetAt: 50_000 })
    budget.learn(100, 'order', { remaining: Number.NaN, resetAt: 50_000 })
    expect(takes(budget, 101, 'cancel', 20)).toBe(9)
  })
  it('cannot close a bucket for longer than the cap', () => {
    const budget = new RateBudget([SHARED], { maxClosedMs: 60_000 })
    budget.learn(0, 'order', { remaining: 0, resetAt: 1e12 })
    expect(retryAt(budget, 1, 'cancel')).toBe(60_000)
  })
  it('of a limit below ours wins, and one above ours does not', () => {
    const budget = new RateBudget([SHARED])
    budget.learn(0, 'order', { limit: 5 })
    expect(takes(budget, 0, 'submit', 20)).toBe(3)
    expect(takes(budget, 0, 'cancel', 20)).toBe(2)
    budget.learn(2_000, 'order', { limit: 500 })
    expect(takes(budget, 2_000, 'cancel', 20)).toBe(10)
    budget.learn(4_000, 'order', { limit: 0 })
    expect(takes(budget, 4_000, 'cancel', 20)).toBe(1)
  })
  it('of a limit is not heard where several rules share a bucket', () => {
    const budget = new RateBudget([SHARED, { class: 'all', requests: 100, perMs: 60_000 }])
    budget.learn(0, 'order', { limit: 1 })
    expect(takes(budget, 0, 'cancel', 20)).toBe(10)
  })
})

describe('over a restart', () => {
  const rules: RateRule[] = [SHARED, { class: 'order', requests: 5, perMs: 10_000 }]
  it('the budget goes on where it was, however the clock begins', () => {
    const before = new RateBudget(rules)
    takes(before, 5_000, 'submit', 4)
    takes(before, 5_400, 'submit', 1)
    const after = new RateBudget(rules)
    after.restore(JSON.parse(JSON.stringify(before.save(5_500))), 100, 300)
    expect(retryAt(after, 100, 'submit')).toBe(100 + 10_000 + 1 - 500 - 300)
    expect(takes(after, 100, 'cancel', 20)).toBe(5)
    expect(takes(after, 301, 'cancel', 20)).toBe(4)
  })
  it('a closed bucket stays closed for the rest of its time', () => {
    const before = new RateBudget(rules)
    before.learn(0, 'order', { retryAfterMs: 5_000 })
    before.learn(0, 'read', { remaining: 0, resetAt: 3_000 })
    const after = new RateBudget(rules)
    after.restore(before.save(1_000), 0, 500)
    expect(retryAt(after, 0, 'submit')).toBe(3_500)
    expect(retryAt(after, 0, 'cancel')).toBe(1_500)
    expect(retryAt(after, 1_500, 'cancel')).toBe('ok')
  })
  it('a bucket in which something was left is not closed', () => {
    const before = new RateBudget([SHARED])
    before.learn(0, 'read', { remaining: 1, resetAt: 3_000 })
    const after = new RateBudget([SHARED])
    after.restore(before.save(1_000), 0, 0)
    expect(retryAt(after, 0, 'cancel')).toBe('ok')
  })
  it('a clock that ran backwards gives nothing away', () => {
    const before = new RateBudget(rules)
    takes(before, 0, 'submit', 5)
    const after = new RateBudget(rules)
    after.restore(before.save(0), 0, -3_600_000)
    expect(retryAt(after, 0, 'submit')).toBe(10_001)
  })
  it('a rule that was not kept before counts as spent', () => {
    const after = new RateBudget([{ class: 'order', requests: 6, perMs: 10_000 }, SHARED])
    after.restore(new RateBudget(rules).save(0), 0, 0)
    expect(retryAt(after, 0, 'submit')).toBe(10_001)
    expect(takes(after, 0, 'cancel', 20)).toBe(10)
  })
  it('an empty record leaves nothing to spend', () => {
    const after = new RateBudget(rules)
    after.restore({ rules: [], closedForMs: {} }, 0, 0)
    expect(retryAt(after, 0, 'cancel')).toBe(1_001)
    const odd = new RateBudget([SHARED])
    odd.restore({ rules: [{ ...SHARED, agesMs: [] }], closedForMs: {} }, 0, 0)
    expect(takes(odd, 0, 'cancel', 20)).toBe(10)
  })
  it('nothing saved means everything spent', () => {
    const budget = new RateBudget(rules)
    budget.assumeSpent(0)
    expect(retryAt(budget, 0, 'cancel')).toBe(1_001)
    expect(retryAt(budget, 0, 'poll')).toBe(1_001)
    expect(retryAt(budget, 0, 'submit')).toBe(10_001)
  })
})
