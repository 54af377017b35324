/** An instant: milliseconds since the epoch. Text only at the edges, always RFC 3339 UTC with milliseconds. */
export type Instant = number

const DAY_MS = 86_400_000
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
const three = (n: number): string => (n < 10 ? `00${n}` : n < 100 ? `0${n}` : `${n}`)

let lastDay = Number.NaN
let lastDayText = ''
function dayText(day: number): string {
  if (day !== lastDay) {
    lastDayText = Temporal.Instant.fromEpochMilliseconds(day * DAY_MS)
      .toString()
      .slice(0, 10)
    lastDay = day
  }
  return lastDayText
}

/** Written for every event of every order, so it formats the date once a day and the rest by hand. */
export function formatTime(at: Instant): string {
  const ms = Math.trunc(at)
  const day = Math.floor(ms / DAY_MS)
  const within = ms - day * DAY_MS
  const hours = Math.floor(within / 3_600_000)
  const minutes = Math.floor(within / 60_000) % 60
  const seconds = Math.floor(within / 1_000) % 60
  return `${dayText(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}.${three(within % 1_000)}Z`
}

const UTC = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/
let parsedDay = ''
let parsedDayMs = 0

/** `undefined` for anything that is not RFC 3339 with a zone. UTC on the day that was read last costs least. */
export function parseTime(text: string): Instant | undefined {
  const [, day = '', hours, minutes, seconds, fraction = ''] = UTC.exec(text) ?? []
  if (day === parsedDay && day !== '' && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60) {
    // What is finer than a millisecond is cut off, never rounded into the next one.
    const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
    return parsedDayMs + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000 + ms
  }
  const at = parseAnyTime(text)
  if (at !== undefined && day !== '') {
    parsedDay = day
    parsedDayMs = Math.floor(at / DAY_MS) * DAY_MS
  }
  return at
}

function parseAnyTime(text: string): Instant | undefined {
  if (!RFC3339.test(text)) return undefined
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    return undefined
  }
}
