import type { DatabaseSync } from 'node:sqlite'
import { pragma } from './open-connection.ts'
import { StoreRefused } from './store-refused.ts'

/** A start may not take longer the longer the history is: up to this size everything is checked. */
const CHECKED_WHOLE = 16 * 1024 * 1024
/** Beyond it, what every decision is made from and what does not grow with history. */
const SMALL_TABLES = ['meta', 'leases', 'positions', 'facts', 'sink_positions']

export function checkContent(db: DatabaseSync): void {
  const bytes = Number(pragma(db, 'page_count')) * Number(pragma(db, 'page_size'))
  const tables = bytes <= CHECKED_WHOLE ? [1] : SMALL_TABLES
  for (const table of tables) {
    const found = pragma(db, `quick_check(${table})`)
    if (found !== 'ok') throw new StoreRefused('damaged', `the store is damaged: ${found}`)
  }
}
