/**
 * A client that submits orders when told to, in a process of its own: `--client ours|undici|sdk --url URL`. Told
 * `{inflight, orders}` it sends that many and tells what they took. Between its turns it costs nothing.
 */
import { parseArgs } from 'node:util'
import { isSubmitter, SUBMITTERS } from './submitters.ts'

export interface Turn {
  readonly inflight: number
  readonly orders: number
}
export type TurnResult =
  | { readonly latencies_us: readonly number[]; readonly cpu_us: number }
  | { readonly failure: string }

const { values: args } = parseArgs({
  options: { client: { type: 'string', default: '' }, url: { type: 'string', default: '' } },
})
if (!isSubmitter(args.client)) throw new Error(`no client ${args.client}`)
const submit = SUBMITTERS[args.client](args.url)
let serial = 0

async function take({ inflight, orders }: Turn): Promise<TurnResult> {
  const latencies: number[] = []
  let left = orders
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      serial += 1
      const begun = performance.now()
      await submit(serial)
      latencies.push((performance.now() - begun) * 1_000)
    }
  }
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: inflight }, one))
  // All threads, user and system, in microseconds.
  const { user, system } = process.cpuUsage(before)
  return { latencies_us: latencies, cpu_us: user + system }
}

process.on('message', async (turn: Turn) => {
  const result = await take(turn).catch((cause): TurnResult => ({ failure: String(cause) }))
  process.send?.(result)
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
