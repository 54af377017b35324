import type { DatabaseSync } from 'node:sqlite'
import { CommitExecutor } from './commit-executor.ts'
import type { Batch, BatchResult, CheckpointResult, Failed, ProbeResult } from './commit-host.ts'
import { fileIdentity } from './file-identity.ts'
import { growWal } from './grow-wal.ts'
import { BUSY_MS, openReader, openWriter } from './open-connection.ts'
import { probeMark, probeWith } from './probe.ts'
import { faultText, isFatal, type Phase } from './sqlite-fault.ts'
import { checkpointStatement, runCheckpoint, walState } from './wal-state.ts'

/** An emptying checkpoint waits this long for readers, not as long as a commit may wait for a lock. */
const CHECKPOINT_WAIT_MS = 20

/** Checkpoints begin at 4 MB and let it grow a little further while they run. */
const USUAL_WAL_BYTES = 8 * 1024 * 1024

/**
 * The one writer of a store file. Guarantees:
 * - after a fatal failure no connection is opened and nothing is written any more;
 * - a probe that says `fit` has written, synced and read back on connections opened after the trouble.
 */
export class Writer {
  readonly #path: string
  readonly #isInPlace: () => boolean
  readonly #executor: CommitExecutor
  #db: DatabaseSync
  #log: ReturnType<typeof checkpointStatement>

  constructor(path: string) {
    this.#path = path
    this.#db = openWriter(path)
    this.#log = checkpointStatement(this.#db, 'NOOP')
    // The first look makes SQLite create the log, whose identity has to be known before the first commit.
    walState(this.#log)
    growWal(this.#db, USUAL_WAL_BYTES)
    this.#isInPlace = fileIdentity(path)
    this.#executor = new CommitExecutor(this.#db, { isInPlace: this.#isInPlace, walState: () => walState(this.#log) })
  }

  run(batch: Batch): BatchResult {
    return this.#executor.run(batch)
  }

  probe(): ProbeResult {
    return this.#guarded('statement', () => {
      if (!this.#isInPlace()) return this.#executor.fail(true, 'the store file was removed or replaced while in use')
      this.#reopen()
      return probeWith(this.#executor, () => this.#readMark())
    })
  }

  checkpoint(): CheckpointResult {
    return this.#guarded('checkpoint', () => {
      this.#db.exec(`PRAGMA busy_timeout = ${CHECKPOINT_WAIT_MS}`)
      const wal = runCheckpoint(checkpointStatement(this.#db, 'RESTART'), this.#log)
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
      return { kind: 'checked', wal }
    })
  }

  close(): void {
    // After a failed sync even a tidy end would write what nobody can vouch for.
    if (this.#executor.dead === undefined) this.#db.close()
  }

  #guarded<T>(phase: Phase, run: () => T): T | Failed {
    if (this.#executor.dead !== undefined) return this.#executor.dead
    try {
      return run()
    } catch (error) {
      return this.#executor.fail(isFatal(phase, error), `${phase}: ${faultText(error)}`)
    }
  }

  // The new connection is there before the old one goes: closing the last one would empty the log on the way out.
  #reopen(): void {
    const fresh = openWriter(this.#path)
    this.#executor.moveTo(fresh)
    this.#log = checkpointStatement(fresh, 'NOOP')
    this.#db.close()
    this.#db = fresh
  }

  #readMark(): string | undefined {
    const db = openReader(this.#path)
    try {
      return probeMark(db)
    } finally {
      db.close()
    }
  }
}
