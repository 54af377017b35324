import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { FillWatch } from '../alpaca/fill-watch.ts'
import { StreamingVenue } from '../alpaca/streaming-venue.ts'
import { atAlpaca } from '../alpaca/subject.ts'
import { KEYS } from '../alpaca/submit.ts'
import type { Bench } from '../bench.ts'
import { atLeast, atMost, figureLine, notMeasured, type Row } from '../line.ts'
import { cpuMicros } from '../measure/cpu-time.ts'
import { runLoad } from '../measure/load-run.ts'
import { median } from '../measure/stats.ts'
import type { Running } from '../subjects.ts'

const ORDERS = 500
const PARTS = 20
const QUANTITY = 400
const LONELY = 300
/** Longer than anything waits for company. */
const APART_MS = 20
const SEEN_MS = 60_000

interface Lonely {
  readonly streamedMs: number
  readonly writtenMs: number
}
interface Burst {
  readonly perSecond: number
  readonly cpuMicrosPerFill: number
  /** What the daemon asked beside it. */
  readonly requests: number
}
type Told = Lonely & ({ readonly burst: Burst } | { readonly failure: string })

/** From the frame leaving the venue to the fill on disk, told on the event stream, and standing in the audit log. */
export const alpacaStream: Row = {
  id: 'P15',
  measure: async (bench) => {
    const head = (what: string) => ({ row: 'P15', what, unit: 'ms', goal: atMost(1.5, 'ms') })
    const rate = {
      row: 'P15',
      what: 'burst of 10 000 fills, durable and told',
      unit: '/s',
      goal: atLeast(20_000, '/s'),
    }
    const why = bench.ours.missing()
    if (why !== undefined) return [notMeasured(rate, why)]
    const { told = [] } = await bench.rounds(async () => ({ told: await once(bench) }))
    bench.raw['Alpaca, stream'] = told
    const failure = told.flatMap((one) => ('failure' in one ? [one.failure] : [])).at(0)
    const bursts = told.flatMap((one) => ('burst' in one ? [one.burst] : []))
    return [
      figureLine(
        head('stream message to fill durable and told, p50'),
        median(told.map(({ streamedMs }) => streamedMs)),
      ),
      figureLine(head('stream message to audit line, p50'), median(told.map(({ writtenMs }) => writtenMs))),
      failure === undefined
        ? figureLine(rate, median(bursts.map(({ perSecond }) => perSecond)))
        : notMeasured(rate, failure),
    ]
  },
}

async function once(bench: Bench): Promise<Told> {
  const venue = await StreamingVenue.open()
  try {
    return await bench.at(venue.url, { config: atAlpaca(KEYS) }, ({ running, dir }) => told(bench, venue, running, dir))
  } finally {
    venue.close()
  }
}

async function told(bench: Bench, venue: StreamingVenue, running: Running, dir: string): Promise<Told> {
  // One for the messages that come alone; the others trade in the burst, each in so many parts.
  const load = { inflight: 16, warm: 0, seconds: 60, orders: 1 + bench.scale(ORDERS, 50), quantity: QUANTITY }
  await runLoad(running, dir, load)
  const [lone = '', ...others] = venue.orderIds
  await listening(venue)
  const watch = await FillWatch.open(running.url, running.key, join(dir, 'logs', 'orders.jsonl'))
  try {
    const times = await lonely({ venue, watch, order: lone, messages: bench.scale(LONELY, 50) })
    const alone: Lonely = {
      streamedMs: median(times.map((one) => one.streamedMs)),
      writtenMs: median(times.map((one) => one.writtenMs)),
    }
    try {
      return { ...alone, burst: await burst({ venue, watch, orders: others, pid: running.pid, dir }) }
    } catch (cause) {
      const broken = venue.listened > 1 ? `; the daemon lost the stream ${venue.listened - 1} times in it` : ''
      return { ...alone, failure: `${cause instanceof Error ? cause.message : String(cause)}${broken}` }
    }
  } finally {
    watch.close()
  }
}

async function listening(venue: StreamingVenue): Promise<void> {
  const deadline = performance.now() + SEEN_MS
  while (venue.listeners === 0) {
    if (performance.now() > deadline) throw new Error('nobody listens to the stream')
    await pause(APART_MS)
  }
}

/** Each is seen before the next one leaves. */
async function lonely(plan: { venue: StreamingVenue; watch: FillWatch; order: string; messages: number }) {
  const times: Awaited<ReturnType<FillWatch['both']>>[] = []
  for (let n = 0; n < plan.messages; n += 1) {
    times.push(await sent(plan.venue, plan.watch, [plan.venue.fillFrame(plan.order, 1)]))
    await pause(APART_MS)
  }
  return times
}

async function burst(plan: {
  venue: StreamingVenue
  watch: FillWatch
  orders: readonly string[]
  pid: number
  dir: string
}): Promise<Burst> {
  const { venue, watch, orders, pid, dir } = plan
  const alone = watch.seen.streamed
  const frames = burstOf(venue, orders)
  const asked = venue.requests
  const before = cpuMicros(pid)
  const { streamedMs, writtenMs } = await sent(venue, watch, frames)
  const cpu = cpuMicros(pid) - before
  checkStore(dir, alone + frames.length)
  return {
    perSecond: (frames.length / Math.max(streamedMs, writtenMs)) * 1_000,
    cpuMicrosPerFill: cpu / frames.length,
    requests: venue.requests - asked,
  }
}

/** Order after order trades its next part, as in a market that has just opened. */
function burstOf(venue: StreamingVenue, orders: readonly string[]): readonly string[] {
  const parts = Array.from({ length: PARTS }, () => orders)
  return parts.flat().map((order) => venue.fillFrame(order, QUANTITY / PARTS))
}

function sent(venue: StreamingVenue, watch: FillWatch, frames: readonly string[]) {
  const seen = watch.both(frames.length, SEEN_MS)
  for (const frame of frames) venue.send(frame)
  return seen
}

/** Told is not enough: they are there, each once. */
function checkStore(dir: string, expected: number): void {
  const database = new DatabaseSync(join(dir, 'data', 'surefill.db'), { readOnly: true })
  const row = database.prepare('SELECT count(*) AS fills FROM fills').get()
  database.close()
  if (row?.fills !== expected) throw new Error(`${expected} fills were streamed and ${String(row?.fills)} are stored`)
}
