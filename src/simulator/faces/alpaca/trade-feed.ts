import type { Identifiers } from './identifiers.ts'
import { microsText, millisOf, type Stamp, type Stamps } from './stamps.ts'

/** One event of the account as it was told, with what later listeners need to find their place. */
export interface TradeEvent {
  readonly event: string
  readonly eventId: string
  readonly at: Stamp
  readonly data: Readonly<Record<string, unknown>>
}

const MOST_KEPT = 100_000

/** Tells what happens to orders, in order, and remembers it for those who ask for the past. */
export class TradeFeed {
  readonly #stamps: Stamps
  readonly #ids: Identifiers
  readonly #listeners = new Set<(event: TradeEvent) => void>()
  readonly #kept: TradeEvent[] = []

  constructor(stamps: Stamps, ids: Identifiers) {
    this.#stamps = stamps
    this.#ids = ids
  }

  tell(event: string, data: Readonly<Record<string, unknown>>, withId: boolean): void {
    const at = this.#stamps.next()
    const eventId = this.#ids.ulid(millisOf(at))
    const head = withId ? { at: microsText(at), event_id: eventId, event } : { event }
    const told = { event, eventId, at, data: { ...head, ...data } }
    this.#kept.push(told)
    if (this.#kept.length > MOST_KEPT) this.#kept.shift()
    for (const listener of [...this.#listeners]) listener(told)
  }
  listen(listener: (event: TradeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  get kept(): readonly TradeEvent[] {
    return this.#kept
  }
}
