import { JsonTextError, type JsonValue, parseJsonText } from '../../core/json-text.ts'

/** The bytes of one line, without its newline. */
export const MAX_LINE_BYTES = 65_536
export const NEWLINE = 0x0a

export type ReadLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'body'; readonly body: JsonValue }
  | { readonly kind: 'unreadable'; readonly code: string; readonly message: string }

// A byte order mark is kept, so that the parser can refuse it.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BLANK = /^[ \t\r]*$/

export function readLine(bytes: Uint8Array): ReadLine {
  if (bytes.length > MAX_LINE_BYTES) return tooLong(`${bytes.length} bytes`)
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return { kind: 'unreadable', code: 'json.invalid', message: 'the line is not UTF-8' }
  }
  if (BLANK.test(text)) return { kind: 'blank' }
  try {
    return { kind: 'body', body: parseJsonText(text) }
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    return { kind: 'unreadable', code: error.code, message: error.message }
  }
}

export const tooLong = (size: string): Extract<ReadLine, { kind: 'unreadable' }> => ({
  kind: 'unreadable',
  code: 'line.too_long',
  message: `the line has ${size}, at most ${MAX_LINE_BYTES} are read`,
})
