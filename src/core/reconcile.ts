import type { ReportedFill } from './fill.ts'
import { filledUnder, generationNamed } from './generations.ts'
import { isGivenUp, lifeOf } from './given-up.ts'
import { type ClientOrderId, type ExecutionId, type IdOwner, ownerOf } from './ids.ts'
import type { Quantity } from './money.ts'
import type { Order, Side } from './order.ts'
import { type Named, type OrderNames, orderNames } from './order-names.ts'
import type { OrderReport } from './order-report.ts'
import type { Instant } from './time.ts'

/**
 * What follows from the venue's word for what we know: the pure half of every recovery and every sync. Guarantees:
 * - whatever is found is told oldest first, and the order in which the venue listed it makes no difference;
 * - applied once, it leaves nothing to be found: a second look at the same venue changes nothing;
 * - an order belongs to us by its client order id, or by the venue's own id where we know that; an order that may be one
 *   of ours in doubt is neither ours nor foreign until that doubt is settled, and so is an execution of an unlisted order;
 * - where a venue gives executions no names, those of our orders say how far an order has come, and nothing is booked by them;
 * - absence is no finding: who is nowhere to be seen is only to be asked for by name.
 */
export interface OurSide {
  readonly installation: string
  /** Open, or closed so lately that memory still has them. */
  readonly orders: readonly Order[]
  /** Of the client order ids the venue named: those that the store knows, however long the order has been closed. */
  readonly knownNames: ReadonlySet<string>
  /** Of the executions the venue listed: those that are booked. */
  readonly booked: ReadonlySet<ExecutionId>
  /** Do ours bear our names in its lists? Then an order without one is none of ours, whichever of ours is in doubt. */
  readonly areNamed: boolean
}

/** Whosever order it was: a venue's list names executions with what they belong to. */
export interface ListedExecution extends ReportedFill {
  readonly symbol: string
  readonly side: Side
  readonly brokerOrderId?: OrderReport['brokerOrderId']
  readonly clientOrderId?: ClientOrderId
  /** How far it brought its order: told where executions have no names. */
  readonly cumulativeQuantity?: Quantity
  /** When the venue took its order, where that is listed. */
  readonly takenAt?: Instant
}
export interface TheirSide {
  readonly account: string
  /** When the lists reached us. */
  readonly at: OrderReport['at']
  readonly openOrders: readonly OrderReport[]
  readonly recentOrders: readonly OrderReport[]
  readonly executions: readonly ListedExecution[]
}

export interface Findings {
  /** Orders with our name that we have no record of. */
  readonly adopt: readonly OrderReport[]
  /** Names of ours that only an execution tells: the order must be asked for. */
  readonly adoptByName: readonly { readonly clientOrderId: ClientOrderId; readonly symbol: string }[]
  /** About orders of ours, adopted ones included: executions we have not booked, then what the lists say. */
  readonly reports: readonly OrderReport[]
  /** Ours that were never sent for all we know, and are named there: our store is an older copy. Their reports follow. */
  readonly sentBefore: readonly Order[]
  /** Ours, at the venue for all we know, and in no list. */
  readonly unseen: readonly Order[]
  /** Open orders of somebody else. */
  readonly foreign: readonly OrderReport[]
  /** Open or not, those that bear no name at all: where ours bear none either, one of them may have been ours. */
  readonly strangers: readonly OrderReport[]
  /** Orders with our prefix and another installation's tag, open or closed. */
  readonly otherInstallations: readonly OrderReport[]
  /** Executions of somebody else's orders that are not booked. */
  readonly external: readonly ListedExecution[]
  /** Of those, booked before the venue undid them or put them right. */
  readonly correctedExternal: readonly ListedExecution[]
  /** Of those, undone or put right where executions have no names: which of the booked ones it was nobody can tell. */
  readonly undoneExternal: readonly ListedExecution[]
  /** Orders of ours of which the same is true: to be asked for by name. */
  readonly recounted: readonly Order[]
  /** Executions that may be those of an order of ours in doubt: they are looked at again when it no longer is. */
  readonly undecided: readonly ListedExecution[]
}

type Owner = 'ours' | 'to_adopt' | 'undecided' | Exclude<IdOwner, 'ours'>

