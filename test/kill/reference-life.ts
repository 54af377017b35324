import { seededRandom } from '../../src/simulator/seeded-random.ts'
import type { DaemonProcess, Ended } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { type SentSignal, Trader } from './trader.ts'

/**
 * A short life over two processes: submit, partial fill, cancel, stop; start, recovery, cancel, a sale, a sync, stop.
 * Where the first one was killed, the other is a recovery and no more. Every step bears that the daemon is gone or
 * refuses: what did not happen is made up for afterwards by whoever sent it.
 */
export type Phase = 'first' | 'second' | 'recovery'

const STEP_WITHIN_MS = 4_000

export class ReferenceLife {
  readonly trader = new Trader(seededRandom('reference'))
  readonly #daemon: DaemonProcess
  readonly #stepWithinMs: number
  readonly #resting: SentSignal
  #missed: string | undefined

  constructor(daemon: DaemonProcess, stepWithinMs = STEP_WITHIN_MS) {
    this.#daemon = daemon
    this.#stepWithinMs = stepWithinMs
    this.#resting = this.trader.add('rests', { symbol: 'NVDA', side: 'buy', quantity: '15', limit_price: '136.5' })
  }

  /** The first thing that did not happen as told above; absent when everything did. */
  get missed(): string | undefined {
    return this.#missed
  }

  /** It ends as it was told to, unless it ended before. */
  async live(phase: Phase, end: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<Ended> {
    try {
      await this.#daemon.start()
      if (phase === 'first') await this.#first()
      if (phase === 'second') await this.#second()
    } catch (error) {
      // The daemon died before it was ready, or does not answer any more.
      this.#missed ??= error instanceof Error ? error.message : String(error)
    }
    return this.#daemon.kill(end)
  }

  async #first(): Promise<void> {
    const cancelled = this.trader.add('is-cancelled', {
      symbol: 'MSFT',
      side: 'sell',
      quantity: '12',
      limit_price: '440',
    })
    await this.#sendUntil(this.trader.add('fills', { symbol: 'AAPL', side: 'buy', quantity: '20' }), 'filled')
    await this.#sendUntil(cancelled, 'accepted')
    await this.#cancelUntilGone(cancelled)
    await this.#sendUntil(this.#resting, 'accepted')
  }

  async #second(): Promise<void> {
    await this.#cancelUntilGone(this.#resting)
    await this.#sendUntil(this.trader.add('fills-later', { symbol: 'AAPL', side: 'sell', quantity: '18' }), 'filled')
    const { status } = await this.#daemon.client.post('/v1/sync')
    if (status !== 200) this.#missed ??= `the sync was answered ${status}`
  }

  async #sendUntil(signal: SentSignal, status: string): Promise<void> {
    await this.trader.send(this.#daemon.client, signal)
    await this.#reaches(signal, status)
  }
  async #cancelUntilGone(signal: SentSignal): Promise<void> {
    await this.trader.cancel(this.#daemon.client, signal)
    await this.#reaches(signal, 'cancelled')
  }

  async #reaches({ id, orderId }: SentSignal, status: string): Promise<void> {
    if (orderId === undefined) {
      this.#missed ??= `${id} has no order`
      return
    }
    const path = `/v1/orders/${orderId}`
    await until(`${id} ${status}`, this.#stepWithinMs, async () =>
      (await this.#daemon.client.get(path)).body.status === status ? true : undefined,
    )
  }
}
