import type { Order, OrderStatus } from './order.ts'
import type { ReportedStatus } from './order-report.ts'

const NEVER_RECEIVED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['failed', 'denied', 'rejected'])

/** Ended although the venue had never shown it: by our word alone, by a refusal, or because nothing of it was to be found there. */
export const isGivenUp = ({ status, attempt, brokerOrderId, acceptedAt }: Order): boolean =>
  brokerOrderId === undefined &&
  acceptedAt === undefined &&
  (NEVER_RECEIVED.has(status) || (attempt === 0 && (status === 'cancelled' || status === 'expired')))

/** What the venue says of such an order now. A word that nobody knows, or that its executions alone tell, is neither. */
export function lifeOf(status: ReportedStatus): 'lives' | 'has_ended' | 'untold' {
  switch (status) {
    case 'received':
    case 'working':
      return 'lives'
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return 'has_ended'
    case 'unknown':
      return 'untold'
  }
}
