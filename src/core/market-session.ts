import { CALENDAR_DATA, type CalendarName, MarketCalendar, type MarketDay } from './market-calendar.ts'
import type { Instant } from './time.ts'

export { type CalendarData, type CalendarName, MarketCalendar } from './market-calendar.ts'

/**
 * When a market trades. Guarantees:
 * - every instant has exactly one state; a session holds its opening instant and not its closing one;
 * - what the data does not speak of is `unknown`, which is closed for orders;
 * - only the exchange's zone and the data decide, never the host's.
 */
export interface MarketSession {
  readonly state: 'open' | 'closed' | 'unknown'
  /** The exchange's own date at this instant. */
  readonly tradingDate: string
  /** Of this session when open, of the next one when closed; absent when it never closes or none is known. */
  readonly opensAt?: Instant
  readonly closesAt?: Instant
}

const loaded = new Map<CalendarName, MarketCalendar>()
export function calendarNamed(name: CalendarName): MarketCalendar {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const calendar = new MarketCalendar(CALENDAR_DATA[name])
  loaded.set(name, calendar)
  return calendar
}

export function sessionAt(calendar: MarketCalendar, at: Instant): MarketSession {
  const day = calendar.dayAt(at)
  const sessions = sessionsOf(calendar, day)
  if (day.session === undefined || at < day.session.opensAt) return sessions.before
  return at < day.session.closesAt ? sessions.during : sessions.after
}

/** The first opening after this instant; `undefined` when none is known or the market never closes. */
export function nextOpen(calendar: MarketCalendar, at: Instant): Instant | undefined {
  return nextSession(calendar, at)?.opensAt
}

/** Milliseconds of open market from `from` to `to`; time nobody knows of counts as closed. */
export function openTimeBetween(calendar: MarketCalendar, from: Instant, to: Instant): number {
  const start = Math.max(from, calendar.firstInstant)
  const end = Math.min(to, calendar.endInstant)
  if (start >= end) return 0
  if (calendar.data.alwaysOpen) return end - start
  let openMs = 0
  for (let day = calendar.dayAt(start); day.start < end; day = calendar.dayAt(day.end)) {
    if (day.session === undefined) continue
    openMs += Math.max(0, Math.min(end, day.session.closesAt) - Math.max(start, day.session.opensAt))
  }
  return openMs
}

const DAY_MS = 86_400_000
export const calendarExpiresWithin = (calendar: MarketCalendar, now: Instant, days: number): boolean =>
  calendar.endInstant - now <= days * DAY_MS

type DaySessions = Readonly<Record<'before' | 'during' | 'after', MarketSession>>
const worked = new WeakMap<MarketDay, DaySessions>()

/** A day has at most three answers; they are made once. */
function sessionsOf(calendar: MarketCalendar, day: MarketDay): DaySessions {
  const known = worked.get(day)
  if (known !== undefined) return known
  const tradingDate = day.date
  const withoutSession: MarketSession =
    calendar.data.alwaysOpen && day.isKnown
      ? { state: 'open', tradingDate }
      : { state: day.isKnown ? 'closed' : 'unknown', tradingDate, ...nextSession(calendar, day.end - 1) }
  const sessions: DaySessions = {
    before: day.session === undefined ? withoutSession : { state: 'closed', tradingDate, ...day.session },
    during: { state: 'open', tradingDate, ...day.session },
    after: { state: 'closed', tradingDate, ...nextSession(calendar, day.end - 1) },
  }
  worked.set(day, sessions)
  return sessions
}

function nextSession(calendar: MarketCalendar, after: Instant): MarketDay['session'] {
  if (calendar.data.alwaysOpen) return undefined
  const from = Math.max(after, calendar.firstInstant)
  for (let day = calendar.dayAt(from); day.start < calendar.endInstant; day = calendar.dayAt(day.end)) {
    if (day.session !== undefined && day.session.opensAt > after) return day.session
  }
  return undefined
}
