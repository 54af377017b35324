import { isFinal, mayBeAtVenue, type Order } from '../../core/order.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import type { ReportDoor } from '../fills/apply-report.ts'

/**
 * Read what we know, ask the venue, apply the difference: the same at every start, whatever ended the last run.
 * Guarantees:
 * - an order that was being sent when the process died is `unconfirmed`, never 'not sent';
 * - nothing new leaves before every order that may be at the venue has been asked for;
 * - running it twice changes nothing the second time.
 */
export interface RecoveryDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly backOff: BackOff
  readonly isActive: () => boolean
}
export interface RecoveryReport {
  readonly checked: number
  readonly unconfirmed: readonly Order[]
  readonly unsent: readonly Order[]
  readonly cancelling: readonly Order[]
}

export async function recoverOrders(deps: RecoveryDeps): Promise<RecoveryReport> {
  const { books, clock } = deps
  for (const order of [...books.pending]) {
    if (order.status !== 'submitting') continue
    const reason = 'the process ended while the order was being sent'
    await books.apply(order, { kind: 'lose_sight', phase: 'unknown', reason }, clock.now())?.durable
  }
  const atVenue = [...books.pending].filter((order) => mayBeAtVenue(order.status))
  if (atVenue.length > 0) await untilAnswered(deps, () => reconcile(atVenue, deps))
  const open = [...books.pending]
  return {
    checked: atVenue.length,
    unconfirmed: open.filter((order) => order.status === 'unconfirmed'),
    unsent: open.filter((order) => order.status === 'created'),
    cancelling: open.filter((order) => order.cancelRequestedAt !== undefined && mayBeAtVenue(order.status)),
  }
}

/** What the list does not show is asked for by name; what nobody knows stays as it is, to be watched or resolved. */
async function reconcile(orders: readonly Order[], { books, gateway, door }: RecoveryDeps): Promise<void> {
  const listed = new Map((await gateway.openOrders()).map((report) => [report.clientOrderId, report]))
  for (const known of orders) {
    const order = books.current(known)
    if (isFinal(order.status)) continue
    const report = listed.get(order.clientOrderId)
    const applied = report === undefined ? undefined : door.applyTo(order, { ...report, channel: 'recovery' })
    await applied?.durable
    if (applied !== undefined && !applied.missingExecutions) continue
    const answer = await gateway.lookUp(orderRef(order))
    if (answer.kind === 'found') await door.applyTo(order, { ...answer.report, channel: 'recovery' }).durable
  }
}

/** A venue that does not answer keeps the gate shut; it does not end the daemon. */
async function untilAnswered(deps: RecoveryDeps, ask: () => Promise<void>): Promise<void> {
  const { timers, random, log, backOff, isActive } = deps
  for (let attempt = 1; isActive(); attempt += 1) {
    try {
      await ask()
      return
    } catch (error) {
      const delay = delayBefore(
        attempt + 1,
        { ...backOff, maxAttempts: Number.POSITIVE_INFINITY },
        random.draw('recovery.pause'),
      )
      log.warn('recovery.venue_unreachable', { attempt, retry_in_ms: delay, error })
      await new Promise<void>((resume) => timers.after(delay ?? backOff.maxDelayMs, 'recovery.pause', resume))
    }
  }
}
