import type { Market } from './market.ts'
import type { VenueOrder } from './venue-order.ts'
import type { VenueSession } from './venue-session.ts'

/** What comes next in the life of an open order, and when. */
export interface NextStep {
  readonly act: 'cancel' | 'reject' | 'expire' | 'match'
  readonly at: number
}

/**
 * How far ahead the touch of a resting limit is looked for. Until then, or until the touch, the order costs nothing; a
 * machine that slept is at most this much late.
 */
export const HORIZON_MS = 600_000

export function nextStep(
  order: VenueOrder,
  now: number,
  { market, session }: { readonly market: Market; readonly session: VenueSession },
): NextStep | undefined {
  const { cancelAt, rejectAt, expiresAt } = order.plan
  const steps = [
    { act: 'cancel', at: cancelAt },
    { act: 'reject', at: rejectAt },
    { act: 'expire', at: expiresAt },
    { act: 'match', at: matchTime(order, now, market, session) },
  ] as const
  let next: NextStep | undefined
  for (const { act, at } of steps) if (at !== undefined && (next === undefined || at < next.at)) next = { act, at }
  return next
}

function matchTime(order: VenueOrder, now: number, market: Market, session: VenueSession): number | undefined {
  const { limitPrice, plan, side, symbol, timeInForce } = order
  const waits = limitPrice !== undefined && !plan.taking && timeInForce !== 'ioc' && timeInForce !== 'fok'
  const earliest = waits ? Math.max(now, plan.matchAt) : plan.matchAt
  const from = session.isOpen(Math.max(now, earliest)) ? earliest : session.nextOpen(Math.max(now, earliest))
  if (from === undefined || !waits) return from
  const until = from + HORIZON_MS
  return market.firstTouch(symbol, side, limitPrice, from, until) ?? until
}
