import { atLeast, type Row, ratioLine } from '../line.ts'
import { fasterAt64 } from '../measure/faster-at-64.ts'
import { TYPICAL } from '../subjects.ts'

export const ordersASecond: Row = {
  id: 'P2',
  measure: async (bench) => {
    const samples = await bench.inFlight64()
    const rates = (name: string): number[] | undefined => samples[name]?.map((sample) => sample.per_second)
    const why = bench.ours.missing() ?? 'no round was run'
    const against = (name: string, bound: number) =>
      ratioLine(
        { row: 'P2', what: 'orders a second, 64 in flight', unit: '/s', goal: atLeast(bound, '×') },
        rates(bench.ours.name),
        { name, rounds: rates(name) ?? [] },
        why,
      )
    return [against(fasterAt64(samples), 0.65), against(TYPICAL.name, 5)]
  },
}
