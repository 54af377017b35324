import type { BrokerGateway, Instrument, Quote } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'

/**
 * Quotes and instrument rules of one account's venue. Guarantees: one read at a time per symbol however many ask, nothing
 * older than its lifetime is given out, and a venue that does not answer gives nothing rather than something old.
 */
export class MarketData {
  readonly #quotes: Reads<Quote>
  readonly #instruments: Reads<Instrument>

  constructor(
    gateway: BrokerGateway,
    clock: Clock,
    lifetimes: { readonly quoteMs: number; readonly instrumentMs: number },
  ) {
    this.#quotes = new Reads(clock, lifetimes.quoteMs, (symbol) => gateway.quote(symbol))
    this.#instruments = new Reads(clock, lifetimes.instrumentMs, (symbol) => gateway.instrument(symbol))
  }

  quote(symbol: string): Promise<Quote | undefined> {
    return this.#quotes.get(symbol)
  }
  instrument(symbol: string): Promise<Instrument | undefined> {
    return this.#instruments.get(symbol)
  }
  /** Both without waiting, when both are at hand. */
  atHand(symbol: string): { readonly quote: Quote; readonly instrument: Instrument } | undefined {
    const quote = this.#quotes.fresh(symbol)
    const instrument = this.#instruments.fresh(symbol)
    return quote === undefined || instrument === undefined ? undefined : { quote, instrument }
  }
  /** Its rules as last read: they change seldom, and a venue that hangs does not change them. */
  lastInstrument(symbol: string): Instrument | undefined {
    return this.#instruments.last(symbol)
  }
  /** The last quote seen, however old: for showing, never for deciding. */
  lastSeen(symbol: string): Quote | undefined {
    return this.#quotes.last(symbol)
  }
}

const SYMBOLS_KEPT = 5_000

class Reads<T> {
  readonly #clock: Clock
  readonly #lifetimeMs: number
  readonly #read: (symbol: string) => Promise<T | undefined>
  readonly #known = new Map<string, { readonly value: T; readonly readAt: number }>()
  readonly #reading = new Map<string, Promise<T | undefined>>()

  constructor(clock: Clock, lifetimeMs: number, read: (symbol: string) => Promise<T | undefined>) {
    this.#clock = clock
    this.#lifetimeMs = lifetimeMs
    this.#read = read
  }

  last(symbol: string): T | undefined {
    return this.#known.get(symbol)?.value
  }
  fresh(symbol: string): T | undefined {
    const known = this.#known.get(symbol)
    return known !== undefined && this.#clock.monotonic() - known.readAt < this.#lifetimeMs ? known.value : undefined
  }

  get(symbol: string): Promise<T | undefined> {
    const fresh = this.fresh(symbol)
    if (fresh !== undefined) return Promise.resolve(fresh)
    const under = this.#reading.get(symbol)
    if (under !== undefined) return under
    const startedAt = this.#clock.monotonic()
    const reading = this.#read(symbol)
      .then((value) => {
        if (value !== undefined) this.#keep(symbol, value, startedAt)
        return value
      })
      .finally(() => this.#reading.delete(symbol))
    this.#reading.set(symbol, reading)
    return reading
  }

  #keep(symbol: string, value: T, readAt: number): void {
    if (!this.#known.has(symbol) && this.#known.size >= SYMBOLS_KEPT) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(symbol, { value, readAt })
  }
}
