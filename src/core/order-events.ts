import type { ReportedFill } from './fill.ts'
import type { BrokerOrderId, ClientOrderId } from './ids.ts'
import type { Amount, Decimal, Price, Quantity } from './money.ts'
import type { Detection, OrderDraft, OrderStatus } from './order.ts'
import type { Instant } from './time.ts'

/** Plain data that goes to disk as it is: what was decided and why, in the trader's own words. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain | undefined }

interface At {
  readonly at: Instant
}
/** What the venue said, kept as evidence beside everything concluded from it. */
interface Evidence extends At {
  readonly channel?: ReportChannel
  readonly evidence?: Plain
}
export type ReportChannel = 'answer' | 'poll' | 'stream' | 'look_up' | 'recovery'

export type OrderEvent =
  | (At & { readonly kind: 'created'; readonly draft: OrderDraft; readonly why?: Plain })
  | (At & {
      readonly kind: 'denied'
      readonly code: string
      readonly message: string
      readonly value?: string
      readonly limit?: string
      readonly wouldSend?: Plain
    })
  | (At & { readonly kind: 'held'; readonly opensAt?: Instant })
  | (At & { readonly kind: 'released' })
  | (At & {
      readonly kind: 'submitting'
      readonly attempt: number
      readonly generation: number
      readonly clientOrderId: ClientOrderId
      readonly payloadHash: string
      readonly limiterWaitMs?: number
      /** It has left already, at some time from here on, by an owner whom the store has forgotten. */
      readonly sentFrom?: Instant
    })
  | (Evidence & { readonly kind: 'submitted'; readonly brokerOrderId?: BrokerOrderId; readonly latencyMs?: number })
  | (Evidence & { readonly kind: 'accepted'; readonly brokerOrderId?: BrokerOrderId })
  | (Evidence & { readonly kind: 'unconfirmed'; readonly phase: string; readonly reason: string })
  | (Evidence & {
      readonly kind: 'partially_filled'
      readonly fill: ReportedFill
      /** Of a generation before the current one. */
      readonly generation?: number
      readonly latencyMs?: number
    })
  | (Evidence & {
      readonly kind: 'filled'
      readonly fill: ReportedFill
      readonly generation?: number
      readonly detection: Detection
      readonly witnesses?: Plain
      readonly slippagePct?: Decimal
      readonly latencyMs?: number
    })
  | (At & { readonly kind: 'cancel_requested'; readonly by: string; readonly reason: string })
  | (Evidence & {
      readonly kind: 'cancelled'
      readonly reason: string
      readonly by?: string
      /** Why our word alone could end it, when it had been marked as leaving. */
      readonly proof?: string
    })
  | (Evidence & { readonly kind: 'rejected'; readonly code: string; readonly reason: string })
  | (Evidence & { readonly kind: 'expired'; readonly reason: string })
  | (Evidence & { readonly kind: 'failed'; readonly code: string; readonly reason: string; readonly proof: string })
  | (At & {
      readonly kind: 'retry_scheduled'
      readonly reason: string
      readonly expiresAt: Instant
      readonly shortfall?: Amount
    })
  | (At & { readonly kind: 'retry_dropped'; readonly reason: string; readonly by?: string })
  | (Evidence & {
      readonly kind: 'replaced'
      readonly limitPrice?: Price
      readonly quantity?: Quantity
      readonly by?: string
    })
  | (Evidence & { readonly kind: 'manual_cancel'; readonly reason: string })
  | (Evidence & { readonly kind: 'manual_change'; readonly limitPrice?: Price; readonly quantity?: Quantity })
  | (Evidence & { readonly kind: 'adopted'; readonly brokerOrderId: BrokerOrderId })
  | (Evidence & {
      readonly kind: 'corrected'
      readonly reason: string
      readonly status?: OrderStatus
      /** A late execution of an order we had closed, or one that the venue has undone or put right, as it counts now. */
      readonly fill?: ReportedFill
      /** What that execution counted as before. */
      readonly replaces?: ReportedFill
      readonly generation?: number
    })

export type OrderEventKind = OrderEvent['kind']
