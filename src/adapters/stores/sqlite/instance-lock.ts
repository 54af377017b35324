import { DatabaseSync } from 'node:sqlite'
import { isBusy } from './sqlite-fault.ts'
import { StoreLocked } from './store-refused.ts'

/**
 * One instance per store file. The operating system keeps the lock and drops it with the process, so a killed instance
 * never has to be cleaned up after. It lies beside the store, whose own locks have to stay free for the writer.
 */
export function takeInstanceLock(path: string): () => void {
  const db = new DatabaseSync(`${path}.lock`, { timeout: 0 })
  try {
    db.exec('PRAGMA journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    throw isBusy(error) ? new StoreLocked(path) : error
  }
  return () => db.close()
}
