import type { DatabaseSync } from 'node:sqlite'
import { CommitExecutor } from './commit-executor.ts'
import { type Batch, type BatchResult, type CommitHost, NO_WAL } from './commit-host.ts'
import { probeMark, probeWith } from './probe.ts'

/** A batch that waits to be run: at most once, and it answers its caller unless it was run silently. */
export interface RunBatch {
  (): void
  /** Runs it and never answers, as when the process ends between the commit and the news of it. */
  silently(): void
}
export interface InlineHostOptions {
  /** Decides when the batch runs, or that it never does. */
  readonly defer: (run: RunBatch) => void
}

/** The same batches in the same thread: for a database in memory, which is durable for as long as somebody holds it. */
export function inlineHost(db: DatabaseSync, { defer }: InlineHostOptions): CommitHost {
  // Made with the first batch: the host may be there before the tables are.
  let made: CommitExecutor | undefined
  const executor = (): CommitExecutor => {
    made ??= new CommitExecutor(db, { isInPlace: () => true, walState: () => NO_WAL })
    return made
  }
  const deferred = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      const run = (): void => resolve(work())
      defer(Object.assign(run, { silently: () => void work() }))
    })
  return {
    run: (batch: Batch): Promise<BatchResult> => deferred(() => executor().run(batch)),
    probe: () => deferred(() => executor().dead ?? probeWith(executor(), () => probeMark(db))),
    checkpoint: async () => ({ kind: 'checked', wal: NO_WAL }),
    close: async () => undefined,
  }
}
