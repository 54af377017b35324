import { closeSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LATEST, migrateDown, migrateUp, schemaVersion } from '../../../../src/adapters/stores/sqlite/migrate.ts'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { birthOf, orderOf } from '../sample-commits.ts'
import { ambient, newFolder } from './store-places.ts'

const newPath = (): string => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'surefill.db')
}
const withDb = <T>(path: string, use: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(path)
  try {
    return use(db)
  } finally {
    db.close()
  }
}
const schemaOf = (db: DatabaseSync) =>
  db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'migrations' ORDER BY name")
    .all()

async function filledStore(): Promise<string> {
  const path = newPath()
  const store = await openSqliteStore({ path, ...ambient })
  const { epoch } = await store.openAccount('paper')
  for (let n = 0; n < 30; n += 1) await store.commit(birthOf(orderOf(n), epoch))
  await store.close()
  return path
}

describe('the schema', () => {
  it('goes back and up again one step at a time, without losing a row on any but the last step', async () => {
    const path = await filledStore()
    const rows = (db: DatabaseSync) => db.prepare('SELECT id, record FROM orders ORDER BY seq').all()
    withDb(path, (db) => {
      const before = { rows: rows(db), schema: schemaOf(db) }
      for (let version = LATEST - 1; version >= 1; version -= 1) {
        migrateDown(db, version)
        expect(schemaVersion(db)).toBe(version)
        expect(rows(db)).toEqual(before.rows)
      }
      migrateUp(db, ambient.now)
      expect({ rows: rows(db), schema: schemaOf(db) }).toEqual(before)
    })
    const store = await openSqliteStore({ path, ...ambient })
    expect((await store.orders({ symbol: 'AAPL' }, { limit: 100 })).items).toHaveLength(30)
    await store.close()
  })

  it('goes all the way down to nothing and up to what a new store has', () => {
    const db = new DatabaseSync(':memory:')
    migrateUp(db, ambient.now)
    const fresh = schemaOf(db)
    migrateDown(db, 0)
    expect(schemaOf(db)).toEqual([])
    migrateUp(db, ambient.now)
    expect(schemaOf(db)).toEqual(fresh)
    db.close()
  })

  it('is left whole by a step that fails half-way', () => {
    const db = new DatabaseSync(':memory:')
    migrateUp(db, ambient.now, 1)
    db.exec('CREATE INDEX orders_by_time ON orders (created_at)')
    const before = schemaOf(db)
    expect(() => migrateUp(db, ambient.now)).toThrow(/already exists/)
    expect({ schema: schemaOf(db), version: schemaVersion(db) }).toEqual({ schema: before, version: 1 })
    db.close()
  })
})

describe('a file that this version must not trade on', () => {
  it.each<[string, string, (path: string) => void]>([
    [
      'of a newer version',
      'newer_schema',
      (path) => withDb(path, (db) => db.exec("INSERT INTO migrations VALUES (999, 'x', 0)")),
    ],
    [
      'with a feature we do not know',
      'unknown_feature',
      (path) => withDb(path, (db) => db.exec("INSERT INTO meta VALUES ('feature.x', '1')")),
    ],
    ['that was cut short', 'damaged', (path) => truncateSync(path, 3 * 4_096)],
    [
      'that is no store',
      'damaged',
      (path) => writeFileSync(path, 'not a database, and long enough to be one '.repeat(200)),
    ],
    ['with a page of nonsense', 'damaged', (path) => spoilPage(path, 'fills')],
  ])('%s is refused, and left as it was', async (_, kind, spoil) => {
    const path = await filledStore()
    spoil(path)
    const found = await openSqliteStore({ path, ...ambient }).catch((error: unknown) => error)
    expect(found).toMatchObject({ name: 'StoreRefused', kind })
    const again = await openSqliteStore({ path, ...ambient }).catch((error: unknown) => error)
    expect(again).toMatchObject({ name: 'StoreRefused', kind })
  })
})

/** Spoils a page that a start has no reason to read, as a lost or misdirected write would. */
function spoilPage(path: string, table: string): void {
  const page = withDb(path, (db) => {
    const row = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)
    return Number(row?.rootpage)
  })
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4_096, 0xff), 0, 4_096, (page - 1) * 4_096)
  closeSync(file)
}
