import { describe, expect, it } from 'vitest'
import { planScenario } from './plan-scenario.ts'
import { shrink } from './shrink.ts'

const PLANNED = planScenario({ seed: 3, profile: 'paper', orders: 20, crashes: 3 })

describe('shrinking a history that breaks a promise', () => {
  it('leaves what breaks it and nothing else', async () => {
    const culprit = PLANNED.actions.find((action) => action.do === 'signal' && action.at > 0)
    const { scenario, runs } = await shrink(PLANNED, 'I-14', async ({ actions, rates }) => ({
      violations: actions.includes(culprit as never) && 'F-34' in rates ? ['I-14: a lie'] : [],
    }))
    expect(scenario.actions).toEqual([culprit])
    expect(Object.keys(scenario.rates)).toEqual(['F-34'])
    expect(scenario.crashes).toEqual([])
    expect(scenario.safetyMs).toBeLessThanOrEqual(PLANNED.safetyMs)
    expect(runs).toBeLessThan(200)
  })

  it('takes no other breach for the one it was asked about', async () => {
    const { scenario } = await shrink(PLANNED, 'I-14', async ({ actions }) => ({
      violations: actions.length === PLANNED.actions.length ? ['I-14: the one'] : ['I-48: another'],
    }))
    expect(scenario.actions).toEqual(PLANNED.actions)
  })
})
