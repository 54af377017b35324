import process from 'node:process'
import type { CliHost } from './cli-host.ts'

const USUAL_COLUMNS = 80
const USUAL_ROWS = 24

/** The command line of this process. What is not a terminal has no width, so nothing is cut there. */
export function processHost(
  parts: Pick<CliHost, 'startDaemon' | 'verifyAudit' | 'servePaper' | 'serveAlpaca'>,
): CliHost {
  const { stdin, stdout, stderr, env } = process
  return {
    ...parts,
    env,
    cwd: process.cwd(),
    stdin,
    stdout,
    stderr,
    logTo: stderr,
    isTerminal: stdout.isTTY === true,
    isErrorTerminal: stderr.isTTY === true,
    columns: () => (stdout.isTTY ? stdout.columns || USUAL_COLUMNS : Number.POSITIVE_INFINITY),
    rows: () => (stdout.isTTY ? stdout.rows || USUAL_ROWS : Number.POSITIVE_INFINITY),
    now: () => Date.now(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    signals: process,
  }
}
