import { describe, expect, it } from 'vitest'
import { MISBEHAVIOUR_NAMES } from '../../src/simulator/faces/alpaca/misbehaviours.ts'
import { GATE_TROUBLES } from './fault-gate.ts'
import { nameOf } from './scenario.ts'
import { SCENARIOS, SHARE } from './scenarios.ts'

/** The daemon changes no order at the venue: what goes wrong then is for the gateway's own tests. */
const OF_REPLACING = ['replace-rejected', 'replace-loses-to-fill', 'replace-stuck']

const troublesIn = (scenarios: typeof SCENARIOS) => new Set(scenarios.map(({ trouble }) => trouble))
const missingIn = (scenarios: typeof SCENARIOS) =>
  [...MISBEHAVIOUR_NAMES, ...Object.keys(GATE_TROUBLES)].filter((name) => !troublesIn(scenarios).has(name as never))

describe('the scenarios on real sockets', () => {
  it('are two hundred at least, no two alike', () => {
    const names = SCENARIOS.map(nameOf)
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([])
    expect(names.length).toBeGreaterThanOrEqual(200)
  })
  it('hold everything that the venue and the way there can do wrong', () => {
    expect(missingIn(SCENARIOS)).toEqual(OF_REPLACING)
  })
  it('leave a share to every run of the tests that holds each operation and each trouble', () => {
    expect(missingIn(SHARE)).toEqual(OF_REPLACING)
    expect(new Set(SHARE.map(({ operation }) => operation))).toEqual(
      new Set(SCENARIOS.map(({ operation }) => operation)),
    )
    expect(SHARE.length).toBeLessThanOrEqual(SCENARIOS.length / 4)
  })
})
