import type { PositionDifference } from '../../core/compare-positions.ts'
import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { orderNames } from '../../core/order-names.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { proofPlan } from '../../core/proof-plan.ts'
import { type Findings, isUnsent, type ListedExecution, reconcile, type TheirSide } from '../../core/reconcile.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountSyncReport, SyncTrigger } from '../../ports/order-commands.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'
import type { CaseFiles } from '../cases/case-files.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import type { ReportDoor } from '../fills/apply-report.ts'
import type { FillCorrector } from '../fills/correct-fills.ts'
import type { OrderAdopter } from './adopt-orders.ts'
import { askVenue, readSince } from './ask-venue.ts'
import { bookExternal, takeOverHoldings } from './book-holdings.ts'
import type { ForeignOrders } from './foreign-orders.ts'
import { withFirstNames } from './name-executions.ts'
import { mayBeOlderCopy } from './sent-before.ts'
import { syncFields } from './sync-fields.ts'
import type { VenueClock } from './venue-clock.ts'
import type { PositionWatch } from './watch-positions.ts'

/**
 * Our books against everything the venue tells: at start, on the interval, after a reconnect, and on demand. Guarantees:
 * - one pass closes every gap the venue's lists explain, oldest first; a second pass finds nothing;
 * - a list that is not complete changes nothing: the pass fails, and the next one begins where the last complete one began;
 * - dying anywhere in it costs nothing: what was booked is durable, the rest is found again;
 * - one order that cannot be read stays in doubt and is told of; the rest goes on.
 */
export interface SyncDeps {
  readonly account: string
  readonly installation: string
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly store: Pick<OrderStoreReader, 'fact' | 'knownClientOrderIds' | 'closedByBrokerIds' | 'bookedExecutions'>
  readonly journal: Pick<Journal, 'commit' | 'entry'>
  readonly watch: PositionWatch
  readonly venueClock: VenueClock
  readonly adopter: OrderAdopter
  /** Configuration agrees to what the venue holds before we ever looked. */
  readonly adoptsAtFirstContact: boolean
  readonly foreign: ForeignOrders
  /** Our store calls it unsent, and the venue shows it. */
  readonly takeForSent: (order: Order) => Promise<void>
  /** Ended with us and alive at the venue, as far as we know: asked for by name each time. */
  readonly reappeared: () => readonly Order[]
  /** Executions that only the venue's count shows to be undone. */
  readonly recounted: () => readonly Order[]
  /** At the start, where ours bear no name at the venue: orders without one that none of ours is. */
  readonly onStrangers?: ((reports: readonly OrderReport[]) => void) | undefined
  readonly onUndone: (execution: ListedExecution) => void
  readonly corrector: Pick<FillCorrector, 'correctExternal'>
  readonly files: Pick<CaseFiles, 'open' | 'opened'>
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly isActive: () => boolean
}
export interface SyncRequest {
  readonly trigger: SyncTrigger
  /** The operator agrees: what the venue holds and we have no record of becomes ours. */
  readonly adopt?: boolean
}

interface Pass {
  checked: number
  readonly changed: Set<OrderId>
  readonly adopted: OrderId[]
  readonly unreadable: OrderId[]
  external: number
  opened: readonly string[]
}

export class AccountSync {
  readonly #deps: SyncDeps
  #running: Promise<AccountSyncReport> | undefined
  #waiting: Promise<AccountSyncReport> | undefined
  #last: Instant | undefined
  /** From here on lists have to be read. */
  #readUpTo: Instant | undefined

  constructor(deps: SyncDeps) {
    this.#deps = deps
  }

  /** When the last complete pass began. */
  get lastAt(): Instant | undefined {
    return this.#last
  }

