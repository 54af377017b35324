import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CALENDAR_DATA } from '../../src/core/market-calendar.ts'
import {
  type CalendarName,
  calendarExpiresWithin,
  calendarNamed,
  MarketCalendar,
  nextOpen,
  openTimeBetween,
  sessionAt,
} from '../../src/core/market-session.ts'
import { formatTime, type Instant, parseTime } from '../../src/core/time.ts'

const nyse = calendarNamed('nyse')
const nse = calendarNamed('nse')
const krx = calendarNamed('krx')
const always = calendarNamed('always')

const instant = (text: string): Instant => {
  const at = parseTime(text)
  if (at === undefined) throw new Error(`not a time: ${text}`)
  return at
}
const shown = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : formatTime(at))
const stateAt = (calendar: MarketCalendar, text: string): string => sessionAt(calendar, instant(text)).state
const nextOpenAfter = (calendar: MarketCalendar, text: string): string | undefined =>
  shown(nextOpen(calendar, instant(text)))

describe('the New York session', () => {
  it.each([
    ['2026-11-20T14:29:59.999Z', 'closed'],
    ['2026-11-20T14:30:00.000Z', 'open'],
    ['2026-11-20T20:59:59.999Z', 'open'],
    ['2026-11-20T21:00:00.000Z', 'closed'],
    ['2026-07-10T13:29:59.999Z', 'closed'],
    ['2026-07-10T13:30:00.000Z', 'open'],
    ['2026-07-10T19:59:59.999Z', 'open'],
    ['2026-07-10T20:00:00.000Z', 'closed'],
    ['2026-11-21T15:00:00.000Z', 'closed'],
    ['2026-11-22T15:00:00.000Z', 'closed'],
    ['2026-11-26T15:00:00.000Z', 'closed'],
    ['2025-01-09T15:00:00.000Z', 'closed'],
    ['2026-07-03T15:00:00.000Z', 'closed'],
    ['2027-12-24T15:00:00.000Z', 'closed'],
    ['2027-12-31T15:00:00.000Z', 'open'],
  ])('at %s is %s', (at, state) => expect(stateAt(nyse, at)).toBe(state))
  it('on a half day ends at one', () => {
    expect(stateAt(nyse, '2026-11-27T17:59:59.999Z')).toBe('open')
    expect(stateAt(nyse, '2026-11-27T18:00:00.000Z')).toBe('closed')
    expect(stateAt(nyse, '2025-07-03T16:59:59.999Z')).toBe('open')
    expect(stateAt(nyse, '2025-07-03T17:00:00.000Z')).toBe('closed')
  })
  it.each([
    [
      'in spring',
      '2026-03-06T14:30:00.000Z',
      '2026-03-09T13:30:00.000Z',
      '2026-03-06T20:59:00.000Z',
      '2026-03-09T19:59:00.000Z',
    ],
    [
      'in autumn',
      '2026-10-30T13:30:00.000Z',
      '2026-11-02T14:30:00.000Z',
      '2026-10-30T19:59:00.000Z',
      '2026-11-02T20:59:00.000Z',
    ],
  ])('moves with the clocks %s', (_season, fridayOpen, mondayOpen, fridayEnd, mondayEnd) => {
    expect(stateAt(nyse, fridayOpen)).toBe('open')
    expect(stateAt(nyse, fridayEnd)).toBe('open')
    expect(nextOpenAfter(nyse, fridayOpen)).toBe(mondayOpen)
    expect(stateAt(nyse, mondayEnd)).toBe('open')
  })
  it('says when it opened and closes while it is open', () => {
    const session = sessionAt(nyse, instant('2026-11-20T15:00:00Z'))
    expect([session.tradingDate, shown(session.opensAt), shown(session.closesAt)]).toEqual([
      '2026-11-20',
      '2026-11-20T14:30:00.000Z',
      '2026-11-20T21:00:00.000Z',
    ])
  })
  it.each([
    ['before the open', '2026-11-20T10:00:00Z', '2026-11-20', '2026-11-20T14:30:00.000Z', '2026-11-20T21:00:00.000Z'],
    [
      'after the close on Friday',
      '2026-11-20T22:00:00Z',
      '2026-11-20',
      '2026-11-23T14:30:00.000Z',
      '2026-11-23T21:00:00.000Z',
    ],
    ['on Saturday', '2026-11-21T15:00:00Z', '2026-11-21', '2026-11-23T14:30:00.000Z', '2026-11-23T21:00:00.000Z'],
    ['on Thanksgiving', '2026-11-26T15:00:00Z', '2026-11-26', '2026-11-27T14:30:00.000Z', '2026-11-27T18:00:00.000Z'],
    [
      'late at night in New York',
      '2026-11-21T04:59:00Z',
      '2026-11-20',
      '2026-11-23T14:30:00.000Z',
      '2026-11-23T21:00:00.000Z',
    ],
  ])('names the next session %s', (_situation, at, date, opensAt, closesAt) => {
    const session = sessionAt(nyse, instant(at))
    expect([session.state, session.tradingDate, shown(session.opensAt), shown(session.closesAt)]).toEqual([
      'closed',
      date,
      opensAt,
      closesAt,
    ])
  })
})

