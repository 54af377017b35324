import type { OrderStatus } from './order.ts'
import type { OrderEventKind } from './order-events.ts'

type Row = Partial<Record<OrderEventKind, OrderStatus>>

// Cancel-in-flight is a field, not a status, so the table never has to remember where it came from.
const live: Row = {
  partially_filled: 'partially_filled',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
}
const idle: Row = { submitting: 'submitting', denied: 'denied', cancelled: 'cancelled', expired: 'expired' }
const refusable: Row = { rejected: 'rejected', retry_scheduled: 'retry_pending' }

const LIFECYCLE: Readonly<Record<OrderStatus, Row>> = {
  // Adopted: the venue holds it, so somebody of ours has sent it; what it is by now the venue's report says.
  created: { ...idle, held: 'pending_execution', adopted: 'submitted' },
  pending_execution: { released: 'created', denied: 'denied', cancelled: 'cancelled', expired: 'expired' },
  // A venue proves nothing by silence: `failed` from here needs the transport's own proof that no byte left.
  submitting: {
    ...live,
    ...refusable,
    submitting: 'submitting',
    submitted: 'submitted',
    accepted: 'accepted',
    unconfirmed: 'unconfirmed',
    failed: 'failed',
  },
  submitted: { ...live, ...refusable, accepted: 'accepted' }, // a receipt is not an acceptance
  unconfirmed: {
    ...live,
    ...refusable,
    submitted: 'submitted',
    accepted: 'accepted',
    failed: 'failed',
    submitting: 'submitting',
  },
  accepted: { ...live, ...refusable }, // some venues accept first and refuse later
  partially_filled: { ...live, rejected: 'cancelled' }, // what is filled stays filled
  retry_pending: { ...idle, retry_dropped: 'failed' },
  filled: {},
  cancelled: {},
  denied: {},
  rejected: {},
  expired: {},
  failed: {},
}

/** These say something about an order without moving it. */
const NOTES: ReadonlySet<OrderEventKind> = new Set<OrderEventKind>([
  'cancel_requested',
  'replaced',
  'manual_cancel',
  'manual_change',
  'adopted',
])

/**
 * Where an event leads. `undefined` means the venue told us something impossible: open a case, keep the order, do not crash.
 * `corrected` is the one way out of a final state and carries its own target.
 */
export function nextStatus(from: OrderStatus, event: OrderEventKind): OrderStatus | undefined {
  const to = LIFECYCLE[from][event]
  return to ?? (NOTES.has(event) || event === 'corrected' ? from : undefined)
}

/** Where an order stands once an execution was undone or put right: at work with nothing filled is as before its first. */
export function statusAmended(status: OrderStatus, isFilled: boolean): OrderStatus {
  if (status !== 'accepted' && status !== 'partially_filled') return status
  return isFilled ? 'partially_filled' : 'accepted'
}
