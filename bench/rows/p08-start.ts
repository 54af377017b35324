import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { runToEnd } from '../child.ts'
import { atMost, figureLine, type Line, notMeasured, type Row, ratioLine } from '../line.ts'
import { runLoad, startVenue } from '../measure/load-run.ts'
import { median } from '../measure/stats.ts'

const OPEN_ORDERS = 10_000

/** From the start of the process to a socket that listens; and what many open orders add until it is ready. */
export const start: Row = {
  id: 'P8',
  measure: async (bench) => [await listening(bench), await restart(bench)],
}

async function listening(bench: Bench): Promise<Line> {
  const head = { row: 'P8', what: 'start to listening, against an empty script', unit: 'ms', goal: atMost(3, '×') }
  const dir = bench.folder()
  const why = bench.ours.missing()
  // The first start makes the store and fills the caches, as it does once per installation.
  if (why === undefined) await startMs(bench, dir, 'listeningMs')
  const ours: number[] = []
  const empty: number[] = []
  for (let round = 0; round < bench.options.rounds; round += 1) {
    if (why === undefined) ours.push(await startMs(bench, dir, 'listeningMs'))
    empty.push(await emptyScriptMs(dir))
  }
  return ratioLine(head, why === undefined ? ours : undefined, { name: 'empty script', rounds: empty }, why ?? '')
}

async function emptyScriptMs(dir: string): Promise<number> {
  const script = join(dir, 'empty.mjs')
  writeFileSync(script, '')
  const begun = performance.now()
  await runToEnd({ args: [script], log: join(dir, 'empty.log') })
  return performance.now() - begun
}

const startMs = (bench: Bench, dir: string, moment: 'listeningMs' | 'readyMs'): Promise<number> =>
  bench.scene(bench.ours, { dir }, async ({ running }) => running[moment])

/** The venue stays up, so that the orders are as open there as they are in the store. */
async function restart(bench: Bench): Promise<Line> {
  const head = {
    row: 'P8',
    what: `restart with ${OPEN_ORDERS} open orders, extra`,
    unit: 'ms',
    goal: atMost(100, 'ms'),
  }
  const why = bench.ours.missing()
  if (why !== undefined) return notMeasured(head, why)
  const dir = bench.folder()
  const venue = await startVenue(dir)
  const ready = async (act?: (running: Awaited<ReturnType<typeof bench.ours.start>>) => Promise<unknown>) => {
    const running = await bench.ours.start({ dir, venueUrl: venue.url })
    try {
      await act?.(running)
      return running.readyMs
    } finally {
      await running.stop()
    }
  }
  const rounds = async (): Promise<number> => {
    const taken: number[] = []
    for (let round = 0; round < bench.options.rounds; round += 1) taken.push(await ready())
    return median(taken)
  }
  try {
    await ready()
    const without = await rounds()
    await ready((running) => runLoad(running, dir, { inflight: 64, warm: 0, orders: OPEN_ORDERS, seconds: 120 }))
    const loaded = await rounds()
    return figureLine(head, loaded - without, { name: 'without orders', value: without })
  } finally {
    await venue.stop()
  }
}