describe('other markets', () => {
  it.each([
    ['nse', '2026-11-20T03:44:59.999Z', 'closed'],
    ['nse', '2026-11-20T03:45:00.000Z', 'open'],
    ['nse', '2026-11-20T09:59:59.999Z', 'open'],
    ['nse', '2026-11-20T10:00:00.000Z', 'closed'],
    ['nse', '2026-11-24T05:00:00.000Z', 'closed'],
    ['nse', '2026-02-01T05:00:00.000Z', 'open'],
    ['nse', '2025-10-21T05:00:00.000Z', 'closed'],
    ['nse', '2025-10-21T08:15:00.000Z', 'open'],
    ['nse', '2026-11-08T12:45:00.000Z', 'unknown'],
    ['krx', '2026-11-18T23:59:59.999Z', 'closed'],
    ['krx', '2026-11-19T00:00:00.000Z', 'closed'],
    ['krx', '2026-11-19T01:00:00.000Z', 'open'],
    ['krx', '2026-11-19T07:29:59.999Z', 'open'],
    ['krx', '2026-11-20T00:00:00.000Z', 'open'],
    ['krx', '2026-11-20T06:29:59.999Z', 'open'],
    ['krx', '2026-11-20T06:30:00.000Z', 'closed'],
    ['krx', '2026-02-17T01:00:00.000Z', 'closed'],
    ['krx', '2026-07-17T01:00:00.000Z', 'unknown'],
    ['krx', '2026-12-31T01:00:00.000Z', 'closed'],
  ] as const)('%s at %s is %s', (name, at, state) => expect(stateAt(calendarNamed(name), at)).toBe(state))
  it('that never close are open at any time and have no hours', () => {
    expect(sessionAt(always, instant('2026-12-25T23:59:59.999Z'))).toEqual({ state: 'open', tradingDate: '2026-12-25' })
    expect(nextOpen(always, 0)).toBeUndefined()
  })
})

describe('a market that opens at midnight', () => {
  const data = { ...CALENDAR_DATA.nyse, hours: { open: '00:00', close: '12:00' }, holidays: {}, specialDays: {} }
  const midnight = new MarketCalendar(data)
  it('opens next at the very end of the day before', () => {
    expect(shown(sessionAt(midnight, instant('2026-11-19T20:00:00Z')).opensAt)).toBe('2026-11-20T05:00:00.000Z')
    expect(shown(sessionAt(midnight, instant('2026-11-22T20:00:00Z')).opensAt)).toBe('2026-11-23T05:00:00.000Z')
    expect(stateAt(midnight, '2026-11-20T05:00:00.000Z')).toBe('open')
  })
})

