import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agenda } from '../../src/simulator/agenda.ts'
import { VirtualClock } from './virtual-clock.ts'

describe('the agenda', () => {
  it('runs what is due in the order of its time, with one timer at most', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1_000 }))), (entries) => {
        const clock = new VirtualClock(0)
        const ran: [string, number][] = []
        const agenda = new Agenda(clock.now, clock.timers, (key) => ran.push([key, clock.now()]))
        const expected = new Map<string, number>()
        for (const [key, at] of entries) {
          agenda.set(`${key}`, at)
          expected.set(`${key}`, at)
          expect(clock.waiting).toBeLessThanOrEqual(1)
        }
        clock.advance(1_000)
        expect(new Map(ran)).toEqual(expected)
        expect(ran.map(([, at]) => at)).toEqual([...expected.values()].sort((a, b) => a - b))
        expect(clock.waiting).toBe(0)
      }),
    )
  })

  it('forgets what is taken out', () => {
    const clock = new VirtualClock(0)
    const ran: string[] = []
    const agenda = new Agenda(clock.now, clock.timers, (key) => ran.push(key))
    agenda.set('a', 10)
    agenda.set('b', 20)
    agenda.delete('a')
    clock.advance(100)
    expect(ran).toEqual(['b'])
  })

  it('ends its turn before it runs again what planned itself for the past', () => {
    const clock = new VirtualClock(0)
    let ran = 0
    const agenda: Agenda = new Agenda(clock.now, clock.timers, (key) => {
      ran += 1
      if (ran < 3) agenda.set(key, 0)
    })
    agenda.set('eager', 5)
    clock.advance(5)
    expect({ ran, turns: clock.fired }).toEqual({ ran: 3, turns: 3 })
  })

  it('goes on after something failed', () => {
    const clock = new VirtualClock(0)
    const ran: string[] = []
    const agenda = new Agenda(clock.now, clock.timers, (key) => {
      if (key === 'bad') throw new Error('failed')
      ran.push(key)
    })
    agenda.set('bad', 1)
    agenda.set('good', 1)
    expect(() => clock.advance(10)).toThrow('failed')
    clock.advance(10)
    expect(ran).toEqual(['good'])
  })
})
