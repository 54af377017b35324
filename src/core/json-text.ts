export { canonicalJson } from './canonical-json.ts'

/**
 * Strict JSON that loses nothing. Guarantees:
 * - a number is its text, digit for digit; none ever becomes a binary float;
 * - one meaning only: a repeated key, a byte order mark, a lone surrogate or trailing data is refused, never resolved;
 * - no key can reach a prototype, and depth is bounded before it can cost anything.
 */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
  /** Written back as the number it was, where `JSON.stringify` would round it. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text)
  }
}

export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
  readonly code = 'json.invalid'
  /** Both count from 1; columns are UTF-16 units. */
  readonly line: number
  readonly column: number

  constructor(problem: string, line: number, column: number) {
    super(`${problem} at line ${line}, column ${column}`)
    this.line = line
    this.column = column
  }
}

export interface JsonLimits {
  readonly maxDepth?: number
  /** UTF-16 units. */
  readonly maxLength?: number
}
export const DEFAULT_MAX_DEPTH = 16

export function parseJsonText(text: string, limits: JsonLimits = {}): JsonValue {
  const parser = new Parser(text, limits.maxDepth ?? DEFAULT_MAX_DEPTH)
  if (text.length > (limits.maxLength ?? Number.POSITIVE_INFINITY)) parser.fail('text is too long', 0)
  if (!text.isWellFormed()) parser.fail('lone surrogate', firstLoneSurrogate(text))
  return parser.document()
}

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

const SPACE = 0x20
const TAB = 0x09
const LINE_FEED = 0x0a
const RETURN = 0x0d
const QUOTE = 0x22
const BACKSLASH = 0x5c
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const COMMA = 0x2c
const COLON = 0x3a
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const UPPER_E = 0x45
const LOWER_E = 0x65
const LETTER_U = 0x75
const BYTE_ORDER_MARK = 0xfeff

const isForbidden = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype'
const HEX4 = /^[0-9a-fA-F]{4}$/
const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meaning]) => [letter.charCodeAt(0), meaning],
  ),
)

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

