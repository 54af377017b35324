import { atMost, type Row, ratioLine } from '../line.ts'
import { fasterAt64 } from '../measure/faster-at-64.ts'

/** All threads of the process, user and system, as the kernel counts them. */
export const cpuPerOrder: Row = {
  id: 'P3',
  measure: async (bench) => {
    const samples = await bench.inFlight64()
    const cpu = (name: string): number[] | undefined => samples[name]?.map((sample) => sample.cpu_us_per_order)
    const name = fasterAt64(samples)
    return [
      ratioLine(
        { row: 'P3', what: 'CPU per order, 64 in flight', unit: 'µs', goal: atMost(1.5, '×') },
        cpu(bench.ours.name),
        { name, rounds: cpu(name) ?? [] },
        bench.ours.missing() ?? 'no round was run',
      ),
    ]
  },
}
