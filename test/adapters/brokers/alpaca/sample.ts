import { readFileSync } from 'node:fs'
import { type JsonObject, type JsonValue, parseJsonText } from '../../../../src/core/json-text.ts'

/** Payloads that nobody who wrote the decoder has written. */
export const sample = (name: string): JsonObject =>
  parseJsonText(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'), {
    maxDepth: 32,
  }) as JsonObject

export const at = (value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((place, key) => (place as Record<string | number, JsonValue>)?.[key], value)

export const entries = (value: JsonValue | undefined): [string, JsonValue][] => Object.entries(value as JsonObject)

/** Every object in it that has all of these keys, however deep. */
export function every(value: JsonValue | undefined, ...keys: readonly string[]): readonly JsonObject[] {
  if (value === null || typeof value !== 'object') return []
  const inside = Object.values(value).flatMap((part) => every(part as JsonValue, ...keys))
  return keys.every((key) => Object.hasOwn(value, key)) ? [value as JsonObject, ...inside] : inside
}

export const CONTEXT = { account: 'alpaca', channel: 'look_up', at: 1_000 } as const
