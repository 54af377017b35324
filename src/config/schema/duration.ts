import { Decimal, decimal } from '../exact.ts'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof UNITS
const isUnit = (text: string): text is Unit => Object.hasOwn(UNITS, text)

export const DURATION_PATTERN = String.raw`\d{1,12}(\.\d{1,6})?(ms|s|m|h|d)`
const DURATION = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/
const WHOLE_MS = /^\d{1,15}$/

/** Milliseconds; `undefined` for what is no duration, or is one finer than a millisecond. */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? []
  const value = Decimal.parse(count)
  if (value === undefined || !isUnit(unit)) return undefined
  return wholeNumber(value.times(decimal(String(UNITS[unit]))))
}

export const parseMilliseconds = (text: string): number | undefined => (WHOLE_MS.test(text) ? Number(text) : undefined)

/** In the largest unit that says it without a fraction. */
export function formatDuration(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((name) => ms >= UNITS[name] && ms % UNITS[name] === 0) ?? 'ms'
  return `${ms / UNITS[unit]}${unit}`
}

function wholeNumber(value: Decimal): number | undefined {
  const number = Number(value.toString())
  return value.scale === 0 && Number.isSafeInteger(number) ? number : undefined
}
