/**
 * Exact decimals. Guarantees:
 * - a decimal that came in as text goes out as the same number, digit for digit; no binary float is ever involved;
 * - no NaN, infinity, exponent or negative zero can exist: such text does not parse;
 * - the unit is part of the type: a price cannot be added to a quantity.
 */
declare const unit: unique symbol
export type Price = Decimal & { readonly [unit]?: 'price' }
export type Quantity = Decimal & { readonly [unit]?: 'quantity' }
/** Money in some currency: a notional, a commission, cash, profit. */
export type Amount = Decimal & { readonly [unit]?: 'amount' }

export type Rounding = 'down' | 'up' | 'half_even'

/** Digits on either side of the point; far beyond any market, small enough that arithmetic stays cheap. */
export const MAX_DIGITS = 40
const DECIMAL_TEXT = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/

const TEN: readonly bigint[] = Array.from({ length: 2 * MAX_DIGITS + 1 }, (_, n) => 10n ** BigInt(n))
const pow10 = (n: number): bigint => TEN[n] ?? 10n ** BigInt(n)

export class Decimal {
  /** The value is `units / 10^scale`, kept without trailing zeros so that equal values look equal. */
  readonly units: bigint
  readonly scale: number

  private constructor(units: bigint, scale: number) {
    this.units = units
    this.scale = scale
  }

  static of(units: bigint, scale: number): Decimal {
    while (scale > 0 && units % 10n === 0n) {
      units /= 10n
      scale -= 1
    }
    return new Decimal(units, scale)
  }

  /** `undefined` for anything that is not plain decimal text: exponents, signs other than a leading minus, spaces, NaN. */
  static parse(text: string): Decimal | undefined {
    const match = DECIMAL_TEXT.exec(text)
    if (match === null) return undefined
    const [, sign, whole = '', fraction = ''] = match
    const magnitude = BigInt(whole + fraction)
    return Decimal.of(sign === '-' ? -magnitude : magnitude, fraction.length)
  }

  get isZero(): boolean {
    return this.units === 0n
  }
  get isPositive(): boolean {
    return this.units > 0n
  }
  get isNegative(): boolean {
    return this.units < 0n
  }
  get sign(): -1 | 0 | 1 {
    return this.units > 0n ? 1 : this.units < 0n ? -1 : 0
  }

  plus(other: this): this {
    return this.#aligned(other, (a, b) => a + b)
  }
  minus(other: this): this {
    return this.#aligned(other, (a, b) => a - b)
  }
  negated(): this {
    return new Decimal(-this.units, this.scale) as this
  }
  abs(): this {
    return this.units < 0n ? this.negated() : this
  }
  /** Exact; the result has no unit until the caller gives it one. */
  times(factor: Decimal): Decimal {
    return Decimal.of(this.units * factor.units, this.scale + factor.scale)
  }
  /** Keeps the unit: half a price is a price. */
  scaledBy(factor: Decimal): this {
    return this.times(factor) as this
  }
  /** To `digits` after the point. 'down' is towards zero, 'up' away from it. Dividing by zero is our own mistake. */
  dividedBy(divisor: Decimal, digits: number, rounding: Rounding): Decimal {
    if (divisor.isZero) throw new RangeError('division by zero')
    const shift = digits + divisor.scale - this.scale
    const numerator = shift > 0 ? this.units * pow10(shift) : this.units
    const denominator = shift < 0 ? divisor.units * pow10(-shift) : divisor.units
    return Decimal.of(divideRounded(numerator, denominator, rounding), digits)
  }
  /** To a multiple of `step`, towards zero ('down') or away from it ('up'). */
  toMultipleOf(step: this, rounding: Rounding): this {
    return this.dividedBy(step, 0, rounding).times(step) as this
  }
  isMultipleOf(step: this): boolean {
    return this.#aligned(step, (a, b) => a % b).isZero
  }

  compare(other: this): number {
    const difference = this.scale === other.scale ? this.units - other.units : this.minus(other).units
    return difference > 0n ? 1 : difference < 0n ? -1 : 0
  }
  equals(other: this): boolean {
    return this.units === other.units && this.scale === other.scale
  }
  lessThan(other: this): boolean {
    return this.compare(other) < 0
  }
  atMost(other: this): boolean {
    return this.compare(other) <= 0
  }
  greaterThan(other: this): boolean {
    return this.compare(other) > 0
  }
  atLeast(other: this): boolean {
    return this.compare(other) >= 0
  }

  toString(): string {
    if (this.scale === 0) return this.units.toString()
    const negative = this.units < 0n
    const digits = (negative ? -this.units : this.units).toString().padStart(this.scale + 1, '0')
    const point = digits.length - this.scale
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
  }
  toJSON(): string {
    return this.toString()
  }
  /** For charts, metrics and sorting only; never for money that moves. */
  toApproximateNumber(): number {
    return Number(this.toString())
  }

  #aligned(other: Decimal, combine: (a: bigint, b: bigint) => bigint): this {
    if (this.scale === other.scale) return Decimal.of(combine(this.units, other.units), this.scale) as this
    const scale = Math.max(this.scale, other.scale)
    const a = this.units * pow10(scale - this.scale)
    const b = other.units * pow10(scale - other.scale)
    return Decimal.of(combine(a, b), scale) as this
  }
}

function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator
  const remainder = numerator % denominator
  if (remainder === 0n || rounding === 'down') return quotient
  const away = numerator < 0n !== denominator < 0n ? -1n : 1n
  if (rounding === 'up') return quotient + away
  const doubled = 2n * (remainder < 0n ? -remainder : remainder)
  const size = denominator < 0n ? -denominator : denominator
  const roundsAway = doubled > size || (doubled === size && quotient % 2n !== 0n)
  return roundsAway ? quotient + away : quotient
}

export const ZERO: Decimal = Decimal.of(0n, 0)
export const ONE: Decimal = Decimal.of(1n, 0)

/** For literals and text that has already been validated; anything else is our own mistake. */
export function decimal(text: string): Decimal {
  const value = Decimal.parse(text)
  if (value === undefined) throw new RangeError(`not a decimal: ${text.slice(0, 60)}`)
  return value
}
export const price = (text: string): Price => decimal(text) as Price
export const quantity = (text: string): Quantity => decimal(text) as Quantity
export const amount = (text: string): Amount => decimal(text) as Amount

export const notionalOf = (at: Price, of: Quantity): Amount => at.times(of) as Amount
export const percentOf = (base: Decimal, pct: Decimal): Decimal => base.times(pct).times(HUNDREDTH)
export const min = <T extends Decimal>(a: T, b: T): T => (a.atMost(b) ? a : b)
export const max = <T extends Decimal>(a: T, b: T): T => (a.atLeast(b) ? a : b)
const HUNDREDTH = Decimal.of(1n, 2)
