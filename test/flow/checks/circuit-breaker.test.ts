import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amount, decimal } from '../../../src/core/money.ts'
import {
  type BreakerEvent,
  type BreakerRules,
  CircuitBreaker,
  CLOSED,
  type Observation,
  observe,
  stanceOf,
} from '../../../src/flow/checks/circuit-breaker.ts'

const RULES: BreakerRules = {
  consecutive_failures: 3,
  daily_loss: decimal('1000'),
  unconfirmed_orders: 2,
  position_mismatches: 1,
  clock_skew: 2_000,
  stream_silence: 60_000,
  action: 'halt',
  probe_after: 30_000,
  operator_resumes: [],
}
const OFF: BreakerRules = {
  ...RULES,
  consecutive_failures: null,
  daily_loss: null,
  unconfirmed_orders: null,
  position_mismatches: null,
  clock_skew: null,
  stream_silence: null,
}
const failure: Observation = { kind: 'failure' }
const success: Observation = { kind: 'success' }
const time: Observation = { kind: 'time' }

/** Observations with the time at which each is made. */
function run(story: readonly (readonly [at: number, Observation])[], rules = RULES) {
  let state = CLOSED
  const events: string[] = []
  for (const [at, observation] of story) {
    const step = observe(state, observation, at, rules)
    state = step.state
    for (const { event, trigger, stance } of step.events) events.push(`${at} ${event} ${trigger} ${stance}`)
  }
  return { stance: stanceOf(state), events, state }
}

describe('the breaker opens exactly at a threshold', () => {
  it.each<[string, Observation[], Observation]>([
    ['failures in a row', [failure, failure], failure],
    [
      'the loss of the day',
      [{ kind: 'day_result', result: amount('-999.99') }],
      { kind: 'day_result', result: amount('-1000') },
    ],
    ['unconfirmed orders', [{ kind: 'unconfirmed_orders', count: 1 }], { kind: 'unconfirmed_orders', count: 2 }],
    ['position mismatches', [{ kind: 'position_mismatches', count: 0 }], { kind: 'position_mismatches', count: 1 }],
    ['clock skew', [{ kind: 'clock_skew', ms: 1_999 }], { kind: 'clock_skew', ms: 2_000 }],
    ['a clock behind', [{ kind: 'clock_skew', ms: -1_999 }], { kind: 'clock_skew', ms: -2_000 }],
    ['silence of the stream', [{ kind: 'stream_silence', ms: 59_999 }], { kind: 'stream_silence', ms: 60_000 }],
  ])('%s', (_, before, last) => {
    const quiet = before.map((one) => [0, one] as const)
    expect(run(quiet).stance).toBe('open_for_business')
    expect(run([...quiet, [0, last]]).stance).not.toBe('open_for_business')
    expect(run([...quiet, [0, last]], OFF).stance).toBe('open_for_business')
  })
  it('a success in between begins the count anew', () => {
    expect(
      run([
        [0, failure],
        [0, failure],
        [0, success],
        [0, failure],
        [0, failure],
      ]).stance,
    ).toBe('open_for_business')
  })
  it('one severe failure is enough', () => {
    expect(run([[0, { kind: 'failure', severe: true }]]).stance).toBe('halted')
    expect(run([[0, { kind: 'failure', severe: true }]], OFF).stance).toBe('open_for_business')
  })
})

describe('what an open breaker lets through', () => {
  it('is what configuration says', () => {
    expect(run([[0, { kind: 'clock_skew', ms: 9_000 }]]).stance).toBe('halted')
    expect(run([[0, { kind: 'clock_skew', ms: 9_000 }]], { ...RULES, action: 'reduce_only' }).stance).toBe(
      'reduce_only',
    )
  })
  it('is always reductions after the loss of the day', () => {
    expect(run([[0, { kind: 'day_result', result: amount('-5000') }]]).stance).toBe('reduce_only')
  })
  it('is what the strictest of several says', () => {
    expect(
      run([
        [0, { kind: 'day_result', result: amount('-5000') }],
        [0, { kind: 'unconfirmed_orders', count: 9 }],
      ]).stance,
    ).toBe('halted')
  })
})

