import { max, min, type Price, type Quantity } from '../core/money.ts'
import type { FillModel } from './fill-model.ts'
import type { Quote } from './market.ts'
import type { Random } from './seeded-random.ts'
import { remainingOf, type Side, type VenueOrder } from './venue-order.ts'

/** What happens to an order that meets the market now. */
export type Match =
  | { readonly kind: 'trade'; readonly price: Price; readonly quantity: Quantity; readonly thenCancel?: CancelReason }
  | { readonly kind: 'cancel'; readonly reason: CancelReason }
  | { readonly kind: 'rest' }
export type CancelReason = 'ioc_remainder' | 'fok_unfilled' | 'insufficient_funds' | 'requested'

export function matchOrder(
  order: VenueOrder,
  quote: Quote,
  { model, lot, random }: { readonly model: FillModel; readonly lot: Quantity; readonly random: Random },
): Match {
  const { limitPrice, plan, side, timeInForce } = order
  if (!crosses(side, limitPrice, quote) && !plan.taking) return unmet(order)
  const rest = remainingOf(order)
  const quantity = model.slice(rest, lot, random)
  const partly = quantity.lessThan(rest)
  if (partly && timeInForce === 'fok') return unmet(order)
  const trade = { kind: 'trade', price: tradePrice(side, limitPrice, quote), quantity } as const
  return partly && timeInForce === 'ioc' ? { ...trade, thenCancel: 'ioc_remainder' } : trade
}

function unmet({ timeInForce }: VenueOrder): Match {
  if (timeInForce === 'ioc') return { kind: 'cancel', reason: 'ioc_remainder' }
  if (timeInForce === 'fok') return { kind: 'cancel', reason: 'fok_unfilled' }
  return { kind: 'rest' }
}

export const touchOf = (side: Side, { bid, ask }: Quote): Price => (side === 'buy' ? ask : bid)

export function crosses(side: Side, limit: Price | undefined, quote: Quote): boolean {
  if (limit === undefined) return true
  return side === 'buy' ? limit.atLeast(quote.ask) : limit.atMost(quote.bid)
}

/** The touch, and never beyond the limit. */
function tradePrice(side: Side, limit: Price | undefined, quote: Quote): Price {
  const touch = touchOf(side, quote)
  if (limit === undefined) return touch
  return side === 'buy' ? min(limit, touch) : max(limit, touch)
}
