import { describe, expect, it } from 'vitest'
import { readOptions } from './simulate-options.ts'

describe('what a simulation is asked for', () => {
  it('is twenty seeds of everything, on every core, when nobody says more', () => {
    const asked = readOptions([], 2)
    expect(asked).toMatchObject({
      kind: 'run',
      options: { first: 1, last: 20, workers: 2, isWhole: true, wishes: { profile: 'all' } },
    })
  })

  it('is as many seeds as make the orders asked for', () => {
    const few = readOptions(['--orders', '100'], 1)
    const many = readOptions(['--orders', '10000'], 1)
    if (few.kind !== 'run' || many.kind !== 'run') throw new Error('refused')
    expect(many.options.last).toBeGreaterThan(20 * few.options.last)
  })

  it('may be told of, and then nothing runs', () => expect(readOptions(['--help'], 1)).toEqual({ kind: 'help' }))

  it.each([
    ['an option that does not exist', ['--wat', '3'], "Unknown option '--wat'"],
    ['a word that belongs to no option', ['seeds'], "Unexpected argument 'seeds'"],
    ['an option without its value', ['--seeds'], "Option '--seeds <value>' argument missing"],
    ['a range from behind', ['--seeds', '5..2'], '--seeds 5..2 is no range A..B'],
    ['a range of words', ['--seeds', '5..x'], '--seeds 5..x is no range A..B'],
    ['a venue nobody knows', ['--profile', 'zulu'], 'there is no profile zulu'],
    ['a fault nobody knows', ['--faults', 'F-34,F-9999'], 'there is no fault F-9999'],
    ['no process at all', ['--workers', '0'], '--workers 0 is no number of processes'],
    ['no order at all', ['--orders', '0'], '--orders 0 is no number of orders'],
    ['less than no crash', ['--crashes=-1'], '--crashes -1 is no number of crashes'],
  ])('refuses %s in one line', (_, args, why) => {
    const asked = readOptions(args, 1)
    if (asked.kind !== 'refused') throw new Error('not refused')
    expect(asked.why).toContain(why)
    expect(asked.why).not.toContain('\n')
  })
})
