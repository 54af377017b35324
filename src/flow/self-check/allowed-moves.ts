import type { OrderStatus } from '../../core/order.ts'

/**
 * Which state may follow which, written down a second time on purpose: a slip in the table that the daemon goes by is not
 * also the measure it is held to.
 */
const AT_WORK: readonly OrderStatus[] = ['partially_filled', 'filled', 'cancelled', 'expired']
const ANSWERED: readonly OrderStatus[] = [...AT_WORK, 'rejected', 'retry_pending']

const MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  created: ['pending_execution', 'submitting', 'submitted', 'denied', 'cancelled', 'expired'],
  pending_execution: ['created', 'denied', 'cancelled', 'expired'],
  submitting: [...ANSWERED, 'submitted', 'accepted', 'unconfirmed', 'failed'],
  unconfirmed: [...ANSWERED, 'submitting', 'submitted', 'accepted', 'failed'],
  submitted: [...ANSWERED, 'accepted'],
  accepted: ANSWERED,
  partially_filled: AT_WORK,
  retry_pending: ['submitting', 'denied', 'cancelled', 'expired', 'failed'],
  filled: [],
  cancelled: [],
  denied: [],
  rejected: [],
  expired: [],
  failed: [],
}

/** In at most so many events, each of which may also leave the order where it is. */
export function mayReach(from: OrderStatus, to: OrderStatus, events: number): boolean {
  if (from === to || (events > 0 && MOVES[from].includes(to))) return true
  let reached: ReadonlySet<OrderStatus> = new Set([from])
  for (let step = 0; step < events && !reached.has(to); step += 1) {
    reached = new Set([...reached, ...[...reached].flatMap((status) => MOVES[status])])
  }
  return reached.has(to)
}
