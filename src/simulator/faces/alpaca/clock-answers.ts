import { malformed } from './refused.ts'
import { dateAt, nextTradingDay, type TradingDay, tradingDay } from './sessions.ts'
import { newYorkText, stampOfMillis } from './stamps.ts'
import type { VenueParts } from './venue-parts.ts'

/** `GET /v2/clock`. */
export function clockJson({ hours, now, stamps }: VenueParts): Record<string, unknown> {
  const at = now()
  return {
    timestamp: newYorkText(stamps.next()),
    is_open: hours.phase(at) === 'regular',
    next_open: newYorkText(stampOfMillis(hours.nextOpen(at))),
    next_close: newYorkText(stampOfMillis(hours.nextClose(at))),
  }
}

const MOST_DAYS = 3_700
const FIRST = '1970-01-01'
const LAST = '2029-12-31'

/** `GET /v2/calendar`: trading days only, both ends included. Without bounds it is this year and the next. */
export function calendarJson(parts: VenueParts, query: URLSearchParams): readonly unknown[] {
  const today = dateAt(parts.now())
  const start = dateIn(query, 'start') ?? today.with({ month: 1, day: 1 })
  const end = dateIn(query, 'end') ?? today.add({ years: 1 }).with({ month: 12, day: 31 })
  const days: unknown[] = []
  const first = Temporal.PlainDate.compare(start, FIRST) < 0 ? Temporal.PlainDate.from(FIRST) : start
  for (
    let date = first;
    Temporal.PlainDate.compare(date, end) <= 0 && days.length < MOST_DAYS;
    date = date.add({ days: 1 })
  ) {
    if (Temporal.PlainDate.compare(date, LAST) > 0) break
    const day = tradingDay(date)
    if (day !== undefined) days.push(dayJson(date, day))
  }
  return days
}

function dayJson(date: Temporal.PlainDate, { opensAt, closesAt, isHalfDay }: TradingDay): Record<string, unknown> {
  return {
    date: date.toString(),
    open: timeText(opensAt),
    close: timeText(closesAt),
    session_open: '0400',
    session_close: isHalfDay ? '1700' : '2000',
    settlement_date: nextTradingDay(date).date,
  }
}
const timeText = (at: number): string => newYorkText(stampOfMillis(at)).slice(11, 16)

/** Plain dates, and full timestamps as some clients send them: their date counts. */
function dateIn(query: URLSearchParams, name: string): Temporal.PlainDate | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  try {
    return Temporal.PlainDate.from(text.slice(0, 10))
  } catch {
    throw malformed(`invalid ${name}: ${text}`)
  }
}
