import { DatabaseSync } from 'node:sqlite'
import { StoreRefused } from './store-refused.ts'

/** How long anything waits for a lock that a backup or another reader holds. */
export const BUSY_MS = 2_000
const FULL = 2
/** A log that somebody's long read made longer than this is cut when it begins anew; a shorter one is written over. */
const WAL_KEPT_BYTES = 32 * 1024 * 1024
/** SQLite's own cache per connection; the operating system's stands behind it. */
const CACHE_KIB = 8_192

/**
 * The connection that writes. Guarantees: it is returned only when SQLite itself says that every COMMIT is synced
 * (`synchronous` FULL in WAL mode) and that references are checked.
 */
export function openWriter(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
  try {
    const mode = pragma(db, 'journal_mode = WAL')
    db.exec('PRAGMA synchronous = FULL')
    // Our own checkpoints run outside an order's path and report their errors; SQLite's would do neither.
    db.exec('PRAGMA wal_autocheckpoint = 0')
    db.exec('PRAGMA temp_store = MEMORY')
    db.exec(`PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}`)
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    expectSetting('journal_mode', mode, 'wal')
    expectSetting('synchronous', pragma(db, 'synchronous'), FULL)
    expectSetting('foreign_keys', pragma(db, 'foreign_keys'), 1)
    expectSetting('busy_timeout', pragma(db, 'busy_timeout'), BUSY_MS)
    expectSetting('wal_autocheckpoint', pragma(db, 'wal_autocheckpoint'), 0)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export const openReader = (path: string): DatabaseSync => new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })

export function pragma(db: DatabaseSync, text: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${text}`).get() ?? {})[0]
}

function expectSetting(name: string, found: unknown, wanted: string | number): void {
  if (found === wanted) return
  throw new StoreRefused('not_durable', `the store cannot keep its promises here: ${name} is ${found}, not ${wanted}`)
}
