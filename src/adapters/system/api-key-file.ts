import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const KEY_BYTES = 24
const OWNER_ONLY = 0o600

/** The key that opens the API when configuration names none: made once, readable by its owner alone, never printed. */
export function apiKeyAt(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `sfk_${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: OWNER_ONLY, flag: 'wx' })
  }
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY)
  const key = readFileSync(path, 'utf8').trim()
  if (key.length < 16) throw new Error(`${path} holds no key; delete it and a new one is made at the next start`)
  return key
}
