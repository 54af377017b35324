import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../config/config-problem.ts'
import { type LoadedConfig, loadConfig } from '../../config/load.ts'
import type { Daemon } from '../../daemon.ts'
import { ApiClient } from '../api-client.ts'
import type { Cli } from '../cli.ts'
import { EXIT } from '../cli-failure.ts'
import { followEvents } from '../follow-events.ts'
import { newestOrders } from '../newest-orders.ts'
import { packageVersion } from '../package-version.ts'
import { readFileIfAny } from '../read-file-if-any.ts'
import { itemsIn, rowOf, textIn } from '../row.ts'
import { startFailure } from '../start-failure.ts'
import { stopSignal } from '../stop-signal.ts'
import { eventLine } from '../views/event-line.ts'
import { demoScreen } from './demo-screen.ts'
import { demoSummary } from './demo-summary.ts'
import { DemoTrader } from './demo-trader.ts'

export interface DemoOptions {
  readonly keep?: string
  readonly seconds?: number
  readonly orders?: number
  readonly seed: string
}

const REDRAW_MS = 400
const SETTLE_MS = 3_000
const ALL = 10_000

/** A whole day at the desk in a minute: a daemon on play money, a strategy that trades through it, and the proof. */
export async function runDemo(cli: Cli, options: DemoOptions): Promise<void> {
  const { host } = cli
  const folder =
    options.keep === undefined ? mkdtempSync(join(tmpdir(), 'surefill-demo-')) : resolve(host.cwd, options.keep)
  mkdirSync(folder, { recursive: true })
  const loaded = demoConfig(folder, options.seed)
  using stop = stopSignal(host)
  const config = { ...loaded.config, logging: { ...loaded.config.logging, level: 'error' as const } }
  const daemon = await host
    .startDaemon({ config, version: packageVersion(), logTo: host.logTo })
    .catch((error: unknown) => {
      throw startFailure(error)
    })
  const run = new DemoRun(cli, daemon, folder, options)
  try {
    await run.trade(stop.signal)
    await run.settle()
  } finally {
    run.leaveScreen()
    await daemon.stop()
  }
  const auditLog = resolve(folder, loaded.config.audit.path)
  const verdict = await host.verifyAudit({ path: auditLog })
  if (!verdict.ok) cli.exitCode = EXIT.failed
  cli.out(demoSummary({ ...run.result, auditLog, verdict }, cli.table))
}

/** Nothing of the user's own configuration or environment: a demo must not find itself at a broker. */
function demoConfig(folder: string, seed: string): LoadedConfig {
  const written = {
    mode: 'paper',
    data_dir: join(folder, 'data'),
    log_dir: join(folder, 'logs'),
    accounts: { paper: { venue: 'paper', model: 'lively', seed } },
    api: { host: '127.0.0.1', port: 0 },
  }
  const loaded = loadConfig({ path: 'demo', env: {}, readFile: () => JSON.stringify(written) })
  if (loaded instanceof ConfigError) throw loaded
  return loaded
}

/** What is shown while it runs, and what is told at its end. */
class DemoRun {
  readonly #cli: Cli
  readonly #api: ApiClient
  readonly #trader: DemoTrader
  readonly #options: DemoOptions
  readonly #daemon: Daemon
  readonly #began: number
  #isOnScreen = false
  result = {
    elapsedMs: 0,
    counts: { sent: 0, denied: 0, answerMs: [] as readonly number[] },
    orders: itemsIn({}),
    positions: itemsIn({}),
  }

  constructor(cli: Cli, daemon: Daemon, folder: string, options: DemoOptions) {
    const dataDir = join(folder, 'data')
    const keyFile = join(dataDir, 'api-key')
    const key = readFileIfAny(folder)(keyFile)?.trim()
    this.#cli = cli
    this.#daemon = daemon
    this.#options = options
    this.#began = cli.host.now()
    this.#api = new ApiClient({ url: daemon.url, isNamed: true, key, keyFile, dataDir })
    this.#trader = new DemoTrader(this.#api, options.seed, `demo-${this.#began.toString(36)}`)
  }

  async trade(stopped: AbortSignal): Promise<void> {
    const { seconds, orders = ALL } = this.#options
    const ended = new AbortController()
    const gone = this.#daemon.failed.then((error) => {
      ended.abort()
      throw startFailure(error, 'the daemon of the demo could not go on')
    })
    // Nobody waits for it any more once the trading is over.
    gone.catch(() => undefined)
    const limits = [stopped, ended.signal, ...(seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1_000)])]
    const watching = new AbortController()
    const shown = this.#show(AbortSignal.any([watching.signal, ended.signal]))
    try {
      await Promise.race([this.#trader.trade({ orders, signal: AbortSignal.any(limits) }), gone])
    } finally {
      watching.abort()
      await shown
    }
  }

  /** Takes back what is still open, and waits until everything has its end. */
  async settle(): Promise<void> {
    await this.#api.ask('/v1/orders/cancel-all', { body: {} })
    for (const until = this.#cli.host.now() + SETTLE_MS; this.#cli.host.now() < until; await sleep(50)) {
      const open = await this.#api.read('/v1/orders', { query: { open: 'true', limit: '1' } })
      if (itemsIn(open.body).length === 0) break
    }
    await this.#look(ALL)
  }

  leaveScreen(): void {
    if (this.#isOnScreen) this.#cli.out('\u001b[?25h\u001b[?1049l')
    this.#isOnScreen = false
  }

  async #show(signal: AbortSignal): Promise<void> {
    if (this.#cli.host.isTerminal) await this.#redraw(signal)
    else await this.#tellLines(signal)
  }

  async #redraw(signal: AbortSignal): Promise<void> {
    const { host, paint } = this.#cli
    this.#cli.out('\u001b[?1049h\u001b[?25l')
    this.#isOnScreen = true
    while (!signal.aborted) {
      await this.#look(Math.min(host.rows(), 100))
      const facts = { ...this.result, url: this.#api.place.url, sent: this.#trader.counts.sent, time: this.#cli.time }
      const text = demoScreen(facts, { columns: host.columns(), rows: host.rows(), paint })
      // Line by line over what stands there: clearing first would flicker.
      this.#cli.out(`\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J`)
      await sleep(REDRAW_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async #tellLines(signal: AbortSignal): Promise<void> {
    const { host, paint } = this.#cli
    const onInterrupted = (error: Error): void => this.#cli.note(error.message)
    for await (const text of followEvents(this.#api, { signal, onInterrupted })) {
      const event = rowOf(JSON.parse(text))
      if (textIn(event, 'event')?.startsWith('order.') === true)
        this.#cli.line(eventLine(event, { time: this.#cli.time, columns: host.columns(), paint }))
    }
  }

  async #look(most: number): Promise<void> {
    const now = this.#cli.host.now()
    const orders = await newestOrders(this.#api, most)
    const positions = itemsIn((await this.#api.read('/v1/positions')).body)
    this.result = { elapsedMs: now - this.#began, counts: this.#trader.counts, orders, positions }
  }
}
