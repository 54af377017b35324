import type { DatabaseSync } from 'node:sqlite'
import type { CommitExecutor } from './commit-executor.ts'
import type { ProbeResult } from './commit-host.ts'
import { statementNumber } from './statements.ts'

const MARK = statementNumber('markProbe')

/** Writes a mark like any commit, then looks for it where the next start would. */
export function probeWith(executor: CommitExecutor, readMark: () => string | undefined): ProbeResult {
  const written = executor.run([[{ statement: MARK, params: [] }]])
  if (written.kind === 'failed') return written
  const [mark] = written.members
  const value = mark?.kind === 'done' ? mark.rows[0]?.[0] : undefined
  if (value !== undefined && readMark() === value) return { kind: 'fit' }
  return executor.fail(true, 'the probe read something else than it had written')
}

export function probeMark(db: DatabaseSync): string | undefined {
  const row = db.prepare("SELECT value FROM meta WHERE name = 'probe'").get()
  return row === undefined ? undefined : String(row.value)
}
