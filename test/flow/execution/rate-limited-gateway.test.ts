import { describe, expect, it } from 'vitest'
import { BrokerRateLimitError } from '../../../src/core/errors.ts'
import { RateBudget } from '../../../src/core/rate-budget.ts'
import { RateLanes } from '../../../src/flow/execution/rate-lanes.ts'
import { RateLimitedGateway } from '../../../src/flow/execution/rate-limited-gateway.ts'
import { HandTime } from '../../support/hand-time.ts'
import { ScriptedGateway } from '../../support/scripted-gateway.ts'
import { until } from '../../support/until.ts'

/** Time that goes on, beside a wall clock that the test sets. */
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

/** Whoever is paced by the wall clock sees the same one. */
function limited() {
  const time = new SetClock(0)
  const inner = new ScriptedGateway()
  const lanes = new RateLanes(new RateBudget([{ class: 'read', requests: 1, perMs: 1_000 }]), time, time)
  const gateway = new RateLimitedGateway(inner, { lanes, maxWaitMs: 5_000, clock: time, timers: time })
  return { time, lanes, gateway }
}

describe('a read that finds no token', () => {
  it('has its turn when there is one', async () => {
    const { time, gateway, lanes } = limited()
    await gateway.positions()
    const second = gateway.positions()
    await until('a read in the lanes', 2_000, () => lanes.waiting === 1 || undefined)
    await time.pass(2_000)
    expect(await second).toEqual([])
  })
  it('waits no longer than a read may wait', async () => {
    const { time, gateway } = limited()
    await gateway.positions()
    const late = Array.from({ length: 30 }, () => gateway.positions().catch((error: unknown) => error))
    await time.pass(6_000)
    expect((await Promise.all(late)).some((outcome) => outcome instanceof BrokerRateLimitError)).toBe(true)
  })
  it('has its turn although the wall clock was set back by an hour (I-48)', async ({ onTestFinished }) => {
    const { time, gateway, lanes } = limited()
    const realNow = Date.now
    onTestFinished(() => {
      Date.now = realNow
    })
    time.aheadMs = HOUR_MS
    Date.now = () => realNow() + time.aheadMs
    await gateway.positions()
    const before = gateway.positions()
    await until('a read in the lanes', 2_000, () => lanes.waiting === 1 || undefined)
    await time.pass(2_000)
    await before
    time.aheadMs = 0
    await time.pass(1_000)
    await gateway.positions()
    const after = gateway.positions()
    await until('a read in the lanes', 2_000, () => lanes.waiting === 1 || undefined)
    await time.pass(2_000)
    expect(await after).toEqual([])
  })
})
