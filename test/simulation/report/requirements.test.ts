import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../faults/catalogue.ts'
import { isMet, RARE_STATES, requirements } from './requirements.ts'
import { addTally, emptyTally, type Tally } from './tally.ts'

/** A run that owes its counts and has them exactly. */
function wholeRun(orders: number): Tally {
  const tally = emptyTally()
  const share = orders / 1_000_000
  Object.assign(tally, { seeds: 1, orders, contendedOrders: 0.6 * orders, crashes: 20_000 * share })
  for (const fault of CATALOGUE.keys()) tally.faults[fault] = { drawn: 9, effective: 1_000 * share, states: {} }
  tally.faults['F-33'] = { drawn: 9, effective: 1_000_000 * share, states: {} }
  for (const [name, { times }] of Object.entries(RARE_STATES)) tally.sometimes[name] = times * share
  tally.exchanges['12'] = orders
  return tally
}
const unmet = (tally: Tally, isWhole = true): readonly string[] =>
  requirements(tally, isWhole)
    .filter((requirement) => !isMet(requirement))
    .map(({ name }) => name)

describe('what a run owes before its silence means anything', () => {
  it.each([1_000_000, 50_000])('is met by a run of %d orders that has just enough of everything', (orders) => {
    expect(unmet(wholeRun(orders))).toEqual([])
  })

  it('is missed by a fault that was drawn often and changed nothing', () => {
    const tally = wholeRun(1_000_000)
    tally.faults['F-83'] = { drawn: 1_000_000, effective: 999, states: {} }
    expect(unmet(tally)).toEqual(['F-83'])
  })

  it('is missed by a fault, and by a rare state, that never came about', () => {
    const tally = wholeRun(1_000_000)
    delete tally.faults['F-12']
    delete tally.sometimes.S16
    expect(unmet(tally)).toEqual(['S16', 'F-12'])
  })

  it('is missed where orders hardly meet, or hardly speak with the venue', () => {
    const tally = wholeRun(1_000_000)
    tally.contendedOrders -= 1
    tally.exchanges['11'] = 1_000_001
    expect(unmet(tally)).toEqual(['contention', 'exchanges'])
  })

  it('is nothing for a run that is too small, or that left something out', () => {
    expect(unmet(emptyTally())).toEqual([])
    expect(requirements(wholeRun(1_000_000), false)).toEqual([])
  })

  it('is counted over all processes together', () => {
    const sum = wholeRun(500_000)
    addTally(sum, wholeRun(500_000))
    expect(unmet(sum)).toEqual([])
    expect(sum.orders).toBe(1_000_000)
  })
})
