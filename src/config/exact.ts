/**
 * The only door from configuration to the values of `core`: what reads numbers without losing a digit, and what names a
 * configuration by its content. Everything else here takes types from `core` at most.
 */
export { sha256 } from '../core/hash.ts'
export {
  canonicalJson,
  isJsonObject,
  JsonNumber,
  JsonTextError,
  type JsonValue,
  parseJsonText,
} from '../core/json-text.ts'
export { Decimal, decimal } from '../core/money.ts'
