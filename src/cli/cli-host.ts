import type { ServeAlpaca, ServePaper, StartDaemon, VerifyAudit } from './daemon-port.ts'

export interface OutputStream {
  write(text: string): unknown
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
  off(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}
export interface InputStream extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean
}
export type StopSignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
export interface ProcessSignals {
  on(name: StopSignalName, listener: () => void): unknown
  off(name: StopSignalName, listener: () => void): unknown
}

/** Everything a command touches outside itself. */
export interface CliHost {
  readonly startDaemon: StartDaemon
  readonly verifyAudit: VerifyAudit
  readonly servePaper: ServePaper
  readonly serveAlpaca: ServeAlpaca
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** Where the technical log of a daemon goes. */
  readonly logTo: NodeJS.WritableStream
  /** Is standard output a terminal? */
  readonly isTerminal: boolean
  /** Is standard error one? */
  readonly isErrorTerminal: boolean
  readonly columns: () => number
  readonly rows: () => number
  readonly now: () => number
  readonly timeZone: string
  readonly signals: ProcessSignals
}
