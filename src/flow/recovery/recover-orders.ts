import { mayBeAtVenue, type Order } from '../../core/order.ts'
import { proofPlan } from '../../core/proof-plan.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountSyncReport } from '../../ports/order-commands.ts'
import type { Random } from '../../ports/random.ts'
import type { SearchDeps } from './search-venue.ts'
import { sentBefore } from './sent-before.ts'
import type { AccountSync } from './sync-account.ts'

/**
 * Read what we know, ask the venue, apply the difference: the same at every start, whatever ended the last run.
 * Guarantees:
 * - an order that was being sent when the process died is `unconfirmed`, never 'not sent';
 * - nothing new leaves before the venue's lists were read to their end, and every order that may be there was asked for;
 * - an order that the store calls unsent and the venue shows is not sent but in doubt: the store may be an older copy;
 * - one order that cannot be read keeps the gate shut for a few tries, not for ever: it stays in doubt and is told of;
 * - running it twice changes nothing the second time.
 */
export interface RecoveryDeps extends SearchDeps {
  readonly sync: AccountSync
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly backOff: BackOff
  readonly isActive: () => boolean
  readonly takeForSent: (order: Order) => Promise<void>
}
export interface RecoveryReport {
  readonly checked: number
  readonly unconfirmed: readonly Order[]
  readonly unsent: readonly Order[]
  readonly cancelling: readonly Order[]
}

/** So often an order that cannot be read is asked for before the others stop waiting for it. */
export const READ_TRIES = 3

export async function recoverOrders(deps: RecoveryDeps): Promise<RecoveryReport> {
  const { books, clock } = deps
  for (const order of [...books.pending]) {
    if (order.status !== 'submitting') continue
    const reason = 'the process ended while the order was being sent'
    await books.apply(order, { kind: 'lose_sight', phase: 'unknown', reason }, clock.now())?.durable
  }
  const synced = await untilAnswered(deps)
  for (const order of (await untilSearched(deps)) ?? []) await deps.takeForSent(order)
  const open = [...books.pending]
  return {
    checked: synced?.checked ?? 0,
    unconfirmed: open.filter((order) => order.status === 'unconfirmed'),
    unsent: open.filter((order) => order.status === 'created'),
    cancelling: open.filter((order) => order.cancelRequestedAt !== undefined && mayBeAtVenue(order.status)),
  }
}

/** A venue that does not answer keeps the gate shut; it does not end the daemon. */
async function untilAnswered(deps: RecoveryDeps): Promise<AccountSyncReport | undefined> {
  const { sync, log, isActive } = deps
  let reads = 0
  for (let attempt = 1; isActive(); attempt += 1) {
    try {
      const report = await sync.run({ trigger: 'start' })
      reads += 1
      if (report.unreadable.length === 0 || reads >= READ_TRIES) return report
      log.warn('recovery.orders_unreadable', { attempt, orders: report.unreadable })
    } catch (error) {
      log.warn('recovery.venue_unreachable', { attempt, error })
    }
    await pause(deps, attempt)
  }
  return undefined
}

async function untilSearched(deps: RecoveryDeps): Promise<readonly Order[] | undefined> {
  const { books, gateway, log, isActive } = deps
  const plan = proofPlan(gateway.capabilities.clientOrderId)
  for (let attempt = 1; isActive(); attempt += 1) {
    const unsent = [...books.pending].filter((order) => order.status === 'created')
    try {
      return await sentBefore(unsent, plan, deps)
    } catch (error) {
      log.warn('recovery.venue_unreachable', { attempt, error })
    }
    await pause(deps, attempt)
  }
  return undefined
}

async function pause({ timers, random, backOff }: RecoveryDeps, attempt: number): Promise<void> {
  const endless = { ...backOff, maxAttempts: Number.POSITIVE_INFINITY }
  const delay = delayBefore(attempt + 1, endless, random.draw('recovery.pause'))
  await new Promise<void>((resume) => timers.after(delay ?? backOff.maxDelayMs, 'recovery.pause', resume))
}
