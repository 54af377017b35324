/**
 * The load: a closed loop of N signals in flight from a process of its own. Prints one JSON line (`LoadResult`).
 * An order counts only when its answer says that the venue accepted it (`--accepted`), or that it was taken.
 * The server's CPU time is read from outside, so that it means the same for every subject.
 */
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { cpuMicros } from './measure/cpu-time.ts'
import { percentile } from './measure/stats.ts'

export interface LoadResult {
  readonly orders: number
  /** With those of the warm-up. */
  readonly sent: number
  readonly failures: number
  readonly failure?: string
  readonly seconds: number
  readonly per_second: number
  readonly p50_us: number
  readonly p99_us: number
  readonly cpu_us_per_order?: number
}

const { values: args } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    path: { type: 'string', default: '/v1/signals' },
    key: { type: 'string', default: '' },
    inflight: { type: 'string', default: '1' },
    orders: { type: 'string', default: '1000' },
    warm: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '60' },
    symbols: { type: 'string', default: '64' },
    quantity: { type: 'string', default: '1' },
    pid: { type: 'string' },
    accepted: { type: 'boolean', default: false },
  },
})
const inflight = Number(args.inflight)
const pool = new Pool(args.url, { connections: inflight, pipelining: 1 })
const headers = { 'content-type': 'application/json', authorization: `Bearer ${args.key}` }
const run = `${process.pid.toString(36)}-${Date.now().toString(36)}`
let failure: string | undefined

const symbolOf = (n: number): string => `T${String(n % Number(args.symbols)).padStart(3, '0')}`

const signalOf = (n: number): string =>
  `{"signal_id":"bench-${run}-${n}","strategy":"momentum","symbol":"${symbolOf(n)}","side":"buy","quantity":"${args.quantity}",` +
  `"reference_price":"230","generated_at":"${new Date().toISOString()}","confidence":"0.83",` +
  `"metadata":{"model":"momentum-v3","horizon":"15m","features":"3f2a9c"}}`

const WORKING = /"status":"(accepted|partially_filled|filled)"/

async function send(n: number): Promise<boolean> {
  try {
    const response = await pool.request({ method: 'POST', path: args.path, headers, body: signalOf(n) })
    const text = await response.body.text()
    const taken = response.statusCode === 202 || response.statusCode === 200
    if (taken && (!args.accepted || WORKING.test(text))) return true
    failure ??= `${response.statusCode} ${text.slice(0, 300)}`
  } catch (cause) {
    failure ??= String(cause)
  }
  return false
}

let serial = 0
async function phase(orders: number): Promise<{ latencies: number[]; failures: number; seconds: number }> {
  const latencies: number[] = []
  let failures = 0
  let issued = 0
  const begun = performance.now()
  const deadline = begun + Number(args.seconds) * 1_000
  const one = async (): Promise<void> => {
    while (issued < orders && performance.now() < deadline) {
      issued += 1
      serial += 1
      const sent = performance.now()
      if (await send(serial)) latencies.push(performance.now() - sent)
      else failures += 1
    }
  }
  await Promise.all(Array.from({ length: inflight }, one))
  return { latencies, failures, seconds: (performance.now() - begun) / 1_000 }
}

await phase(Number(args.warm))
const cpuBefore = args.pid === undefined ? 0 : cpuMicros(Number(args.pid))
const { latencies, failures, seconds } = await phase(Number(args.orders))
const cpuAfter = args.pid === undefined ? 0 : cpuMicros(Number(args.pid))
await pool.close()

const orders = latencies.length
const result: LoadResult = {
  orders,
  sent: serial,
  failures,
  seconds,
  per_second: orders / seconds,
  p50_us: percentile(latencies, 50) * 1_000,
  p99_us: percentile(latencies, 99) * 1_000,
  ...(args.pid === undefined || orders === 0 ? {} : { cpu_us_per_order: (cpuAfter - cpuBefore) / orders }),
  ...(failure === undefined ? {} : { failure }),
}
console.log(JSON.stringify(result))
