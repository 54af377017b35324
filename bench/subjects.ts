import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answersReady, type Child, freePort, isListening, startChild, waitFor } from './child.ts'

/** What is measured. Each is a process that takes `POST /v1/signals`, and is ready when `GET /health/ready` is 200. */
export interface Subject {
  readonly name: string
  /** Why it cannot run here; `undefined` when it can. */
  readonly missing: () => string | undefined
  readonly start: (options: StartOptions) => Promise<Running>
}
export interface StartOptions {
  /** Its own; what a second start finds there is what the first one left. */
  readonly dir: string
  readonly venueUrl: string
  readonly slowFlushMs?: number
  readonly probe?: boolean
  /** Changes to the product's configuration; the other subjects have none. */
  readonly config?: (config: OursConfig) => object
  /** Where strace writes each flush of the process with its time. */
  readonly flushLog?: string
}
export interface Running {
  readonly pid: number
  readonly url: string
  readonly key: string
  /** Answers once the venue accepted the order, so that all subjects are timed over the same work. */
  readonly path: string
  readonly listeningMs: number
  readonly readyMs: number
  readonly probeFile: string
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url))
const READY_MS = 30_000

export const FLUSH_CALLS = ['fsync', 'fdatasync', 'sync_file_range', 'msync'] as const

interface Launch {
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly path: string
  readonly key: () => string
}

async function launch(options: StartOptions, port: number, { args, env, path, key }: Launch): Promise<Running> {
  const log = join(options.dir, 'output.log')
  const probeFile = join(options.dir, 'probe.json')
  const probed = options.probe === true || options.slowFlushMs !== undefined
  const begun = performance.now()
  const node = [...(probed ? ['--expose-gc', '--import', PROBE] : []), ...args]
  const child: Child = startChild({
    ...(options.flushLog === undefined ? { args: node } : underStrace(options.flushLog, node)),
    log,
    cwd: options.dir,
    env: {
      ...env,
      ...(options.slowFlushMs === undefined ? {} : { BENCH_SLOW_FLUSH_MS: `${options.slowFlushMs}` }),
      ...(probed ? { BENCH_PROBE_FILE: probeFile } : {}),
    },
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await waitFor(child, log, READY_MS, isListening(port))
    const listeningMs = performance.now() - begun
    await waitFor(child, log, READY_MS, answersReady(url))
    const readyMs = performance.now() - begun
    return { pid: child.pid, url, key: key(), path, listeningMs, readyMs, probeFile, stop: child.stop }
  } catch (cause) {
    await child.stop()
    throw cause
  }
}

/** `-D` keeps the program our own child; the filter in the kernel leaves every other call at full speed. */
const underStrace = (flushLog: string, args: readonly string[]) => ({
  command: 'strace',
  args: [
    '-D',
    '-f',
    '--seccomp-bpf',
    '-ttt',
    '-e',
    `trace=${FLUSH_CALLS.join(',')}`,
    '-o',
    flushLog,
    process.execPath,
    ...args,
  ],
})

function program(name: string, file: string, extra: readonly string[] = []): Subject {
  return {
    name,
    missing: () => undefined,
    start: async (options) => {
      const port = await freePort()
      const store = join(options.dir, 'store.db')
      const script = fileURLToPath(new URL(file, import.meta.url))
      return launch(options, port, {
        args: [script, '--port', `${port}`, '--venue', options.venueUrl, '--store', store, ...extra],
        path: '/v1/signals',
        key: () => '',
      })
    },
  }
}

/** Nothing of ours in the way: every limit that is about money or venue budgets is wide open, everything else is on. */
export type OursConfig = ReturnType<typeof oursConfig>
export const oursConfig = (venueUrl: string, port: number) => ({
  mode: 'paper',
  accounts: {
    paper: { venue: 'paper', base_url: venueUrl, rate_limit: [{ class: 'all', requests: 1_000_000, per: '1s' }] },
  },
  order_management: { duplicate_policy: 'allow' },
  risk: {
    max_order_notional: null,
    max_position_notional: null,
    max_total_exposure: null,
    max_open_orders: null,
    max_orders_per_minute: null,
    max_daily_loss: null,
  },
  api: { host: '127.0.0.1', port },
})

const MAIN = join(ROOT, 'src', 'main.ts')

const ours: Subject = {
  name: 'ours',
  missing: () => (existsSync(MAIN) ? undefined : 'src/main.ts does not exist'),
  start: async (options) => {
    const port = await freePort()
    const file = join(options.dir, 'config.json')
    const [data, logs] = [join(options.dir, 'data'), join(options.dir, 'logs')]
    mkdirSync(data, { recursive: true })
    const base = oursConfig(options.venueUrl, port)
    const config = options.config?.(base) ?? base
    writeFileSync(file, JSON.stringify(config, null, 2))
    return launch(options, port, {
      args: [MAIN, 'start', '--config', file],
      env: { SUREFILL_DATA_DIR: data, SUREFILL_LOG_DIR: logs },
      path: '/v1/signals?wait=30&until=accepted',
      key: () => readFileSync(join(data, 'api-key'), 'utf8').trim(),
    })
  },
}

export const LIMIT_SYNC = program('limit-sync', './limits/pipeline.ts', ['--commit', 'sync'])
export const LIMIT_GROUP = program('limit-group', './limits/pipeline.ts', ['--commit', 'group'])
export const TYPICAL = program('typical', './limits/typical.ts')
export const SUBJECTS: readonly Subject[] = [ours, LIMIT_SYNC, LIMIT_GROUP, TYPICAL]

export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find((subject) => subject.name === name)
  if (found === undefined)
    throw new Error(`no subject ${name}; there are ${SUBJECTS.map((one) => one.name).join(', ')}`)
  return found
}
