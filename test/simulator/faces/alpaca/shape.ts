import type { Json } from './alpaca-at-hand.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['uuid', UUID],
  ['time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/],
  ['New York time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?-0[45]:00$/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['hour', /^\d\d:?\d\d$/],
  ['event id', /^[0-9A-HJKMNP-TV-Z]{26}$/],
  ['activity id', /^\d{17}::[0-9a-f-]{36}$/],
  ['decimal', /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/],
]

/** What a client could tell apart: keys, kinds of texts, and what may be null. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, shapeOf((value as Json)[key])]),
    )
  }
  if (typeof value !== 'string') return value === null ? 'null' : typeof value
  return KINDS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text'
}
