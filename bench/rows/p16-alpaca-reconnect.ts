import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { atAlpaca } from '../alpaca/subject.ts'
import { KEYS } from '../alpaca/submit.ts'
import type { Bench } from '../bench.ts'
import { freePort, isListening, startChild, waitFor } from '../child.ts'
import { atMost, figureLine, notMeasured, type Row } from '../line.ts'
import type { Running } from '../subjects.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const ORDERS = 10
const LOOK_EVERY_MS = 5
const SOON_MS = 30_000
/** How the venue ends it: with a word, or with a reset. */
const BREAKS = ['closed', 'reset'] as const

/**
 * The stream breaks and everything that was working trades in the same moment, unheard: until it is open again and all of
 * it is booked. Against the simulated Alpaca; the worst round counts.
 */
export const alpacaReconnect: Row = {
  id: 'P16',
  measure: async (bench) => {
    const head = { row: 'P16', what: 'stream broken to caught up, worst', unit: 's', goal: atMost(5, 's') }
    const why = bench.ours.missing()
    if (why !== undefined) return [notMeasured(head, why)]
    const taken = await bench.rounds(async () => {
      const round: Record<string, number> = {}
      for (const how of BREAKS) round[how] = await secondsToCatchUp(bench, how)
      return round
    })
    bench.raw['Alpaca, stream broken'] = taken
    return [figureLine(head, Math.max(...Object.values(taken).flat()))]
  },
}

async function secondsToCatchUp(bench: Bench, how: (typeof BREAKS)[number]): Promise<number> {
  const [port, controlPort] = [await freePort(), await freePort()]
  const log = join(bench.folder(), 'simulator.log')
  const args = ['simulate', 'alpaca', '--fills', 'manual', '--port', `${port}`, '--control-port', `${controlPort}`]
  const simulator = startChild({ args: [MAIN, ...args], log })
  try {
    await waitFor(simulator, log, SOON_MS, isListening(controlPort))
    return await bench.at(`http://127.0.0.1:${port}`, { config: atAlpaca(KEYS) }, ({ running }) =>
      caughtUp(running, `http://127.0.0.1:${controlPort}`, how),
    )
  } finally {
    await simulator.stop()
  }
}

async function caughtUp(running: Running, control: string, how: string): Promise<number> {
  const names: string[] = []
  for (let n = 0; n < ORDERS; n += 1) names.push(await submit(running, `bench-${n}`))
  await until('the stream is open', async () => (await connectedSince(running)) !== undefined)
  const before = await connectedSince(running)
  const begun = performance.now()
  await ask(`${control}/streams/close`, { how })
  for (const name of names) await ask(`${control}/orders/${name}/fill`, {})
  await until('it is open again', async () => {
    const since = await connectedSince(running)
    return since !== undefined && since !== before
  })
  await until('everything is booked', async () => (await filled(running)) === ORDERS)
  return (performance.now() - begun) / 1_000
}

/** Under the name by which the venue knows it. */
async function submit(running: Running, signal_id: string): Promise<string> {
  const signal = { signal_id, symbol: 'AAPL', side: 'buy', quantity: '10' }
  const { order } = (await ask(`${running.url}${running.path}`, signal, running.key)) as {
    readonly order: { readonly status: string; readonly client_order_id: string }
  }
  if (order.status !== 'accepted') throw new Error(`${signal_id} is ${order.status}`)
  return order.client_order_id
}

async function connectedSince({ url, key }: Running): Promise<string | undefined> {
  const { accounts } = (await ask(`${url}/v1/status`, undefined, key)) as {
    readonly accounts: readonly { readonly stream: { readonly connected_since?: string } }[]
  }
  return accounts[0]?.stream.connected_since
}

async function filled({ url, key }: Running): Promise<number> {
  const { items } = (await ask(`${url}/v1/orders?status=filled`, undefined, key)) as {
    readonly items: readonly object[]
  }
  return items.length
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SOON_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${SOON_MS} ms: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}

async function ask(url: string, body?: object, key?: string): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}