export function reconcile(ours: OurSide, theirs: TheirSide): Findings {
  const names = orderNames(ours.orders)
  const listed = [...theirs.openOrders, ...theirs.recentOrders].toSorted(byAge)
  const theirExecutions = withTakenAt(theirs.executions, listed)
  const ownerOfReport = (report: OrderReport): Owner => {
    const owner = whose(report, ours, names)
    return owner === 'undecided' && ours.areNamed ? 'foreign' : owner
  }
  const ownersThere = new Map(listed.map((report) => [placeOf(report), ownerOfReport(report)]))
  const ownerOfExecution = (one: ListedExecution): Owner =>
    (one.clientOrderId === undefined ? ownersThere.get(placeOf(one)) : undefined) ?? whose(one, ours, names)

  const adopt = onePerOrder(listed.filter((report) => ownerOfReport(report) === 'to_adopt'))
  const adopting = new Set(adopt.map(({ clientOrderId }) => clientOrderId))
  const isBooked = ({ executionId }: ListedExecution): boolean => ours.booked.has(executionId)
  const isNews = (one: ListedExecution): boolean => {
    const order = one.synthetic === true ? names.of(one) : undefined
    return order === undefined ? !isBooked(one) || one.correctedAt !== undefined : !isCounted(one, order, names)
  }
  const fresh = onePerExecution(theirExecutions.filter(isNews))
  const ofOurs = fresh.filter((one) => ['ours', 'to_adopt'].includes(ownerOfExecution(one)))
  const named = new Set([...listed, ...theirExecutions].map((one) => names.of(one)?.id))
  const sentBefore = ours.orders.filter((order) => isUnsent(order) && named.has(order.id))
  const ofOthers = fresh.filter((one) => ['foreign', 'another_installation'].includes(ownerOfExecution(one)))
  const recounted = new Set(theirExecutions.filter(isRecounted).map(placeOf))
  const openHere = new Set([...ours.orders.filter(isWatched), ...sentBefore].map(({ id }) => id))
  const seen = new Set(listed.map((report) => names.of(report)?.id))
  return {
    adopt,
    adoptByName: namesAlone(
      ofOurs.filter((one) => ownerOfExecution(one) === 'to_adopt'),
      adopting,
    ),
    reports: [
      ...ofOurs.map((one) => withName(reportOf(one, theirs), names)),
      ...listed
        .filter((report) => isWorthTelling(report, ownerOfReport(report), names, openHere))
        .map((report) => withName(report, names)),
    ],
    sentBefore,
    unseen: ours.orders.filter((order) => openHere.has(order.id) && !seen.has(order.id)),
    foreign: onePerOrder(theirs.openOrders.filter((report) => ownerOfReport(report) === 'foreign')).toSorted(byAge),
    strangers: listed.filter((report) => report.clientOrderId === undefined && ownerOfReport(report) === 'foreign'),
    otherInstallations: onePerOrder(listed.filter((report) => ownerOfReport(report) === 'another_installation')),
    external: ofOthers.filter((one) => !isBooked(one) && !recounted.has(placeOf(one))),
    correctedExternal: ofOthers.filter((one) => isBooked(one) && one.synthetic !== true),
    undoneExternal: ofOthers.filter(isRecounted),
    recounted: [...new Set(theirExecutions.filter(isRecounted).flatMap((one) => names.of(one) ?? []))],
    undecided: fresh.filter((one) => ownerOfExecution(one) === 'undecided'),
  }
}

function whose(one: Pick<ListedExecution, 'clientOrderId'> & Named, ours: OurSide, names: OrderNames): Owner {
  if (names.of(one) !== undefined) return 'ours'
  const { clientOrderId } = one
  if (clientOrderId === undefined) return names.mayBeInDoubt(one) ? 'undecided' : 'foreign'
  if (ours.knownNames.has(clientOrderId)) return 'ours'
  const owner = ownerOf(clientOrderId, ours.installation)
  return owner === 'ours' ? 'to_adopt' : owner
}

/** Undone or put right, and nothing but its count tells which it was. */
const isRecounted = ({ synthetic, correctedAt }: ListedExecution): boolean =>
  synthetic === true && correctedAt !== undefined

const placeOf = ({ brokerOrderId, takenAt }: Named): string => `${brokerOrderId} ${takenAt}`

/** Where a venue gives an id again, an execution belongs to the order that had it then. */
export function withTakenAt(
  executions: readonly ListedExecution[],
  listed: readonly OrderReport[],
): readonly ListedExecution[] {
  const byBrokerId = Map.groupBy(listed, ({ brokerOrderId }) => brokerOrderId)
  return executions.map((one) => {
    const takenAt = (byBrokerId.get(one.brokerOrderId) ?? [])
      .flatMap((report) => (report.takenAt !== undefined && report.takenAt <= one.time ? [report.takenAt] : []))
      .reduce<Instant | undefined>((last, at) => Math.max(last ?? at, at), undefined)
    return takenAt === undefined ? one : { ...one, takenAt }
  })
}

