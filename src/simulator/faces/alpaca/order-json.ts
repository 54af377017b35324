import type { Decimal } from '../../../core/money.ts'
import type { Switches } from './alpaca-options.ts'
import { type AlpacaOrder, averagePrice, carriedQty, filledQty } from './order.ts'
import { type Stamp, stampText } from './stamps.ts'

const timeOrNull = (stamp: Stamp | undefined): string | null => (stamp === undefined ? null : stampText(stamp))
const orNull = (value: Decimal | undefined): Decimal | null => value ?? null

export interface OrderView {
  readonly switches: Switches
  /** The legs to show with it; `undefined` shows none. */
  readonly legs?: readonly AlpacaOrder[] | undefined
}

/** As every REST answer shows it. */
export function orderJson(order: AlpacaOrder, view: OrderView): Record<string, unknown> {
  const legs = view.legs?.length ? view.legs.map((leg) => orderJson(leg, { switches: view.switches })) : null
  return { ...common(order, view.switches, legs), subtag: null, source: null, ...added(view.switches) }
}

/** As the stream shows it: the time of the cancel is added, two fields are not there. */
export function streamOrderJson(order: AlpacaOrder, view: OrderView): Record<string, unknown> {
  const legs = view.legs?.length ? view.legs.map((leg) => streamOrderJson(leg, { switches: view.switches })) : null
  return {
    ...common(order, view.switches, legs),
    cancel_requested_at: timeOrNull(order.cancelRequestedAt),
    ...added(view.switches),
  }
}

const added = ({ unknown_additions }: Switches): Record<string, unknown> =>
  unknown_additions ? { routing_hint: 'smart', fee_schedule: { tier: 1 } } : {}

function common(order: AlpacaOrder, switches: Switches, legs: readonly unknown[] | null): Record<string, unknown> {
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    ...times(order, switches),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: order.asset.id,
    symbol: order.asset.symbol,
    asset_class: order.asset.assetClass,
    notional: orNull(order.notional),
    qty: orNull(order.qty),
    ...fillsOf(order, switches),
    order_class: order.orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.positionIntent,
    time_in_force: order.timeInForce,
    limit_price: orNull(order.limitPrice),
    stop_price: orNull(order.stopPrice),
    status: order.status,
    extended_hours: order.extendedHours,
    legs,
    trail_percent: orNull(order.trailPercent),
    trail_price: orNull(order.trailPrice),
    hwm: orNull(order.hwm),
  }
}

function times(order: AlpacaOrder, { filled_at_on_partial }: Switches): Record<string, unknown> {
  const showsFilledAt = order.status === 'filled' || filled_at_on_partial
  return {
    created_at: stampText(order.createdAt),
    updated_at: stampText(order.updatedAt),
    submitted_at: stampText(order.submittedAt),
    filled_at: showsFilledAt ? timeOrNull(order.filledAt) : null,
    expired_at: timeOrNull(order.expiredAt),
    expires_at: stampText(order.expiresAt),
    canceled_at: timeOrNull(order.canceledAt),
    failed_at: timeOrNull(order.failedAt),
    replaced_at: timeOrNull(order.replacedAt),
  }
}

function fillsOf(order: AlpacaOrder, { replacement_filled_qty }: Switches): Record<string, unknown> {
  const wholeChain = replacement_filled_qty === 'chain'
  const counted = wholeChain ? [...order.carried, ...order.executions] : order.executions
  const filled = wholeChain ? filledQty(order).plus(carriedQty(order)) : filledQty(order)
  return { filled_qty: filled, filled_avg_price: orNull(averagePrice(counted)) }
}
