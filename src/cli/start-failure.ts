import { CliFailure, EXIT } from './cli-failure.ts'
import { rowOf, textIn } from './row.ts'

const CODES: Readonly<Record<string, number>> = {
  StoreLocked: EXIT.leased,
  LeaseLost: EXIT.leased,
  NotInThisVersion: EXIT.usage,
}

/** What SQLite says to whoever comes second; the venue's file may be met before the store's own lock. */
const SQLITE_BUSY = 'database is locked'

/** Why the daemon did not start, or could not go on, in one line and with the code that a supervisor acts on. */
export function startFailure(error: unknown, what = 'the daemon could not start'): CliFailure {
  if (!(error instanceof Error)) return new CliFailure(EXIT.failed, `${what}: ${String(error)}`)
  if (error.message === SQLITE_BUSY) {
    return new CliFailure(EXIT.leased, `${what}: another instance is working in this data directory`)
  }
  const code = CODES[error.name] ?? EXIT.failed
  const advice =
    textIn(rowOf(error), 'code') === 'EADDRINUSE'
      ? '. Something listens there already: stop it, or set SUREFILL_PORT'
      : ''
  return new CliFailure(code, `${what}: ${error.message}${advice}`)
}
