import type { Random } from '../../src/simulator/seeded-random.ts'
import type { Answer, DaemonClient, SignalText } from '../support/daemon-client.ts'

/** One signal and what its sender knows of it. */
export interface SentSignal {
  readonly id: string
  readonly text: SignalText
  isAnswered: boolean
  orderId: string | undefined
}

const PRICES = { AAPL: 230, MSFT: 430, NVDA: 140, AMZN: 200, GOOG: 175 } as const
const SYMBOLS = Object.keys(PRICES) as (keyof typeof PRICES)[]
const SIDES = ['buy', 'sell'] as const
const KINDS = SYMBOLS.length * SIDES.length
const LEAST = 10
const RESTING = 0.2
/** Too far for most fills, near enough for the collar most of the time. */
const AWAY = 0.03
const PER_WAVE = 8
const REPEATS = 0.2
const CANCELS = 0.2

/**
 * A sender over the front door. Guarantees: no two of its signals ask for the same side, quantity and symbol, so that a
 * double shows in the venue's memory alone; what got no answer is sent again until it has one, with the same body.
 */
export class Trader {
  readonly sent: SentSignal[] = []
  /** So many answers so far, to signals of whatever kind. */
  answers = 0
  #waiting: { readonly count: number; readonly reached: () => void } | undefined
  readonly #random: Random
  readonly #name: string

  constructor(random: Random, name = 'trader') {
    this.#random = random
    this.#name = name
  }

  /** Waves of new signals, repeats and cancels, until it is told that it is over. */
  async trade(client: DaemonClient, isOver: () => boolean): Promise<void> {
    await this.repeatUnanswered(client)
    while (!isOver()) {
      const fresh = Array.from({ length: PER_WAVE }, () => this.next())
      await Promise.all([
        ...fresh.map((signal) => this.send(client, signal)),
        ...this.#some(REPEATS).map((signal) => this.send(client, signal)),
        ...this.#some(CANCELS).map((signal) => this.cancel(client, signal)),
      ])
    }
  }

  async repeatUnanswered(client: DaemonClient): Promise<void> {
    await Promise.all(this.sent.filter(({ isAnswered }) => !isAnswered).map((signal) => this.send(client, signal)))
  }

  next(): SentSignal {
    const n = this.sent.length
    const symbol = SYMBOLS[n % SYMBOLS.length] ?? 'AAPL'
    const side = SIDES[n % SIDES.length] ?? 'buy'
    const id = `${this.#name}-${n}`
    const away = PRICES[symbol] * (side === 'buy' ? 1 - AWAY : 1 + AWAY)
    const limit = this.#random('trader.rests') < RESTING ? { limit_price: away.toFixed(2) } : {}
    return this.add(id, { symbol, side, quantity: String(LEAST + Math.floor(n / KINDS)), ...limit })
  }
  /** One of the caller's own; its purpose has to be its own too. */
  add(id: string, terms: SignalText): SentSignal {
    const text = { signal_id: id, strategy: 'kill', ...terms }
    const signal: SentSignal = { id, text, isAnswered: false, orderId: undefined }
    this.sent.push(signal)
    return signal
  }

  async send(client: DaemonClient, signal: SentSignal): Promise<Answer | undefined> {
    const answer = await client.send(signal.text).catch(() => undefined)
    if (answer !== undefined) this.#count()
    // A denial is an answer for good like any other; 429 and 503 have stored nothing.
    if (answer === undefined || ![200, 202, 403].includes(answer.status)) return answer
    signal.isAnswered = true
    signal.orderId ??= answer.body.order?.id
    return answer
  }

  answersReach(count: number): Promise<void> {
    return new Promise((reached) => {
      this.#waiting = { count, reached }
    })
  }
  #count(): void {
    this.answers += 1
    if (this.#waiting !== undefined && this.answers >= this.#waiting.count) this.#waiting.reached()
  }

  async cancel(client: DaemonClient, { orderId }: SentSignal): Promise<void> {
    if (orderId !== undefined) await client.post(`/v1/orders/${orderId}/cancel`).catch(() => undefined)
  }

  #some(share: number): readonly SentSignal[] {
    const recent = this.sent.slice(-3 * PER_WAVE)
    return recent.filter(() => this.#random('trader.some') < share)
  }
}
