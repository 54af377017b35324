/** Times as a person at this place reads them. The zone is named once beside the times, never in each. */
export interface TimeStyle {
  readonly timeZone: string
  readonly now: number
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()
function formatIn(timeZone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    })
    FORMATS.set(timeZone, format)
  }
  return format
}

interface LocalTime {
  readonly day: string
  readonly time: string
  readonly millis: string
}

function localTime(at: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? ''
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
    millis: part('fractionalSecond'),
  }
}

/** How one column writes its times: the day only where it is needed to tell them apart from today. */
export function timeColumn(
  times: readonly (string | undefined)[],
  { timeZone, now }: TimeStyle,
  precision: 'seconds' | 'millis' = 'seconds',
): (time: string | undefined) => string {
  const today = localTime(now, timeZone).day
  const dayOf = (time: string | undefined): string => {
    const at = parsed(time)
    return at === undefined ? today : localTime(at, timeZone).day
  }
  const withDay = times.some((time) => dayOf(time) !== today)
  return (time) => {
    const at = parsed(time)
    if (at === undefined) return time ?? ''
    const local = localTime(at, timeZone)
    const clock = precision === 'millis' ? `${local.time}.${local.millis}` : local.time
    return withDay ? `${local.day} ${clock}` : clock
  }
}

export const timeText = (time: string | undefined, style: TimeStyle): string => timeColumn([time], style)(time)

function parsed(time: string | undefined): number | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(at) ? undefined : at
}

/** `Europe/Berlin, GMT+1`. */
export function zoneName({ timeZone, now }: TimeStyle): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(now)
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return offset === timeZone || offset === '' || timeZone === 'UTC' ? timeZone : `${timeZone}, ${offset}`
}

const MINUTE = 60_000
/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  const [days, hours, minutes, seconds] = [
    Math.floor(ms / (1_440 * MINUTE)),
    Math.floor(ms / (60 * MINUTE)) % 24,
    Math.floor(ms / MINUTE) % 60,
    Math.floor(ms / 1_000) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`
}
