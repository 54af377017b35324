import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { WalState } from './commit-host.ts'

export type CheckpointMode = 'NOOP' | 'PASSIVE' | 'RESTART'

/** NOOP does nothing but tell. */
export const checkpointStatement = (db: DatabaseSync, mode: CheckpointMode): StatementSync =>
  db.prepare(`PRAGMA wal_checkpoint(${mode})`)

/**
 * Runs a checkpoint, then asks how the log stands: one that finds another under way does nothing and answers -1 for both
 * numbers, which would look like an empty log.
 */
export function runCheckpoint(checkpoint: StatementSync, look: StatementSync): WalState {
  checkpoint.get()
  return walState(look)
}

export function walState(checkpoint: StatementSync): WalState {
  const row = checkpoint.get()
  const pages = Math.max(0, Number(row?.log ?? 0))
  return { pages, left: pages - Math.max(0, Number(row?.checkpointed ?? 0)) }
}
