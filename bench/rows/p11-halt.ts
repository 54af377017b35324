import { setTimeout as pause } from 'node:timers/promises'
import { atMost, figureLine, notMeasured, type Row } from '../line.ts'
import { runLoad, type Venue } from '../measure/load-run.ts'
import type { Running, StartOptions } from '../subjects.ts'

const QUEUED = 2_000
const PER_SECOND = 200
/** Longer than the goal, so that a late order is seen and not missed. */
const WATCH_MS = 400

/** A venue budget of 200 orders a second, 2 000 signals behind it, then the switch: when did the last order arrive? */
export const halt: Row = {
  id: 'P11',
  minutes: 30,
  measure: async (bench) => {
    const head = { row: 'P11', what: 'halt: last order after the answer, worst', unit: 'ms', goal: atMost(100, 'ms') }
    const why = bench.ours.missing()
    if (why !== undefined) return [notMeasured(head, why)]
    const rate_limit = [{ class: 'order', requests: PER_SECOND, per: '1s' }]
    const config: StartOptions['config'] = (base) => ({
      ...base,
      rate_limit: { max_queue_age: '1m' },
      accounts: { paper: { ...base.accounts.paper, rate_limit } },
    })
    return bench.scene(bench.ours, { config }, async ({ running, venue, dir }) => {
      let worst = Number.NEGATIVE_INFINITY
      for (let n = 0; n < bench.scale(200, 3); n += 1) {
        await runLoad(running, dir, { inflight: 64, warm: 0, orders: QUEUED, seconds: 60, path: '/v1/signals' })
        worst = Math.max(worst, await lastOrderAfterHalt(running, venue))
      }
      return [figureLine(head, worst)]
    })
  },
}

/** In milliseconds; below zero when the last order arrived before the answer. */
async function lastOrderAfterHalt(running: Running, venue: Venue): Promise<number> {
  const { denied } = await post(running, '/v1/halt', { reason: 'measurement' })
  const answered = process.hrtime.bigint()
  if (!(Number(denied) > 0)) throw new Error('the halt met an empty queue, so nothing was measured')
  await pause(WATCH_MS)
  const { last_order_ns } = await venue.counts()
  await post(running, '/v1/resume', {})
  return Number(BigInt(last_order_ns) - answered) / 1e6
}

async function post({ url, key }: Running, path: string, body: object): Promise<{ denied?: number }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
