import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { StoreError } from '../../../ports/order-store.ts'
import type { SqlValue } from './commit-host.ts'
import { faultText } from './sqlite-fault.ts'

export type Rows = readonly (readonly SqlValue[])[]
export type ReadRows = (sql: string, params: readonly SqlValue[]) => Rows

/** Filters combine into many shapes; the common ones stay prepared. */
const MAX_PREPARED = 200

/** Rows as arrays, through statements that are prepared once. */
export function rowsOf(db: DatabaseSync): ReadRows {
  const prepared = new Map<string, StatementSync>()
  return (sql, params) => {
    let statement = prepared.get(sql)
    if (statement === undefined) {
      statement = db.prepare(sql)
      statement.setReturnArrays(true)
      if (prepared.size >= MAX_PREPARED) prepared.clear()
      prepared.set(sql, statement)
    }
    const rows: unknown = statement.all(...params)
    if (!isRows(rows)) throw new TypeError('a statement gave no rows of arrays')
    return rows
  }
}

const isRows = (rows: unknown): rows is Rows => Array.isArray(rows) && (rows.length === 0 || Array.isArray(rows[0]))

/** The same for callers outside the store: a fault of a read is a store error, and never one of those that end the process. */
export function safeRowsOf(db: DatabaseSync): ReadRows {
  const read = rowsOf(db)
  return (sql, params) => {
    try {
      return read(sql, params)
    } catch (cause) {
      throw new StoreError(`read: ${faultText(cause)}`, { fatal: false, cause })
    }
  }
}
