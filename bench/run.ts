/**
 * `node bench/run.ts [--rows P1,P2] [--quick] [--long] [--rounds 5] [--minutes 5] [--ours NAME] [--dir FOLDER]`
 * Prints ours, the limit, the ratio, the goal and whether it is met, per row of the goals; writes `bench/results.json`.
 * A row that cannot be measured, or not in its time, says why and shows no figure. Bounded in orders and time; stops only
 * what it started.
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Bench } from './bench.ts'
import type { Line, Row } from './line.ts'
import { flushMicros } from './measure/flush-time.ts'
import { GaveUp } from './row-time.ts'
import { oneAtATime } from './rows/p01-one-at-a-time.ts'
import { ordersASecond } from './rows/p02-orders-a-second.ts'
import { cpuPerOrder } from './rows/p03-cpu-per-order.ts'
import { flushes } from './rows/p04-flushes.ts'
import { slowFlush } from './rows/p05-slow-flush.ts'
import { wrapper } from './rows/p06-wrapper.ts'
import { audit } from './rows/p07-audit.ts'
import { start } from './rows/p08-start.ts'
import { memory } from './rows/p09-memory.ts'
import { growth } from './rows/p10-growth.ts'
import { halt } from './rows/p11-halt.ts'
import { install } from './rows/p12-install.ts'
import { alpacaSubmit } from './rows/p13-alpaca-submit.ts'
import { alpacaCpu } from './rows/p14-alpaca-cpu.ts'
import { alpacaStream } from './rows/p15-alpaca-stream.ts'
import { alpacaReconnect } from './rows/p16-alpaca-reconnect.ts'
import { subjectNamed } from './subjects.ts'
import { table } from './table.ts'

const ROWS: readonly Row[] = [
  oneAtATime,
  ordersASecond,
  cpuPerOrder,
  flushes,
  slowFlush,
  wrapper,
  audit,
  start,
  memory,
  growth,
  halt,
  install,
  alpacaSubmit,
  alpacaCpu,
  alpacaStream,
  alpacaReconnect,
]
const RESULTS = fileURLToPath(new URL('./results.json', import.meta.url))
const TMPFS = 0x01021994

const { values: args } = parseArgs({
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    ours: { type: 'string', default: 'ours' },
    dir: { type: 'string', default: tmpdir() },
    out: { type: 'string', default: RESULTS },
  },
})

function chosenRows(): readonly Row[] {
  if (args.rows === undefined) return ROWS
  return args.rows.split(',').map((id) => {
    const row = ROWS.find((one) => one.id === id.trim().toUpperCase())
    if (row === undefined) throw new Error(`no row ${id}; there are ${ROWS.map((one) => one.id).join(', ')}`)
    return row
  })
}

const USUAL_MINUTES = 5

/** One row that breaks, or does not end, must not take the others' figures with it. */
async function measured(row: Row, bench: Bench): Promise<Line[]> {
  const minutes = Number(args.minutes ?? row.minutes ?? USUAL_MINUTES)
  try {
    return await bench.within(minutes * 60_000, () => row.measure(bench))
  } catch (cause) {
    process.exitCode = 1
    const gaveUp = cause instanceof GaveUp
    const why = gaveUp ? `${cause.message} (--minutes gives it more)` : chainOf(cause)
    return [{ row: row.id, what: gaveUp ? 'did not end in its time' : 'broke', unit: '', goal: '', notMeasured: why }]
  }
}

const chainOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? `${error.message}: ${chainOf(error.cause)}` : String(error)

function describeMachine(dir: string) {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    flush_us: Math.round(flushMicros(dir)),
    in_memory_disk: statfsSync(dir).type === TMPFS,
  }
}

const rows = chosenRows()
const ours = subjectNamed(args.ours)
const rounds = Number(args.rounds ?? (args.quick ? 1 : 5))
const dir = mkdtempSync(join(args.dir, 'surefill-bench-'))
// Also when interrupted: a store that was measured is of no use to anyone.
process.on('exit', () => rmSync(dir, { recursive: true, force: true }))

const machine = describeMachine(dir)
const { cpu, cores, node, flush_us } = machine
console.log(`${cpu}, ${cores} cores, Node ${node}, flush ${flush_us} µs, ${rounds} rounds`)
if (machine.in_memory_disk)
  console.log('The folder is in memory, where a flush costs nothing: choose a disk with --dir.')

const bench = new Bench({ quick: args.quick, long: args.long, rounds, dir, ours })
const lines: Line[] = []
for (const row of rows) {
  console.error(`${row.id} …`)
  lines.push(...(await measured(row, bench)))
}
console.log(table(lines, rounds))
const taken = {
  at: new Date().toISOString(),
  quick: args.quick,
  rounds,
  ours: ours.name,
  machine,
  lines,
  raw: bench.raw,
}
writeFileSync(args.out, `${JSON.stringify(taken, null, 2)}\n`)
