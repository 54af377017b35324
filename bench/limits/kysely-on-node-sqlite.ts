import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'

export interface Tables {
  signals: { signal_id: string; received_at: string; hash: string; body: string }
  orders: { id: string; client_order_id: string; signal_id: string; status: string; order_seq: number; body: string }
  events: { order_id: string; order_seq: number; event: string; body: string }
}

/** Kysely's SQLite dialect over the runtime's own driver; it prepares each statement anew, as the dialect does. */
export function kyselyOnNodeSqlite(path: string, schema: string): Kysely<Tables> {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  db.exec(schema)
  const database: SqliteDatabase = {
    close: () => db.close(),
    prepare(sql) {
      const statement = db.prepare(sql)
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters.map(storable)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
}

function storable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  throw new TypeError(`${typeof value} cannot be stored`)
}
