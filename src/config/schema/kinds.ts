import { Decimal, decimal as exact } from '../exact.ts'
import { numberText, type RawValue } from '../raw-value.ts'
import { MASK, Secret } from '../secret.ts'
import { DURATION_PATTERN, formatDuration, parseDuration, parseMilliseconds } from './duration.ts'
import type { OptionKind } from './option.ts'

/** Any text may be `${NAME}`, so a schema that an editor checks must let it pass. */
const REFERENCE = String.raw`.*\$\{.+\}.*`
const orReference = (pattern: string): string => `^(${pattern}|${REFERENCE})$`

export const flag: OptionKind<boolean> = {
  name: 'value',
  expected: 'true or false',
  type: 'true or false',
  read: (raw) => (typeof raw === 'boolean' ? raw : undefined),
  show: String,
  json: { type: 'boolean' },
}

export interface ChoiceOptions {
  /** Other spellings that mean one of the values. */
  readonly aliases?: Readonly<Record<string, string>>
  readonly hint?: (raw: RawValue | undefined) => string | undefined
}
export function choice<const V extends readonly string[]>(
  values: V,
  options: ChoiceOptions = {},
): OptionKind<V[number]> {
  const names = values.map((value) => JSON.stringify(value)).join(', ')
  const read = (raw: RawValue | undefined): V[number] | undefined => {
    if (typeof raw !== 'string') return undefined
    const aliases = options.aliases ?? {}
    const word = Object.hasOwn(aliases, raw) ? aliases[raw] : raw
    return values.find((value) => value === word)
  }
  return {
    name: 'value',
    expected: values.length === 1 ? names : `one of ${names}`,
    type: values.map((value) => `\`${value}\``).join(' · '),
    read,
    show: String,
    json: { type: 'string', enum: [...values, ...Object.keys(options.aliases ?? {})] },
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  }
}

export interface DurationBounds {
  readonly min: string
  readonly max: string
}
export function duration({ min, max }: DurationBounds): OptionKind<number> {
  const [least, most] = [bound(min), bound(max)]
  return {
    name: 'value',
    expected: `a duration from ${min} to ${max}, such as "${min}", or milliseconds as a number`,
    type: `duration, ${min} to ${max}`,
    read: (raw) => {
      const number = numberText(raw)
      const ms =
        number !== undefined ? parseMilliseconds(number) : typeof raw === 'string' ? parseDuration(raw) : undefined
      return ms !== undefined && ms >= least && ms <= most ? ms : undefined
    },
    show: formatDuration,
    json: { type: ['string', 'integer'], pattern: orReference(DURATION_PATTERN), minimum: least, maximum: most },
  }
}

function bound(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new RangeError(`not a duration: ${text}`)
  return ms
}

export interface DecimalBounds {
  readonly min?: string
  /** Excludes `min` itself. */
  readonly above?: boolean
  readonly max?: string
  readonly unit: string
}
export function decimal({ min = '0', above = false, max, unit }: DecimalBounds): OptionKind<Decimal> {
  const least = exact(min)
  const most = max === undefined ? undefined : exact(max)
  const range = `${above ? 'above' : 'from'} ${min}${max === undefined ? '' : ` to ${max}`}`
  return {
    name: 'value',
    expected: `a plain decimal ${range} (${unit})`,
    type: `decimal, ${unit}, ${range}`,
    read: (raw) => {
      const value = Decimal.parse(numberText(raw) ?? (typeof raw === 'string' ? raw : ''))
      if (value === undefined) return undefined
      const inside =
        (above ? value.greaterThan(least) : value.atLeast(least)) && (most === undefined || value.atMost(most))
      return inside ? value : undefined
    },
    show: String,
    json: { type: ['string', 'number'], pattern: orReference(String.raw`-?\d{1,40}(\.\d{1,40})?`) },
  }
}

export const percent = (max = '100'): OptionKind<Decimal> => decimal({ max, unit: 'percent' })
export const money = (bounds: { readonly above?: boolean } = {}): OptionKind<Decimal> =>
  decimal({ ...bounds, unit: "the account's currency" })

export interface IntegerBounds {
  readonly min: number
  readonly max: number
  readonly unit?: string
}
const WHOLE = /^-?\d{1,15}$/
export function integer({ min, max, unit }: IntegerBounds): OptionKind<number> {
  return {
    name: 'value',
    expected: `a whole number from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`,
    type: `whole number${unit === undefined ? '' : `, ${unit}`}, ${min} to ${max}`,
    read: (raw) => {
      const text = numberText(raw)
      if (text === undefined || !WHOLE.test(text)) return undefined
      const value = Number(text)
      return value >= min && value <= max ? value : undefined
    },
    show: String,
    json: { type: ['integer', 'string'], minimum: min, maximum: max, pattern: `^${REFERENCE}$` },
  }
}

export interface TextRule {
  /** A JSON number is taken by its digits. */
  readonly numbers?: boolean
  /** What the text is, for messages: "an account name". */
  readonly what: string
  readonly pattern?: RegExp
}
const LONGEST_TEXT = 4_096
export function text({ what, pattern = /^\P{Cc}+$/u, numbers = false }: TextRule): OptionKind<string> {
  return {
    name: 'text',
    expected: what,
    type: 'text',
    read: (raw) => {
      const value = numbers ? (numberText(raw) ?? raw) : raw
      return typeof value === 'string' && value.length <= LONGEST_TEXT && pattern.test(value) ? value : undefined
    },
    show: String,
    json: { type: numbers ? ['string', 'number'] : 'string', minLength: 1 },
  }
}

/** A zone this machine has the rules of. */
export const timeZone: OptionKind<string> = {
  ...text({ what: 'a time zone such as "Europe/Berlin"' }),
  read: (raw) => (typeof raw === 'string' && isTimeZone(raw) ? raw : undefined),
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** A credential: a text, or a number such as a PIN, which is taken by its digits. */
export function secret(what: string, minLength = 1): OptionKind<Secret> {
  return {
    name: 'secret',
    expected: minLength > 1 ? `${what} of at least ${minLength} characters` : what,
    type: 'secret',
    read: (raw) => {
      const value = numberText(raw) ?? raw
      return typeof value === 'string' && value.trim().length >= minLength ? new Secret(value) : undefined
    },
    show: () => MASK,
    isSecret: () => true,
    standIn: MASK.repeat(minLength),
    json: { type: ['string', 'number'] },
  }
}
