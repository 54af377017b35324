import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  JsonTextError,
  type JsonValue,
  parseJsonText,
} from '../../src/core/json-text.ts'
import { decimal } from '../../src/core/money.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const problem = (text: string, limits?: Parameters<typeof parseJsonText>[1]): JsonTextError => {
  try {
    parseJsonText(text, limits)
  } catch (error) {
    if (error instanceof JsonTextError) return error
    throw error
  }
  throw new Error(`was accepted: ${text}`)
}
const asObject = (value: JsonValue): JsonObject => {
  if (!isJsonObject(value)) throw new Error('not an object')
  return value
}

describe('JSON text that is read', () => {
  it.each(['0', '-0', '1', '10', '0.10', '1e400', '1E+5', '-12.5e-3', '123456789012345678901234567890.000000001'])(
    'keeps the number %s digit for digit',
    (text) => {
      const value = parseJsonText(text)
      expect(value).toBeInstanceOf(JsonNumber)
      expect(String(value)).toBe(text)
      expect(JSON.stringify(value)).toBe(text)
    },
  )
  it.each([
    ['"a\\"b\\\\c\\/d\\b\\f\\n\\r\\t"', 'a"b\\c/d\b\f\n\r\t'],
    ['"\\u0041\\u00e9\\ud83d\\ude00x"', 'Aé😀x'],
    ['"é😀\u2028\ufeff"', 'é😀\u2028\ufeff'],
    ['""', ''],
    [' \t\r\n"x" \t\r\n', 'x'],
  ])('understands the string %s', (text, value) => expect(parseJsonText(text)).toBe(value))
  it('understands words, arrays and objects with white space anywhere', () => {
    const value = asObject(parseJsonText(' { "a" : [ true , false , null ] , "b" : { } , "c" : [ ] } '))
    expect(JSON.stringify(value)).toBe('{"a":[true,false,null],"b":{},"c":[]}')
  })
  it('makes objects without a prototype', () => {
    expect(Object.getPrototypeOf(parseJsonText('{"toString":1}'))).toBeNull()
  })
  it('tells objects from everything else', () => {
    expect(['{}', '{"a":1}'].map((text) => isJsonObject(parseJsonText(text)))).toEqual([true, true])
    for (const text of ['null', '[]', '1', '"x"', 'true']) expect(isJsonObject(parseJsonText(text))).toBe(false)
    expect(isJsonObject(undefined)).toBe(false)
  })
  it('takes sixteen levels and not seventeen', () => {
    expect(parseJsonText(nested(16))).toBeDefined()
    expect(problem(nested(17)).message).toContain('deeper than 16')
  })
  it('counts open levels, not all levels', () => {
    expect(parseJsonText('[[[]],[[]],{"a":[]}]', { maxDepth: 3 })).toBeDefined()
    expect(problem('[[[]],[[[]]]]', { maxDepth: 3 }).column).toBe(9)
  })
  it('takes a text of exactly the longest length', () => {
    expect(parseJsonText('"abc"', { maxLength: 5 })).toBe('abc')
    expect(problem('"abcd"', { maxLength: 5 }).message).toContain('too long')
  })
})

