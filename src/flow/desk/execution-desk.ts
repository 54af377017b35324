import type { OrderId } from '../../core/ids.ts'
import { openTimeBetween } from '../../core/market-session.ts'
import { isFinal, mayBeAtVenue, type Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { proofPlan } from '../../core/proof-plan.ts'
import { MONITORING_BACK_OFF } from '../../core/retry-policy.ts'
import type { BrokerGateway, CancelOutcome, Instrument } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { HaltFile } from '../../ports/halt-file.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountSyncReport } from '../../ports/order-commands.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'
import type { CancelWatch } from '../cases/cancel-watch.ts'
import type { CaseFiles } from '../cases/case-files.ts'
import type { DoubtWatch } from '../cases/doubt-watch.ts'
import type { ReappearedOrders } from '../cases/reappeared-orders.ts'
import { UndoneExecutions } from '../cases/undone-executions.ts'
import type { AccountLease } from '../execution/account-lease.ts'
import { type CancelResult, OrderCanceller } from '../execution/cancel-order.ts'
import { ExitGate, type GateReason, type LastingReason } from '../execution/exit-gate.ts'
import type { RateLanes } from '../execution/rate-lanes.ts'
import { OrderSubmitter } from '../execution/submit-order.ts'
import { TwinWait } from '../execution/twin-wait.ts'
import { applyPartialFillPolicy } from '../fills/apply-partial-fill-policy.ts'
import { ReportDoor } from '../fills/apply-report.ts'
import { FillCorrector } from '../fills/correct-fills.ts'
import { type EngineCounts, FillDetectionEngine } from '../fills/fill-detection-engine.ts'
import { OrderStream } from '../fills/stream-orders.ts'
import { timeOutOrder } from '../fills/time-out-order.ts'
import { recoverOrders } from '../recovery/recover-orders.ts'
import type { Remembered } from '../recovery/remembered.ts'
import { UnconfirmedResolver } from '../recovery/resolve-unconfirmed.ts'
import { takeForSent } from '../recovery/sent-before.ts'
import type { VenueClock } from '../recovery/venue-clock.ts'
import type { DeskSettings } from './desk-settings.ts'
import type { FindingCases } from './finding-cases.ts'
import { SyncDesk } from './sync-desk.ts'

/**
 * One account's way out and its watch over what went out: gate, submits, cancels, reports, polls, stream, recovery.
 * Whatever any of them learns enters through the one door.
 */
export interface ExecutionDeps {
  readonly settings: DeskSettings
  readonly gateway: BrokerGateway
  readonly lanes: RateLanes
  readonly books: AccountBooks
  readonly haltFile: HaltFile
  readonly isHalted: () => boolean
  /** A fill or an end: what was known of the account's money is stale. */
  readonly onMoney: () => void
  readonly store: OrderStoreReader
  readonly journal: Journal
  readonly remembered: Remembered
  readonly cases?: FindingCases | undefined
  readonly doubts: DoubtWatch
  readonly files: CaseFiles
  readonly cancels: CancelWatch
  readonly reappeared: ReappearedOrders
  readonly venueClock: VenueClock
  readonly tradingDateOf: (at: number) => string
  readonly onStrangers?: ((reports: readonly OrderReport[]) => void) | undefined
  readonly onMismatches: (count: number) => void
  readonly lease: AccountLease
  readonly onPassed?: (order: Order, payloadHash: string) => void
  readonly onReport?: (order: Order, report: OrderReport) => void
  readonly instrument: (symbol: string) => Promise<Instrument | undefined>
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

export class ExecutionDesk {
  readonly submitter: OrderSubmitter
  readonly #deps: ExecutionDeps
  readonly #gate: ExitGate
  readonly #door: ReportDoor
  readonly #engine: FillDetectionEngine
  readonly #stream: OrderStream
  readonly #canceller: OrderCanceller
  readonly #resolver: UnconfirmedResolver
  readonly #syncs: SyncDesk
  readonly #undone: UndoneExecutions
  /** Only where the venue cannot tell two orders that are alike from one another. */
  readonly #twins: TwinWait | undefined
  readonly #timingOut = new Set<OrderId>()
  #isActive = true
  #hasStreamed = false

  constructor(deps: ExecutionDeps) {
    const { settings, books, gateway, haltFile, isHalted, onMoney } = deps
    this.#deps = deps
    const isActive = (): boolean => this.#isActive
    this.#gate = new ExitGate({
      clock: deps.clock,
      haltFile,
      isHalted,
      current: (order) => books.current(order),
      ownsAccount: isActive,
      holdsLease: () => deps.lease.holds,
      ...(deps.onPassed === undefined ? {} : { onPassed: deps.onPassed }),
    })
    this.#gate.close('recovering')
    const corrector = new FillCorrector({ ...deps, account: settings.account })
    this.#undone = new UndoneExecutions({
      ...deps,
      settled: deps.remembered.settled,
      namesExecutions: gateway.capabilities.namesExecutions,
      settlesMs: gateway.capabilities.absenceSettlesMs,
      ask: (order) => void this.#engine.ask(order),
    })
    this.#door = new ReportDoor({
      books,
      capabilities: gateway.capabilities,
      log: deps.log,
      checksOf: (order) => this.#engine.checksOf(order),
      onMoney,
      corrector,
      heard: (order, report) => {
        deps.reappeared.heard(order, report)
        this.#undone.heard(order, report)
        deps.onReport?.(order, report)
      },
    })
    const shared = { ...deps, door: this.#door, gate: this.#gate, isActive }
    if (proofPlan(gateway.capabilities.clientOrderId).findBy === 'terms') {
      const { maxQueueAgeMs } = settings
      this.#twins = new TwinWait({ ...shared, maxQueueAgeMs, onFree: (order) => this.send(order, Promise.resolve()) })
    }
    this.#canceller = new OrderCanceller({
      ...shared,
      retry: settings.retry.cancel,
      heard: (order, outcome) => deps.cancels.heard(order, outcome),
    })
    this.submitter = new OrderSubmitter({
      ...shared,
      maxQueueAgeMs: settings.maxQueueAgeMs,
      retry: settings.retry.submit,
      holdsBack: (order) => this.#twins?.holds(order) ?? false,
      onUnconfirmed: (order) => this.#resolve(order),
      onAnswered: (order) => this.#pursueCancel(order),
    })
    this.#resolver = new UnconfirmedResolver({
      ...shared,
      backOff: MONITORING_BACK_OFF,
      absenceCountsFrom: () => deps.lease.absenceCountsFrom,
      resend: (order) => this.submitter.resend(order),
      mayResend: (order) =>
        order.attempt < settings.retry.submit.maxAttempts && this.#gate.refusal(order) === undefined,
      onResolved: (order) => this.#pursueCancel(order),
    })
    this.#engine = new FillDetectionEngine({
      ...shared,
      polling: settings.polling,
      onChecked: (order) => this.#checkAge(order),
    })
    this.#stream = new OrderStream({
      ...shared,
      backOff: MONITORING_BACK_OFF,
      onReport: (report) => this.#applyStreamed(report),
      onGap: () => this.#gap(),
    })
    this.#syncs = new SyncDesk({
      ...shared,
      corrector,
      undone: this.#undone,
      takeForSent: (order) => this.#takeForSent(order),
      onReopened: () => this.#sendWaiting(),
    })
  }

  /** Asks the venue about everything that may be there; only then may anything new leave. */
  async start(): Promise<void> {
    const { settings, books, log } = this.#deps
    for (const order of books.pending) this.#engine.changed(order)
    this.#deps.doubts.start(books.pending)
    this.#deps.cancels.start(books.pending)
    await this.#deps.reappeared.start()
    await this.#undone.start()
    const isActive = (): boolean => this.#isActive
    const found = await recoverOrders({
      ...this.#deps,
      sync: this.#syncs.sync,
      backOff: MONITORING_BACK_OFF,
      isActive,
      takeForSent: (order) => this.#takeForSent(order),
    })
    if (!this.#isActive) return
    const { checked, unconfirmed, unsent, cancelling } = found
    log.info('recovery.done', {
      account: settings.account,
      checked,
      unconfirmed: unconfirmed.length,
      unsent: unsent.length,
    })
    this.#gate.open('recovering')
    for (const order of unconfirmed) this.#resolve(order)
    for (const order of cancelling) void this.#canceller.pursue(order)
    for (const order of unsent) this.send(order, Promise.resolve())
    if (settings.streaming) this.#stream.start()
    this.#syncs.start()
  }

  stop(): void {
    this.#isActive = false
    this.#gate.close('stopping')
    this.#deps.lanes.stop()
    this.#engine.stop()
    this.#deps.doubts.stop()
    this.#deps.cancels.stop()
    this.#undone.stop()
    this.#twins?.stop()
    this.#syncs.stop()
    this.#stream.stop()
  }

  closeGate(reason: GateReason): void {
    this.#gate.close(reason)
    this.submitter.wake()
  }
  get shutFor(): LastingReason | undefined {
    return this.#gate.shutFor
  }
  get closedFor(): readonly GateReason[] {
    return this.#gate.closedFor
  }
  /** Order requests that were let out. */
  get passed(): number {
    return this.#gate.passed
  }
  get foreignReports(): number {
    return this.#door.foreignReports
  }
  get polling(): EngineCounts {
    return this.#engine.counts
  }
  get stream(): Pick<OrderStream, 'enabled' | 'connectedSince' | 'silentMs' | 'expectWord' | 'expectNothing'> {
    return this.#stream
  }

  /** A token and an open gate, now. */
  tryLeave(order: Order): boolean {
    return this.#gate.refusal(order) === undefined && this.#deps.lanes.tryHold(order.id, 'submit')
  }
  send(order: Order, durable: Promise<unknown>): void {
    this.submitter.submit(order, durable).catch((error) => {
      // Whoever stopped or replaced this owner knows that its last intents were not taken; their callers were told.
      if (!this.#isActive) return
      this.#deps.log.error('submit.failed', { order_id: order.id, trace_id: order.traceId, error })
    })
  }
  cancel(order: Order, by: string, reason: string): Promise<CancelResult> {
    return this.#canceller.cancel(order, by, reason)
  }
  /** An operator says so, of an order that has ended with us. */
  callOff(order: Order): Promise<CancelOutcome> {
    return this.#canceller.askOnce(order)
  }
  /** Told of every change of every order. */
  changed(before: Order | undefined, after: Order): void {
    this.#gate.changed(before, after)
    this.#engine.changed(after)
    this.#deps.doubts.changed(after)
    this.#deps.cancels.changed(after)
    this.#deps.reappeared.changed(after)
    this.#twins?.changed(after)
    if (isFinal(after.status)) this.#canceller.forget(after.id)
    const hasMoreFilled = before !== undefined && after.filledQuantity.greaterThan(before.filledQuantity)
    if (hasMoreFilled) this.#syncs.fillBooked()
    if (hasMoreFilled && after.status === 'partially_filled') this.#partlyFilled(after)
  }
  /** What reconciliation knows of the venue, and what operators settle of it. */
  get syncs(): SyncDesk {
    return this.#syncs
  }
  /** What an operator says is the order. */
  async apply(order: Order, report: OrderReport): Promise<void> {
    await this.#door.applyTo(order, report).durable
  }
  sync(adopt: boolean): Promise<AccountSyncReport> {
    return this.#syncs.run(adopt)
  }
  /** With the stream off, polling alone finds everything. */
  setStreaming(on: boolean): void {
    if (on) this.#stream.start()
    else this.#stream.stop()
  }

  #partlyFilled(order: Order): void {
    const { settings, instrument, log } = this.#deps
    const policy = settings.partialFillPolicyFor(order.strategy)
    applyPartialFillPolicy(order, policy, { canceller: this.#canceller, instrument }).catch((error) =>
      log.error('partial_fill.policy_failed', { order_id: order.id, policy, error }),
    )
  }
  /** Reports may have been missed: our orders are looked at now, and after a reconnect everything else too. */
  #gap(): void {
    void this.#engine.checkAll()
    if (this.#stream.connectedSince === undefined) return
    if (this.#hasStreamed) this.#syncs.request('stream')
    this.#hasStreamed = true
  }
  #sendWaiting(): void {
    for (const order of this.#deps.books.pending) {
      if (order.status === 'created') this.send(order, Promise.resolve())
    }
  }
  async #takeForSent(order: Order): Promise<void> {
    await takeForSent(order, { ...this.#deps, mark: (unsent) => this.submitter.mark(unsent, 0) })
    this.#resolve(order)
  }
  #resolve(order: Order): void {
    this.#resolver.resolve(order).catch((error) => {
      this.#deps.log.error('resolve.failed', { order_id: order.id, trace_id: order.traceId, error })
    })
  }
  #pursueCancel(order: Order): void {
    if (order.cancelRequestedAt !== undefined && !isFinal(order.status)) void this.#canceller.pursue(order)
  }

  async #applyStreamed(report: OrderReport): Promise<void> {
    const applied = await this.#door.apply(report)
    if (!applied?.missingExecutions) return
    // Nobody polls what has ended.
    await (isFinal(applied.order.status) ? this.#engine.ask(applied.order) : this.#engine.checkAll())
  }

  #checkAge(order: Order): void {
    const { settings, clock, log } = this.#deps
    if (order.cancelRequestedAt !== undefined) {
      this.#canceller.remind(order)
      return
    }
    if (order.acceptedAt === undefined || !mayBeAtVenue(order.status)) return
    const isImmediate = order.orderType === 'market' || order.timeInForce === 'ioc' || order.timeInForce === 'fok'
    const limit = settings.timeOutMs({ side: order.side, strategy: order.strategy, isImmediate })
    if (
      limit === undefined ||
      openTimeBetween(settings.calendar, order.acceptedAt, clock.now()) < limit ||
      this.#timingOut.has(order.id)
    )
      return
    this.#timingOut.add(order.id)
    timeOutOrder(order, { ...this.#deps, door: this.#door, canceller: this.#canceller })
      .catch((error) => log.error('time_out.failed', { order_id: order.id, error }))
      .finally(() => this.#timingOut.delete(order.id))
  }
}
