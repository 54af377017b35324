import { atMost, type Row, ratioLine } from '../line.ts'
import { alpacaTurns } from '../measure/alpaca-turns.ts'

/** All threads of the submitting process, user and system, with sixteen orders on the wire. */
export const alpacaCpu: Row = {
  id: 'P14',
  measure: async (bench) => {
    const plan = { inflight: 16, warm: bench.scale(8_000, 1_000), orders: bench.scale(10_000, 1_000) }
    const taken = await alpacaTurns(bench, ['ours', 'undici'], plan)
    bench.raw['Alpaca, 16 in flight'] = { plan, taken }
    const cpu = (name: string) => taken[name]?.map(({ cpu_us_per_order }) => cpu_us_per_order)
    return [
      ratioLine(
        { row: 'P14', what: 'CPU per order to Alpaca, 16 in flight', unit: 'µs', goal: atMost(1.5, '×') },
        cpu('ours'),
        { name: 'undici', rounds: cpu('undici') ?? [] },
        'no round was run',
      ),
    ]
  },
}