describe('an open breaker', () => {
  it('closes when the cause has passed, and not before the cool-down is over', () => {
    const story: [number, Observation][] = [
      [0, { kind: 'unconfirmed_orders', count: 2 }],
      [1_000, { kind: 'unconfirmed_orders', count: 0 }],
      [29_999, time],
      [30_000, time],
      [60_000, time],
    ]
    expect(run(story).events).toEqual([
      '0 breaker.opened unconfirmed_orders halted',
      '60000 breaker.closed unconfirmed_orders open_for_business',
    ])
    expect(run(story.slice(0, 3)).stance).toBe('halted')
  })
  it('that halted lets reductions through first, and everything after another cool-down', () => {
    const story: [number, Observation][] = [
      [0, { kind: 'clock_skew', ms: 2_000 }],
      [10, { kind: 'clock_skew', ms: 0 }],
      [30_000, time],
      [59_999, time],
      [60_000, time],
    ]
    expect(story.map((_, n) => run(story.slice(0, n + 1)).stance)).toEqual([
      'halted',
      'halted',
      'reduce_only',
      'reduce_only',
      'open_for_business',
    ])
  })
  it('goes back to where it stood when the cause comes back on the way', () => {
    const story: [number, Observation][] = [
      [0, { kind: 'clock_skew', ms: 2_000 }],
      [10, { kind: 'clock_skew', ms: 0 }],
      [30_000, time],
      [40_000, { kind: 'clock_skew', ms: 5_000 }],
      [40_001, { kind: 'clock_skew', ms: 0 }],
      [69_999, time],
    ]
    expect(run(story).stance).toBe('halted')
    expect(run([...story, [70_000, time]]).stance).toBe('reduce_only')
  })
  it('that waits for an operator takes no step before one has resumed, nor while the cause holds', () => {
    const rules: BreakerRules = { ...RULES, operator_resumes: ['position_mismatches'] }
    const agreed: [number, Observation][] = [
      [0, { kind: 'position_mismatches', count: 1 }],
      [1_000, { kind: 'position_mismatches', count: 0 }],
      [900_000, time],
    ]
    expect(run(agreed, rules).stance).toBe('halted')
    expect(run([...agreed, [900_001, { kind: 'resume' }]], rules).stance).toBe('reduce_only')
    const tooEarly: [number, Observation][] = [
      [0, { kind: 'position_mismatches', count: 1 }],
      [1_000, { kind: 'resume' }],
      [900_000, { kind: 'position_mismatches', count: 1 }],
      [900_001, { kind: 'position_mismatches', count: 0 }],
      [990_000, time],
    ]
    expect(run(tooEarly, rules).stance).toBe('halted')
  })
  it('stays open for as long as the cause holds', () => {
    const { stance, events } = run([
      [0, { kind: 'position_mismatches', count: 1 }],
      [900_000, time],
      [900_001, { kind: 'position_mismatches', count: 1 }],
    ])
    expect([stance, events.length]).toEqual(['halted', 1])
  })
  it('after failures opens by itself for one try, and the first failure closes the door again', () => {
    const { events, stance } = run([
      [0, failure],
      [0, failure],
      [0, failure],
      [30_000, time],
      [60_000, time],
      [60_500, failure],
    ])
    expect(events).toEqual([
      '0 breaker.opened consecutive_failures halted',
      '60000 breaker.closed consecutive_failures open_for_business',
      '60500 breaker.opened consecutive_failures halted',
    ])
    expect(stance).toBe('halted')
  })
  it('after failures and a success during the cool-down counts anew', () => {
    const story: [number, Observation][] = [
      [0, failure],
      [0, failure],
      [0, failure],
      [10, success],
      [30_000, time],
      [60_000, time],
      [60_001, failure],
      [60_002, failure],
    ]
    expect(run(story).stance).toBe('open_for_business')
  })
  it('that fails again cools down anew', () => {
    expect(
      run([
        [0, failure],
        [0, failure],
        [0, failure],
        [20_000, failure],
        [30_000, time],
      ]).stance,
    ).toBe('halted')
    expect(
      run([
        [0, failure],
        [0, failure],
        [0, failure],
        [20_000, failure],
        [50_000, time],
        [80_000, time],
      ]).stance,
    ).toBe('open_for_business')
  })
  it('tells the value that opened it and the limit', () => {
    const { events } = observe(CLOSED, { kind: 'day_result', result: amount('-1000.50') }, 0, RULES)
    expect(events).toEqual<BreakerEvent[]>([
      { event: 'breaker.opened', trigger: 'daily_loss', stance: 'reduce_only', value: '1000.5', limit: '1000' },
    ])
  })
  it('says what remains when one of two causes has passed', () => {
    const { events } = run([
      [0, { kind: 'clock_skew', ms: 2_000 }],
      [0, { kind: 'day_result', result: amount('-1000') }],
      [30_000, { kind: 'clock_skew', ms: 0 }],
      [60_000, time],
    ])
    expect(events.at(-1)).toBe('60000 breaker.closed clock_skew reduce_only')
  })
})

describe('the breaker of an account', () => {
  it('ends its cool-down when it is asked, and tells both changes once', () => {
    let now = 0
    const told: [string, number][] = []
    const clock = { now: () => 1_000_000 + now, monotonic: () => now }
    const breaker = new CircuitBreaker(
      () => RULES,
      clock,
      ({ event }, at) => told.push([event, at]),
    )
    for (let n = 0; n < 5; n += 1) breaker.observe(failure)
    expect([breaker.stance(), breaker.trips.map(({ trigger }) => trigger)]).toEqual([
      'halted',
      ['consecutive_failures'],
    ])
    now = 30_000
    expect(breaker.stance()).toBe('reduce_only')
    now = 60_000
    expect([breaker.stance(), breaker.trips]).toEqual(['open_for_business', []])
    expect(told).toEqual([
      ['breaker.opened', 1_000_000],
      ['breaker.closed', 1_060_000],
    ])
  })
  it('opens and closes each cause by turns, and is open exactly while a cause has opened it', () => {
    const observation: fc.Arbitrary<Observation> = fc.oneof(
      fc.constant(time),
      fc.constant(success),
      fc.record({ kind: fc.constant('failure' as const), severe: fc.boolean() }),
      fc.record({
        kind: fc.constant('day_result' as const),
        result: fc.integer({ min: -2_000, max: 10 }).map((n) => amount(String(n))),
      }),
      fc.record({
        kind: fc.constantFrom('unconfirmed_orders' as const, 'position_mismatches' as const),
        count: fc.nat(3),
      }),
      fc.record({
        kind: fc.constantFrom('clock_skew' as const, 'stream_silence' as const),
        ms: fc.integer({ min: -100_000, max: 100_000 }),
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20_000), observation), { maxLength: 60, size: 'max' }), (steps) => {
        let at = 0
        let state = CLOSED
        const open = new Set<string>()
        for (const [gap, one] of steps) {
          at += gap
          const step = observe(state, one, at, RULES)
          state = step.state
          for (const { event, trigger } of step.events) {
            expect(open.has(trigger)).toBe(event === 'breaker.closed')
            if (event === 'breaker.opened') open.add(trigger)
            else open.delete(trigger)
          }
          expect(stanceOf(state) !== 'open_for_business').toBe(open.size > 0)
        }
      }),
    )
  })
})