  /** One pass at a time: whoever asks while one runs shares the one after it. */
  run(request: SyncRequest): Promise<AccountSyncReport> {
    if (this.#running === undefined) return this.#begin(request)
    if (request.adopt === true)
      return this.#running.then(
        () => this.run(request),
        () => this.run(request),
      )
    this.#waiting ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined
        return this.run(request)
      })
    return this.#waiting
  }

  #begin(request: SyncRequest): Promise<AccountSyncReport> {
    this.#running = this.#pass(request).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #pass({ trigger, adopt = false }: SyncRequest): Promise<AccountSyncReport> {
    const { account, clock, gateway, watch, store, foreign, files, venueClock } = this.#deps
    const casesBefore = files.opened
    const startedAt = clock.now()
    const started = clock.monotonic()
    const syncedAt = this.#readUpTo ?? timeOf(await store.fact(syncedFact(account)))
    const mayOpen = adopt || (this.#deps.adoptsAtFirstContact && syncedAt === undefined)
    const since = readSince(syncedAt, venueClock.at(startedAt), gateway.capabilities.absenceSettlesMs)
    const theirs = await askVenue(this.#deps, since)
    const readUpTo = this.#venueTimeAt(started)
    const pass: Pass = { checked: 0, changed: new Set(), adopted: [], unreadable: [], external: 0, opened: [] }
    const findings = await this.#findings(theirs)
    await this.#follow(findings, pass, trigger)
    foreign.found(findings)
    if (trigger === 'start') this.#deps.onStrangers?.(findings.strangers)
    const differences = await this.#comparePositions(trigger, mayOpen, pass)
    const report: AccountSyncReport = {
      account,
      trigger,
      checked: pass.checked,
      changed: [...pass.changed],
      adopted: pass.adopted,
      unreadable: pass.unreadable,
      external: pass.external,
      opened: pass.opened,
      foreign: foreign.open,
      mismatches: watch.mismatches.map(plainDifference),
      differences: differences.map(plainDifference),
      cases: { opened: files.opened - casesBefore, open: files.open.length },
      elapsedMs: Math.round(clock.monotonic() - started),
    }
    await this.#close(report, startedAt, findings.undecided.length === 0 ? readUpTo : (syncedAt ?? readUpTo))
    return report
  }

  /** Ours may have been set meanwhile: what the answers of this pass have told of the venue's is younger. */
  #venueTimeAt(started: number): Instant {
    const { clock, venueClock } = this.#deps
    return Math.floor(venueClock.at(clock.now()) - (clock.monotonic() - started))
  }

  async #findings(told: TheirSide): Promise<Findings> {
    const { account, installation, books, store, gateway } = this.#deps
    const orders = [...books.known(), ...(await this.#closedHere(told))]
    const listed = told.executions.map(({ executionId }) => executionId)
    const stored = await store.bookedExecutions(account, listed)
    // What is booked in memory and on its way to the store is booked.
    const booked = new Set([...stored, ...orders.flatMap(({ id }) => [...books.executionsOf(id)])])
    const isBooked = ({ executionId }: ListedExecution): boolean => booked.has(executionId)
    const executions = await withFirstNames(told.executions, orderNames(orders), isBooked, gateway)
    const theirs = { ...told, executions }
    const names = [...theirs.openOrders, ...theirs.recentOrders, ...theirs.executions].flatMap(({ clientOrderId }) =>
      clientOrderId === undefined || books.isKnownName(clientOrderId) ? [] : [clientOrderId],
    )
    const knownNames = await store.knownClientOrderIds(account, [...new Set(names)])
    const areNamed = proofPlan(gateway.capabilities.clientOrderId).findBy === 'name'
    return reconcile({ installation, orders, knownNames, booked, areNamed }, theirs)
  }

  /** Ours that memory has let go of, among what the venue names by nothing but its own id. */
  async #closedHere({ openOrders, recentOrders, executions }: TheirSide): Promise<readonly Order[]> {
    const { account, books, store } = this.#deps
    const names = orderNames([...books.known()])
    const ids = [...openOrders, ...recentOrders, ...executions].flatMap((named) =>
      named.clientOrderId !== undefined || named.brokerOrderId === undefined || names.of(named) !== undefined
        ? []
        : [named.brokerOrderId],
    )
    const closed = ids.length === 0 ? [] : await store.closedByBrokerIds(account, [...new Set(ids)])
    return closed.filter((order) => books.isForgotten(order))
  }

  async #follow(findings: Findings, pass: Pass, trigger: SyncTrigger): Promise<void> {
    const { books, clock } = this.#deps
    // Before anything is adopted: until this is durable, what shows that the store is older has to show it again.
    for (const order of this.#sentForAllWeKnow(findings, trigger)) await this.#deps.takeForSent(order)
    await this.#adopt(findings, pass)
    const short = new Set<Order>()
    const durable: Promise<unknown>[] = []
    for (const [n, report] of findings.reports.entries()) {
      if (n > 0 && n % WITHOUT_A_BREAK === 0) await this.#breathe()
      const applied = await this.#apply(report, pass)
      if (applied === undefined) continue
      durable.push(applied.durable)
      if (applied.missingExecutions) short.add(applied.order)
    }
    pass.checked = findings.reports.length + findings.unseen.length
    for (const order of findings.unseen) {
      if (!isFinal(books.current(order).status)) durable.push(...(await this.#askByName(order, pass)))
    }
    // An order that has ended may owe us an execution all the same.
    for (const order of short) durable.push(...(await this.#askByName(order, pass)))
    const { recounted, onUndone, reappeared, corrector } = this.#deps
    for (const order of new Set([...reappeared(), ...findings.recounted, ...recounted()]))
      durable.push(...(await this.#askByName(order, pass)))
    for (const execution of findings.undoneExternal) onUndone(execution)
    for (const execution of findings.correctedExternal) durable.push(corrector.correctExternal(execution))
    pass.external = findings.external.length
    if (findings.external.length > 0) durable.push(bookExternal(findings.external, books, clock.now()))
    await Promise.all(durable)
  }

  /**
   * A store that is an older copy cannot tell of any order that it was not sent, and a list may lag: where a second send
   * would be a second order, all of them are in doubt.
   */
  #sentForAllWeKnow(findings: Findings, trigger: SyncTrigger): readonly Order[] {
    const { books, gateway, venueClock } = this.#deps
    const { adopt, adoptByName, sentBefore } = findings
    const { resend, findBy } = proofPlan(gateway.capabilities.clientOrderId)
    if (resend !== 'never') return sentBefore
    const unsent = [...books.pending].filter(isUnsent)
    if (adopt.length + adoptByName.length + sentBefore.length > 0) return unsent
    if (trigger !== 'start' || findBy === 'name') return []
    return unsent.filter(({ createdAt }) => mayBeOlderCopy(findings, venueClock.at(createdAt) - venueClock.doubtMs))
  }

  async #adopt({ adopt, adoptByName }: Findings, pass: Pass): Promise<void> {
    const { adopter } = this.#deps
    const adopted: (Order | undefined)[] = []
    for (const report of adopt) adopted.push(await adopter.adopt(report))
    for (const named of adoptByName) {
      const report = await this.#lookUp(named)
      if (report !== undefined) adopted.push(await adopter.adopt(report))
    }
    for (const order of adopted) if (order !== undefined) pass.adopted.push(order.id)
  }

  async #apply(report: OrderReport, pass: Pass) {
    const { door, log } = this.#deps
    try {
      const applied = await door.apply(report)
      if (applied?.changed) pass.changed.add(applied.order.id)
      return applied
    } catch (error) {
      log.error('sync.report_failed', { client_order_id: report.clientOrderId, error })
      return undefined
    }
  }

  async #askByName(known: Order, pass: Pass): Promise<readonly Promise<unknown>[]> {
    const { books, door, log, isActive } = this.#deps
    const order = books.current(known)
    if (!isActive()) return []
    try {
      const report = await this.#lookUp(orderRef(order))
      if (report === undefined) return []
      const applied = door.applyTo(order, report)
      if (applied.changed) pass.changed.add(order.id)
      return [applied.durable]
    } catch (error) {
      log.error('sync.order_unreadable', { order_id: order.id, symbol: order.symbol, error })
      pass.unreadable.push(order.id)
      return []
    }
  }

  async #lookUp(ref: Parameters<BrokerGateway['lookUp']>[0]): Promise<OrderReport | undefined> {
    const answer = await this.#deps.gateway.lookUp(ref)
    return answer.kind === 'found' ? answer.report : undefined
  }

  async #comparePositions(trigger: SyncTrigger, adopt: boolean, pass: Pass): Promise<readonly PositionDifference[]> {
    const { watch, books, clock } = this.#deps
    const theirs = await watch.read()
    if (adopt) pass.opened = await takeOverHoldings(theirs, books, clock.now())
    return watch.judge(theirs, trigger === 'start')
  }

  /**
   * From here on lists are read from this pass on, unless it could not tell whose an execution was. What nobody asked for
   * and changed nothing is no event.
   */
  async #close(report: AccountSyncReport, startedAt: Instant, readUpTo: Instant): Promise<void> {
    const { account, journal, clock } = this.#deps
    const isTold = report.trigger !== 'interval' || hasFound(report)
    const events = isTold ? [journal.entry('sync.completed', clock.now(), syncFields(report))] : []
    await journal.commit({ events, facts: { [syncedFact(account)]: String(readUpTo) } }, [])
    this.#last = startedAt
    this.#readUpTo = readUpTo
  }

  #breathe(): Promise<void> {
    return new Promise((resume) => this.#deps.timers.after(0, 'sync.break', resume))
  }
}

/** Reports applied before the loop may turn. */
const WITHOUT_A_BREAK = 200

const syncedFact = (account: string): string => `synced_at.${account}`
const timeOf = (fact: string | undefined): Instant | undefined => (fact === undefined ? undefined : Number(fact))

const hasFound = ({ changed, adopted, unreadable, external, mismatches, cases }: AccountSyncReport): boolean =>
  changed.length + adopted.length + unreadable.length + external + mismatches.length + cases.opened > 0

const plainDifference = ({ symbol, ours, theirs }: PositionDifference): AccountSyncReport['mismatches'][number] => ({
  symbol,
  ours: ours.toString(),
  theirs: theirs.toString(),
})
