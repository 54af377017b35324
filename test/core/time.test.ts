import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTime, parseTime } from '../../src/core/time.ts'

describe('an instant in text', () => {
  it('is RFC 3339 UTC with milliseconds, and comes back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
        expect(formatTime(at)).toBe(new Date(at).toISOString())
        expect(parseTime(formatTime(at))).toBe(at)
      }),
      { numRuns: 2_000 },
    )
  })
  it.each([
    ['2026-03-02T14:30:00Z', Date.UTC(2026, 2, 2, 14, 30)],
    ['2026-03-02T14:30:00.123456Z', Date.UTC(2026, 2, 2, 14, 30, 0, 123)],
    ['2026-03-02T09:30:00-05:00', Date.UTC(2026, 2, 2, 14, 30)],
    ['2026-03-02T00:10:00+05:30', Date.UTC(2026, 2, 1, 18, 40)],
  ])('%s is understood', (text, at) => expect(parseTime(text)).toBe(at))
  it.each([
    '',
    '2026-03-02',
    '2026-03-02T14:30:00',
    '2026-02-30T14:30:00.000Z',
    '2026-03-02T24:00:00.000Z',
    '2026-03-02T14:60:00.000Z',
    '2026-03-02 14:30:00Z',
    'yesterday',
    '1740000000000',
    '2026-03-02T14:30:00.000Z\n',
  ])('%j is refused, whatever was read before', (text) => {
    parseTime('2026-03-02T14:30:00.000Z')
    expect(parseTime(text)).toBeUndefined()
  })
})
