import type { Money, Position, Settlement } from './account-book.ts'
import type { Execution, VenueOrder } from './venue-order.ts'

/**
 * The venue's memory. Guarantees asked of every implementation:
 * - when `append` returns, its records outlive the process that wrote them, all of them or none;
 * - what was never appended is never found, and nothing appended is ever forgotten: client order ids count for ever;
 * - what it holds in main memory does not grow with orders that are final, unless it is made for tests.
 */
export interface VenueJournal {
  load(): VenueMemory | undefined
  append(records: readonly VenueRecord[]): void
  orderById(id: string): VenueOrder | undefined
  orderByClientId(clientOrderId: string): VenueOrder | undefined
  /** By place, that is in the order in which they were accepted. */
  orders(page: OrderPage): readonly VenueOrder[]
  executions(page: Page): readonly ExecutionOf[]
}

export type VenueRecord =
  | { readonly kind: 'opened'; readonly at: number; readonly money: Money }
  | { readonly kind: 'order'; readonly order: VenueOrder; readonly settlement?: Settlement }

/** Everything the venue needs to go on. */
export interface VenueMemory {
  readonly openedAt: number
  /** The newest event. */
  readonly seq: number
  readonly money: Money
  readonly positions: readonly Position[]
  readonly openOrders: readonly VenueOrder[]
}

export interface Page {
  /** Only what comes after this event, in the direction asked for. */
  readonly after: number
  readonly limit: number
  /** Absent: oldest first. Newest first begins at the newest when `after` is 0. */
  readonly newestFirst?: true
}
export interface OrderPage extends Page {
  readonly status: 'open' | 'closed' | 'all'
}
export interface ExecutionOf {
  readonly order: VenueOrder
  readonly execution: Execution
}
