import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SubmitterName } from '../alpaca/submitters.ts'
import type { Turn, TurnResult } from '../alpaca/submitting.ts'
import type { Bench } from '../bench.ts'
import { type Child, freePort, isListening, startChild, waitFor } from '../child.ts'
import { median } from './stats.ts'

const VENUE = fileURLToPath(new URL('../alpaca/answering-venue.ts', import.meta.url))
const CLIENT = fileURLToPath(new URL('../alpaca/submitting.ts', import.meta.url))
const TURN_MS = 60_000
const TURNS_A_ROUND = 5

export interface ClientRound {
  readonly p50_us: number
  readonly cpu_us_per_order: number
}
export type ClientRounds = Readonly<Record<string, readonly ClientRound[]>>

interface TurnPlan extends Turn {
  readonly warm: number
}

/**
 * Clients that submit to one venue, each a process of its own that is warm before the first round. Within a round they take
 * several short turns, A B C A B C, so that what else the machine does falls on all of them.
 */
export async function alpacaTurns(
  bench: Bench,
  names: readonly SubmitterName[],
  plan: TurnPlan,
): Promise<ClientRounds> {
  const dir = bench.folder()
  const port = await freePort()
  const log = join(dir, 'venue.log')
  const venue = startChild({ args: [VENUE, '--port', `${port}`], log })
  const clients: Client[] = []
  try {
    await waitFor(venue, log, 10_000, isListening(port))
    for (const name of names) clients.push(await Client.start(name, `http://127.0.0.1:${port}`, dir))
    for (const client of clients) await client.take({ inflight: plan.inflight, orders: plan.warm })
    return await bench.rounds(() => round(clients, plan))
  } finally {
    await Promise.all([venue, ...clients.map(({ child }) => child)].map((child) => child.stop()))
  }
}

async function round(clients: readonly Client[], { inflight, orders }: TurnPlan): Promise<Record<string, ClientRound>> {
  const turns = new Map<string, Took[]>()
  for (let turn = 0; turn < TURNS_A_ROUND; turn += 1) {
    for (const client of clients) {
      const took = await client.take({ inflight, orders: Math.ceil(orders / TURNS_A_ROUND) })
      turns.set(client.name, [...(turns.get(client.name) ?? []), took])
    }
  }
  return Object.fromEntries([...turns].map(([name, took]) => [name, sumOf(took)]))
}

type Took = Exclude<TurnResult, { failure: string }>

function sumOf(turns: readonly Took[]): ClientRound {
  const latencies = turns.flatMap(({ latencies_us }) => latencies_us)
  const cpu = turns.reduce((sum, { cpu_us }) => sum + cpu_us, 0)
  return { p50_us: median(latencies), cpu_us_per_order: cpu / latencies.length }
}

class Client {
  readonly name: SubmitterName
  readonly child: Child
  readonly #log: string

  private constructor(name: SubmitterName, child: Child, log: string) {
    this.name = name
    this.child = child
    this.#log = log
  }

  static async start(name: SubmitterName, url: string, dir: string): Promise<Client> {
    const log = join(dir, `${name}.log`)
    const child = startChild({ args: [CLIENT, '--client', name, '--url', url], log, channel: true })
    const client = new Client(name, child, log)
    try {
      await client.#word()
      return client
    } catch (cause) {
      await child.stop()
      throw cause
    }
  }

  async take(turn: Turn): Promise<Took> {
    const word = this.#word<TurnResult>()
    this.child.process.send(turn)
    const result = await word
    if ('failure' in result) throw new Error(`${this.name}: ${result.failure}`)
    return result
  }

  #word<T>(): Promise<T> {
    const { process: child, ended } = this.child
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        over()
        reject(new Error(`${this.name} ${why}: ${readFileSync(this.#log, 'utf8').slice(-500)}`))
      }
      const told = (word: unknown): void => {
        over()
        resolve(word as T)
      }
      const late = setTimeout(fail, TURN_MS, `said nothing for ${TURN_MS} ms`)
      const over = (): void => {
        clearTimeout(late)
        child.off('message', told)
      }
      child.once('message', told)
      void ended.then((code) => fail(`ended with ${code}`))
    })
  }
}
