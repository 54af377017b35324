import type { Answer, DaemonClient, SignalText } from '../support/daemon-client.ts'
import type { ConfigText } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOG'] as const
/** Nothing that is promised: a machine with other things to do takes longer. */
const SETTLES_WITHIN_MS = 60_000

/** Room for everything, so that nothing but a fault can keep an order from its fill. */
export const AMPLE: ConfigText = {
  accounts: { paper: { venue: 'paper', cash: '100000000' } },
  order_management: { duplicate_policy: 'allow' },
  rate_limit: { max_queue_age: '60s' },
  risk: {
    max_order_notional: null,
    max_position_notional: null,
    max_total_exposure: null,
    max_open_orders: null,
    max_orders_per_minute: null,
  },
}

/** Whole numbers from 1 on, over five symbols; each has its number in its id. */
export const signals = (count: number, name = 'burst'): readonly SignalText[] =>
  Array.from({ length: count }, (_, n) => ({
    signal_id: `${name}-${String(n + 1).padStart(4, '0')}`,
    strategy: 'burst',
    symbol: SYMBOLS[n % SYMBOLS.length],
    side: 'buy',
    quantity: '1',
  }))

export const idsOf = (sent: readonly SignalText[]): readonly string[] => sent.map(({ signal_id }) => String(signal_id))

/** No order is open any more and the logs have everything. */
export const settled = (client: DaemonClient, withinMs = SETTLES_WITHIN_MS): Promise<true> =>
  until('every order has ended', withinMs, async () => {
    const { body } = await client.get('/v1/orders?open=true&limit=1')
    return body.items.length === 0 ? true : undefined
  })

export interface Stream {
  /** As they came. */
  readonly answers: readonly Answer[]
  /** Sends nothing more; settles when everything that was sent is answered. */
  stop(): Promise<void>
}

const TICK_MS = 5

/** So many signals a second, whatever becomes of them. */
export function steadily(client: DaemonClient, perSecond: number, name: string): Stream {
  const answers: Answer[] = []
  const under: Promise<unknown>[] = []
  const startedAt = performance.now()
  const supply = signals(MOST, name)
  const timer = setInterval(() => {
    const due = Math.min(MOST, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000))
    for (const signal of supply.slice(under.length, due))
      under.push(client.send(signal).then((answer) => answers.push(answer)))
  }, TICK_MS)
  return {
    answers,
    stop: async () => {
      clearInterval(timer)
      await Promise.allSettled(under)
    },
  }
}
const MOST = 10_000
