import { type ConfigProblem, problem } from './config-problem.ts'
import { JsonTextError, parseJsonText } from './exact.ts'
import type { LoadInput } from './load.ts'
import { isRawObject, kindText, type RawObject, toRaw } from './raw-value.ts'

export const DEFAULT_FILE = 'config.json'
const LONGEST_FILE = 1_048_576

export type FileRead =
  /** Without a path there was no file to read, and none was asked for. */
  | { readonly kind: 'read'; readonly path?: string; readonly raw: RawObject }
  | { readonly kind: 'refused'; readonly path: string; readonly problem: ConfigProblem }

export function readConfigFile({ path, env, readFile }: LoadInput): FileRead {
  const named = path ?? (env.SUREFILL_CONFIG || undefined)
  const place = named ?? DEFAULT_FILE
  const refused = (problem: ConfigProblem): FileRead => ({ kind: 'refused', path: place, problem })
  const expected = `a readable file ${place}`
  try {
    const text = readFile(place)
    if (text === undefined && named === undefined) return { kind: 'read', raw: {} }
    if (text === undefined) return refused(problem('config.unreadable', '', { expected, found: 'no such file' }))
    const raw = toRaw(parseJsonText(text, { maxLength: LONGEST_FILE }))
    if (isRawObject(raw)) return { kind: 'read', path: place, raw }
    return refused(problem('config.syntax', '', { expected: 'one JSON object', found: kindText(raw) }))
  } catch (error) {
    if (error instanceof JsonTextError)
      return refused(problem('config.syntax', '', { expected: 'JSON', found: error.message }))
    return refused(problem('config.unreadable', '', { expected, found: 'one that cannot be read' }))
  }
}
