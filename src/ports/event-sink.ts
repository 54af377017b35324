import type { StoredEvent } from './order-store.ts'

/** Somewhere committed events go. At least once, in order per account; repeats are told apart by `eventId`. */
export interface EventSink {
  readonly name: string
  /** How long the sink rests after a delivery for what comes meanwhile: one write for all of it. What comes later goes at once. */
  readonly lingerMs?: number
  /** The last sequence it surely holds, per account, if it knows better than the saved position. */
  positions?(): Promise<ReadonlyMap<string, number>>
  /** Settles once the sink has confirmed them; throws when it has not, and is then given the same events again. */
  deliver(events: readonly StoredEvent[]): Promise<void>
}