describe('beyond the data', () => {
  it('the session is unknown', () => {
    expect(stateAt(nyse, '2028-01-01T04:59:59.999Z')).toBe('closed')
    expect(stateAt(nyse, '2028-01-01T05:00:00.000Z')).toBe('unknown')
    expect(stateAt(nyse, '2028-01-03T15:00:00.000Z')).toBe('unknown')
    expect(stateAt(nyse, '2025-01-01T05:00:00.000Z')).toBe('closed')
    expect(stateAt(nyse, '2025-01-01T04:59:59.999Z')).toBe('unknown')
    expect(sessionAt(always, -1).state).toBe('unknown')
  })
  it('there is no next open, and before it there is the first', () => {
    expect(nextOpenAfter(nyse, '2027-12-31T14:29:59.999Z')).toBe('2027-12-31T14:30:00.000Z')
    expect(nextOpenAfter(nyse, '2027-12-31T14:30:00Z')).toBeUndefined()
    expect(nextOpenAfter(nyse, '2030-01-01T00:00:00Z')).toBeUndefined()
    expect(nextOpenAfter(nyse, '2020-01-01T00:00:00Z')).toBe('2025-01-02T14:30:00.000Z')
    expect(sessionAt(nyse, instant('2027-12-31T22:00:00Z'))).toEqual({ state: 'closed', tradingDate: '2027-12-31' })
  })
  it('an unsure day still names the next session', () => {
    expect(shown(sessionAt(krx, instant('2026-07-17T01:00:00Z')).opensAt)).toBe('2026-07-20T00:00:00.000Z')
  })
  it('the alarm begins on the very instant', () => {
    expect(calendarExpiresWithin(nyse, instant('2027-12-02T05:00:00.000Z'), 30)).toBe(true)
    expect(calendarExpiresWithin(nyse, instant('2027-12-02T04:59:59.999Z'), 30)).toBe(false)
    expect(calendarExpiresWithin(nyse, instant('2031-01-01T00:00:00Z'), 30)).toBe(true)
    expect(calendarExpiresWithin(always, instant('2031-01-01T00:00:00Z'), 30)).toBe(false)
  })
})