/**
 * Reports of what we closed long ago say nothing; what they had to say of executions is told by the executions. That an
 * order lives which we take for ended is news, and so is any trace of one that we gave up.
 */
function isWorthTelling(report: OrderReport, owner: Owner, names: OrderNames, open: ReadonlySet<string>): boolean {
  if (owner !== 'ours') return owner === 'to_adopt'
  const order = names.of(report)
  if (order === undefined) return lifeOf(report.status) === 'lives'
  return open.has(order.id) || isGivenUp(order)
}

const WATCHED: ReadonlySet<string> = new Set(['submitting', 'unconfirmed', 'submitted', 'accepted', 'partially_filled'])
const isWatched = ({ status }: Order): boolean => WATCHED.has(status)
/** With us, and never handed to the wire for all our store knows. */
export const isUnsent = ({ status, attempt }: Order): boolean =>
  (status === 'created' || status === 'pending_execution') && attempt === 0

/** What the execution counts up to is in the order already. */
function isCounted({ cumulativeQuantity, ...named }: ListedExecution, order: Order, names: OrderNames): boolean {
  if (cumulativeQuantity === undefined) return false
  const generation = generationNamed(order, names.nameOf(named))
  return filledUnder(order, generation).quantity.atLeast(cumulativeQuantity)
}

/** Whoever gets it need not know the venue's own id. */
const withName = (report: OrderReport, names: OrderNames): OrderReport => {
  const clientOrderId = names.nameOf(report)
  return clientOrderId === undefined ? report : { ...report, clientOrderId }
}

/** An execution is proof that the venue held the order, and of nothing else but, where it has a name, of itself. */
export const reportOf = (
  execution: ListedExecution,
  { account, at }: Pick<TheirSide, 'account' | 'at'>,
): OrderReport => {
  const { symbol, side, brokerOrderId, clientOrderId, cumulativeQuantity, takenAt, ...fill } = execution
  const isNamed = fill.synthetic !== true
  return {
    channel: 'recovery',
    account,
    at,
    status: 'working',
    rawStatus: 'execution',
    symbol,
    side,
    fills: isNamed ? [fill] : [],
    ...(takenAt === undefined ? {} : { takenAt }),
    ...(isNamed || cumulativeQuantity === undefined ? {} : { cumulativeQuantity }),
    ...(brokerOrderId === undefined ? {} : { brokerOrderId }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
  }
}

function namesAlone(executions: readonly ListedExecution[], adopting: ReadonlySet<unknown>): Findings['adoptByName'] {
  const names = new Map<ClientOrderId, string>()
  for (const { clientOrderId, symbol } of executions) {
    if (clientOrderId !== undefined && !adopting.has(clientOrderId)) names.set(clientOrderId, symbol)
  }
  return [...names].map(([clientOrderId, symbol]) => ({ clientOrderId, symbol }))
}

const keyOf = ({ brokerOrderId, clientOrderId }: OrderReport): string => brokerOrderId ?? clientOrderId ?? ''
/** Of several words about one order the one that tells most. */
const onePerOrder = (reports: readonly OrderReport[]): readonly OrderReport[] => {
  const byOrder = Map.groupBy(reports, keyOf)
  return [...byOrder.values()].map((of) => of.reduce((a, b) => (toldBy(b) > toldBy(a) ? b : a))).toSorted(byAge)
}
const ENDS: ReadonlySet<string> = new Set(['filled', 'cancelled', 'rejected', 'expired'])
const toldBy = ({ status, fills }: OrderReport): number => fills.length + (ENDS.has(status) ? 0.5 : 0)

const onePerExecution = (executions: readonly ListedExecution[]): readonly ListedExecution[] => [
  ...new Map(executions.toSorted(byTime).map((one) => [one.executionId, one])).values(),
]

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)
const byAge = (a: OrderReport, b: OrderReport): number =>
  compare(a.takenAt ?? 0, b.takenAt ?? 0) || compare(keyOf(a), keyOf(b)) || compare(toldBy(a), toldBy(b))
const byTime = (a: ListedExecution, b: ListedExecution): number =>
  compare(a.time, b.time) || compare(a.executionId, b.executionId)
