import type { Order } from '../../core/order.ts'
import { type Named, type OrderNames, orderNames } from '../../core/order-names.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { areTwins, mayBe, mayBeChanged, type SeenWithin } from '../../core/order-terms.ts'
import { reportOf as executionReport, type TheirSide, withTakenAt } from '../../core/reconcile.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { askVenue } from './ask-venue.ts'
import type { VenueClock } from './venue-clock.ts'

/**
 * Looks for one order in everything that a venue lists: what is open, what it took lately, what was executed. Guarantees:
 * - absent means absent from every list, each read to its end; one that cannot be read throws;
 * - an order at the venue is taken for ours by its terms only where it is the only one, ours is the only one it can be,
 *   and no other order of ours has ever been it;
 * - by its terms nothing is absent while something that is nobody's may be it with others.
 */
export interface SearchDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly store: Pick<OrderStoreReader, 'orders'>
  readonly venueClock: VenueClock
  readonly clock: Clock
}
export type Sighting =
  | { readonly kind: 'found'; readonly report: OrderReport }
  | { readonly kind: 'absent' }
  /** Something is there, and nothing we can see tells whether it is ours. */
  | {
      readonly kind: 'unclear'
      readonly summary: string
      /** Those that fit. */
      readonly reports: readonly OrderReport[]
      /** Those that would, but for what anybody may have changed since. */
      readonly changed?: readonly OrderReport[]
    }

/** When this generation of it was sent first, by our clock. */
export const firstSentAt = (order: Order): Instant => order.lastRetryAttempt ?? order.submittedAt ?? order.createdAt

export async function searchVenue(order: Order, findBy: 'name' | 'terms', deps: SearchDeps): Promise<Sighting> {
  const within = seenWithin(order, deps)
  return searchLists(order, findBy, await askVenue({ ...deps, account: order.account }, within.from), deps)
}

/** The same in lists that have been read, from `listsFrom` on or earlier. */
export const listsFrom = (order: Order, deps: SearchDeps): Instant => seenWithin(order, deps).from
export async function searchLists(
  order: Order,
  findBy: 'name' | 'terms',
  { account, at, ...lists }: TheirSide,
  deps: SearchDeps,
): Promise<Sighting> {
  const { books } = deps
  const within = seenWithin(order, deps)
  const orders = [...lists.recentOrders, ...lists.openOrders]
  if (findBy === 'name') {
    const named = orders.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    const executed = lists.executions.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    if (named !== undefined) return { kind: 'found', report: named }
    if (executed !== undefined) return { kind: 'found', report: executionReport(executed, { account, at }) }
    return { kind: 'absent' }
  }
  const others = await ordersBeside(order, deps)
  const isFree = (named: Named): boolean => named.brokerOrderId !== undefined && others.of(named) === undefined
  const fitting = orders.filter((report) => isFree(report) && mayBe(order, report, within))
  const one = new Map(fitting.map((report) => [report.brokerOrderId, report]))
  const executed = withTakenAt(lists.executions, orders).filter(
    (one) => one.symbol === order.symbol && one.side === order.side && one.time >= within.from && isFree(one),
  )
  if (fitting.some((report) => others.mayHaveBeen(report)))
    return { kind: 'unclear', summary: 'an order of ours had the same id not long before', reports: fitting }
  const changed = orders.filter((report) => isFree(report) && mayBeChanged(order, report, within))
  const [only, ...rest] = one.values()
  return only === undefined ? noneFits(changed, executed.length) : judge(only, rest, rivalsOf(order, books))
}

function noneFits(changed: readonly OrderReport[], executions: number): Sighting {
  const summary = "an order that is nobody's differs from it only by what may have been changed there"
  if (changed.length > 0) return { kind: 'unclear', summary, reports: [], changed }
  if (executions === 0) return { kind: 'absent' }
  return { kind: 'unclear', summary: 'executions are listed whose order is not', reports: [] }
}

function judge(report: OrderReport, others: readonly OrderReport[], rivals: readonly Order[]): Sighting {
  const reports = [report, ...others]
  if (others.length > 0)
    return { kind: 'unclear', summary: `${reports.length} orders at the venue may be this one`, reports }
  if (rivals.length > 0)
    return { kind: 'unclear', summary: `${rivals.length + 1} orders of ours may be the one at the venue`, reports }
  return { kind: 'found', report }
}

/** Other orders of ours in doubt that nobody could tell from this one. */
export const rivalsOf = (order: Order, books: AccountBooks): readonly Order[] =>
  [...books.pending].filter((other) => other.id !== order.id && isNameless(other) && areTwins(order, other))

const isNameless = ({ status, brokerOrderId }: Order): boolean =>
  (status === 'unconfirmed' || status === 'submitting') && brokerOrderId === undefined

/** Ours was on its way from its first send on; a venue that takes it late has done so before absence counts. */
function seenWithin(order: Order, { gateway, venueClock, clock }: SearchDeps): SeenWithin {
  const settlesMs = gateway.capabilities.absenceSettlesMs
  const doubt = venueClock.doubtMs + CLOCK_MARGIN_MS
  const now = clock.now()
  // Our clock has been set back since: when the order was sent nobody can tell any more.
  // Sent by an owner whom our store has forgotten, for all we know: that may have been at any time since.
  const lastAt = order.status === 'created' ? now : order.updatedAt
  const [sentAt, knownAt] = firstSentAt(order) > now ? [now - SET_BACK_MS, now] : [firstSentAt(order), lastAt]
  return { from: venueClock.at(sentAt) - doubt, to: venueClock.at(knownAt) + settlesMs + doubt }
}
/** So long ago an order was sent at most, where its time tells nothing. */
const SET_BACK_MS = 86_400_000
/** What the stamps of a venue may differ among themselves. */
const CLOCK_MARGIN_MS = 2_000

/** The other orders of ours that what is listed may be, those that memory has let go of included. */
async function ordersBeside(order: Order, { books, store }: SearchDeps): Promise<OrderNames> {
  const { account, symbol, side } = order
  const stored = await store.orders({ account, symbol, side }, { limit: ORDERS_LOOKED_AT, newestFirst: true })
  const others = [...stored.items, ...books.known()].filter(({ id }) => id !== order.id)
  return orderNames(others)
}
const ORDERS_LOOKED_AT = 500
