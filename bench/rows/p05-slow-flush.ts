import type { Bench } from '../bench.ts'
import { atLeast, atMost, figureLine, notMeasured, type Row, ratioLine } from '../line.ts'
import { readProbe, runLoad } from '../measure/load-run.ts'
import { median } from '../measure/stats.ts'
import { LIMIT_GROUP, LIMIT_SYNC, type Subject } from '../subjects.ts'

const SLOW_FLUSH_MS = 5

interface Slow {
  readonly perSecond: number
  readonly loopDelayP99Ms: number
}

/** A disk that takes 5 ms: many orders must share a flush, and the event loop must not feel it. */
export const slowFlush: Row = {
  id: 'P5',
  measure: async (bench) => {
    const why = bench.ours.missing()
    const others = [LIMIT_SYNC, LIMIT_GROUP].filter(({ name }) => name !== bench.ours.name)
    const subjects = why === undefined ? [bench.ours, ...others] : others
    const taken = await bench.interleave(subjects, (subject) => underSlowFlush(bench, subject))
    bench.raw['64 in flight, 5 ms flush'] = taken

    const ours = taken[bench.ours.name]
    const sync = taken[LIMIT_SYNC.name] ?? []
    const group = taken[LIMIT_GROUP.name] ?? []
    const rate = { row: 'P5', what: 'orders a second, 5 ms flush', unit: '/s', goal: atLeast(15, '×') }
    const delay = { row: 'P5', what: 'event-loop delay p99, 5 ms flush', unit: 'ms', goal: atMost(15, 'ms') }
    const beside = { name: LIMIT_GROUP.name, value: median(group.map((slow) => slow.loopDelayP99Ms)) }
    const reference = { name: LIMIT_SYNC.name, rounds: sync.map((slow) => slow.perSecond) }
    return [
      ratioLine(
        rate,
        ours?.map((slow) => slow.perSecond),
        reference,
        why ?? 'no round was run',
      ),
      ours === undefined
        ? notMeasured(delay, why ?? 'no round was run', beside)
        : figureLine(delay, median(ours.map((slow) => slow.loopDelayP99Ms)), beside),
    ]
  },
}

function underSlowFlush(bench: Bench, subject: Subject): Promise<Slow> {
  return bench.scene(subject, { slowFlushMs: SLOW_FLUSH_MS }, async ({ running, dir }) => {
    const load = { inflight: 64, warm: 0 }
    await runLoad(running, dir, { ...load, orders: 300, seconds: 3 })
    await readProbe(running)
    const result = await runLoad(running, dir, { ...load, orders: 6_000, seconds: bench.scale(4, 2) })
    const { loop_delay_p99_ms } = await readProbe(running)
    return { perSecond: result.per_second, loopDelayP99Ms: loop_delay_p99_ms }
  })
}