describe('open time', () => {
  const between = (calendar: MarketCalendar, from: string, to: string): number =>
    openTimeBetween(calendar, instant(from), instant(to))
  const MINUTE = 60_000
  it.each([
    ['inside one session', '2026-11-20T15:00:00Z', '2026-11-20T15:05:00Z', 5 * MINUTE],
    ['over the open', '2026-11-20T14:00:00Z', '2026-11-20T14:31:00Z', MINUTE],
    ['over the close', '2026-11-20T20:59:00Z', '2026-11-20T23:00:00Z', MINUTE],
    ['over a weekend', '2026-11-20T20:58:00Z', '2026-11-23T14:33:00Z', 5 * MINUTE],
    ['over Thanksgiving and its half day', '2026-11-25T20:59:00Z', '2026-11-30T14:31:00Z', (210 + 2) * MINUTE],
    ['over the change of clocks', '2026-03-06T20:59:00Z', '2026-03-09T13:31:00Z', 2 * MINUTE],
    ['while closed', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', 0],
    ['of no time', '2026-11-20T15:00:00Z', '2026-11-20T15:00:00Z', 0],
    ['backwards', '2026-11-20T16:00:00Z', '2026-11-20T15:00:00Z', 0],
    ['beyond the data', '2028-01-03T15:00:00Z', '2028-01-03T16:00:00Z', 0],
    ['out of the data', '2027-12-31T20:59:00Z', '2029-01-01T00:00:00Z', MINUTE],
    ['into the data', '2020-01-01T00:00:00Z', '2025-01-02T14:31:00Z', MINUTE],
  ])('%s', (_situation, from, to, openMs) => expect(between(nyse, from, to)).toBe(openMs))
  it('of a market that never closes is all of it', () => {
    expect(between(always, '2026-11-20T15:00:00Z', '2026-11-27T15:00:00Z')).toBe(7 * 24 * 60 * MINUTE)
  })
  it('adds up, wherever a stretch is cut', () => {
    const moments = fc.integer({ min: instant('2024-12-20T00:00:00Z'), max: instant('2028-01-20T00:00:00Z') })
    fc.assert(
      fc.property(moments, fc.nat(40 * 86_400_000), fc.nat(40 * 86_400_000), (start, first, second) => {
        const [middle, end] = [start + first, start + first + second]
        const whole = openTimeBetween(nyse, start, end)
        expect(openTimeBetween(nyse, start, middle) + openTimeBetween(nyse, middle, end)).toBe(whole)
        expect(whole).toBeLessThanOrEqual(first + second)
      }),
      { numRuns: 300 },
    )
  })
})

describe('every calendar', () => {
  const names = Object.keys(CALENDAR_DATA).filter((name): name is CalendarName => name in CALENDAR_DATA)
  const datesOf = (name: CalendarName): string[] => {
    const { holidays, specialDays, unsure } = CALENDAR_DATA[name]
    return [...Object.keys(holidays), ...Object.keys(specialDays), ...Object.keys(unsure)]
  }
  it.each(names)('%s says where it comes from and speaks of each date once, within its validity', (name) => {
    const data = CALENDAR_DATA[name]
    const dates = datesOf(name)
    expect(data.name).toBe(name)
    expect(data.source.length).toBeGreaterThan(20)
    expect(data.certainty.length).toBeGreaterThan(5)
    expect(new Set(dates).size).toBe(dates.length)
    for (const date of dates) {
      expect(Temporal.PlainDate.from(date).toString()).toBe(date)
      expect(date >= data.validFrom && date <= data.validUntil).toBe(true)
    }
  })
  it.each(names)('%s lists only holidays that would have been trading days', (name) => {
    const { holidays, weekdays } = CALENDAR_DATA[name]
    for (const date of Object.keys(holidays)) expect(weekdays).toContain(Temporal.PlainDate.from(date).dayOfWeek)
  })
  it('of the exchanges has as many trading days a year as the exchange', () => {
    const tradingDays = (calendar: MarketCalendar, year: number): number => {
      const days = new Set<string>()
      const from = instant(`${year}-01-01T12:00:00Z`)
      for (let at = from; at < instant(`${year + 1}-01-01T12:00:00Z`); at += 86_400_000) {
        const day = calendar.dayAt(at)
        if (day.session !== undefined && day.date.startsWith(String(year))) days.add(day.date)
      }
      return days.size
    }
    expect([2025, 2026, 2027].map((year) => tradingDays(nyse, year))).toEqual([250, 251, 251])
    expect([2025, 2026].map((year) => tradingDays(nse, year))).toEqual([249, 246])
    expect([2025, 2026].map((year) => tradingDays(krx, year))).toEqual([242, 244])
  })
  it('gives every instant exactly one session', () => {
    const anyName = fc.constantFrom<CalendarName>('nyse', 'nse', 'krx')
    const moments = fc.integer({ min: instant('2024-12-20T00:00:00Z'), max: instant('2028-01-20T00:00:00Z') })
    fc.assert(
      fc.property(anyName, moments, (name, at) => {
        const calendar = calendarNamed(name)
        const session = sessionAt(calendar, at)
        const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.data.zone).toPlainDate()
        expect(session.tradingDate).toBe(date.toString())
        const { opensAt, closesAt } = session
        if (session.state === 'open') {
          expect(opensAt !== undefined && closesAt !== undefined && opensAt <= at && at < closesAt).toBe(true)
          expect(openTimeBetween(calendar, at, at + 1)).toBe(1)
        } else {
          expect(openTimeBetween(calendar, at, at + 1)).toBe(0)
          expect(opensAt).toBe(nextOpen(calendar, at))
          if (opensAt !== undefined) expect(opensAt > at && sessionAt(calendar, opensAt).state === 'open').toBe(true)
          if (opensAt !== undefined) expect(openTimeBetween(calendar, at, opensAt)).toBe(0)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe("the host's zone", () => {
  it('has no influence', () => {
    const script = `
      import { calendarNamed, nextOpen, sessionAt } from ${JSON.stringify(new URL('../../src/core/market-session.ts', import.meta.url).href)}
      const at = Date.UTC(2026, 2, 8, 7, 30)
      console.log(JSON.stringify(['nyse', 'nse', 'krx', 'always'].map(name => {
        const calendar = calendarNamed(name)
        return [sessionAt(calendar, at), nextOpen(calendar, at)]
      })))`
    const told = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { TZ, PATH: process.env.PATH },
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
      }),
    )
    expect(new Set(told).size).toBe(1)
    expect(told[0]).toContain('2026-03-08')
  })
})
