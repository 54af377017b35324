import { atMost, type Row, ratioLine } from '../line.ts'
import { alpacaTurns } from '../measure/alpaca-turns.ts'

/** One order at a time through everything of ours that stands between the durable mark and the answer. */
export const alpacaSubmit: Row = {
  id: 'P13',
  measure: async (bench) => {
    const plan = { inflight: 1, warm: bench.scale(4_000, 500), orders: bench.scale(3_000, 300) }
    const taken = await alpacaTurns(bench, ['ours', 'undici', 'sdk'], plan)
    bench.raw['Alpaca, one at a time'] = { plan, taken }
    const p50 = (name: string) => taken[name]?.map(({ p50_us }) => p50_us)
    const against = (name: string, what: string, bound: number) =>
      ratioLine(
        { row: 'P13', what, unit: 'µs', goal: atMost(bound, '×') },
        p50('ours'),
        { name, rounds: p50(name) ?? [] },
        'no round was run',
      )
    return [
      against('undici', 'submit to Alpaca, against a bare POST', 1.25),
      against('sdk', 'submit to Alpaca, against the bare SDK', 0.5),
    ]
  },
}
