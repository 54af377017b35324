export type SqlValue = string | number | null

/**
 * One statement of a member, by number. `otherwise` is what it means when the statement finds nothing to change; a step
 * without it may change any number of rows.
 */
export interface Step {
  readonly statement: number
  readonly params: readonly SqlValue[]
  readonly otherwise?: string
}
/** Stands or falls together: one call of the store. */
export type Member = readonly Step[]
export type Batch = readonly Member[]

export type MemberResult =
  /** The rows that the steps returned, in their order. */
  | { readonly kind: 'done'; readonly rows: readonly (readonly SqlValue[])[] }
  /** Nothing of this member was written; the others of its batch are not touched by that. */
  | { readonly kind: 'conflict'; readonly what: string }
  /** The member itself is impossible (a broken constraint): our own mistake, and nothing of it was written. */
  | { readonly kind: 'refused'; readonly message: string }

/** Nothing of it may be relied on. `fatal`: what is on disk is no longer known. */
export interface Failed {
  readonly kind: 'failed'
  readonly fatal: boolean
  readonly message: string
}
/** The write-ahead log in pages: its length, and how much of it is not yet in the main file. */
export interface WalState {
  readonly pages: number
  readonly left: number
}
export const NO_WAL: WalState = { pages: 0, left: 0 }

export type BatchResult =
  | { readonly kind: 'durable'; readonly members: readonly MemberResult[]; readonly wal: WalState }
  | Failed
export type CheckpointResult = { readonly kind: 'checked'; readonly wal: WalState } | Failed

export type ProbeResult = { readonly kind: 'fit' } | Failed

/** Where batches run: one after the other, each in one transaction that is synced before the answer. */
export interface CommitHost {
  run(batch: Batch): Promise<BatchResult>
  /** Writes, syncs, opens anew and reads back. */
  probe(): Promise<ProbeResult>
  /** Moves the whole write-ahead log into the main file, so that it begins anew; between batches only. */
  checkpoint(): Promise<CheckpointResult>
  close(): Promise<void>
}
