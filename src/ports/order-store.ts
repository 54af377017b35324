import type { Case, CaseId, CaseState } from '../core/case.ts'
import type { Fill } from '../core/fill.ts'
import type { BrokerOrderId, ExecutionId, OrderId } from '../core/ids.ts'
import type { Order, OrderStatus, Side } from '../core/order.ts'
import type { Position } from '../core/position.ts'
import type { Instant } from '../core/time.ts'

/** A signal as it was taken: unique by id for ever. */
export interface StoredSignal {
  readonly signalId: string
  readonly account: string
  readonly strategy: string
  readonly symbol: string
  readonly side: Side
  /** Hash of everything but `trace_id` and `metadata`, decimals normalised: tells a repeat from a conflict. */
  readonly contentHash: string
  readonly receivedAt: Instant
  /** The signal as JSON text. */
  readonly body: string
  /** How it was answered the first time. */
  readonly answer: { readonly status: number; readonly code?: string }
  readonly orderIds: readonly OrderId[]
}

/** One committed event, ready for every sink: immutable history and outbox in one. */
export interface JournalEntry {
  readonly event: string
  readonly eventId: string
  readonly at: Instant
  readonly orderId?: OrderId
  readonly orderSeq?: number
  /** The audit line's body as JSON text: all its fields but `seq`, `account_seq`, `prev` and `hash`. */
  readonly line: string
}
export interface StoredEvent extends JournalEntry {
  readonly account: string
  /** 1, 2, 3 ... per account, given inside the commit. */
  readonly accountSeq: number
}

export interface OrderWrite {
  readonly order: Order
  /** 0 when the order is new. */
  readonly expectedVersion: number
}
export interface PositionWrite {
  readonly position: Position
  readonly expectedVersion: number
}

export interface CaseWrite {
  readonly found: Case
  /** 0 when it is being opened. */
  readonly expectedVersion: number
}

/** Stands or falls together. */
export interface Commit {
  readonly account: string
  readonly epoch: number
  readonly events: readonly JournalEntry[]
  readonly signal?: StoredSignal
  readonly orders?: readonly OrderWrite[]
  readonly fills?: readonly Fill[]
  /** Booked executions that the venue has undone or put right: their rows say from now on what counts. */
  readonly amendedFills?: readonly Fill[]
  readonly cases?: readonly CaseWrite[]
  readonly positions?: readonly PositionWrite[]
  /** Small durable facts by name: the halt switch, cursors, budgets. `null` removes. */
  readonly facts?: Readonly<Record<string, string | null>>
}

export type Committed =
  /** Durable. `firstAccountSeq` numbers the events of this commit. */
  | { readonly kind: 'committed'; readonly firstAccountSeq: number }
  /** Nothing of it was written; somebody else was there first, or the lease has moved on. */
  | { readonly kind: 'conflict'; readonly what: 'signal' | 'order' | 'fill' | 'position' | 'case' | 'epoch' }

/** The store could not do its work. `fatal` means that a flush failed: what is on disk is no longer known. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly fatal: boolean
  constructor(message: string, options: { readonly fatal: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause })
    this.fatal = options.fatal
  }
}

export interface OrderFilter {
  readonly status?: readonly OrderStatus[]
  readonly open?: boolean
  readonly symbol?: string
  readonly side?: Side
  readonly strategy?: string
  readonly account?: string
  readonly signalId?: string
  readonly clientOrderId?: string
  readonly reason?: string
  readonly from?: Instant
  readonly to?: Instant
}
export interface CaseFilter {
  readonly state?: CaseState
  readonly account?: string
}
export interface Page {
  readonly limit: number
  /** What the page before gave as `next`. */
  readonly after?: number
  /** Oldest first unless this is true; a cursor belongs to the direction it came from. */
  readonly newestFirst?: boolean
}
export interface PageOf<T> {
  readonly items: readonly T[]
  readonly next?: number
}

export interface AccountSnapshot {
  readonly epoch: number
  readonly accountSeq: number
  readonly orders: readonly Order[]
  /** Executions of the open orders. */
  readonly fills: readonly Fill[]
  readonly positions: readonly Position[]
}

export interface StrategyFill extends Fill {
  readonly strategy: string
}

/** Writes. A commit is queued in the order of the calls; its promise settles once a crash cannot undo it. */
export interface OrderStoreWriter {
  commit(commit: Commit): Promise<Committed>
  /** Write, sync, reopen, read: is the store fit to trade on again? */
  probe(): Promise<boolean>
}

/** Reads see what is committed. */
export interface OrderStoreReader {
  order(id: OrderId): Promise<Order | undefined>
  orderByClientId(account: string, clientOrderId: string): Promise<Order | undefined>
  orders(filter: OrderFilter, page: Page): Promise<PageOf<Order>>
  /** Of these client order ids those that stand for an order of the account, open or closed. */
  knownClientOrderIds(account: string, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** The closed orders of the account that went by one of these ids at the venue, which may give an id again. */
  closedByBrokerIds(account: string, ids: readonly BrokerOrderId[]): Promise<readonly Order[]>
  /** Of these executions those that are booked. */
  bookedExecutions(account: string, ids: readonly ExecutionId[]): Promise<ReadonlySet<ExecutionId>>
  fills(orderId: OrderId): Promise<readonly Fill[]>
  /** Everything that ever moved the account's position in a symbol, in the order in which it was booked. */
  fillsOfSymbol(account: string, symbol: string): Promise<readonly Fill[]>
  fillsBetween(account: string | undefined, from: Instant, to: Instant): Promise<readonly Fill[]>
  orderEvents(orderId: OrderId): Promise<readonly StoredEvent[]>
  /** For sinks that catch up: events of one account after a position, oldest first. */
  eventsAfter(account: string, accountSeq: number, limit: number): Promise<readonly StoredEvent[]>
  /** How many order requests were marked as leaving after this event of the account, and the number of its last event. */
  marksAfter(account: string, accountSeq: number): Promise<{ readonly marks: number; readonly upTo: number }>
  signal(signalId: string): Promise<StoredSignal | undefined>
  positions(): Promise<readonly Position[]>
  fact(name: string): Promise<string | undefined>
  case(id: CaseId): Promise<Case | undefined>
  cases(filter: CaseFilter, page: Page): Promise<PageOf<Case>>
}

export interface OrderStore extends OrderStoreWriter, OrderStoreReader {
  /** Drawn once when the store is made; part of every client order id. */
  readonly installation: string
  /** Takes the account over: a new epoch, so that whoever held it before can no longer write. */
  openAccount(account: string): Promise<AccountSnapshot>
  /** Takes it over from oneself, for whoever must read anew; `undefined` when another epoch has begun meanwhile. */
  reopenAccount(account: string, epoch: number): Promise<AccountSnapshot | undefined>
  /** Told at once whenever a write failed, whoever asked for it: from then on the store refuses until a probe. */
  heedTrouble(listener: (cause: StoreError) => void): void
  /** What an account's owner has to go on with; oldest first. */
  openCases(account: string): Promise<readonly Case[]>
  /** Every fill of the account's own orders with the strategy that ordered it, oldest first. */
  strategyFills(account: string): Promise<readonly StrategyFill[]>
  /** Where a sink stands, per account. */
  sinkPositions(sink: string): Promise<ReadonlyMap<string, number>>
  saveSinkPositions(sink: string, positions: ReadonlyMap<string, number>): Promise<void>
  close(): Promise<void>
}
