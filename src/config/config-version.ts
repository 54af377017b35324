import type { Config } from './config.ts'
import { canonicalJson, Decimal, sha256 } from './exact.ts'
import { Secret } from './secret.ts'

const LENGTH = 12

/**
 * Names a configuration by its content: equal in every value, equal in name, on any machine and in any order of keys.
 * Secrets have no part in it, so it may stand in every order and log line, and a rotated key is no new configuration.
 */
export const configVersion = (config: Config): string => sha256(canonicalJson(withoutSecrets(config))).slice(0, LENGTH)

type Plain = Parameters<typeof canonicalJson>[0]

function withoutSecrets(value: unknown): Plain {
  if (value instanceof Secret || value === undefined) return undefined
  if (value instanceof Decimal) return value.toString()
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
