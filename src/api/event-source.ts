import type { StoredEvent } from '../ports/order-store.ts'

/** The last number read of every account. */
export type EventPosition = ReadonlyMap<string, number>

export type EventItem =
  | { readonly kind: 'event'; readonly id: string; readonly event: StoredEvent }
  /** The reader was overtaken; from `after` it can begin again without a gap. */
  | { readonly kind: 'dropped'; readonly after: string }

/** Committed events for whoever listens, and how a place among them is written. */
export interface EventSource {
  parsePosition(text: string): EventPosition | undefined
  formatPosition(position: EventPosition): string
  /** Where the events end right now. */
  heads(): Promise<EventPosition>
  read(from: { readonly after: EventPosition; readonly signal: AbortSignal }): AsyncIterable<EventItem>
}
