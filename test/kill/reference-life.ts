import { seededRandom } from '../../src/simulator/seeded-random.ts'
import type { DaemonProcess, Ended } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { type SentSignal, Trader } from './trader.ts'

/**
 * A short life over two processes: submit, partial fill, cancel, stop; start, recovery, cancel, a sale, stop. Every step
 * bears that the daemon is gone or refuses: what did not happen is made up for afterwards by whoever sent it.
 */
export type Phase = 'first' | 'second'

const STEP_WITHIN_MS = 4_000

export class ReferenceLife {
  readonly trader = new Trader(seededRandom('reference'))
  readonly #daemon: DaemonProcess
  readonly #resting: SentSignal

  constructor(daemon: DaemonProcess) {
    this.#daemon = daemon
    this.#resting = this.trader.add('rests', { symbol: 'NVDA', side: 'buy', quantity: '15', limit_price: '136.5' })
  }

  async live(phase: Phase): Promise<Ended> {
    try {
      await this.#daemon.start()
      await (phase === 'first' ? this.#first() : this.#second())
    } catch {
      // The daemon died before it was ready, or does not answer any more.
    }
    return this.#daemon.stop()
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
  }

  async #sendUntil(signal: SentSignal, status: string): Promise<void> {
    await this.trader.send(this.#daemon.client, signal)
    await this.#reaches(signal, status)
  }
  async #cancelUntilGone(signal: SentSignal): Promise<void> {
    await this.trader.cancel(this.#daemon.client, signal)
    await this.#reaches(signal, 'cancelled')
  }

  async #reaches({ orderId }: SentSignal, status: string): Promise<void> {
    if (orderId === undefined) return
    const path = `/v1/orders/${orderId}`
    await until(status, STEP_WITHIN_MS, async () =>
      (await this.#daemon.client.get(path)).body.status === status ? true : undefined,
    )
  }
}
