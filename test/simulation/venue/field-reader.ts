import { isJsonObject, type JsonObject, type JsonValue, parseJsonText } from '../../../src/core/json-text.ts'
import { Decimal } from '../../../src/core/money.ts'
import { type Instant, parseTime } from '../../../src/core/time.ts'
import { readOnce } from '../read-once.ts'

/** What the venue said is not of its form. Stays inside the gateway. */
export class NotOfItsForm extends Error {
  override readonly name = 'NotOfItsForm'
}

/** One JSON object, read field by field: what is not of its form is never guessed. */
export class FieldReader {
  readonly #fields: JsonObject
  constructor(value: JsonValue | undefined) {
    if (!isJsonObject(value)) throw new NotOfItsForm('not an object')
    this.#fields = value
  }

  /** One object for as long as the same text is read: what follows from it alone need not be read from it twice. */
  get fields(): object {
    return this.#fields
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined
  }
  isNull(name: string): boolean {
    return this.#fields[name] === null
  }
  text(name: string): string {
    const value = this.#fields[name]
    if (typeof value !== 'string' || value === '') throw new NotOfItsForm(name)
    return value
  }
  number<T extends Decimal>(name: string): T {
    const value = Decimal.parse(this.text(name))
    if (value === undefined) throw new NotOfItsForm(name)
    return value as T
  }
  time(name: string): Instant {
    const at = parseTime(this.text(name))
    if (at === undefined) throw new NotOfItsForm(name)
    return at
  }
  one<T extends string>(name: string, of: readonly T[]): T {
    const found = of.find((word) => word === this.#fields[name])
    if (found === undefined) throw new NotOfItsForm(name)
    return found
  }
  count(name: string): number {
    const count = Number(String(this.#fields[name]))
    if (!Number.isSafeInteger(count) || count < 0) throw new NotOfItsForm(name)
    return count
  }
  object(name: string): FieldReader {
    return new FieldReader(this.#fields[name])
  }
  list(name: string): readonly FieldReader[] {
    const value = this.#fields[name]
    if (!Array.isArray(value)) throw new NotOfItsForm(name)
    return value.map((item: JsonValue) => new FieldReader(item))
  }
}

const parsed = readOnce((body) => parseJsonText(body))

/** `undefined` for anything that does not read as `read` expects it. */
export function readBody<T>(body: string, read: (fields: FieldReader) => T): T | undefined {
  try {
    return read(new FieldReader(parsed(body)))
  } catch {
    return undefined
  }
}
