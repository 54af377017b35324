import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderRateWindow } from '../../../src/flow/checks/order-rate-window.ts'

describe('orders of the last minute', () => {
  it('count until a minute has passed, the last millisecond included', () => {
    const window = new OrderRateWindow()
    window.add('trend', 1_000)
    expect([window.count(1_000), window.count(61_000), window.count(61_001)]).toEqual([1, 1, 0])
  })
  it('count for the account and for their strategy', () => {
    const window = new OrderRateWindow()
    for (const strategy of ['trend', 'trend', 'carry']) window.add(strategy, 0)
    expect([
      window.count(0),
      window.countOf('trend', 0),
      window.countOf('carry', 0),
      window.countOf('none', 0),
    ]).toEqual([3, 2, 1, 0])
  })
  it('of a strategy that fell silent are forgotten when another begins', () => {
    const window = new OrderRateWindow()
    window.add('trend', 0)
    window.add('carry', 60_001)
    expect([window.count(60_001), window.countOf('trend', 60_001), window.countOf('carry', 60_001)]).toEqual([1, 0, 1])
  })
  it('are those of a search through all, however many there were', () => {
    const gaps = fc.array(
      fc.record({ strategy: fc.constantFrom('a', 'b'), gap: fc.nat(40_000), burst: fc.constantFrom(1, 700) }),
      { maxLength: 40, size: 'max' },
    )
    fc.assert(
      fc.property(gaps, (steps) => {
        const window = new OrderRateWindow()
        const all: { readonly strategy: string; readonly at: number }[] = []
        let now = 0
        for (const { strategy, gap, burst } of steps) {
          now += gap
          for (let n = 0; n < burst; n += 1) {
            window.add(strategy, now)
            all.push({ strategy, at: now })
          }
          const recent = all.filter(({ at }) => now - at <= 60_000)
          expect(window.count(now)).toBe(recent.length)
          expect(window.countOf('a', now)).toBe(recent.filter((one) => one.strategy === 'a').length)
        }
      }),
    )
  })
})
