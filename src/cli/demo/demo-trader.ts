import { setTimeout as sleep } from 'node:timers/promises'
import { Decimal } from '../../config/exact.ts'
import type { ApiClient } from '../api-client.ts'
import { itemsIn, type Row, rowIn, textIn } from '../row.ts'
import { orderIdOf } from '../views/order-words.ts'
import { beginStrategy, drawn, nextSignal, type StrategyState } from './sample-strategy.ts'

const SHORTEST_PAUSE_MS = 900
const PAUSE_SPREAD_MS = 900
/** A bid below the market that nobody took for so long is taken back. */
const PATIENCE_MS = 6_000

export interface DemoLimits {
  readonly orders: number
  readonly signal: AbortSignal
}
export interface DemoCounts {
  readonly sent: number
  readonly denied: number
  /** From the signal out to the answer in, which is when the order is durable. */
  readonly answerMs: readonly number[]
}

/** Sends what the sample strategy says over HTTP, as any bot would, and takes back what waits too long. */
export class DemoTrader {
  readonly #api: ApiClient
  readonly #run: string
  #state: StrategyState
  #pause: number
  readonly #prices = new Map<string, Decimal>()
  #sent = 0
  #denied = 0
  readonly #answerMs: number[] = []

  constructor(api: ApiClient, seed: string, run: string) {
    this.#api = api
    this.#run = run
    this.#state = beginStrategy(seed)
    this.#pause = beginStrategy(`${seed} pauses`).random
  }

  get counts(): DemoCounts {
    return { sent: this.#sent, denied: this.#denied, answerMs: this.#answerMs }
  }

  async trade({ orders, signal }: DemoLimits): Promise<void> {
    while (!signal.aborted && this.#sent < orders) {
      await this.#sendNext()
      await this.#takeBack()
      if (this.#sent < orders) await this.#rest(signal)
    }
  }

  async #sendNext(): Promise<void> {
    const { state, signal } = nextSignal(this.#state, { prices: this.#prices, held: await this.#held() })
    this.#state = state
    const body = { signal_id: `${this.#run}-${state.signals}`, strategy: 'sample', ...signal }
    const began = performance.now()
    const answer = await this.#api.post('/v1/signals', { body })
    this.#answerMs.push(performance.now() - began)
    this.#sent += 1
    if (!answer.ok) this.#denied += 1
    this.#see(signal.symbol, textIn(rowIn(answer.body, 'order'), 'reference_price'))
  }

  async #held(): Promise<ReadonlyMap<string, Decimal>> {
    const positions = itemsIn((await this.#api.read('/v1/positions')).body)
    const held = new Map<string, Decimal>()
    for (const position of positions) {
      const symbol = textIn(position, 'symbol') ?? ''
      this.#see(symbol, textIn(position, 'market_price'))
      const quantity = Decimal.parse(textIn(position, 'quantity') ?? '')
      if (quantity !== undefined) held.set(symbol, quantity)
    }
    return this.#withoutSelling(held)
  }

  /** What open sells will take away is not there to be sold again. */
  async #withoutSelling(held: Map<string, Decimal>): Promise<ReadonlyMap<string, Decimal>> {
    for (const order of await this.#open()) {
      const left = Decimal.parse(textIn(order, 'remaining_quantity') ?? '')
      const symbol = textIn(order, 'symbol') ?? ''
      const has = held.get(symbol)
      if (textIn(order, 'side') === 'sell' && left !== undefined && has !== undefined) held.set(symbol, has.minus(left))
    }
    return held
  }

  async #open(): Promise<readonly Row[]> {
    return itemsIn((await this.#api.read('/v1/orders', { query: { open: 'true', limit: '500' } })).body)
  }

  async #takeBack(): Promise<void> {
    for (const order of await this.#open()) {
      const age = Date.now() - Date.parse(textIn(order, 'created_at') ?? '')
      if (age > PATIENCE_MS && textIn(order, 'cancel_requested_at') === undefined)
        // Filled in the meantime is as good.
        await this.#api.post(`/v1/orders/${orderIdOf(order)}/cancel`)
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const [draw, next] = drawn(this.#pause)
    this.#pause = next
    await sleep(SHORTEST_PAUSE_MS + draw * PAUSE_SPREAD_MS, undefined, { signal }).catch(() => undefined)
  }

  #see(symbol: string, price: string | undefined): void {
    const seen = price === undefined ? undefined : Decimal.parse(price)
    if (seen !== undefined) this.#prices.set(symbol, seen)
  }
}
