import type { ReportedFill, TakenOver } from './fill.ts'
import { executionId } from './ids.ts'
import { type Amount, min, type Price, type Quantity, ZERO } from './money.ts'
import type { Side } from './order.ts'
import { averagePrice, type Position } from './position.ts'
import type { Instant } from './time.ts'

export interface TakenOverFill {
  readonly side: Side
  readonly fill: ReportedFill
}

/**
 * What turns our position into the venue's without a result: what goes away leaves at what it cost, what comes in comes at
 * the venue's average price, or at ours where the venue tells none. At most a closing part and an opening part.
 */
export function takeOver(
  before: Position,
  theirs: { readonly quantity: Quantity; readonly averagePrice?: Price },
  reason: TakenOver,
  at: Instant,
): readonly TakenOverFill[] {
  const gap = theirs.quantity.minus(before.quantity)
  if (gap.isZero) return []
  const side = gap.isPositive ? 'buy' : 'sell'
  const reduces = !before.quantity.isZero && before.quantity.sign !== gap.sign
  const closing = reduces ? min(before.quantity.abs(), gap.abs()) : (ZERO as Quantity)
  const opening = gap.abs().minus(closing)
  const cost = averagePrice(before) ?? (ZERO as Price)
  const part = (name: string, quantity: Quantity, price: Price): TakenOverFill => ({
    side,
    fill: {
      executionId: executionId(`${reason}:${before.symbol}:${before.version}:${name}`),
      quantity,
      price,
      time: at,
      commission: ZERO as Amount,
      commissionCurrency: before.currency,
      synthetic: true,
    },
  })
  return [
    ...(closing.isZero ? [] : [part('out', closing, cost)]),
    ...(opening.isZero ? [] : [part('in', opening, theirs.averagePrice ?? cost)]),
  ]
}
