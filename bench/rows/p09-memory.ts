import { setTimeout as pause } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { atMost, figureLine, type Line, notMeasured, type Row } from '../line.ts'
import { readProbe, runLoad } from '../measure/load-run.ts'
import { residentMb } from '../measure/resident.ts'
import { median } from '../measure/stats.ts'

const IDLE_MS = 3_000

/** Heap of the main thread per open order, after a collection; resident memory of a daemon that was left alone. */
export const memory: Row = {
  id: 'P9',
  measure: async (bench) => [await heapPerOrder(bench), await idle(bench)],
}

async function heapPerOrder(bench: Bench): Promise<Line> {
  const head = { row: 'P9', what: 'heap per tracked open order', unit: 'kB', goal: atMost(0.7, 'kB') }
  const why = bench.ours.missing()
  if (why !== undefined) return notMeasured(head, why)
  const bytes = await bench.scene(bench.ours, { probe: true }, async ({ running, dir }) => {
    const plan = { inflight: 64, warm: 0, seconds: 120 }
    await runLoad(running, dir, { ...plan, orders: bench.scale(5_000, 2_000) })
    const before = await readProbe(running)
    const { orders } = await runLoad(running, dir, { ...plan, orders: bench.scale(20_000, 5_000) })
    return ((await readProbe(running)).heap_used - before.heap_used) / orders
  })
  return figureLine(head, bytes / 1_000)
}

async function idle(bench: Bench): Promise<Line> {
  const head = { row: 'P9', what: 'resident memory idle', unit: 'MB', goal: atMost(110, 'MB') }
  const why = bench.ours.missing()
  if (why !== undefined) return notMeasured(head, why)
  const taken = await bench.interleave([bench.ours], (subject) =>
    bench.scene(subject, {}, async ({ running }) => {
      await pause(IDLE_MS)
      return residentMb(running.pid)
    }),
  )
  return figureLine(head, median(taken[bench.ours.name] ?? []))
}
