import type { BrokerOrderId, ClientOrderId } from './ids.ts'
import type { Amount } from './money.ts'
import type { Order, OrderStatus } from './order.ts'
import type { OrderEvent, OrderEventKind, Plain, ReportChannel } from './order-events.ts'
import { nextStatus } from './order-lifecycle.ts'
import type { Instant } from './time.ts'

/** What we want of an order. What the venue says of it comes in as a report instead. */
export type OrderCommand =
  | {
      readonly kind: 'deny'
      readonly code: string
      readonly message: string
      readonly value?: string
      readonly limit?: string
      readonly wouldSend?: Plain
    }
  | { readonly kind: 'hold'; readonly opensAt?: Instant }
  | { readonly kind: 'release' }
  | {
      readonly kind: 'submit'
      readonly generation: number
      readonly clientOrderId: ClientOrderId
      readonly payloadHash: string
      readonly limiterWaitMs?: number
      readonly sentFrom?: Instant
    }
  | { readonly kind: 'confirm'; readonly brokerOrderId?: BrokerOrderId; readonly latencyMs?: number }
  | { readonly kind: 'lose_sight'; readonly phase: string; readonly reason: string; readonly evidence?: Plain }
  | {
      readonly kind: 'reject'
      readonly code: string
      readonly reason: string
      readonly channel: ReportChannel
      readonly evidence?: Plain
    }
  | {
      readonly kind: 'fail'
      readonly code: string
      readonly reason: string
      readonly proof: string
      readonly evidence?: Plain
    }
  | { readonly kind: 'request_cancel'; readonly by: string; readonly reason: string }
  | { readonly kind: 'cancel_unsent'; readonly by: string; readonly reason: string; readonly proof?: 'not_sent' }
  | { readonly kind: 'expire'; readonly reason: string }
  | {
      readonly kind: 'schedule_retry'
      readonly reason: string
      readonly expiresAt: Instant
      readonly shortfall?: Amount
    }
  | { readonly kind: 'drop_retry'; readonly reason: string; readonly by?: string }

/** The events a command makes of this order; none when the order is past it. Never throws: a race lost is not a fault. */
export function decide(order: Order, command: OrderCommand, at: Instant): readonly OrderEvent[] {
  const event = eventFor(order, command, at)
  return event !== undefined && isAllowed(order, event.kind) ? [event] : []
}

const isAllowed = (order: Order, kind: OrderEventKind): boolean => nextStatus(order.status, kind) !== undefined

function eventFor(order: Order, command: OrderCommand, at: Instant): OrderEvent | undefined {
  switch (command.kind) {
    case 'deny':
      return { ...command, kind: 'denied', at }
    case 'hold':
      return { ...command, kind: 'held', at }
    case 'release':
      return { kind: 'released', at }
    case 'submit':
      return { ...command, kind: 'submitting', attempt: order.attempt + 1, at }
    case 'confirm':
      return { ...command, kind: 'submitted', channel: 'answer', at }
    case 'lose_sight':
      return { ...command, kind: 'unconfirmed', at }
    case 'reject':
      return { ...command, kind: 'rejected', at }
    case 'fail':
      return { ...command, kind: 'failed', at }
    case 'request_cancel':
      return isCancellable(order) ? { ...command, kind: 'cancel_requested', at } : undefined
    case 'cancel_unsent':
      return isUnsent(order, command.proof) ? { ...command, kind: 'cancelled', at } : undefined
    case 'expire':
      return { ...command, kind: 'expired', at }
    case 'schedule_retry':
      return { ...command, kind: 'retry_scheduled', at }
    case 'drop_retry':
      return { ...command, kind: 'retry_dropped', at }
  }
}

const WITH_US: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['created', 'pending_execution', 'retry_pending'])

/**
 * Only what was never handed to the wire, or is proven not to have left, may be called off by our word alone. The number
 * of attempts proves nothing: an order found at the venue has none of ours.
 */
const isUnsent = ({ status }: Order, proof: 'not_sent' | undefined): boolean =>
  WITH_US.has(status) || (status === 'submitting' && proof === 'not_sent')

const isCancellable = (order: Order): boolean => order.closedAt === undefined && order.cancelRequestedAt === undefined
