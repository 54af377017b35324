import { notionalOf, ZERO } from '../core/money.ts'
import type { Execution, Hold, OrderRequest, Plan, VenueOrder } from './venue-order.ts'

/** Which event, and when: every change of an order is one. */
export interface Stamp {
  readonly seq: number
  readonly at: number
}

export function accepted(
  request: OrderRequest,
  id: string,
  { seq, at }: Stamp,
  { hold, plan }: { readonly hold: Hold; readonly plan: Plan },
): VenueOrder {
  return {
    ...request,
    id,
    seq,
    updatedSeq: seq,
    status: 'new',
    filledQuantity: ZERO,
    filledNotional: ZERO,
    executions: [],
    createdAt: at,
    updatedAt: at,
    hold,
    plan,
  }
}

export function traded(order: VenueOrder, execution: Execution, plan: Plan): VenueOrder {
  const filledQuantity = order.filledQuantity.plus(execution.quantity)
  return {
    ...order,
    status: filledQuantity.atLeast(order.quantity) ? 'filled' : 'partially_filled',
    filledQuantity,
    filledNotional: order.filledNotional.plus(notionalOf(execution.price, execution.quantity)),
    executions: [...order.executions, execution],
    updatedSeq: execution.seq,
    updatedAt: execution.time,
    plan,
  }
}

export const cancelAsked = (order: VenueOrder, cancelAt: number, { seq, at }: Stamp): VenueOrder => ({
  ...order,
  updatedSeq: seq,
  updatedAt: at,
  cancelRequestedAt: at,
  plan: { ...order.plan, cancelAt },
})

export type Ending =
  | { readonly status: 'cancelled'; readonly cancelReason: string }
  | { readonly status: 'rejected'; readonly rejectReason: string }
  | { readonly status: 'expired' }

export const ended = (order: VenueOrder, ending: Ending, { seq, at }: Stamp): VenueOrder => ({
  ...order,
  ...ending,
  updatedSeq: seq,
  updatedAt: at,
})
