import { isJsonObject, JsonNumber, type JsonValue } from './exact.ts'

/**
 * What the schema reads: JSON whose numbers are still their text. A number is a symbol carrying that text, because
 * anything that is an object could pass for a block of options.
 */
export type RawValue = null | boolean | string | symbol | readonly RawValue[] | RawObject
export interface RawObject {
  readonly [key: string]: RawValue
}
export type Path = readonly PropertyKey[]

export const rawNumber = (text: string): symbol => Symbol(text)
/** The text of a number; our own defaults are plain numbers, too small to lose a digit. */
export function numberText(raw: unknown): string | undefined {
  if (typeof raw === 'symbol') return raw.description
  return typeof raw === 'number' ? String(raw) : undefined
}

export const isRawObject = (raw: RawValue | undefined): raw is RawObject =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

export function toRaw(value: JsonValue): RawValue {
  if (value instanceof JsonNumber) return rawNumber(value.text)
  if (Array.isArray(value)) return value.map(toRaw)
  if (!isJsonObject(value)) return typeof value === 'object' ? null : value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toRaw(inner)]))
}

export function rawAt(raw: RawValue | undefined, path: Path): RawValue | undefined {
  let here = raw
  for (const key of path) {
    if (Array.isArray(here)) here = here[Number(key)]
    else here = isRawObject(here) && typeof key === 'string' && Object.hasOwn(here, key) ? here[key] : undefined
  }
  return here
}

const LONGEST_SHOWN = 60

/** How a value is named in a message: scalars as they were written, the rest by kind. */
export function foundText(raw: unknown): string {
  if (raw === undefined) return 'nothing'
  if (raw === null || typeof raw === 'boolean') return String(raw)
  const number = numberText(raw)
  if (number !== undefined) return shorten(number)
  if (typeof raw === 'string') return JSON.stringify(shorten(raw))
  return kindText(raw)
}

export function kindText(raw: unknown): string {
  if (raw === undefined) return 'nothing'
  if (raw === null) return 'null'
  if (Array.isArray(raw)) return 'a list'
  return { string: 'a text', symbol: 'a number', boolean: 'true or false' }[String(typeof raw)] ?? 'a block'
}

const shorten = (text: string): string => (text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text)

const PLAIN_KEY = /^[^.[\]]+$/

/** `order_management.buy_offset`, `api.keys[0].key`, `routing.by_symbol["BRK.B"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!PLAIN_KEY.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}
