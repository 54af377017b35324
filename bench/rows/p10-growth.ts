import { atMost, figureLine, notMeasured, type Row } from '../line.ts'
import { runLoad } from '../measure/load-run.ts'
import { residentMb } from '../measure/resident.ts'

const FIRST = 50_000
const GROWTH_OVER = 200_000
const HISTORY = 1_000_000
const COST_OVER = 20_000

/** Orders that fill and close, one daemon, no restart: memory must stop growing and history must cost nothing. */
export const growth: Row = {
  id: 'P10',
  minutes: 120,
  measure: async (bench) => {
    const memory = { row: 'P10', what: 'growth over 200 000 orders', unit: '%', goal: atMost(3, '%') }
    const cost = {
      row: 'P10',
      what: 'CPU of an order with 1 000 000 in history, extra',
      unit: '%',
      goal: atMost(10, '%'),
    }
    const why = bench.ours.missing() ?? (bench.options.long ? undefined : 'takes many minutes, asked for with --long')
    if (why !== undefined) return [notMeasured(memory, why), notMeasured(cost, why)]
    return bench.scene(bench.ours, {}, async ({ running, venue, dir }) => {
      await venue.fill(true)
      const send = (orders: number) => runLoad(running, dir, { inflight: 64, warm: 0, orders, seconds: 1_800 })
      await send(FIRST)
      const early = residentMb(running.pid)
      const { cpu_us_per_order: before = Number.NaN } = await send(COST_OVER)
      await send(GROWTH_OVER - COST_OVER)
      const late = residentMb(running.pid)
      await send(HISTORY - FIRST - GROWTH_OVER)
      const { cpu_us_per_order: after = Number.NaN } = await send(COST_OVER)
      return [figureLine(memory, (late / early - 1) * 100), figureLine(cost, (after / before - 1) * 100)]
    })
  },
}
