import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface CliOutcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'surefill-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A command in its own process and folder; nothing of this machine's environment reaches it. */
export function startCli(
  folder: string,
  args: readonly string[],
  options: CliOptions = {},
): ChildProcessWithoutNullStreams {
  const env = { PATH: process.env.PATH ?? '', TZ: 'Europe/Berlin', ...options.env }
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env })
  child.stdin.end(options.stdin ?? '')
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export async function runInFolder(
  folder: string,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliOutcome> {
  return outcome(startCli(folder, args, options))
}

export async function outcome(child: ChildProcessWithoutNullStreams): Promise<CliOutcome> {
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)]
  await once(child, 'close')
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() }
}

function collected(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (piece) => {
    text += String(piece)
  })
  return () => text
}

/** Settles once the stream has said something that matches. */
export async function said(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return new Promise((resolve, reject) => {
    stream.on('data', (piece) => {
      text += String(piece)
      const match = pattern.exec(text)
      if (match !== null) resolve(match)
    })
    stream.on('close', () => reject(new Error(`it ended without ${pattern}; it said: ${text}`)))
  })
}

export interface DaemonInFolder {
  readonly folder: string
  readonly url: string
  readonly process: ChildProcessWithoutNullStreams
  run(args: readonly string[], options?: CliOptions): Promise<CliOutcome>
}

/** The real daemon, started by the real command on a free port. */
export async function daemonInFolder(folder = scratchFolder()): Promise<DaemonInFolder> {
  const child = startCli(folder, ['start'], { env: { SUREFILL_PORT: '0', SUREFILL_LOG_LEVEL: 'error' } })
  const [, url = ''] = await said(child.stdout, /API +(http:\S+)[\s\S]*Ctrl-C/)
  const run = (args: readonly string[], options: CliOptions = {}): Promise<CliOutcome> =>
    runInFolder(folder, args, { ...options, env: { SUREFILL_URL: url, ...options.env } })
  return { folder, url, process: child, run }
}

/** A stand-in for whatever else may answer at an address. */
export async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
