import { beforeEach, describe, expect, it } from 'vitest'
import { ForkedRandom } from '../world/forked-random.ts'
import { Trace } from '../world/trace.ts'
import { type Bearing, type FaultId, FaultPlan } from './fault-plan.ts'

/** What a run may count as a fault that mattered. */
describe('a fault counts when it changed the course of an order that was not final', () => {
  const open = new Map<string, string>()
  let plan: FaultPlan
  const seen = (fault: FaultId) => {
    const { drawn = 0, effective = 0 } = plan.counts.get(fault) ?? {}
    return { drawn, effective }
  }

  beforeEach(() => {
    open.clear()
    open.set('mine', 'submitting')
    const random = new ForkedRandom(1, new Trace({ isHashed: false }))
    plan = new FaultPlan(random, new Map([['F-33', 1]]), (tag) => open.get(tag))
  })

  it('at once, when it strikes a message about one', () => {
    expect(plan.strikes('F-33', 'mine')).toBe(true)
    expect(seen('F-33')).toEqual({ drawn: 1, effective: 1 })
  })

  it('never, when it strikes a message about one that is final', () => {
    plan.strikes('F-33', 'over')
    expect(seen('F-33')).toEqual({ drawn: 1, effective: 0 })
  })

  it('once, when the first message passes about one of those it may touch', () => {
    plan.struck('F-16', [])
    plan.looms('F-16', ['mine'])
    plan.passes(['another'])
    expect(seen('F-16')).toEqual({ drawn: 1, effective: 0 })
    plan.passes(['mine'])
    plan.passes(['mine'])
    expect(seen('F-16')).toEqual({ drawn: 1, effective: 1 })
  })

  it('never, when the order is final before anything passes about it', () => {
    plan.struck('F-12', [])
    plan.looms('F-12', ['mine'])
    open.clear()
    plan.passes(['mine'])
    expect(seen('F-12')).toEqual({ drawn: 1, effective: 0 })
  })

  it('not before it bears, and not for orders that went their way meanwhile', () => {
    open.set('other', 'accepted')
    let bearing: Bearing = 'later'
    plan.struck('F-32', [])
    plan.looms('F-32', ['mine', 'other'], () => bearing)
    plan.passes(['mine'])
    bearing = 'over'
    plan.passes(['mine'])
    bearing = 'now'
    plan.passes(['mine'])
    expect(seen('F-32')).toEqual({ drawn: 1, effective: 0 })
    plan.passes(['other'])
    expect(seen('F-32')).toEqual({ drawn: 1, effective: 1 })
  })

  it('not at all once what it rested on is over', () => {
    plan.struck('F-27', [])
    plan.looms('F-27', undefined, () => 'over')
    plan.passes(['mine'])
    expect(seen('F-27')).toEqual({ drawn: 1, effective: 0 })
  })

  it('strikes no more once the faults are over', () => {
    plan.stop()
    expect(plan.strikes('F-33', 'mine')).toBe(false)
  })
})
