import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from '../../../../src/adapters/stores/sqlite/migrations.ts'

/** The disk of a daemon that never was: the public schema, and rows as anybody would write them. */
export type Row = Readonly<Record<string, string | number | null>>

export class DoubleDisk {
  readonly database = new DatabaseSync(':memory:')

  constructor() {
    for (const { up } of MIGRATIONS) this.database.exec(up)
  }

  add(table: string, row: Row): void {
    const names = Object.keys(row)
    const places = names.map(() => '?').join(', ')
    this.database
      .prepare(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${places})`)
      .run(...Object.values(row))
  }
  change(table: string, set: Row, where: Row): void {
    const list = (row: Row, between: string): string =>
      Object.keys(row)
        .map((name) => `${name} = ?`)
        .join(between)
    const sql = `UPDATE ${table} SET ${list(set, ', ')} WHERE ${list(where, ' AND ')}`
    this.database.prepare(sql).run(...Object.values(set), ...Object.values(where))
  }
  count(sql: string, ...of: readonly string[]): number {
    return Number(Object.values(this.database.prepare(sql).get(...of) ?? {})[0] ?? 0)
  }
}
