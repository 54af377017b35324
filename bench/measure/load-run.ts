import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, isListening, runToEnd, startChild, waitFor } from '../child.ts'
import type { LoadResult } from '../load.ts'
import type { ProbeReading } from '../probe.ts'
import type { Running } from '../subjects.ts'

const LOAD = fileURLToPath(new URL('../load.ts', import.meta.url))
const VENUE = fileURLToPath(new URL('../venue.ts', import.meta.url))

export interface LoadPlan {
  readonly inflight: number
  readonly orders: number
  readonly warm: number
  readonly seconds: number
  /** Of every order; one without it. */
  readonly quantity?: number
  /** Where the answer only has to say that the order is taken. */
  readonly path?: string
}

let serial = 0

/** One load from its own process. A failed order makes the whole measurement worthless, so it is an error. */
export async function runLoad(running: Running, dir: string, plan: LoadPlan): Promise<LoadResult> {
  serial += 1
  const { inflight, orders, warm, seconds, quantity = 1, path } = plan
  const numbers = { inflight, orders, warm, seconds, quantity, pid: running.pid }
  const text = await runToEnd({
    args: [
      LOAD,
      ...['--url', running.url, '--path', path ?? running.path, '--key', running.key],
      ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      ...(path === undefined ? ['--accepted'] : []),
    ],
    log: join(dir, `load-${serial}.json`),
  })
  const result: LoadResult = JSON.parse(text)
  if (result.failures > 0) throw new Error(`${result.failures} orders failed, the first with ${result.failure}`)
  return result
}

export interface VenueCounts {
  readonly requests: number
  readonly orders: number
  readonly duplicates: number
  readonly last_order_ns: string
  readonly open: number
}
export interface Venue {
  readonly url: string
  counts(): Promise<VenueCounts>
  fill(on: boolean): Promise<void>
  stop(): Promise<void>
}

export async function startVenue(dir: string): Promise<Venue> {
  const port = await freePort()
  const log = join(dir, 'venue.log')
  const child = startChild({ args: [VENUE, '--port', `${port}`], log })
  await waitFor(child, log, 10_000, isListening(port))
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    counts: async () => {
      const counts: VenueCounts = JSON.parse(await (await fetch(`${url}/control`)).text())
      return counts
    },
    fill: async (on) => {
      await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify({ fill: on }) })
    },
    stop: child.stop,
  }
}

/** Asks the probe inside the subject; what it measured begins anew with the answer. */
export async function readProbe({ pid, probeFile }: Running): Promise<ProbeReading> {
  rmSync(probeFile, { force: true })
  process.kill(pid, 'SIGUSR2')
  const deadline = performance.now() + 10_000
  while (!existsSync(probeFile)) {
    if (performance.now() > deadline) throw new Error('the probe did not answer')
    await pause(2)
  }
  const reading: ProbeReading = JSON.parse(readFileSync(probeFile, 'utf8'))
  return reading
}
