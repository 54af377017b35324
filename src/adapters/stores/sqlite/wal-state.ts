import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { WalState } from './commit-host.ts'

export type CheckpointMode = 'NOOP' | 'PASSIVE' | 'RESTART'

/** SQLite answers every kind of checkpoint with the same row; NOOP does nothing but tell. */
export const checkpointStatement = (db: DatabaseSync, mode: CheckpointMode): StatementSync =>
  db.prepare(`PRAGMA wal_checkpoint(${mode})`)

export function walState(checkpoint: StatementSync): WalState {
  const row = checkpoint.get()
  const pages = Math.max(0, Number(row?.log ?? 0))
  return { pages, left: pages - Math.max(0, Number(row?.checkpointed ?? 0)) }
}
