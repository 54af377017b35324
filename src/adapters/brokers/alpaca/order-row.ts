import { JsonNumber, type JsonObject } from '../../../core/json-text.ts'
import { Decimal, ZERO } from '../../../core/money.ts'
import { type Instant, parseTime } from '../../../core/time.ts'

/**
 * The fields of one row, read by hand: orders come in lists of hundreds and before every acceptance. Guarantees:
 * - absent, null and empty all say nothing; anything else that is not of its form makes the row unreadable;
 * - `fits` is to be asked last: what was read of a row that does not fit means nothing.
 */
export class OrderRow {
  readonly #row: JsonObject
  #fits = true

  constructor(row: JsonObject) {
    this.#row = row
  }
  get fits(): boolean {
    return this.#fits
  }

  text(key: string): string {
    return this.maybeText(key) ?? this.#misses('')
  }
  maybeText(key: string): string | undefined {
    const value = this.#told(key)
    return value === undefined || typeof value === 'string' ? value : this.#misses(undefined)
  }
  time(key: string): Instant {
    return this.maybeTime(key) ?? this.#misses(0)
  }
  maybeTime(key: string): Instant | undefined {
    const text = this.maybeText(key)
    return text === undefined ? undefined : (parseTime(text) ?? this.#misses(undefined))
  }
  decimal(key: string): Decimal {
    return this.maybeDecimal(key) ?? this.#misses(ZERO)
  }
  /** Text by the documentation, a JSON number in some recordings; either is read by its digits. */
  maybeDecimal(key: string): Decimal | undefined {
    const value = this.#told(key)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && !(value instanceof JsonNumber)) return this.#misses(undefined)
    return Decimal.parse(value.toString()) ?? this.#misses(undefined)
  }

  #told(key: string) {
    const value = Object.hasOwn(this.#row, key) ? this.#row[key] : undefined
    return value === null || value === '' ? undefined : value
  }
  #misses<T>(instead: T): T {
    this.#fits = false
    return instead
  }
}
