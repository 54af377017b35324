import nyse from '../../../core/calendars/nyse.json' with { type: 'json' }
import { NEW_YORK } from './stamps.ts'

/**
 * The exchange's days, from the published list of holidays and early closings; outside the years of that list every
 * weekday counts. Times are milliseconds since the epoch.
 */
export interface TradingDay {
  readonly date: string
  readonly opensAt: number
  readonly closesAt: number
  readonly isHalfDay: boolean
}
export type Phase = 'pre' | 'regular' | 'post' | 'overnight' | 'closed'

const HOLIDAYS: Readonly<Record<string, string>> = nyse.holidays
const SPECIAL: Readonly<Record<string, { readonly open: string; readonly close: string }>> = nyse.specialDays
const LONGEST_BREAK_DAYS = 10
const PRE_MARKET = '04:00'
const AFTER_HOURS_END = '20:00'
const HALF_DAY_HOURS_END = '17:00'

const days = new Map<string, TradingDay | null>()

export function tradingDay(date: Temporal.PlainDate): TradingDay | undefined {
  const key = date.toString()
  let day = days.get(key)
  if (day === undefined) {
    day = nyse.weekdays.includes(date.dayOfWeek) && HOLIDAYS[key] === undefined ? dayOf(date) : null
    days.set(key, day)
  }
  return day ?? undefined
}

function dayOf(date: Temporal.PlainDate): TradingDay {
  const key = date.toString()
  const { open, close } = SPECIAL[key] ?? nyse.hours
  return { date: key, opensAt: momentOf(date, open), closesAt: momentOf(date, close), isHalfDay: key in SPECIAL }
}

export const momentOf = (date: Temporal.PlainDate, time: string): number =>
  date.toZonedDateTime({ timeZone: NEW_YORK, plainTime: time }).epochMilliseconds
export const dateAt = (at: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(NEW_YORK).toPlainDate()

export function nextTradingDay(after: Temporal.PlainDate): TradingDay {
  for (let days = 1; days <= LONGEST_BREAK_DAYS; days += 1) {
    const day = tradingDay(after.add({ days }))
    if (day !== undefined) return day
  }
  throw new RangeError(`no trading day within ${LONGEST_BREAK_DAYS} days after ${after}`)
}

export const extendedEnd = ({ date, isHalfDay }: TradingDay): number =>
  momentOf(Temporal.PlainDate.from(date), isHalfDay ? HALF_DAY_HOURS_END : AFTER_HOURS_END)

/** Phases change on the minute, and are asked for all the time. */
const MINUTE_MS = 60_000
let latest: { readonly minute: number; readonly phase: Phase } = { minute: -1, phase: 'closed' }

/** When the venue trades, by its own clock. */
export interface Hours {
  phase(at: number): Phase
  /** The first opening after `at`, and the first close. */
  nextOpen(at: number): number
  nextClose(at: number): number
  /** The end of the extended hours of the day that an order entered at `at` belongs to. */
  extendedClose(at: number): number
}

export const exchangeHours: Hours = {
  phase: (at) => {
    const minute = Math.floor(at / MINUTE_MS)
    if (latest.minute !== minute) latest = { minute, phase: phaseAt(at) }
    return latest.phase
  },
  nextOpen: (at) => {
    const today = tradingDay(dateAt(at))
    return today !== undefined && at < today.opensAt ? today.opensAt : nextTradingDay(dateAt(at)).opensAt
  },
  nextClose: (at) => dayInForce(at, ({ closesAt }) => closesAt).closesAt,
  extendedClose: (at) => extendedEnd(dayInForce(at, extendedEnd)),
}

/** Round the clock, seven days; days still end when New York's do, so that day orders come to their end. */
export const alwaysOpen: Hours = {
  phase: () => 'regular',
  nextOpen: (at) => onEveryDay(at, nyse.hours.open),
  nextClose: (at) => onEveryDay(at, nyse.hours.close),
  extendedClose: (at) => onEveryDay(at, AFTER_HOURS_END),
}

function phaseAt(at: number): Phase {
  const date = dateAt(at)
  const today = tradingDay(date)
  if (today !== undefined) {
    if (at >= today.opensAt && at < today.closesAt) return 'regular'
    if (at >= momentOf(date, PRE_MARKET) && at < today.opensAt) return 'pre'
    if (at >= today.closesAt && at < extendedEnd(today)) return 'post'
    if (at < momentOf(date, PRE_MARKET)) return 'overnight'
  }
  const isEvening = at >= momentOf(date, AFTER_HOURS_END)
  return isEvening && tradingDay(date.add({ days: 1 })) !== undefined ? 'overnight' : 'closed'
}

function dayInForce(at: number, endOf: (day: TradingDay) => number): TradingDay {
  const today = tradingDay(dateAt(at))
  return today !== undefined && at < endOf(today) ? today : nextTradingDay(dateAt(at))
}

function onEveryDay(at: number, time: string): number {
  const date = dateAt(at)
  const today = momentOf(date, time)
  return at < today ? today : momentOf(date.add({ days: 1 }), time)
}
