import { z } from 'zod'
import type { RawValue } from '../raw-value.ts'

/** How one option is read and spoken about. Messages, documentation and JSON schema all come from here. */
export interface OptionKind<T> {
  readonly name: 'text' | 'secret' | 'value'
  /** Stands after "expected". */
  readonly expected: string
  /** Type and unit, for the tables of the documentation. */
  readonly type: string
  readonly read: (raw: RawValue | undefined) => T | undefined
  readonly json: Readonly<Record<string, unknown>>
  /** How a parsed value is shown; a text made from the file's spelling where that is clearer. */
  readonly show: (value: T) => string
  /** For what is refused with a reason that the expectation alone does not give. */
  readonly hint?: (raw: RawValue | undefined) => string | undefined
  /** Does this text hold something that must not stand in a file? */
  readonly isSecret?: (text: string) => boolean
  /** Reads well and means nothing: put in place of a value that is missing, so that what stands around it can be checked. */
  readonly standIn?: string
}

export interface OptionInfo extends OptionKind<unknown> {
  readonly description: string
}

/** Which schemas are single options, and how each is spoken about. */
export const OPTION_INFO = new WeakMap<z.core.$ZodType, OptionInfo>()

type OptionSchema<T> = z.ZodPipe<z.ZodUnknown, z.ZodTransform<T, unknown>>
export type Defaulted<T> = z.ZodPrefault<OptionSchema<T>>

/** An option that every file must give where its block is used. */
export function required<T>(kind: OptionKind<T>, description: string): OptionSchema<T> {
  const schema: OptionSchema<T> = z.unknown().transform((input, context): T => {
    const raw = input as RawValue | undefined
    const value = kind.read(raw)
    if (value !== undefined) return value
    const hint = kind.hint?.(raw)
    context.issues.push({
      code: 'custom',
      input,
      message: `expected ${kind.expected}`,
      params: { expected: kind.expected, ...(hint === undefined ? {} : { hint }) },
    })
    return z.NEVER
  })
  const described = schema.meta({ ...kind.json, description })
  OPTION_INFO.set(described, { ...kind, show: (value) => kind.show(value as T), description })
  return described
}

/** `fallback` is written as in a file, and is read like one. */
export const option = <T>(kind: OptionKind<T>, fallback: RawValue | number, description: string): Defaulted<T> =>
  required(kind, description).prefault(fallback)

export const optional = <T>(kind: OptionKind<T>, description: string): z.ZodExactOptional<OptionSchema<T>> =>
  required(kind, description).exactOptional()

/** `null` in the file, with the word that says what it does. */
export function orNull<T>(kind: OptionKind<T>, word: string): OptionKind<T | null> {
  return {
    ...kind,
    expected: `${kind.expected}, or null (${word})`,
    type: `${kind.type}, or null: ${word}`,
    read: (raw) => (raw === null ? null : kind.read(raw)),
    show: (value) => (value === null ? word : kind.show(value)),
    json: { anyOf: [kind.json, { type: 'null' }] },
  }
}

type Shape = Readonly<Record<string, z.ZodPrefault<z.ZodType>>>
type Override<T> =
  T extends z.ZodPrefault<infer Inner extends z.ZodType>
    ? z.ZodExactOptional<Inner extends z.ZodObject<infer S> ? z.ZodObject<Overridable<S>, z.core.$strict> : Inner>
    : never
type Overridable<S> = { [K in keyof S]: Override<S[K]> }

/** The same options, blocks within included, without their defaults: what is absent leaves the value it would override. */
export function overridesOf<S extends Shape>(shape: S): Overridable<S> {
  const entries = Object.entries(shape).map(([key, schema]) => [key, withoutDefaults(schema.unwrap()).exactOptional()])
  return Object.fromEntries(entries) as Overridable<S>
}

function withoutDefaults(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodObject)) return schema
  return z.strictObject(overridesOf(schema.shape as Shape)).meta({ ...schema.meta() })
}
