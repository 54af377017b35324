import type { OrderReport } from '../../core/order-report.ts'
import type { ListedExecution, TheirSide } from '../../core/reconcile.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'

/** The venue's clock may be behind or ahead of ours by this much without an order or an execution being overlooked. */
const CLOCK_DIFFERENCE_MS = 60_000

/** So far back lists are read where the time of the last sync was told by a clock that was ahead of what it shows now. */
const FURTHEST_BACK_MS = 7 * 86_400_000

/**
 * How far back lists are read: everything since the last sync that was complete, and what may have come into sight late.
 * Times are the venue's, as far as it tells any.
 */
export function readSince(syncedAt: Instant | undefined, now: Instant, settlesMs: number): Instant {
  const isAhead = syncedAt !== undefined && syncedAt > now + CLOCK_DIFFERENCE_MS
  const from = isAhead ? now - FURTHEST_BACK_MS : Math.min(syncedAt ?? now, now)
  return from - CLOCK_DIFFERENCE_MS - settlesMs
}

export async function askVenue(
  { gateway, clock, account }: { readonly gateway: BrokerGateway; readonly clock: Clock; readonly account: string },
  since: Instant,
): Promise<TheirSide> {
  const [openOrders, recentOrders, executions] = await Promise.all([
    gateway.openOrders(),
    gateway.recentOrders(since),
    gateway.executions(since),
  ])
  const toldHere = (report: OrderReport): OrderReport => ({ ...report, channel: 'recovery' })
  const listed: readonly ListedExecution[] = executions
  return {
    account,
    at: clock.now(),
    openOrders: openOrders.map(toldHere),
    recentOrders: recentOrders.map(toldHere),
    executions: listed,
  }
}
