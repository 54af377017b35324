import { describe, expect, it } from 'vitest'
import type { RateRule } from '../../../src/core/rate-budget.ts'
import { KeptBudget } from '../../../src/flow/execution/kept-budget.ts'
import type { AnswerSigns } from '../../../src/ports/broker-gateway.ts'
import { HandTime, settled } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'

const MINUTE: RateRule = { class: 'all', requests: 20, perMs: 60_000 }

/** Time that goes on, beside a wall clock that somebody sets. */
class SetClock extends HandTime {
  aheadMs = 0
  override now(): number {
    return super.now() + this.aheadMs
  }
  override monotonic(): number {
    return super.now()
  }
}
const HOUR_MS = 3_600_000

/** A daemon's budget over a disk that outlives it. */
function aBudget(
  rules: readonly RateRule[] = [MINUTE],
  { time = new HandTime(T0), fact = undefined as string | undefined } = {},
) {
  const disk = { fact, writes: 0 }
  const budget = new KeptBudget({ rules, fact, clock: time, timers: time })
  budget.saveTo(async (text) => {
    disk.fact = text
    disk.writes += 1
  })
  const takeAll = (): number => {
    for (let n = 0; ; n += 1) if (!budget.take(time.monotonic(), 'order', 'cancel').ok) return n
  }
  return { budget, time, disk, takeAll, next: () => aBudget(rules, { time, fact: disk.fact }) }
}
const answer = (over: Partial<AnswerSigns>): AnswerSigns => ({
  callClass: 'order',
  status: 200,
  at: T0,
  tookMs: 5,
  inFlight: 0,
  ...over,
})

describe('a budget over a restart (I-42)', () => {
  it('goes on where an orderly end left it, to the token', async () => {
    const run = aBudget()
    for (let n = 0; n < 12; n += 1) run.budget.take(run.time.monotonic(), 'order', 'cancel')
    await run.budget.keep()
    await run.time.pass(1_000)
    expect(run.next().takeAll()).toBe(8)
  })
  it('counts what a crash may have kept from being saved as used', async () => {
    const run = aBudget()
    for (let n = 0; n < 3; n += 1) run.budget.take(run.time.monotonic(), 'order', 'cancel')
    await settled()
    const next = run.next()
    expect(next.takeAll()).toBeLessThanOrEqual(17)
    expect(next.takeAll()).toBe(0)
  })
  it('is whole again once the window has passed', async () => {
    const run = aBudget()
    run.takeAll()
    await run.budget.keep()
    await run.time.pass(61_500)
    expect(run.next().takeAll()).toBe(20)
  })
  it('takes a window too short to be worth saving for used up after a crash, and for what it was after an end', async () => {
    const second: RateRule = { class: 'all', requests: 5, perMs: 1_000 }
    const crashed = aBudget([second])
    expect(crashed.next().takeAll()).toBe(0)
    const ended = aBudget([second])
    await ended.budget.keep()
    expect(ended.next().takeAll()).toBe(5)
  })
  it('writes once a second at most while little is granted', async () => {
    const run = aBudget([{ ...MINUTE, requests: 1_000 }])
    for (let n = 0; n < 50; n += 1) {
      run.budget.take(run.time.monotonic(), 'read', 'poll')
      await run.time.pass(100)
    }
    expect(run.disk.writes).toBeLessThanOrEqual(7)
  })
})

describe('what a venue says of our budget', () => {
  const closedFor = (run: ReturnType<typeof aBudget>): number => {
    const take = run.budget.take(run.time.monotonic(), 'order', 'cancel')
    return take.ok ? 0 : take.retryAt - run.time.monotonic()
  }
  it.each<[string, Partial<AnswerSigns>, number]>([
    ['429 with a time is kept to', { status: 429, budget: { retryAfterMs: 7_000 } }, 7_000],
    ['503 with a time too', { status: 503, budget: { retryAfterMs: 3_000 } }, 3_000],
    ['429 without one is a second', { status: 429 }, 1_000],
    ['a time beyond all reason is a quarter of an hour', { status: 429, budget: { retryAfterMs: 1e12 } }, 900_000],
    ['a time on an ordinary answer is no order to stop', { budget: { retryAfterMs: 7_000 } }, 0],
    ['nothing left until a reset closes it until then', { budget: { remaining: 0, resetInMs: 4_000 } }, 4_000],
    [
      'what is still on the wire is taken off what is left',
      { inFlight: 3, budget: { remaining: 3, resetInMs: 4_000 } },
      4_000,
    ],
    ['a limit above ours changes nothing', { budget: { limit: 1_000_000 } }, 0],
  ])('%s', (_, signs, ms) => {
    const run = aBudget([{ ...MINUTE, requests: 100 }])
    run.budget.heed(answer(signs))
    expect(closedFor(run)).toBe(ms)
  })
  it('lasts as long as it was meant to, though the wall clock is set forward between two runs (I-42)', async () => {
    const time = new SetClock(T0)
    const run = aBudget([MINUTE], { time })
    run.budget.heed(answer({ status: 429, budget: { retryAfterMs: 30_000 } }))
    await time.pass(10_000)
    time.aheadMs = HOUR_MS
    expect(closedFor(run.next())).toBe(20_000)
  })
  it('is over by the wall clock where the machine itself began anew', async () => {
    const run = aBudget([MINUTE], { time: new SetClock(T0) })
    run.budget.heed(answer({ status: 429, budget: { retryAfterMs: 30_000 } }))
    const restarted = new SetClock(1_000)
    restarted.aheadMs = T0 + HOUR_MS
    expect(closedFor(aBudget([MINUTE], { time: restarted, fact: run.disk.fact }))).toBe(0)
  })
  it('is remembered over a restart, and no part of a millisecond is forgiven', async () => {
    const run = aBudget()
    run.budget.heed(answer({ status: 429, budget: { retryAfterMs: 30_000 } }))
    await run.time.pass(10_000)
    expect(closedFor(run.next())).toBe(20_001)
  })
})
