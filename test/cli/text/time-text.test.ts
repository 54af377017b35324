import { describe, expect, it } from 'vitest'
import { spanText, timeColumn, zoneName } from '../../../src/cli/text/time-text.ts'

const NOW = Date.parse('2026-03-02T14:30:00Z')
const at = (timeZone: string) => ({ timeZone, now: NOW })

describe('times', () => {
  it('are local', () => {
    expect(timeColumn(['2026-03-02T14:30:00.214Z'], at('America/New_York'))('2026-03-02T14:30:00.214Z')).toBe(
      '09:30:00',
    )
    expect(timeColumn([], at('Asia/Kolkata'), 'millis')('2026-03-02T14:30:00.214Z')).toBe('20:00:00.214')
  })
  it('have a day as soon as one of them is not of today', () => {
    const column = timeColumn(['2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z'], at('UTC'))
    expect(column('2026-03-02T10:00:00Z')).toBe('2026-03-02 10:00:00')
  })
  it('belong to the day of the place', () => {
    expect(timeColumn(['2026-03-01T23:30:00Z'], at('Europe/Berlin'))('2026-03-01T23:30:00Z')).toBe('00:30:00')
  })
  it('begin the day at zero', () => {
    expect(timeColumn([], at('UTC'))('2026-03-02T00:00:00Z')).toBe('00:00:00')
  })
  it('stay as they are when they are none', () => {
    expect(timeColumn(['soon'], at('UTC'))('soon')).toBe('soon')
    expect(timeColumn([undefined], at('UTC'))(undefined)).toBe('')
  })
})

it.each([
  ['Europe/Berlin', 'Europe/Berlin, GMT+1'],
  ['America/New_York', 'America/New_York, GMT-5'],
  ['UTC', 'UTC'],
])('the zone %s is named %s', (zone, name) => expect(zoneName(at(zone))).toBe(name))

it.each([
  [-5, '0 ms'],
  [214, '214 ms'],
  [1_999, '1.9 s'],
  [12_345, '12 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
  [356_400_000, '4 d 3 h'],
])('%i ms is %s', (ms, text) => expect(spanText(ms)).toBe(text))
