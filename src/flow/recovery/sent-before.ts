import type { OrderCommand } from '../../core/decide.ts'
import type { Order } from '../../core/order.ts'
import type { ProofPlan } from '../../core/proof-plan.ts'
import type { Findings } from '../../core/reconcile.ts'
import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { askVenue } from './ask-venue.ts'
import { listsFrom, rivalsOf, type SearchDeps, type Sighting, searchLists } from './search-venue.ts'

/**
 * Which of the orders that our store calls unsent the venue shows all the same: a store that was put back from a backup
 * does not know what it has sent since. Where the venue itself refuses a repeated id there is nothing to find out.
 */
export async function sentBefore(
  unsent: readonly Order[],
  { findBy, resend }: ProofPlan,
  deps: SearchDeps,
): Promise<readonly Order[]> {
  const [first] = unsent
  if (first === undefined || resend === 'any_time') return []
  const since = Math.min(...unsent.map((order) => listsFrom(order, deps)))
  const lists = await askVenue({ ...deps, account: first.account }, since)
  const shown: Order[] = []
  for (const order of unsent) {
    const sighting = await searchLists(order, findBy, lists, deps)
    // As many as there are twins in doubt are theirs for all we know: the order waits behind those anyway.
    if (countOf(sighting) > (findBy === 'name' ? 0 : rivalsOf(order, deps.books).length)) shown.push(order)
  }
  return shown
}

export interface TakeForSentDeps {
  readonly books: Pick<AccountBooks, 'apply' | 'current'>
  /** What marks an order as having left. */
  readonly mark: (order: Order) => Extract<OrderCommand, { readonly kind: 'submit' }>
  readonly clock: Clock
  readonly log: Log
}

/** From unsent to in doubt: what it is by now the venue's word will say. */
export async function takeForSent(order: Order, { books, mark, clock, log }: TakeForSentDeps): Promise<void> {
  const reason = 'the store calls it unsent, and the venue shows one that may be it'
  books.apply(order, { kind: 'release' }, clock.now())
  books.apply(order, { ...mark(order), sentFrom: order.createdAt }, clock.now())
  await books.apply(order, { kind: 'lose_sight', phase: 'unknown', reason }, clock.now())?.durable
  log.error('recovery.sent_before', { order_id: order.id, client_order_id: order.clientOrderId })
}

/**
 * Where ours bear no name at the venue, what nobody knows and it took since an order was made may be another of ours, sent
 * by an owner whom the store has forgotten: then that one may have been sent too, and a list that lags does not show it.
 */
export const mayBeOlderCopy = ({ strangers, external }: Pick<Findings, 'strangers' | 'external'>, madeAt: Instant) =>
  strangers.some(({ takenAt }) => takenAt === undefined || takenAt >= madeAt) ||
  external.some(({ takenAt, time }) => (takenAt ?? time) >= madeAt)

const countOf = (sighting: Sighting): number =>
  sighting.kind === 'found' ? 1 : sighting.kind === 'unclear' ? sighting.reports.length : 0
