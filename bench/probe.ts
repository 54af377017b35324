/**
 * Loaded into a subject with `--import`, in every thread of it, and only for the rows that need it.
 * - With `BENCH_SLOW_FLUSH_MS` each commit takes that much longer in the thread that commits, as on a slower disk. It
 *   waits without burning CPU. Whoever commits is slowed, in whatever way it commits: the subject knows nothing of it.
 * - With `BENCH_PROBE_FILE` the main thread writes its event-loop delay and memory there on SIGUSR2, and starts anew.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'

export interface ProbeReading {
  readonly loop_delay_p99_ms: number
  readonly loop_delay_max_ms: number
  readonly heap_used: number
}

const slowMs = Number(process.env.BENCH_SLOW_FLUSH_MS ?? 0)
const file = process.env.BENCH_PROBE_FILE
if (slowMs > 0) slowDownCommits(slowMs)
if (file !== undefined && isMainThread) report(file)

function slowDownCommits(ms: number): void {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  const around = <T>(db: DatabaseSync, sql: string, act: () => T): T => {
    const inside = db.isTransaction
    const result = act()
    const committed =
      !db.isTransaction && (inside ? !/^\s*ROLLBACK/i.test(sql) : /\b(INSERT|UPDATE|DELETE)\b/i.test(sql))
    if (committed) Atomics.wait(cell, 0, 0, ms)
    return result
  }
  const { exec, prepare } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (sql) {
    around(this, sql, () => exec.call(this, sql))
  }
  DatabaseSync.prototype.prepare = function (...args) {
    const statement = prepare.apply(this, args)
    const run = statement.run.bind(statement)
    statement.run = (...values: unknown[]) => around(this, args[0], () => Reflect.apply(run, statement, values))
    return statement
  }
}

function report(path: string): void {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('SIGUSR2', () => {
    const [p99, max] = [delay.percentile(99) / 1e6, delay.max / 1e6]
    globalThis.gc?.()
    const reading: ProbeReading = {
      loop_delay_p99_ms: p99,
      loop_delay_max_ms: max,
      heap_used: process.memoryUsage().heapUsed,
    }
    writeFileSync(`${path}.new`, JSON.stringify(reading))
    // Whole or not at all: the reader waits for the name.
    renameSync(`${path}.new`, path)
    delay.reset()
  })
}
