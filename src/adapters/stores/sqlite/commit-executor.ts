import type { DatabaseSync } from 'node:sqlite'
import type { Batch, BatchResult, Failed, Member, MemberResult, SqlValue, WalState } from './commit-host.ts'
import { type PreparedWrites, prepareWrites, runStep } from './prepared-writes.ts'
import { faultText, isConstraint, isFatal, type Phase } from './sqlite-fault.ts'

/**
 * Runs batches on the one connection that writes. Guarantees:
 * - a batch is one transaction, answered only after its COMMIT, and so its sync, came back;
 * - a member is a savepoint: its conflict leaves no trace and touches no other member;
 * - after a fatal failure nothing is ever written again.
 */
export interface ExecutorOptions {
  /** Is what we write to still what the next start will open? Asked after the COMMIT, before the answer. */
  readonly isInPlace: () => boolean
  readonly walState: () => WalState
}

export class CommitExecutor {
  readonly #options: ExecutorOptions
  #db: DatabaseSync
  #writes: PreparedWrites
  #dead: Failed | undefined

  constructor(db: DatabaseSync, options: ExecutorOptions) {
    this.#options = options
    this.#db = db
    this.#writes = prepareWrites(db)
  }

  get dead(): Failed | undefined {
    return this.#dead
  }

  /** Goes on with another connection to the same file. */
  moveTo(db: DatabaseSync): void {
    this.#writes = prepareWrites(db)
    this.#db = db
  }

  run(batch: Batch): BatchResult {
    if (this.#dead !== undefined) return this.#dead
    let phase: Phase = 'statement'
    try {
      this.#writes.begin.run()
      const members = batch.map((member) => this.#member(member))
      phase = 'commit'
      this.#writes.commit.run()
      if (!this.#options.isInPlace()) return this.fail(true, 'the store file was removed or replaced while in use')
      return { kind: 'durable', members, wal: this.#options.walState() }
    } catch (error) {
      const isUndone = this.#rollBack()
      return this.fail(!isUndone || isFatal(phase, error), `${phase}: ${faultText(error)}`)
    }
  }

  fail(fatal: boolean, message: string): Failed {
    const failed: Failed = { kind: 'failed', fatal, message }
    if (fatal) this.#dead ??= failed
    return failed
  }

  #member(member: Member): MemberResult {
    this.#writes.save.run()
    const result = this.#steps(member)
    if (result.kind !== 'done') this.#writes.undo.run()
    this.#writes.keep.run()
    return result
  }

  #steps(member: Member): MemberResult {
    const rows: (readonly SqlValue[])[] = []
    try {
      for (const step of member) {
        const row = runStep(this.#writes, step)
        if (row === undefined && step.otherwise !== undefined) return { kind: 'conflict', what: step.otherwise }
        if (row !== undefined && row.length > 0) rows.push(row)
      }
    } catch (error) {
      // SQLite has then undone the one statement and kept the transaction; everything else fails the batch.
      if (isConstraint(error) && this.#db.isTransaction) return { kind: 'refused', message: faultText(error) }
      throw error
    }
    return { kind: 'done', rows }
  }

  #rollBack(): boolean {
    try {
      if (this.#db.isTransaction) this.#writes.rollback.run()
      return true
    } catch {
      return false
    }
  }
}
