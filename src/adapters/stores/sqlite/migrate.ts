import type { DatabaseSync } from 'node:sqlite'
import { FEATURES, MIGRATIONS, type Migration } from './migrations.ts'
import { StoreRefused } from './store-refused.ts'

/**
 * Moves the schema. Guarantees:
 * - a step and its mark in `migrations` are one transaction: a crash leaves a whole step or none;
 * - a file that a newer version wrote, or that carries a feature we do not know, is refused before anything is changed.
 */
const FEATURE = 'feature.'
export const LATEST = MIGRATIONS.at(-1)?.version ?? 0

export function migrateUp(db: DatabaseSync, now: () => number, to: number = LATEST): void {
  checkSchema(db)
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  )
  const from = schemaVersion(db)
  const mark = db.prepare('INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)')
  for (const step of MIGRATIONS) {
    if (step.version <= from || step.version > to) continue
    inTransaction(db, () => {
      db.exec(step.up)
      mark.run(step.version, step.name, Math.trunc(now()))
    })
  }
}

/** Back to `to`; going back to 0 removes every table and so every row. */
export function migrateDown(db: DatabaseSync, to: number): void {
  checkSchema(db)
  const from = schemaVersion(db)
  if (from === 0) return
  const unmark = db.prepare('DELETE FROM migrations WHERE version = ?')
  const steps: readonly Migration[] = MIGRATIONS.filter(({ version }) => version > to && version <= from).toReversed()
  for (const step of steps) {
    inTransaction(db, () => {
      db.exec(step.down)
      unmark.run(step.version)
    })
  }
}

export function schemaVersion(db: DatabaseSync): number {
  if (!hasTable(db, 'migrations')) return 0
  return Number(db.prepare('SELECT max(version) AS version FROM migrations').get()?.version ?? 0)
}

export function checkSchema(db: DatabaseSync): void {
  const version = schemaVersion(db)
  if (version > LATEST) {
    throw new StoreRefused('newer_schema', `the store has schema ${version}, this version knows up to ${LATEST}`)
  }
  if (!hasTable(db, 'meta')) return
  const flags = db.prepare(`SELECT name FROM meta WHERE name LIKE '${FEATURE}%'`).all()
  const unknown = flags.map(({ name }) => String(name).slice(FEATURE.length)).find((name) => !FEATURES.has(name))
  if (unknown !== undefined) {
    throw new StoreRefused('unknown_feature', `the store uses "${unknown}", which this version does not know`)
  }
}

const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined

function inTransaction(db: DatabaseSync, run: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    run()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
