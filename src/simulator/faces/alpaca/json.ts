import { Decimal } from '../../../core/money.ts'
import type { Switches } from './alpaca-options.ts'
import { Refused } from './refused.ts'

export type DecimalForm = Switches['decimal_form']

/** Amounts are text without trailing zeros, unless the venue was told to write them otherwise. */
export function jsonText(value: unknown, form: DecimalForm = 'trimmed'): string {
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key: string, shown: unknown) {
    const original = this[key]
    return original instanceof Decimal ? amountForm(original, form) : shown
  })
}

function amountForm(amount: Decimal, form: DecimalForm): string | number {
  if (form === 'numbers') return amount.toApproximateNumber()
  const text = amount.toString()
  if (form === 'trimmed') return text
  return text.includes('.') ? `${text}00` : `${text}.00`
}

export type Fields = Readonly<Record<string, unknown>>

/** Numbers arrive as the text they were written with: not a digit is lost. */
export function readBody(body: string): Fields {
  try {
    const read: unknown = JSON.parse(body, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    )
    if (isFields(read)) return read
  } catch {
    // Answered below, like any other body that is not an object.
  }
  throw new Refused(400, 40010000, 'request body format is invalid')
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** A text, or `undefined` for what is absent, null or empty. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
export const isYes = (value: unknown): boolean => value === true || value === 'true'
