import { Decimal } from '../../config/exact.ts'

/** `1234567.5` as `1,234,567.5`: the digits stay as they are. */
export function grouped(decimal: string | undefined): string {
  if (decimal === undefined) return ''
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(decimal)
  if (match === null) return decimal
  const [, sign = '', whole = '', fraction = ''] = match
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`
}

const CENT = Decimal.of(1n, 2)

/** Money in whole cents for the eye, with its sign; `--json` has every digit. */
export function money(decimal: string | undefined, sign: 'signed' | 'plain' = 'plain'): string {
  if (decimal === undefined) return ''
  const value = Decimal.parse(decimal)
  if (value === undefined) return decimal
  const rounded = value.abs().toMultipleOf(CENT, 'half_even')
  const [whole = '0', cents = ''] = rounded.toString().split('.')
  const before = rounded.isZero ? '' : value.isNegative ? '-' : sign === 'signed' ? '+' : ''
  return `${before}${grouped(whole)}.${cents.padEnd(2, '0')}`
}

/** At most `digits` behind the point; a price is never shown shorter than it is exact to the cent. */
export function atMost(decimal: string | undefined, digits: number): string {
  const value = decimal === undefined ? undefined : Decimal.parse(decimal)
  if (value === undefined) return decimal ?? ''
  return grouped(value.toMultipleOf(Decimal.of(1n, digits), 'half_even').toString())
}

export function signOf(decimal: string | undefined): -1 | 0 | 1 {
  return (decimal === undefined ? undefined : Decimal.parse(decimal))?.sign ?? 0
}

/** Exact; what is absent counts nothing. */
export function sumOf(decimals: readonly (string | undefined)[]): string {
  return decimals
    .reduce((sum, one) => sum.plus((one === undefined ? undefined : Decimal.parse(one)) ?? ZERO), ZERO)
    .toString()
}
const ZERO = Decimal.of(0n, 0)

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(String(number))} ${number === 1 ? one : many}`
