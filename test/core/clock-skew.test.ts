import { describe, expect, it } from 'vitest'
import { certainSkewMs } from '../../src/core/clock-skew.ts'

const AT = 1_000_000

describe('the difference of two clocks is only what nothing else explains', () => {
  it.each<[string, number, number, number, number]>([
    ['a stamp within the exchange is none', 200, AT - 100, 0, 0],
    ['nor is one at its very beginning', 200, AT - 200, 0, 0],
    ['a stamp cut to the second explains up to a second', 10, AT - 1_009, 1_000, 0],
    ['a stamp from after the answer came is ahead', 200, AT + 5_000, 0, 5_000],
    ['a stamp from before the question was asked is behind', 200, AT - 5_200, 0, -5_000],
    ['a slow answer hides what its slowness may explain', 30_000, AT - 29_000, 0, 0],
  ])('%s', (_, tookMs, venueAt, withinMs, skew) => {
    expect(certainSkewMs({ at: AT, tookMs, venue: { at: venueAt, withinMs } })).toBe(skew)
  })
})
