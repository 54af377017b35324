import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endsWithTheTests } from '../support/ends-with-the-tests.ts'
import { until } from '../support/until.ts'

const ENTRY = fileURLToPath(new URL('./paper-venue-main.ts', import.meta.url))
const STARTS_WITHIN_MS = 10_000

export interface Arrival {
  /** By the clock of this machine. */
  readonly at: number
  readonly method: string
  readonly path: string
}

/** A venue that lives and dies apart from the daemon, at one address, over one state file. */
export class PaperVenueProcess implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'surefill-venue-'))
  readonly stateFile = join(this.folder, 'venue.db')
  readonly #options: Readonly<Record<string, unknown>>
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #stdout = ''
  #readTo = 0
  readonly #requests: Arrival[] = []
  readonly #orderRequests: Arrival[] = []
  #url: string | undefined

  private constructor(options: Readonly<Record<string, unknown>>) {
    this.#options = options
  }

  static async start(options: Readonly<Record<string, unknown>> = {}): Promise<PaperVenueProcess> {
    const venue = new PaperVenueProcess(options)
    await venue.start()
    return venue
  }

  get url(): string {
    return this.#url ?? ''
  }

  async start(): Promise<void> {
    const port = this.#url === undefined ? '0' : new URL(this.#url).port
    const from = this.#stdout.length
    const child = spawn(process.execPath, [ENTRY, port, this.stateFile, JSON.stringify(this.#options)], {
      env: { PATH: process.env.PATH, TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    endsWithTheTests(child)
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.#ended = new Promise((resolve) => {
      child.once('close', () => resolve())
    })
    this.#url = await until('the venue listens', STARTS_WITHIN_MS, () => {
      const line = linesOf(this.#stdout.slice(from)).find((text) => text.includes('"listening"'))
      return line === undefined ? undefined : String(JSON.parse(line).listening)
    })
  }

  /** It keeps its connections and answers nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child?.kill(signal)
    await this.#ended
  }

  /** New orders only, in the order in which they came. */
  get orderRequests(): readonly Arrival[] {
    this.#readOn()
    return this.#orderRequests
  }
  get requests(): readonly Arrival[] {
    this.#readOn()
    return this.#requests
  }
  /** Each line once, since those who wait for an order look again and again. */
  #readOn(): void {
    const end = this.#stdout.lastIndexOf('\n') + 1
    const lines = linesOf(this.#stdout.slice(this.#readTo, end)).filter((line) => line.includes('"method"'))
    this.#readTo = Math.max(this.#readTo, end)
    for (const arrival of lines.map((line): Arrival => JSON.parse(line))) {
      this.#requests.push(arrival)
      if (arrival.method === 'POST' && arrival.path === '/v1/orders') this.#orderRequests.push(arrival)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Whole lines; the end may still be under way. */
const linesOf = (text: string): readonly string[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
