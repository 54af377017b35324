import { assert } from './assert.ts'

/** Anything with one JSON meaning; `undefined` members count as absent. Decimals and `JsonNumber`s bring their own form. */
export type Canonical =
  | null
  | undefined
  | boolean
  | number
  | string
  | { toJSON(): unknown }
  | readonly Canonical[]
  | { readonly [key: string]: Canonical }

/** The same value always gives the same text, whatever order its keys came in: what hashes are made of. */
export function canonicalJson(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  if (typeof value !== 'object' || value === null || hasOwnForm(value)) return scalarText(value)
  const members: string[] = []
  const present = Object.entries(value).filter(([, member]) => member !== undefined)
  for (const [key, member] of present.sort(byKey)) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

const hasOwnForm = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function'

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

function scalarText(value: Canonical): string {
  assert(typeof value !== 'number' || Number.isFinite(value), 'a number without JSON form cannot be hashed')
  return JSON.stringify(value ?? null)
}
