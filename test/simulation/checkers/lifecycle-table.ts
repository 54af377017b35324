/**
 * The published table of an order's life, written down a second time: from each state, which event leads where. An event
 * that is not named moves nothing and may not occur, but for the notes below.
 */
type Row = Readonly<Record<string, readonly string[]>>

const WORKING: Row = {
  'order.partially_filled': ['partially_filled'],
  'order.filled': ['filled'],
  'order.cancelled': ['cancelled'],
  'order.expired': ['expired'],
}
const WAITING: Row = {
  'order.submitting': ['submitting'],
  'order.denied': ['denied'],
  'order.cancelled': ['cancelled'],
  'order.expired': ['expired'],
}
const REFUSABLE: Row = { 'order.rejected': ['rejected'], 'order.retry_scheduled': ['retry_pending'] }
const DOUBTFUL: Row = {
  ...WORKING,
  ...REFUSABLE,
  'order.submitting': ['submitting'],
  'order.submitted': ['submitted'],
  'order.accepted': ['accepted'],
  'order.failed': ['failed'],
}

const TABLE: Readonly<Record<string, Row>> = {
  '': { 'order.created': ['created'] },
  created: { ...WAITING, 'order.held': ['pending_execution'], 'order.adopted': ['submitted'] },
  pending_execution: {
    'order.released': ['created'],
    'order.denied': ['denied'],
    'order.cancelled': ['cancelled'],
    'order.expired': ['expired'],
  },
  submitting: { ...DOUBTFUL, 'order.unconfirmed': ['unconfirmed'] },
  unconfirmed: DOUBTFUL,
  submitted: { ...WORKING, ...REFUSABLE, 'order.accepted': ['accepted'] },
  accepted: { ...WORKING, ...REFUSABLE },
  partially_filled: { ...WORKING, 'order.rejected': ['cancelled'] },
  retry_pending: { ...WAITING, 'order.retry_dropped': ['failed'] },
}

/** They tell something and move nothing, in any state. */
const NOTES = new Set([
  'order.cancel_requested',
  'order.replaced',
  'order.manual_cancel',
  'order.manual_change',
  'order.adopted',
])
export const CORRECTION = 'order.corrected'

export function mayLead(from: string, event: string, to: string): boolean {
  const leads = TABLE[from]?.[event]
  if (leads !== undefined) return leads.includes(to)
  return NOTES.has(event) && from !== '' && from === to
}
