import type { Order } from '../../core/order.ts'
import { type PartialFillPolicy, partialFillAction } from '../../core/partial-fill-policy.ts'
import type { Instrument } from '../../ports/broker-gateway.ts'
import type { OrderCanceller } from '../execution/cancel-order.ts'

/** What becomes of the rest of a partly filled order. Fills stay whatever the policy; watching goes on when the cancel fails. */
export async function applyPartialFillPolicy(
  order: Order,
  policy: PartialFillPolicy,
  deps: {
    readonly canceller: OrderCanceller
    readonly instrument: (symbol: string) => Promise<Instrument | undefined>
  },
): Promise<void> {
  const price = order.limitPrice ?? order.averageFillPrice
  if (policy === 'keep' || order.quantity === undefined || price === undefined) return
  const rules = await deps.instrument(order.symbol)
  if (rules === undefined) return
  const decided = partialFillAction(policy, {
    quantity: order.quantity,
    filledQuantity: order.filledQuantity,
    cancelRequested: order.cancelRequestedAt !== undefined,
    price,
    minQuantity: rules.minQuantity,
    ...(rules.minNotional === undefined ? {} : { minNotional: rules.minNotional }),
  })
  if (decided.action === 'cancel_rest') await deps.canceller.cancel(order, 'surefill', decided.reason)
}
