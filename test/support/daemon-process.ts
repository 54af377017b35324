import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { DaemonClient } from './daemon-client.ts'
import { endsWithTheTests } from './ends-with-the-tests.ts'
import { until } from './until.ts'

/** The product's own entry, as its launcher calls it. */
const ENTRY = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const START = ['start', '--config', 'config.json']
/** Nothing that is promised: a machine with other things to do takes longer. */
const STARTS_WITHIN_MS = 60_000
const STOPS_WITHIN_MS = 12_000

export type ConfigText = Readonly<Record<string, unknown>>
export interface DaemonSettings {
  readonly config?: ConfigText
  readonly env?: Readonly<Record<string, string>>
  /** What the command line begins with, such as a tracer and its options; the daemon keeps the process id. */
  readonly through?: readonly string[]
}
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly ms: number
}
/** One line of `logs/orders.jsonl`. */
export interface AuditText {
  readonly seq: number
  readonly event: string
  readonly prev: string
  readonly hash: string
  readonly [field: string]: unknown
}

/**
 * The real daemon in a process of its own, over a folder that outlives it. Guarantees: it listens on a free port of this
 * machine alone; nothing of it is left when it is disposed of, and no process when its test file ends in any other way.
 */
export class DaemonProcess implements AsyncDisposable {
  readonly folder: string
  readonly #env: Readonly<Record<string, string>>
  /** For the starts that follow. */
  through: readonly string[]
  #child: ChildProcess | undefined
  #ended: Promise<Ended> | undefined
  #client: DaemonClient | undefined
  #stdout = ''
  #stderr = ''

  private constructor(folder: string, { env = {}, through = [] }: DaemonSettings) {
    this.folder = folder
    this.#env = env
    this.through = through
  }

  static async start(settings: DaemonSettings = {}): Promise<DaemonProcess> {
    const daemon = DaemonProcess.prepared(settings)
    await daemon.start()
    return daemon
  }
  /** In a folder of its own, not started yet. */
  static prepared(settings: DaemonSettings = {}): DaemonProcess {
    return DaemonProcess.over(mkdtempSync(join(tmpdir(), 'surefill-daemon-')), settings)
  }
  /** Over a folder that is there, not started yet. */
  static over(folder: string, settings: DaemonSettings = {}): DaemonProcess {
    const daemon = new DaemonProcess(folder, settings)
    daemon.configure(settings.config ?? {})
    return daemon
  }

  get client(): DaemonClient {
    if (this.#client === undefined) throw new Error('the daemon is not running')
    return this.#client
  }
  get url(): string {
    return this.client.url
  }
  get pid(): number {
    return this.#child?.pid ?? 0
  }
  /** Of every process over this folder so far. */
  get stdout(): string {
    return this.#stdout
  }
  get stderr(): string {
    return this.#stderr
  }
  get key(): string {
    return readFileSync(this.path('data/api-key'), 'utf8').trim()
  }

  /** Takes effect with the next start. */
  configure(config: ConfigText): void {
    const api = typeof config.api === 'object' ? config.api : {}
    writeFileSync(this.path('config.json'), JSON.stringify({ ...config, api: { port: 0, ...api } }))
  }

  /** Settles once it is ready. */
  async start(key?: string): Promise<void> {
    const ended = this.launch()
    const url = await Promise.race([
      until('the daemon listens', STARTS_WITHIN_MS, () => listeningAt(this.#stderr)),
      ended.then(({ code, signal }) => {
        throw new Error(`the daemon ended with ${code ?? signal} before it listened: ${this.#stderr}`)
      }),
    ])
    this.#client = new DaemonClient(url, key ?? (existsSync(this.path('data/api-key')) ? this.key : undefined))
    await until('the daemon is ready', STARTS_WITHIN_MS, async () => {
      const { status } = await this.client.get('/health/ready')
      return status === 200 ? true : undefined
    })
  }

  /** Starts the process, or another command of the product, and waits for nothing. */
  launch(command: readonly string[] = START): Promise<Ended> {
    const startedAt = performance.now()
    this.#stderr += `{"event":"test.launched"}\n`
    const [program = process.execPath, ...args] = [...this.through, process.execPath, ENTRY, ...command]
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, TZ: 'UTC', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    endsWithTheTests(child)
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        resolve({ code, signal, ms: performance.now() - startedAt })
      })
    })
    return this.#ended
  }

  /** Its end, to wait for when it ends by itself. */
  get ended(): Promise<Ended> {
    if (this.#ended === undefined) throw new Error('the daemon was never started')
    return this.#ended
  }

  /** `ms` is the time from the signal to the end. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    if (this.#child === undefined || this.#ended === undefined) throw new Error('the daemon was never started')
    const askedAt = performance.now()
    this.#child.kill(signal)
    const forced = setTimeout(() => this.#child?.kill('SIGKILL'), STOPS_WITHIN_MS)
    const ended = await this.#ended
    clearTimeout(forced)
    await this.#client?.close()
    this.#client = undefined
    return { ...ended, ms: performance.now() - askedAt }
  }
  stop(): Promise<Ended> {
    return this.kill('SIGTERM')
  }
  async restart(signal: NodeJS.Signals = 'SIGTERM', key?: string): Promise<Ended> {
    const ended = await this.kill(signal)
    await this.start(key)
    return ended
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts)
  }
  /** The technical log, one object a line. */
  log(): readonly Readonly<Record<string, unknown>>[] {
    return linesOf(this.#stderr)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  }
  audit(): readonly AuditText[] {
    return linesOf(this.auditText()).map((line) => JSON.parse(line))
  }
  auditText(): string {
    const path = this.path('logs/orders.jsonl')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  /** Rows of the store; also while the daemon runs. */
  rows(sql: string, ...values: readonly (string | number)[]): readonly Readonly<Record<string, unknown>>[] {
    return rowsIn(this.path('data/surefill.db'), sql, values)
  }
  /** Rows of the embedded venue's own memory; the venue lets nobody else in while it runs. */
  venueRows(sql: string, ...values: readonly (string | number)[]): readonly Readonly<Record<string, unknown>>[] {
    return rowsIn(this.path('data/paper-venue.db'), sql, values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined) await this.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function rowsIn(path: string, sql: string, values: readonly (string | number)[] = []) {
  using database = new DatabaseSync(path, { timeout: 2_000 })
  return database.prepare(sql).all(...values)
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

function listeningAt(stderr: string): string | undefined {
  const current = stderr.slice(stderr.lastIndexOf('"test.launched"'))
  const line = linesOf(current).find((text) => text.includes('"daemon.listening"') && text.endsWith('}'))
  return line === undefined ? undefined : String(JSON.parse(line).url)
}