describe('JSON text that is refused', () => {
  it.each([
    ['', 'unexpected end'],
    ['   ', 'unexpected end'],
    ['\ufeff{}', 'byte order mark'],
    ['{"a":1,"a":2}', 'duplicate key "a"'],
    ['{"a":null,"\\u0061":2}', 'duplicate key "a"'],
    ['{"__proto__":1}', 'forbidden key'],
    ['{"\\u005f_proto__":1}', 'forbidden key'],
    ['{"constructor":1}', 'forbidden key'],
    ['{"prototype":1}', 'forbidden key'],
    ['NaN', 'unexpected "N"'],
    ['Infinity', 'unexpected "I"'],
    ['-Infinity', 'unexpected "I"'],
    ['undefined', 'unexpected "u"'],
    ['nul', 'unexpected "n"'],
    ['truex', 'text after'],
    ['01', 'leading zero'],
    ['-01', 'leading zero'],
    ['00', 'leading zero'],
    ['-', 'unexpected end'],
    ['+1', 'unexpected "+"'],
    ['.5', 'unexpected "."'],
    ['1.', 'unexpected end'],
    ['1.e5', 'unexpected "e"'],
    ['1e', 'unexpected end'],
    ['1e+', 'unexpected end'],
    ['0x10', 'text after'],
    ['1_000', 'text after'],
    ['１', 'unexpected'],
    ['1 2', 'text after'],
    ['{}{}', 'text after'],
    ['[1,]', 'unexpected "]"'],
    ['[1 2]', 'unexpected "2"'],
    ['[', 'unexpected end'],
    ['{', 'unexpected end'],
    ['{"a"}', 'unexpected "}"'],
    ['{"a":1,}', 'unexpected "}"'],
    ['{"a":1 "b":2}', 'unexpected'],
    ['{a:1}', 'unexpected "a"'],
    ["{'a':1}", 'unexpected'],
    ['[1/*x*/]', 'unexpected "/"'],
    ['"abc', 'without an end'],
    ['"a\\n', 'without an end'],
    ['"\\', 'unknown escape'],
    ['"\\x41"', 'unknown escape'],
    ['"\\u00g1"', 'four hex digits'],
    ['"\\u12', 'four hex digits'],
    ['"a\nb"', 'control character'],
    ['"\\t\u0000"', 'control character'],
    ['"\u001f"', 'control character'],
    ['"\\ud800"', 'lone surrogate'],
    ['"\\udc00x"', 'lone surrogate'],
    ['"\\ud83d\\ud83d\\ude00"', 'lone surrogate'],
    ['"\ud800"', 'lone surrogate'],
    ['\u00a01', 'unexpected'],
  ])('%j: %s', (text, message) => {
    const error = problem(text)
    expect(error.code).toBe('json.invalid')
    expect(error.message).toContain(message)
  })
  it('names line and column, both from one', () => {
    expect(problem('{\n  "a": 1,\n  "a": 2\n}')).toMatchObject({ line: 3, column: 3 })
    expect(problem('x')).toMatchObject({ line: 1, column: 1 })
    expect(problem('\n\nx')).toMatchObject({ line: 3, column: 1 })
    expect(problem('"a\nb"')).toMatchObject({ line: 1, column: 3 })
    expect(problem('"ab\\u00g1"')).toMatchObject({ line: 1, column: 4 })
    expect(problem('"ab\\x"')).toMatchObject({ line: 1, column: 4 })
    expect(problem('[1]\n x')).toMatchObject({ line: 2, column: 2 })
    expect(problem('["😀\ud800"]')).toMatchObject({ line: 1, column: 5 })
    expect(problem('[1,\n').message).toBe('unexpected end at line 2, column 1')
  })
  it('shows at most forty characters of a key', () => {
    const key = 'k'.repeat(1_000)
    expect(problem(`{"${key}":1,"${key}":2}`).message.length).toBeLessThan(90)
    const forty = 'k'.repeat(40)
    expect(problem(`{"${forty}":1,"${forty}":2}`).message).toContain(`"${forty}"`)
  })
  it('stops at the depth limit however deep the text is', () => {
    expect(problem('['.repeat(100_000)).column).toBe(17)
  })
  it('whenever a text of one value is cut anywhere', () => {
    const text = '{"a":[1.5e3,"x\\u0041",true,null],"b":{"c":-0.1}}'
    for (let end = 0; end < text.length; end += 1) expect(problem(text.slice(0, end)).code).toBe('json.invalid')
  })
})

describe('against the built-in parser', () => {
  const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false })
  const hasForbiddenKey = (text: string): boolean => /"(?:__proto__|constructor|prototype)"\s*:/.test(text)

  it('what JSON.stringify writes is read as the same value', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (original, indent) => {
        const text = JSON.stringify(original, null, indent)
        fc.pre(text.isWellFormed() && !/\\ud[89a-f]/.test(text) && !hasForbiddenKey(text))
        expect(JSON.parse(JSON.stringify(parseJsonText(text)))).toEqual(JSON.parse(text))
      }),
      { numRuns: 3_000 },
    )
  })
  it('nothing is taken that the built-in parser refuses', () => {
    const mutated = fc
      .tuple(
        value,
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '0', '-', 'e', '}', ']', '{', ':', '\u0001', ' ', '.'),
      )
      .map(([original, at, insert]) => {
        const text = JSON.stringify(original)
        const index = at % (text.length + 1)
        return text.slice(0, index) + insert + text.slice(index + 1)
      })
    fc.assert(
      fc.property(mutated, (text) => {
        let ours: string | undefined
        try {
          ours = JSON.stringify(parseJsonText(text))
        } catch (error) {
          expect(error).toBeInstanceOf(JsonTextError)
        }
        if (ours !== undefined) expect(JSON.parse(ours)).toEqual(JSON.parse(text))
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('canonical JSON', () => {
  it('sorts keys at every depth, leaves out what is undefined and has no white space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, B: true })).toBe('{"B":true,"b":[{"c":null,"d":1}]}')
  })
  it('writes decimals as text and JSON numbers as they came', () => {
    expect(canonicalJson({ price: decimal('1.50'), raw: parseJsonText('1.50') })).toBe('{"price":"1.5","raw":1.50}')
  })
  it('refuses a number that JSON has no form for', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('cannot be hashed')
    expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow('cannot be hashed')
  })
  it('does not mistake a member called toJSON for a form of its own', () => {
    expect(canonicalJson(parseJsonText('{"toJSON":"x","a":1}'))).toBe('{"a":1,"toJSON":"x"}')
  })
  it('is the same for every order of keys, and read back is the same again', () => {
    const dictionary = fc.dictionary(fc.string({ unit: 'binary-ascii' }), fc.integer(), { noNullPrototype: true })
    fc.assert(
      fc.property(dictionary, (record) => {
        fc.pre(!['__proto__', 'constructor', 'prototype'].some((key) => Object.hasOwn(record, key)))
        const reversed = Object.fromEntries(Object.entries(record).reverse())
        const text = canonicalJson(record)
        expect(canonicalJson(reversed)).toBe(text)
        expect(canonicalJson(parseJsonText(text))).toBe(text)
      }),
    )
  })
})