class Parser {
  readonly #text: string
  readonly #maxDepth: number
  #at = 0
  #depth = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  document(): JsonValue {
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) this.fail('byte order mark', 0)
    const value = this.#value()
    if (!Number.isNaN(this.#next())) this.fail('text after the value', this.#at)
    return value
  }

  fail(problem: string, at: number): never {
    let line = 1
    let start = 0
    for (let end = this.#text.indexOf('\n'); end !== -1 && end < at; end = this.#text.indexOf('\n', start)) {
      line += 1
      start = end + 1
    }
    throw new JsonTextError(problem, line, at - start + 1)
  }

  /** The next code that is not white space, left unread; NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return code
      this.#at += 1
    }
  }

  #value(): JsonValue {
    const code = this.#next()
    switch (code) {
      case OPEN_BRACE:
        return this.#object()
      case OPEN_BRACKET:
        return this.#array()
      case QUOTE:
        return this.#string()
      default:
        return code === MINUS || isDigit(code) ? this.#number() : this.#word()
    }
  }

  #word(): null | boolean {
    if (this.#text.startsWith('true', this.#at)) return this.#skip(4, true)
    if (this.#text.startsWith('false', this.#at)) return this.#skip(5, false)
    if (this.#text.startsWith('null', this.#at)) return this.#skip(4, null)
    return this.#unexpected()
  }
  #skip<T>(length: number, value: T): T {
    this.#at += length
    return value
  }

  #unexpected(): never {
    const found = this.#text.codePointAt(this.#at)
    const shown = found === undefined ? 'unexpected end' : `unexpected ${JSON.stringify(String.fromCodePoint(found))}`
    return this.fail(shown, this.#at)
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > this.#maxDepth) this.fail(`deeper than ${this.#maxDepth} levels`, this.#at)
    this.#at += 1
  }
  #leave<T>(value: T): T {
    this.#depth -= 1
    this.#at += 1
    return value
  }

  #object(): JsonObject {
    this.#enter()
    const members: Record<string, JsonValue> = Object.create(null)
    if (this.#next() === CLOSE_BRACE) return this.#leave(members)
    for (;;) {
      if (this.#next() !== QUOTE) this.#unexpected()
      const keyAt = this.#at
      const key = this.#string()
      if (members[key] !== undefined) this.fail(`duplicate key ${shorten(key)}`, keyAt)
      if (isForbidden(key)) this.fail(`forbidden key ${shorten(key)}`, keyAt)
      if (this.#next() !== COLON) this.#unexpected()
      this.#at += 1
      members[key] = this.#value()
      const code = this.#next()
      if (code === CLOSE_BRACE) return this.#leave(members)
      if (code !== COMMA) this.#unexpected()
      this.#at += 1
    }
  }

  #array(): readonly JsonValue[] {
    this.#enter()
    const items: JsonValue[] = []
    if (this.#next() === CLOSE_BRACKET) return this.#leave(items)
    for (;;) {
      items.push(this.#value())
      const code = this.#next()
      if (code === CLOSE_BRACKET) return this.#leave(items)
      if (code !== COMMA) this.#unexpected()
      this.#at += 1
    }
  }

  #string(): string {
    const text = this.#text
    const start = this.#at + 1
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return text.slice(start, at)
      }
      if (code === BACKSLASH) return this.#escapedString(start, at)
      this.#checkPlain(code, at)
    }
  }
  #checkPlain(code: number, at: number): void {
    if (code >= SPACE) return
    this.fail(Number.isNaN(code) ? 'string without an end' : 'control character in a string', at)
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text
    let value = text.slice(start, firstEscape)
    let at = firstEscape
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) break
      if (code === BACKSLASH) {
        value += this.#escape(at + 1)
        at = this.#at
      } else {
        this.#checkPlain(code, at)
        value += text[at]
        at += 1
      }
    }
    // The text is well formed, so only an escape can have left half a pair.
    if (!value.isWellFormed()) this.fail('lone surrogate in an escape', firstEscape)
    this.#at = at + 1
    return value
  }
  #escape(at: number): string {
    const code = this.#text.charCodeAt(at)
    if (code === LETTER_U) {
      const digits = this.#text.slice(at + 1, at + 5)
      if (!HEX4.test(digits)) this.fail('escape without four hex digits', at - 1)
      this.#at = at + 5
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    this.#at = at + 1
    return ESCAPES.get(code) ?? this.fail('unknown escape', at - 1)
  }

  #number(): JsonNumber {
    const text = this.#text
    const start = this.#at
    if (text.charCodeAt(start) === MINUS) this.#at += 1
    if (text.charCodeAt(this.#at) === ZERO) this.#at += 1
    else this.#digits()
    if (isDigit(text.charCodeAt(this.#at))) this.fail('leading zero', start)
    if (text.charCodeAt(this.#at) === POINT) {
      this.#at += 1
      this.#digits()
    }
    const exponent = text.charCodeAt(this.#at)
    if (exponent === LOWER_E || exponent === UPPER_E) {
      this.#at += 1
      const sign = text.charCodeAt(this.#at)
      if (sign === PLUS || sign === MINUS) this.#at += 1
      this.#digits()
    }
    return new JsonNumber(text.slice(start, this.#at))
  }
  #digits(): void {
    if (!isDigit(this.#text.charCodeAt(this.#at))) this.#unexpected()
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at += 1
  }
}

/** A key may be a secret pasted into the wrong place, or a megabyte. */
const shorten = (key: string): string => JSON.stringify(key.length > 40 ? `${key.slice(0, 39)}…` : key)

function firstLoneSurrogate(text: string): number {
  let at = 0
  for (const character of text) {
    if (!character.isWellFormed()) return at
    at += character.length
  }
  return at
}
