import { sha256 } from './hash.ts'
import { type ClientOrderId, type OrderId, signalId } from './ids.ts'
import type { OrderDraft } from './order.ts'
import type { OrderEvent } from './order-events.ts'
import type { OrderReport } from './order-report.ts'
import type { Instant } from './time.ts'

/** What an adopted order has of its account, since the venue cannot know it. */
export type AdoptionPlace = Pick<
  OrderDraft,
  'account' | 'venue' | 'currency' | 'mode' | 'sessionId' | 'configVersion'
> & { readonly id: OrderId }

/** The signal of an order that only the venue remembers: no trader can send it, and it tells what is missing. */
export const ADOPTED_SIGNAL = 'adopted:'
const UNKNOWN_STRATEGY = 'default'
const REASON = 'the venue holds an order with our name that the store has no record of'

/**
 * The first events of an order of ours that only the venue knows: after a store was put back from a copy, or lost what
 * it had. `undefined` when the venue tells too little to make an order of it.
 */
export function adoptionEvents(
  report: OrderReport,
  place: AdoptionPlace,
  at: Instant,
): readonly OrderEvent[] | undefined {
  const { clientOrderId, brokerOrderId, symbol, side, quantity, limitPrice } = report
  if (clientOrderId === undefined || brokerOrderId === undefined || symbol === undefined || side === undefined)
    return undefined
  if (quantity === undefined || !quantity.isPositive) return undefined
  const evidence = report.evidence ?? { status: report.rawStatus }
  const draft: OrderDraft = {
    ...place,
    traceId: sha256(clientOrderId).slice(0, 32),
    signalId: signalId(`${ADOPTED_SIGNAL}${clientOrderId}`),
    leg: 1,
    strategy: UNKNOWN_STRATEGY,
    symbol,
    side,
    orderType: report.orderType ?? (limitPrice === undefined ? 'market' : 'limit'),
    timeInForce: report.timeInForce ?? 'day',
    quantity,
    clientOrderId,
    ...(limitPrice === undefined ? {} : { limitPrice }),
  }
  return [
    { kind: 'created', at, draft, why: { adopted: { reason: REASON, client_order_id: clientOrderId } } },
    { kind: 'adopted', at, channel: report.channel, brokerOrderId, evidence },
  ]
}

export const isAdopted = (order: { readonly signalId: string; readonly clientOrderId: ClientOrderId }): boolean =>
  order.signalId.startsWith(ADOPTED_SIGNAL)
