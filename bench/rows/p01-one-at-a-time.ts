import type { Samples } from '../bench.ts'
import { atMost, type Row, ratioLine } from '../line.ts'
import { median } from '../measure/stats.ts'
import { LIMIT_GROUP, LIMIT_SYNC } from '../subjects.ts'

/** Signal, durable, broker, durable, answer: one order at a time, against the faster way to commit. */
export const oneAtATime: Row = {
  id: 'P1',
  measure: async (bench) => {
    const samples = await bench.oneAtATime()
    const fast = fasterLimit(samples)
    const why = bench.ours.missing() ?? 'no round was run'
    const line = (key: 'p50_us' | 'p99_us', what: string, bound: number) =>
      ratioLine(
        { row: 'P1', what, unit: 'µs', goal: atMost(bound, '×') },
        samples[bench.ours.name]?.map((sample) => sample[key]),
        { name: fast, rounds: samples[fast]?.map((sample) => sample[key]) ?? [] },
        why,
      )
    return [line('p50_us', 'one at a time, p50', 1.3), line('p99_us', 'one at a time, p99', 1.5)]
  },
}

function fasterLimit(samples: Samples): string {
  const p50 = (name: string): number => median(samples[name]?.map((sample) => sample.p50_us) ?? [])
  return p50(LIMIT_GROUP.name) < p50(LIMIT_SYNC.name) ? LIMIT_GROUP.name : LIMIT_SYNC.name
}
