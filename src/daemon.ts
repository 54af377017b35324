import { join } from 'node:path'
import { AuditLog } from './adapters/sinks/audit-log/audit-log.ts'
import { TradesLog } from './adapters/sinks/trades-log/trades-log.ts'
import { openSqliteStore } from './adapters/stores/sqlite/open-sqlite-store.ts'
import { apiKeyAt } from './adapters/system/api-key-file.ts'
import { AppendFile } from './adapters/system/append-file.ts'
import { evidenceFolder } from './adapters/system/evidence-file.ts'
import { haltFileAt } from './adapters/system/halt-file.ts'
import { loopDelay } from './adapters/system/loop-delay.ts'
import { OwnedTimers } from './adapters/system/owned-timers.ts'
import { pinoLog } from './adapters/system/pino-log.ts'
import { realClock, realTimers } from './adapters/system/real-clock.ts'
import { realRandom } from './adapters/system/real-random.ts'
import { SurefillMetrics } from './api/metrics.ts'
import { buildApi } from './api/server.ts'
import type { Config } from './config/config.ts'
import { formatTime } from './core/time.ts'
import type { Log } from './ports/log.ts'
import type { OrderCommands } from './ports/order-commands.ts'
import type { OrderStore } from './ports/order-store.ts'
import { assembleTrading, type Trading } from './wiring/assemble-trading.ts'
import { auditTail } from './wiring/audit-tail.ts'
import { eventSource } from './wiring/event-source.ts'
import { refuseWhatIsMissing } from './wiring/not-in-this-version.ts'
import { observeCommits } from './wiring/observe-commits.ts'
import { openGateways } from './wiring/open-gateways.ts'
import { openIntake } from './wiring/open-intake.ts'
import { sqlitePath } from './wiring/sqlite-path.ts'

/** A running daemon. */
export interface Daemon {
  readonly url: string
  /** Where the generated key is; absent when configuration names the keys. */
  readonly keyFile: string | undefined
  readonly sessionId: string
  /** What the HTTP interface itself speaks to; for a program that embeds the daemon. */
  readonly commands: OrderCommands
  /** The technical log, for what embeds it to write into. */
  readonly log: Log
  /** Settles once recovery is done and signals are taken. */
  readonly ready: Promise<void>
  /** Settles with what ended it, if it cannot go on. */
  readonly failed: Promise<unknown>
  /** Takes nothing more, finishes what is on the wire, flushes, closes. */
  stop(): Promise<void>
}

export interface DaemonOptions {
  readonly config: Config
  readonly version: string
  /** Where the technical log goes. */
  readonly logTo: NodeJS.WritableStream
}

/** Together with the outbox's own bound this stays under the ten seconds a stop may take. */
const SETTLE_WITHIN_MS = 5_000

/** Builds every part in order and starts it in order; stopping goes the other way. */
export async function startDaemon({ config, version, logTo }: DaemonOptions): Promise<Daemon> {
  const log = pinoLog({ level: config.logging.level, destination: logTo })
  const failed = Promise.withResolvers<unknown>()
  await using started = new AsyncDisposableStack()

  refuseWhatIsMissing(config)
  const timers = new OwnedTimers(realTimers)
  started.defer(() => timers.end())
  const gateways = openGateways(config, {
    stateFile: join(config.data_dir, 'paper-venue.db'),
    clock: realClock,
    timers,
  })
  started.defer(() => gateways.close())
  let trading: Trading
  const metrics = new SurefillMetrics({
    status: () => trading.floor.status(),
    eventLoopDelay: loopDelay(),
    residentBytes: () => process.memoryUsage.rss(),
  })
  const random = realRandom()
  trading = await assembleTrading(
    config,
    {
      clock: realClock,
      timers,
      random,
      log,
      haltFile: haltFileAt(join(config.data_dir, 'HALT')),
      openStore: () =>
        openSqliteStore({
          path: sqlitePath(config),
          now: realClock.now,
          monotonic: realClock.monotonic,
          timers,
          newInstallation: () => random.draw('installation').toString(36).slice(2),
        }),
      openGateway: (account) => gateways.open(account),
      openSinks: (store, heads) => openLogs(config, store, heads, log),
      onCommitted: observeCommits(metrics),
      auditTail: auditTail(new AppendFile(config.audit.path)),
      keepEvidence: evidenceFolder(config.data_dir, realClock.now),
      onFatal: failed.resolve,
    },
    version,
  )
  started.defer(() => trading.stop(SETTLE_WITHIN_MS))

  const keyFile = config.api.keys.length === 0 ? join(config.data_dir, 'api-key') : undefined
  const { floor, store, feed } = trading
  const api = await buildApi({
    commands: floor,
    reader: store,
    events: eventSource(feed),
    keys: keyFile === undefined ? config.api.keys : [generatedKey(keyFile)],
    clock: realClock,
    timers,
    random,
    log,
    version,
    allowedHosts: config.api.allowed_hosts,
    allowedOrigins: config.api.allowed_origins,
    metrics: () => metrics.text(),
    onProblem: (problem) => metrics.problem(problem),
    onAdmitted: (elapsedMs) => metrics.admission(elapsedMs),
    isQuarantined: (account, symbol) => floor.isQuarantined(account, symbol),
    tradingDay: (_account, at) => formatTime(at).slice(0, 10),
  })
  started.defer(() => api.close())
  const url = await api.listen({ host: config.api.host, port: config.api.port })
  log.info('daemon.listening', { url, version, mode: config.mode })

  const intake = await openIntake(config, trading, { clock: realClock, timers, random, log })
  started.defer(() => intake.stop())
  const ready = floor.start().then(() => intake.start())
  ready.catch(failed.resolve)
  const running = started.move()
  return {
    url: shownUrl(url),
    keyFile,
    sessionId: floor.status().sessionId,
    commands: floor,
    log,
    ready,
    failed: failed.promise,
    stop: async () => {
      await running.disposeAsync()
      log.info('daemon.stopped')
    },
  }
}

const generatedKey = (path: string) => {
  const key = apiKeyAt(path)
  return { name: 'generated', role: 'admin' as const, key: { reveal: () => key } }
}

/** Listening on every address is shown as the one a person can type. */
const shownUrl = (url: string): string => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//127.0.0.1:')

async function openLogs(config: Config, store: OrderStore, committed: ReadonlyMap<string, number>, log: Log) {
  const { path, trades_path, rotate_bytes, keep_days } = config.audit
  const shared = {
    clock: realClock,
    log,
    rotateBytes: rotate_bytes,
    ...(keep_days === null ? {} : { keepDays: keep_days }),
  }
  return [
    await AuditLog.open({
      ...shared,
      file: new AppendFile(path),
      saved: await store.sinkPositions('audit'),
      committed,
      store,
    }),
    await TradesLog.open({ ...shared, file: new AppendFile(trades_path), saved: await store.sinkPositions('trades') }),
  ]
}
