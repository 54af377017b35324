import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { parseJsonText } from '../../src/core/json-text.ts'
import type { Order } from '../../src/core/order.ts'
import type { Admission } from '../../src/ports/order-commands.ts'
import type { VenueOptions } from '../../src/simulator/venue-options.ts'
import { checkHistory } from './check-history.ts'
import { SimulatedRun } from './simulated-run.ts'
import { withVirtualGlobals } from './world/virtual-globals.ts'

export interface SeedOptions {
  readonly seed: number
  readonly orders: number
  /** How often the daemon dies in the middle of it. */
  readonly crashes: number
  readonly model?: 'calm' | 'lively'
  /** Other prices at the venue than its usual ones. */
  readonly symbols?: VenueOptions['symbols']
}
export interface SeedResult {
  readonly seed: number
  readonly hash: string
  readonly steps: number
  readonly orders: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly violations: readonly string[]
  readonly tail: readonly string[]
}

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'BTC/USD', 'SPY']
const BETWEEN_SIGNALS_MS = 200
const QUIET_MS = 120_000
const WAIT_MS = 60_000

/** The whole daemon through one seeded history: signals with repeats, cancels, crashes, then quiet, then a look at everything. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const run = new SimulatedRun(options.seed, simulationConfig(), {
    model: options.model ?? 'lively',
    seed: String(options.seed),
    ...(options.symbols === undefined ? {} : { symbols: options.symbols }),
  })
  return withVirtualGlobals({ clock: run.time, timers: run.time, random: run.random }, () => play(run, options))
}

async function play(run: SimulatedRun, { seed, orders, crashes }: SeedOptions): Promise<SeedResult> {
  const answers = new Map<string, Admission>()
  const crashAt = new Set(Array.from({ length: crashes }, () => Math.floor(run.random.draw('crash.at') * orders)))
  const start = async (): Promise<void> => {
    await run.settle(run.start())
    await run.settle(run.trading.floor.start())
  }
  await start()
  const pending: Promise<void>[] = []
  for (let n = 0; n < orders; n += 1) {
    const body = signalBody(run, seed, n)
    pending.push(send(run, body, answers))
    if (run.random.draw('trader.repeats') < 0.2) pending.push(send(run, body, answers))
    if (run.random.draw('trader.cancels') < 0.15) pending.push(cancelSomething(run))
    await run.run(run.random.draw('trader.pause') * BETWEEN_SIGNALS_MS)
    if (!crashAt.has(n)) continue
    run.crash()
    await run.run(run.random.draw('crash.down') * 1_000)
    await start()
  }
  await run.run(QUIET_MS)
  await resend(run, seed, orders, answers)
  await run.settle(run.trading.floor.cancelAll({}, 'simulation'))
  await run.run(QUIET_MS)
  await run.settle(run.trading.outbox.flush())
  const { store } = run.trading
  const all = await run.settle(everyOrder(store))
  const violations = await run.settle(checkHistory(run, all, answers))
  await run.settle(run.trading.stop(5_000))
  return {
    seed,
    hash: run.trace.digest(),
    steps: run.trace.length,
    orders: all.length,
    byStatus: countBy(all),
    violations:
      run.fatal === undefined ? violations : [...violations, `the daemon could not go on: ${String(run.fatal)}`],
    tail: run.trace.tail,
  }
}

function simulationConfig(): Config {
  const loaded = loadConfig({
    path: 'simulation.json',
    env: {},
    readFile: () =>
      JSON.stringify({
        order_management: { duplicate_policy: 'allow', order_types: ['limit', 'market'] },
        risk: { max_orders_per_minute: null, max_open_orders: null },
        accounts: { paper: { venue: 'paper', rate_limit: [{ class: 'order', requests: 40, per: '1s' }] } },
      }),
  })
  if (loaded.kind !== 'loaded') throw loaded
  return loaded.config
}

/** A function of the seed and the number alone, so that a trader who lost the answer can ask again. */
function signalBody(run: SimulatedRun, seed: number, n: number): string {
  const draw = (what: string): number => run.random.draw(`signal.${n}.${what}`)
  const symbol = SYMBOLS[Math.floor(draw('symbol') * SYMBOLS.length)] ?? 'AAPL'
  const isCoin = symbol.includes('/')
  const size = isCoin
    ? { amount: String(50 + Math.floor(draw('size') * 500)) }
    : { quantity: String(1 + Math.floor(draw('size') * 5)) }
  return JSON.stringify({
    signal_id: `s${seed}-${n}`,
    strategy: draw('strategy') < 0.5 ? 'mean' : 'trend',
    symbol,
    side: draw('side') < 0.65 ? 'buy' : 'sell',
    ...size,
    time_in_force: draw('tif') < 0.2 ? 'ioc' : 'gtc',
    urgency: draw('urgency') < 0.2 ? 'low' : 'normal',
  })
}

async function send(run: SimulatedRun, body: string, answers: Map<string, Admission>): Promise<void> {
  const { signal_id: id } = JSON.parse(body) as { signal_id: string }
  bodies.set(id, body)
  try {
    const answer = await run.trading.floor.admit({
      body: parseJsonText(body),
      receivedAt: run.time.now(),
      by: 'trader',
    })
    if (answer.kind === 'taken' || answer.kind === 'denied') answers.set(id, answer)
  } catch {
    // The daemon died before it answered: the trader knows nothing and asks again later.
  }
}
const bodies = new Map<string, string>()

/** At least once, until there is an answer: the trader's half of exactly once. */
async function resend(run: SimulatedRun, seed: number, orders: number, answers: Map<string, Admission>): Promise<void> {
  for (let n = 0; n < orders; n += 1) {
    const id = `s${seed}-${n}`
    const body = bodies.get(id)
    if (body !== undefined && !answers.has(id)) await run.settle(send(run, body, answers), WAIT_MS)
    bodies.delete(id)
  }
}

async function cancelSomething(run: SimulatedRun): Promise<void> {
  try {
    const { items } = await run.trading.store.orders({ open: true }, { limit: 20 })
    const order = items[Math.floor(run.random.draw('trader.which') * items.length)]
    if (order !== undefined) await run.trading.floor.cancel(order.id, 'trader')
  } catch {
    // As above.
  }
}

async function everyOrder(store: SimulatedRun['trading']['store']): Promise<readonly Order[]> {
  const orders: Order[] = []
  let after: number | undefined
  do {
    const page = await store.orders({}, { limit: 500, ...(after === undefined ? {} : { after }) })
    orders.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return orders
}

function countBy(orders: readonly Order[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of orders) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
