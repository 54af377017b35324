import always from './calendars/always.json' with { type: 'json' }
import krx from './calendars/krx.json' with { type: 'json' }
import nse from './calendars/nse.json' with { type: 'json' }
import nyse from './calendars/nyse.json' with { type: 'json' }
import type { Instant } from './time.ts'

interface Hours {
  readonly open: string
  readonly close: string
}
/** One market's days as data. Dates and times are the exchange's own; each block says where it comes from. */
export interface CalendarData {
  readonly name: string
  readonly zone: string
  readonly validFrom: string
  /** The last date this data speaks of. */
  readonly validUntil: string
  readonly source: string
  readonly certainty: string
  readonly alwaysOpen: boolean
  /** Monday is 1. */
  readonly weekdays: readonly number[]
  readonly hours: Hours
  readonly holidays: Readonly<Record<string, string>>
  /** Half days, late openings and sessions on days that are otherwise closed. */
  readonly specialDays: Readonly<Record<string, Hours & { readonly reason: string }>>
  /** Dates on which nobody should trade on the strength of this data. */
  readonly unsure: Readonly<Record<string, string>>
}

/** One date of one market: from its first to its last instant, and its session where there is one. */
export interface MarketDay {
  readonly date: string
  readonly start: Instant
  readonly end: Instant
  readonly isKnown: boolean
  readonly session?: { readonly opensAt: Instant; readonly closesAt: Instant }
}

const DAYS_KEPT = 1_000

/** Finds the market day of any instant, in the exchange's zone whatever the host's; remembers what it worked out. */
export class MarketCalendar {
  readonly data: CalendarData
  readonly firstInstant: Instant
  /** The first instant this calendar no longer speaks of. */
  readonly endInstant: Instant
  readonly #days = new Map<string, MarketDay>()
  #latest: MarketDay

  constructor(data: CalendarData) {
    this.data = data
    this.firstInstant = startOf(Temporal.PlainDate.from(data.validFrom), data.zone)
    this.endInstant = startOf(Temporal.PlainDate.from(data.validUntil).add({ days: 1 }), data.zone)
    this.#latest = this.#dayOn(Temporal.PlainDate.from(data.validFrom))
  }

  dayAt(at: Instant): MarketDay {
    const latest = this.#latest
    if (at >= latest.start && at < latest.end) return latest
    const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(this.data.zone)
    this.#latest = this.#dayOn(local.toPlainDate())
    return this.#latest
  }

  #dayOn(date: Temporal.PlainDate): MarketDay {
    const known = this.#days.get(date.toString())
    if (known !== undefined) return known
    const day = this.#workOut(date)
    if (this.#days.size >= DAYS_KEPT) this.#days.clear()
    this.#days.set(day.date, day)
    return day
  }

  #workOut(date: Temporal.PlainDate): MarketDay {
    const { zone, validFrom, validUntil, unsure } = this.data
    const text = date.toString()
    const isKnown = text >= validFrom && text <= validUntil && unsure[text] === undefined
    const day = { date: text, start: startOf(date, zone), end: startOf(date.add({ days: 1 }), zone), isKnown }
    const hours = isKnown ? this.#hoursOn(date, text) : undefined
    if (hours === undefined) return day
    return { ...day, session: { opensAt: at(date, hours.open, zone), closesAt: at(date, hours.close, zone) } }
  }

  #hoursOn(date: Temporal.PlainDate, text: string): Hours | undefined {
    const { alwaysOpen, specialDays, holidays, weekdays, hours } = this.data
    if (alwaysOpen) return undefined
    const special = specialDays[text]
    if (special !== undefined) return special
    return holidays[text] === undefined && weekdays.includes(date.dayOfWeek) ? hours : undefined
  }
}

const startOf = (date: Temporal.PlainDate, zone: string): Instant => date.toZonedDateTime(zone).epochMilliseconds
const at = (date: Temporal.PlainDate, time: string, zone: string): Instant =>
  date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds

export const CALENDAR_DATA: Readonly<Record<'always' | 'krx' | 'nse' | 'nyse', CalendarData>> = {
  always,
  krx,
  nse,
  nyse,
}
export type CalendarName = keyof typeof CALENDAR_DATA
