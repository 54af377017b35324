import type { EventSink } from '../../ports/event-sink.ts'
import type { OrderStoreReader, StoredEvent } from '../../ports/order-store.ts'
import { EventRing } from './event-ring.ts'
import { type FeedPosition, formatFeedPosition } from './feed-position.ts'

export type FeedItem =
  | { readonly kind: 'event'; readonly id: string; readonly event: StoredEvent }
  /** The reader fell so far behind that the feed let go of it; from `after` it can begin again without a gap. */
  | { readonly kind: 'dropped'; readonly after: string }

export interface FeedOptions {
  readonly store: Pick<OrderStoreReader, 'eventsAfter'>
  /** The last number of every account when the daemon started. */
  readonly heads: FeedPosition
  readonly ringSize?: number
  readonly pageSize?: number
}

/**
 * Committed events for whoever is listening. Guarantees:
 * - a reader sees each event of an account once and in order, from where it says it stands: out of the store as far as
 *   memory does not reach, then out of memory, then as they come;
 * - a reader costs no memory, however slow; one that is overtaken is told so and dropped.
 */
export class EventFeed implements EventSink {
  readonly name = 'feed'
  readonly #ring: EventRing
  readonly #store: FeedOptions['store']
  readonly #pageSize: number
  readonly #sleepers = new Set<() => void>()

  constructor({ store, heads, ringSize = 10_000, pageSize = 500 }: FeedOptions) {
    this.#store = store
    this.#pageSize = pageSize
    this.#ring = new EventRing(ringSize, heads)
  }

  /** Nobody listens across a restart, so a new feed begins at what is committed. */
  async positions(): Promise<FeedPosition> {
    return new Map(this.#ring.heads)
  }

  async deliver(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      if (event.accountSeq > (this.#ring.heads.get(event.account) ?? 0)) this.#ring.push(event)
    }
    const sleepers = [...this.#sleepers]
    this.#sleepers.clear()
    for (const wake of sleepers) wake()
  }

  get readers(): number {
    return this.#sleepers.size
  }

  /** Ends when the signal fires or the reader is dropped. Without `after` it begins with the next event. */
  async *read({ after, signal }: { after?: FeedPosition; signal: AbortSignal }): AsyncGenerator<FeedItem> {
    const ring = this.#ring
    const at = new Map(ring.heads)
    let place = ring.end
    if (after !== undefined) {
      for (const [account, head] of ring.heads) at.set(account, Math.min(after.get(account) ?? 0, head))
      for (const [account, seq] of after) if (!at.has(account)) at.set(account, seq)
      // The ring moves on while the store is read; between the last look and the step over to it nothing may happen.
      for (let account = this.#below(at); account !== undefined && !signal.aborted; account = this.#below(at)) {
        yield* this.#page(account, at)
      }
      place = ring.start
    }
    while (!signal.aborted) {
      if (place < ring.start) {
        yield { kind: 'dropped', after: positionText(at) }
        return
      }
      if (place === ring.end) {
        await this.#sleep(signal)
        continue
      }
      const event = ring.at(place)
      place += 1
      if (event.accountSeq > (at.get(event.account) ?? 0)) yield itemOf(at, event)
    }
  }

  async *#page(account: string, at: Map<string, number>): AsyncGenerator<FeedItem> {
    const events = await this.#store.eventsAfter(account, at.get(account) ?? 0, this.#pageSize)
    if (events.length === 0) throw new Error(`the store does not show the events of ${account} that it had`)
    for (const event of events) yield itemOf(at, event)
  }

  /** An account whose events after where the reader stands are no longer all in the ring. */
  #below(at: FeedPosition): string | undefined {
    for (const account of this.#ring.heads.keys()) {
      if ((at.get(account) ?? 0) < this.#ring.floor(account)) return account
    }
    return undefined
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined
    await new Promise<void>((resolve) => {
      wake = resolve
      this.#sleepers.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
    this.#sleepers.delete(wake)
    signal.removeEventListener('abort', wake)
  }
}

function itemOf(at: Map<string, number>, event: StoredEvent): FeedItem {
  at.set(event.account, event.accountSeq)
  return { kind: 'event', id: formatFeedPosition(at, event.account), event }
}

const positionText = (at: FeedPosition): string => formatFeedPosition(at, at.keys().next().value ?? '_')
