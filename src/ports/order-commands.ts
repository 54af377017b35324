import type { Case, CaseId, CaseNeed } from '../core/case.ts'
import type { OrderId } from '../core/ids.ts'
import type { JsonValue } from '../core/json-text.ts'
import type { Mode, Order, Side } from '../core/order.ts'
import type { Instant } from '../core/time.ts'

export interface SignalRequest {
  readonly body: JsonValue
  readonly receivedAt: Instant
  readonly traceId?: string
  /** Who sent it: the name of a key, or of the file or stream it came from. */
  readonly by: string
}
export interface SignalProblem {
  readonly path: string
  readonly code: string
  readonly message: string
  readonly expected: string
  readonly found: string
}

export type Admission =
  /** Durable: it survives a crash and will be sent or held. */
  | { readonly kind: 'taken'; readonly order: Order; readonly orders: readonly Order[]; readonly duplicate: boolean }
  /** Recorded as denied, never sent. */
  | {
      readonly kind: 'denied'
      readonly code: string
      readonly message: string
      readonly value?: string
      readonly limit?: string
      readonly order: Order
      readonly duplicate: boolean
    }
  | { readonly kind: 'malformed'; readonly errors: readonly SignalProblem[] }
  | { readonly kind: 'conflict'; readonly signalId: string; readonly orderId: OrderId }
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly reason: string }

export type CancelAnswer =
  | { readonly kind: 'asked' | 'cancelled' | 'already_final' | 'unconfirmed'; readonly order: Order }
  | { readonly kind: 'unknown_order' }
export interface CancelAllRow {
  readonly orderId: OrderId
  readonly result: 'asked' | 'cancelled' | 'already_final' | 'unconfirmed' | 'error'
  readonly code?: string
}
export interface CancelFilter {
  readonly account?: string
  readonly symbol?: string
  readonly strategy?: string
}

export interface HaltState {
  readonly halted: boolean
  readonly since?: Instant
  readonly reason?: string
  readonly by?: string
}
export interface HaltAnswer extends HaltState {
  readonly denied: number
  readonly cancelling: number
}
export type ResumeAnswer =
  | { readonly kind: 'resumed' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** Why a sync ran. */
export type SyncTrigger = 'start' | 'interval' | 'stream' | 'difference' | 'requested'
/** An order at the venue that is not ours: shown, never touched. */
export interface ForeignOrder {
  readonly key: string
  readonly status: string
  readonly brokerOrderId?: string
  readonly clientOrderId?: string
  readonly symbol?: string
  readonly side?: Side
  readonly quantity?: string
  readonly filledQuantity?: string
  readonly limitPrice?: string
  /** The tag of the installation that sent it, where it bears our prefix. */
  readonly installation?: string
}
/** An operator's decision. */
export interface CaseRequest {
  readonly id: CaseId
  readonly choice: string
  readonly by: string
  readonly reason?: string
  readonly given: Readonly<Partial<Record<CaseNeed, string>>>
}
export type CaseAnswer =
  /** Durable, and carried out as far as it can be now. */
  | { readonly kind: 'decided'; readonly found: Case }
  | { readonly kind: 'unknown_case' }
  /** Nothing was decided. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

export interface SyncDifference {
  readonly symbol: string
  readonly ours: string
  readonly theirs: string
}
/** What a sync of one account found and did. Orders are named by their ids. */
export interface AccountSyncReport {
  readonly account: string
  readonly trigger: SyncTrigger
  readonly checked: number
  readonly changed: readonly OrderId[]
  readonly adopted: readonly OrderId[]
  /** Could not be read: they stay as they are and are watched on. */
  readonly unreadable: readonly OrderId[]
  /** Executions of somebody else's orders, booked into our positions. */
  readonly external: number
  /** Symbols whose holdings were taken over as opening. */
  readonly opened: readonly string[]
  readonly foreign: readonly ForeignOrder[]
  /** Differences that stayed: their symbols are quarantined. */
  readonly mismatches: readonly SyncDifference[]
  /** Every difference seen now, those that may still settle included. */
  readonly differences: readonly SyncDifference[]
  /** Of the account: opened while it ran, and open when it was done. */
  readonly cases: { readonly opened: number; readonly open: number }
  readonly elapsedMs: number
}
export interface AccountSyncFailure {
  readonly account: string
  readonly failed: string
}

export interface BreakerTrip {
  readonly trigger: string
  readonly stance: string
  readonly value: string
  readonly limit: string
  /** Has what opened it passed? */
  readonly isOver: boolean
  /** What it takes to come back, once the cause has passed. */
  readonly resumes: 'automatic' | 'operator'
}
export interface AccountStatus {
  readonly name: string
  readonly venue: string
  readonly currency: string
  readonly openOrders: number
  readonly unconfirmed: number
  readonly queued: number
  readonly breaker: string
  /** Why the breaker is open, if it is. */
  readonly trips: readonly BreakerTrip[]
  readonly gate: { readonly open: boolean; readonly closedFor: readonly string[] }
  readonly stream: { readonly enabled: boolean; readonly connectedSince?: Instant }
  readonly polling: {
    readonly cycles: number
    readonly calls: number
    readonly errors: number
    readonly lastCycleMs: number
  }
  readonly foreignReports: number
  /** Open orders at the venue that are not ours, as the last sync saw them. */
  readonly foreignOrders: number
  readonly quarantined: readonly string[]
  /** What waits for a human. */
  readonly openCases: number
  readonly syncedAt?: Instant
}
/** What the daemon found when it held itself to its own promises. */
export interface SelfCheckStatus {
  /** Requests and changes looked at since the start. */
  readonly checked: number
  readonly violations: readonly {
    readonly account: string
    readonly invariant: string
    readonly message: string
    readonly at: Instant
  }[]
}
export interface SinkLag {
  readonly sink: string
  readonly behind: number
  readonly failing?: string
}
export interface DaemonStatus {
  readonly mode: Mode
  readonly version: string
  readonly sessionId: string
  readonly startedAt: Instant
  readonly configVersion: string
  readonly halt: HaltState
  readonly accounts: readonly AccountStatus[]
  readonly sinks: readonly SinkLag[]
  readonly selfCheck: SelfCheckStatus
  readonly ready: boolean
  readonly notReady: readonly string[]
}

/** What the outside may ask of the flow. */
export interface OrderCommands {
  admit(request: SignalRequest): Promise<Admission>
  cancel(id: OrderId, by: string): Promise<CancelAnswer>
  cancelAll(filter: CancelFilter, by: string): Promise<readonly CancelAllRow[]>
  halt(request: { readonly reason: string; readonly by: string; readonly cancelOpen: boolean }): Promise<HaltAnswer>
  resume(request: { readonly by: string; readonly since?: Instant }): Promise<ResumeAnswer>
  /** The order once it is final, or as it stands when the time is up. */
  wait(id: OrderId, ms: number, until: 'final' | 'accepted'): Promise<Order | undefined>
  /** As memory has it: newer than the store by what is being written. */
  order(id: OrderId): Promise<Order | undefined>
  /** Holds our books against every venue now; settles once what was found is durable. */
  sync(request?: { readonly adopt?: boolean }): Promise<readonly (AccountSyncReport | AccountSyncFailure)[]>
  resolveCase(request: CaseRequest): Promise<CaseAnswer>
  /** Is the symbol held back because our position and the venue's differ? */
  isQuarantined(account: string, symbol: string): boolean
  marketPrice(account: string, symbol: string): string | undefined
  status(): DaemonStatus
}
