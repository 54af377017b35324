import type { PositionDifference } from '../../core/compare-positions.ts'
import type { Order } from '../../core/order.ts'
import type { Plain } from '../../core/order-events.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountSyncReport, ForeignOrder, SyncTrigger } from '../../ports/order-commands.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'
import type { CaseFiles } from '../cases/case-files.ts'
import type { UndoneExecutions } from '../cases/undone-executions.ts'
import type { ExitGate } from '../execution/exit-gate.ts'
import type { ReportDoor } from '../fills/apply-report.ts'
import type { FillCorrector } from '../fills/correct-fills.ts'
import { OrderAdopter } from '../recovery/adopt-orders.ts'
import { acceptHolding } from '../recovery/book-holdings.ts'
import { ForeignOrders } from '../recovery/foreign-orders.ts'
import type { Remembered } from '../recovery/remembered.ts'
import { AccountSync } from '../recovery/sync-account.ts'
import type { VenueClock } from '../recovery/venue-clock.ts'
import { PositionWatch } from '../recovery/watch-positions.ts'
import type { DeskSettings } from './desk-settings.ts'
import type { FindingCases } from './finding-cases.ts'

/**
 * Everything that holds one account's books against its venue: when it happens, what is told of it, and what operators
 * settle. What needs a human becomes a case, in the order in which it was found.
 */
export interface SyncDeskDeps {
  readonly settings: DeskSettings
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly gate: ExitGate
  readonly store: OrderStoreReader
  readonly journal: Journal
  readonly remembered: Remembered
  readonly cases?: FindingCases | undefined
  readonly reappeared: { readonly orders: readonly Order[] }
  readonly undone: UndoneExecutions
  readonly files: CaseFiles
  readonly corrector: FillCorrector
  readonly venueClock: VenueClock
  readonly takeForSent: (order: Order) => Promise<void>
  readonly onStrangers?: ((reports: readonly OrderReport[]) => void) | undefined
  readonly onMismatches: (count: number) => void
  /** The gate is open again: what waited behind it may go. */
  readonly onReopened: () => void
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly isActive: () => boolean
}

export class SyncDesk {
  readonly sync: AccountSync
  readonly #deps: SyncDeskDeps
  readonly #watch: PositionWatch
  readonly #foreign: ForeignOrders
  readonly #adopter: OrderAdopter
  #timer: Timer | undefined

  constructor(deps: SyncDeskDeps) {
    this.#deps = deps
    const { settings, remembered, cases, gateway } = deps
    const { account, installation, venue, currency, mode, sessionId, configVersion } = settings
    const place = { account, venue, currency, mode, sessionId, configVersion }
    this.#watch = new PositionWatch({
      ...deps,
      settlesMs: gateway.capabilities.absenceSettlesMs,
      kept: remembered.kept,
      requestSync: () => this.request('difference'),
      onMismatch: (difference) => this.#mismatch(difference),
      onAgreed: (symbol) => cases?.agreed(symbol),
      onCount: deps.onMismatches,
    })
    this.#foreign = new ForeignOrders({
      settled: remembered.settled,
      onAppeared: (order) => cases?.foreignOrder(order),
      onGone: (order) => cases?.foreignOrderGone(order),
      onOtherInstallation: (orders) => this.#otherInstallation(orders),
    })
    this.#adopter = new OrderAdopter({ ...deps, place, hasAdopted: remembered.hasAdopted })
    this.sync = new AccountSync({
      ...deps,
      account,
      installation,
      adoptsAtFirstContact: settings.adoptPositions,
      watch: this.#watch,
      foreign: this.#foreign,
      adopter: this.#adopter,
      reappeared: () => deps.reappeared.orders,
      recounted: () => deps.undone.orders,
      onUndone: (execution) => deps.undone.listed(execution),
    })
  }

  get hasAdopted(): boolean {
    return this.#adopter.hasAdopted
  }
  get foreignOrders(): number {
    return this.#foreign.open.length
  }
  hasForeign(key: string): boolean {
    return this.#foreign.open.some((order) => order.key === key)
  }
  get hasOtherInstallation(): boolean {
    return this.#foreign.unsettled.length > 0
  }
  get quarantined(): readonly string[] {
    return this.#watch.quarantined
  }
  isQuarantined(symbol: string): boolean {
    return this.#watch.isQuarantined(symbol)
  }
  fillBooked(): void {
    this.#watch.fillBooked()
  }

  /** Once recovery is done: from here on by itself. */
  start(): void {
    const { settings, timers } = this.#deps
    this.#timer = timers.after(settings.syncIntervalMs, 'sync.interval', () => {
      this.request('interval')
      this.start()
    })
  }
  stop(): void {
    this.#timer?.cancel()
    this.#watch.stop()
  }

  /** Nobody waits for it: a pass that fails is told of, and the next one makes up for it. */
  request(trigger: SyncTrigger): void {
    const { isActive, log, settings } = this.#deps
    if (!isActive()) return
    this.sync.run({ trigger }).catch((error) => {
      if (isActive()) log.warn('sync.failed', { account: settings.account, trigger, error })
    })
  }

  run(adopt: boolean): Promise<AccountSyncReport> {
    return this.sync.run({ trigger: 'requested', adopt })
  }

  /** The operator takes the venue's figure. */
  async acceptVenue(symbol: string): Promise<void> {
    const { gateway, books, clock } = this.#deps
    const held = (await gateway.positions()).find((position) => position.symbol === symbol)
    const flat = books.positionOrFlat(symbol, clock.now())
    const theirs = held ?? { symbol, quantity: flat.quantity.minus(flat.quantity) }
    await acceptHolding(theirs, books, 'accepted', clock.now())
    await this.run(false)
  }
  /** The operator keeps ours: the difference is known, and stays. */
  async keepOurs(symbol: string): Promise<void> {
    const { remembered, journal, settings } = this.#deps
    const difference = this.#watch.mismatches.find((one) => one.symbol === symbol)
    if (difference === undefined) return
    remembered.kept.keep(difference)
    await journal.commit({ events: [], facts: remembered.kept.fact(settings.account) }, [])
    await this.run(false)
  }
  /** The operator knows whose these orders are. */
  async settleOtherInstallations(): Promise<void> {
    const { remembered, journal, settings } = this.#deps
    remembered.settled.add(this.#foreign.unsettled.map(({ key }) => key))
    await journal.commit({ events: [], facts: remembered.settled.fact(settings.account) }, [])
    this.#foreign.settle()
    this.#otherInstallation([])
  }

  #mismatch({ symbol, ours, theirs }: PositionDifference): void {
    const { journal, clock, cases } = this.#deps
    const detail: Plain = {
      ours: ours.toString(),
      theirs: theirs.toString(),
      difference: theirs.minus(ours).toString(),
    }
    journal.note('position.mismatch', clock.now(), { symbol, reason: 'unexplained', detail }).catch(() => undefined)
    cases?.mismatch({ symbol, ours, theirs })
  }

  #otherInstallation(orders: readonly ForeignOrder[]): void {
    const { gate, log, settings, cases, onReopened } = this.#deps
    const isClosed = gate.closedFor.includes('foreign_installation')
    if (orders.length > 0) {
      gate.close('foreign_installation')
      if (!isClosed) log.error('sync.another_installation', { account: settings.account, orders: orders.length })
      cases?.otherInstallation(orders)
    } else if (isClosed) {
      gate.open('foreign_installation')
      cases?.otherInstallationSettled()
      onReopened()
    }
  }
}
