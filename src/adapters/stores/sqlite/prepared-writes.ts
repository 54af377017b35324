import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SqlValue, Step } from './commit-host.ts'
import { WRITE_SQL } from './statements.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRow: boolean
}
export interface PreparedWrites {
  readonly steps: readonly Prepared[]
  readonly begin: StatementSync
  readonly commit: StatementSync
  readonly rollback: StatementSync
  readonly save: StatementSync
  readonly undo: StatementSync
  readonly keep: StatementSync
}

export const prepareWrites = (db: DatabaseSync): PreparedWrites => ({
  steps: WRITE_SQL.map((sql) => prepareStep(db, sql)),
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  rollback: db.prepare('ROLLBACK'),
  save: db.prepare('SAVEPOINT member'),
  undo: db.prepare('ROLLBACK TO member'),
  keep: db.prepare('RELEASE member'),
})

function prepareStep(db: DatabaseSync, sql: string): Prepared {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return { statement, returnsRow: /\bRETURNING\b/.test(sql) }
}

const NO_COLUMNS: readonly SqlValue[] = []

/** The row that came back, without columns when the statement only changed one; `undefined`: nothing to change was found. */
export function runStep(writes: PreparedWrites, { statement: number, params }: Step): readonly SqlValue[] | undefined {
  const prepared = writes.steps[number]
  if (prepared === undefined) throw new RangeError(`there is no statement ${number}`)
  const { statement, returnsRow } = prepared
  if (!returnsRow) return Number(statement.run(...params).changes) > 0 ? NO_COLUMNS : undefined
  const row: unknown = statement.get(...params)
  return Array.isArray(row) ? row : undefined
}
