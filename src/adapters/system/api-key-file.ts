import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const KEY_BYTES = 24
const OWNER_ONLY = 0o600

/** The key that opens the API when configuration names none: made once, readable by its owner alone, never printed. */
export function apiKeyAt(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Under its name only once it is whole: a start that dies in between must not leave an empty key for every later one.
    const unfinished = `${path}.new`
    const key = `sfk_${randomBytes(KEY_BYTES).toString('base64url')}\n`
    writeFileSync(unfinished, key, { mode: OWNER_ONLY, flush: true })
    renameSync(unfinished, path)
  }
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY)
  const key = readFileSync(path, 'utf8').trim()
  if (key.length < 16) throw new Error(`${path} holds no key; delete it and a new one is made at the next start`)
  return key
}
