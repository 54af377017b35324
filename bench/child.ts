import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * The processes of the measurements. Guarantees: only children started here are ever signalled, each by its own handle;
 * none outlives the harness; waiting for one is bounded.
 */
const running = new Set<ChildProcess>()
process.on('exit', killAll)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const STOP_MS = 12_000

export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

export interface ChildOptions {
  readonly args: readonly string[]
  readonly log: string
  readonly env?: NodeJS.ProcessEnv
  readonly command?: string
  readonly cwd?: string
  /** A channel beside the log: for one that is told what to do while it runs. */
  readonly channel?: boolean
}

export interface Child {
  readonly process: ChildProcess
  readonly pid: number
  /** The exit code once it ended by itself; what it printed stands in the log. */
  readonly ended: Promise<number>
  stop(): Promise<void>
}

export function startChild(options: ChildOptions): Child {
  const { args, log, env = {}, command = process.execPath, cwd, channel = false } = options
  const out = openSync(log, 'a')
  const child = spawn(command, args, {
    stdio: ['ignore', out, out, ...(channel ? (['ipc'] as const) : [])],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  closeSync(out)
  running.add(child)
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(-1))
    child.once('exit', (code) => resolve(code ?? -1))
  }).finally(() => running.delete(child))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(impatience)
  }
  return { process: child, pid: child.pid ?? -1, ended, stop }
}

/** Runs to its end and gives what it printed; fails with the same text. */
export async function runToEnd(options: ChildOptions): Promise<string> {
  const code = await startChild(options).ended
  const text = readFileSync(options.log, 'utf8')
  if (code !== 0) throw new Error(`${options.args.join(' ')} ended with ${code}: ${text.slice(-500)}`)
  return text
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Tries until `attempt` succeeds; the child's end or the deadline is a failure that quotes its log. */
export async function waitFor(child: Child, log: string, ms: number, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + ms
  let over = false
  child.ended.then(() => {
    over = true
  })
  while (!(await attempt())) {
    if (over || performance.now() > deadline) {
      throw new Error(`${over ? 'it ended' : `not within ${ms} ms`}: ${readFileSync(log, 'utf8').slice(-500)}`)
    }
    await pause(1)
  }
}

export const isListening = (port: number) => (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

export const answersReady = (url: string) => async (): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health/ready`)
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
