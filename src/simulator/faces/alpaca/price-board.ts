import { Decimal, type Price } from '../../../core/money.ts'
import type { Instruments } from '../../instruments.ts'
import { Market, type Quote } from '../../market.ts'

/** The market's own prices, and those that were set by hand, which stand until they are let go. */
export class PriceBoard {
  readonly #market: Market
  readonly #now: () => number
  readonly #instruments: Instruments
  readonly #pinned = new Map<string, Pick<Quote, 'bid' | 'ask' | 'last' | 'time'>>()

  constructor(instruments: Instruments, seed: string, now: () => number) {
    this.#market = new Market(instruments, { seed, restlessness: 1 })
    this.#instruments = instruments
    this.#now = now
  }

  quote(symbol: string): Quote | undefined {
    const own = this.#market.quote(symbol, this.#now())
    const pinned = this.#pinned.get(symbol)
    return own === undefined || pinned === undefined ? own : { ...own, ...pinned }
  }
  /** The close of the day before, which the market has no memory of: the price the symbol wanders around. */
  lastDay(symbol: string): Price {
    return this.#instruments.get(symbol)?.startPrice ?? (Decimal.of(1n, 0) as Price)
  }
  pin(symbol: string, bid: Price, ask: Price, last: Price): void {
    this.#pinned.set(symbol, { bid, ask, last, time: this.#now() })
  }
  release(symbol?: string): void {
    if (symbol === undefined) this.#pinned.clear()
    else this.#pinned.delete(symbol)
  }
}
