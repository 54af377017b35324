import type { OrderId } from '../core/ids.ts'
import type { JsonValue } from '../core/json-text.ts'
import type { Mode, Order } from '../core/order.ts'
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

export interface AccountStatus {
  readonly name: string
  readonly venue: string
  readonly currency: string
  readonly openOrders: number
  readonly unconfirmed: number
  readonly queued: number
  readonly breaker: string
  readonly gate: { readonly open: boolean; readonly closedFor: readonly string[] }
  readonly stream: { readonly enabled: boolean; readonly connectedSince?: Instant }
  readonly polling: {
    readonly cycles: number
    readonly calls: number
    readonly errors: number
    readonly lastCycleMs: number
  }
  readonly foreignReports: number
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
  /** Asks every venue about every open order now; settles once the answers are applied. */
  sync(): Promise<void>
  marketPrice(account: string, symbol: string): string | undefined
  status(): DaemonStatus
}
