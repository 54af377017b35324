import { DatabaseSync } from 'node:sqlite'
import { inlineHost, type RunBatch } from '../../src/adapters/stores/sqlite/inline-host.ts'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import type { Case } from '../../src/core/case.ts'
import { clientOrderId, orderId, signalId } from '../../src/core/ids.ts'
import type { Order, OrderDraft } from '../../src/core/order.ts'
import { RateBudget, type RateRule } from '../../src/core/rate-budget.ts'
import type { BackOff } from '../../src/core/retry-policy.ts'
import { AccountBooks, type Recorded } from '../../src/flow/books/account-books.ts'
import { DayResult } from '../../src/flow/books/day-result.ts'
import { Journal } from '../../src/flow/books/journal.ts'
import { CancelWatch } from '../../src/flow/cases/cancel-watch.ts'
import { CaseFiles } from '../../src/flow/cases/case-files.ts'
import { DoubtWatch } from '../../src/flow/cases/doubt-watch.ts'
import { ReappearedOrders } from '../../src/flow/cases/reappeared-orders.ts'
import { UndoneExecutions } from '../../src/flow/cases/undone-executions.ts'
import { ExposureBook } from '../../src/flow/checks/exposure-book.ts'
import { PendingOrderMap } from '../../src/flow/checks/pending-order-map.ts'
import { OrderCanceller } from '../../src/flow/execution/cancel-order.ts'
import { ExitGate } from '../../src/flow/execution/exit-gate.ts'
import { orderRef } from '../../src/flow/execution/outgoing-order.ts'
import { RateLanes } from '../../src/flow/execution/rate-lanes.ts'
import { OrderSubmitter } from '../../src/flow/execution/submit-order.ts'
import { ReportDoor } from '../../src/flow/fills/apply-report.ts'
import { FillCorrector } from '../../src/flow/fills/correct-fills.ts'
import { OrderAdopter } from '../../src/flow/recovery/adopt-orders.ts'
import { ForeignOrders } from '../../src/flow/recovery/foreign-orders.ts'
import { KeptDifferences } from '../../src/flow/recovery/kept-differences.ts'
import { UnconfirmedResolver } from '../../src/flow/recovery/resolve-unconfirmed.ts'
import { takeForSent } from '../../src/flow/recovery/sent-before.ts'
import { SettledForeigners } from '../../src/flow/recovery/settled-foreigners.ts'
import { AccountSync } from '../../src/flow/recovery/sync-account.ts'
import { VenueClock } from '../../src/flow/recovery/venue-clock.ts'
import { PositionWatch } from '../../src/flow/recovery/watch-positions.ts'
import type { VenueCapabilities } from '../../src/ports/broker-gateway.ts'
import type { OrderStore } from '../../src/ports/order-store.ts'
import { HandTime, KeptLog, settled } from './hand-time.ts'
import { created, T0 } from './orders.ts'
import { ScriptedGateway } from './scripted-gateway.ts'

const NO_JITTER = { maxAttempts: 3, initialDelayMs: 1_000, maxDelayMs: 30_000, multiplier: 2, jitter: 0 }
const AMPLE: RateRule = { class: 'all', requests: 10_000, perMs: 1_000 }

export interface BenchOptions {
  readonly capabilities?: Partial<VenueCapabilities>
  readonly retry?: BackOff
  readonly rateRules?: readonly RateRule[]
  readonly maxQueueAgeMs?: number
  /** The disk of an earlier run. */
  readonly database?: DatabaseSync
  readonly time?: HandTime
}

/** One account's way out over a real store in memory, with a broker that does as it is told. */
export class AccountBench {
  readonly time: HandTime
  readonly log = new KeptLog()
  readonly gateway: ScriptedGateway
  readonly database: DatabaseSync
  readonly lost: unknown[] = []
  /** What became durable, in order: event names with the order they belong to. */
  readonly told: string[] = []
  readonly unconfirmed: Order[] = []
  money = 0
  isHalted = false
  haltFile = false
  isActive = true
  holdsLease = true
  /** While true, nothing becomes durable. */
  diskHolds = false
  readonly store: OrderStore
  readonly journal: Journal
  readonly books: AccountBooks
  readonly gate: ExitGate
  readonly lanes: RateLanes
  readonly door: ReportDoor
  readonly submitter: OrderSubmitter
  readonly canceller: OrderCanceller
  readonly resolver: UnconfirmedResolver
  readonly files: CaseFiles
  readonly doubts: DoubtWatch
  readonly settled = SettledForeigners.from(undefined)
  readonly cancels: CancelWatch
  readonly reappeared: ReappearedOrders
  readonly corrector: FillCorrector
  readonly undone: UndoneExecutions
  readonly venueClock = new VenueClock()
  absenceCountsFrom = Number.NEGATIVE_INFINITY
  readonly watch: PositionWatch
  readonly foreign: ForeignOrders
  readonly sync: AccountSync
  /** What a sync found that a human has to settle, in order. */
  readonly findings: string[] = []
  onChange: (after: Order, before: Order | undefined) => void = () => undefined
  readonly #held: RunBatch[]

  static async open(options: BenchOptions = {}): Promise<AccountBench> {
    const database = options.database ?? new DatabaseSync(':memory:')
    const time = options.time ?? new HandTime(T0)
    const held: RunBatch[] = []
    const hold = { disk: (): boolean => false }
    const host = inlineHost(database, { defer: (run) => (hold.disk() ? held.push(run) : run()) })
    const store = await openSqliteStore({ database, host, now: () => time.now(), newInstallation: () => 'bench' })
    const snapshot = await store.openAccount('paper')
    const openCases = await store.openCases('paper')
    const bench = new AccountBench(options, { database, time, store, held, snapshot, openCases })
    hold.disk = () => bench.diskHolds
    return bench
  }

  private constructor(
    options: BenchOptions,
    parts: {
      readonly database: DatabaseSync
      readonly time: HandTime
      readonly store: OrderStore
      readonly held: RunBatch[]
      readonly snapshot: Awaited<ReturnType<OrderStore['openAccount']>>
      readonly openCases: readonly Case[]
    },
  ) {
    const { retry = NO_JITTER, rateRules = [AMPLE], maxQueueAgeMs = 30_000 } = options
    this.time = parts.time
    this.database = parts.database
    this.store = parts.store
    this.#held = parts.held
    this.gateway = new ScriptedGateway(options.capabilities)
    const { time, gateway, log } = this
    this.journal = new Journal({
      context: { mode: 'paper', sessionId: 's1', account: 'paper' },
      epoch: parts.snapshot.epoch,
      store: parts.store,
      onCommitted: (_account, events) => this.told.push(...events.map(({ event }) => event)),
      onLost: (cause) => this.lost.push(cause),
    })
    this.books = new AccountBooks(
      {
        account: 'paper',
        currency: 'USD',
        sessionId: 's1',
        store: parts.store,
        journal: this.journal,
        pending: new PendingOrderMap(),
        exposure: new ExposureBook(),
        day: DayResult.from(undefined),
        tradingDateOf: () => '2026-03-02',
        onChange: (before, after) => {
          this.doubts.changed(after)
          this.cancels.changed(after)
          this.reappeared.changed(after)
          this.onChange(after, before)
        },
      },
      parts.snapshot,
    )
    this.gate = new ExitGate({
      clock: time,
      haltFile: { exists: () => this.haltFile },
      isHalted: () => this.isHalted,
      current: (order) => this.books.current(order),
      ownsAccount: () => this.isActive,
      holdsLease: () => this.holdsLease,
    })
    this.lanes = new RateLanes(new RateBudget(rateRules), time, time)
    const { books, journal } = this
    this.corrector = new FillCorrector({ account: 'paper', clock: time, books, journal, store: parts.store, log })
    this.door = new ReportDoor({
      books: this.books,
      capabilities: gateway.capabilities,
      log,
      checksOf: () => 0,
      onMoney: () => {
        this.money += 1
      },
      corrector: this.corrector,
      heard: (order, report) => {
        this.reappeared.heard(order, report)
        this.undone.heard(order, report)
      },
    })
    const random = { draw: (): number => 0.5 }
    const shared = {
      books: this.books,
      gateway,
      gate: this.gate,
      lanes: this.lanes,
      door: this.door,
      clock: time,
      timers: time,
      random,
      log,
      isActive: () => this.isActive,
    }
    this.files = new CaseFiles({ ...shared, account: 'paper', journal: this.journal, open: parts.openCases })
    const { watch, foreign, sync } = this.#reconciling(random)
    this.watch = watch
    this.foreign = foreign
    this.sync = sync
    this.doubts = new DoubtWatch({ ...shared, files: this.files })
    this.cancels = new CancelWatch({ ...shared, settled: this.settled, files: this.files })
    this.reappeared = new ReappearedOrders({
      ...shared,
      settled: this.settled,
      store: parts.store,
      files: this.files,
    })
    this.undone = new UndoneExecutions({
      ...shared,
      settled: this.settled,
      store: parts.store,
      files: this.files,
      namesExecutions: gateway.capabilities.namesExecutions,
      settlesMs: gateway.capabilities.absenceSettlesMs,
      ask: (order) => void this.lookUp(order),
    })
    this.canceller = new OrderCanceller({
      ...shared,
      retry,
      heard: (order, outcome) => this.cancels.heard(order, outcome),
    })
    const pursueWish = (order: Order): void => {
      if (order.cancelRequestedAt !== undefined) void this.canceller.pursue(order)
    }
    this.submitter = new OrderSubmitter({
      ...shared,
      maxQueueAgeMs,
      retry,
      onUnconfirmed: (order) => this.unconfirmed.push(order),
      onAnswered: pursueWish,
    })
    this.resolver = new UnconfirmedResolver({
      ...shared,
      store: parts.store,
      doubts: this.doubts,
      venueClock: this.venueClock,
      tradingDateOf: (at) => new Date(at).toISOString().slice(0, 10),
      absenceCountsFrom: () => this.absenceCountsFrom,
      backOff: { maxAttempts: 5, initialDelayMs: 500, maxDelayMs: 4_000, multiplier: 2, jitter: 0 },
      resend: (order) => this.submitter.resend(order),
      mayResend: (order) => order.attempt < retry.maxAttempts && this.gate.refusal(order) === undefined,
      onResolved: pursueWish,
    })
  }

  /** Everything that holds the books against the broker, over the same parts. */
  #reconciling(random: { draw: () => number }) {
    const { books, gateway, door, store, journal, time, log, findings } = this
    const parts = { books, gateway, door, store, journal, log, random, clock: time, timers: time }
    const watch = new PositionWatch({
      ...parts,
      settlesMs: gateway.capabilities.absenceSettlesMs,
      kept: KeptDifferences.from(undefined),
      requestSync: () => void this.sync.run({ trigger: 'difference' }).catch(() => undefined),
      onMismatch: ({ symbol, ours, theirs }) => findings.push(`mismatch ${symbol} ${ours} ${theirs}`),
      onAgreed: (symbol) => findings.push(`agreed ${symbol}`),
      onCount: () => undefined,
    })
    const foreign = new ForeignOrders({
      settled: this.settled,
      onAppeared: ({ key }) => findings.push(`foreign ${key}`),
      onGone: ({ key }) => findings.push(`gone ${key}`),
      onOtherInstallation: (orders) => findings.push(`another installation ${orders.map(({ key }) => key).join(' ')}`),
    })
    const place = { account: 'paper', venue: 'paper', currency: 'USD', mode: 'paper', sessionId: 's1' } as const
    const adopter = new OrderAdopter({ ...parts, place: { ...place, configVersion: 'c1' }, hasAdopted: false })
    const sync = new AccountSync({
      ...parts,
      account: 'paper',
      installation: 'bench',
      adoptsAtFirstContact: false,
      watch,
      venueClock: this.venueClock,
      foreign,
      adopter,
      reappeared: () => this.reappeared.orders,
      recounted: () => this.undone.orders,
      files: this.files,
      onUndone: (execution) => this.undone.listed(execution),
      corrector: this.corrector,
      takeForSent: (order) => this.takeForSent(order),
      isActive: () => this.isActive,
    })
    return { watch, foreign, sync }
  }

  /** A new order of ours, numbered: its intent is on its way to the disk. */
  take(n = 1, over: Partial<OrderDraft> = {}): Recorded {
    const event = created({
      id: orderId(`019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`),
      signalId: signalId(`sig-${n}`),
      clientOrderId: clientOrderId(`sf-${n}`),
      ...over,
    })
    return this.books.record(undefined, [{ ...event, at: this.time.now() }])
  }
  /** Taken, sent and answered. */
  async send(n = 1, over: Partial<OrderDraft> = {}): Promise<Order> {
    const { order, durable } = this.take(n, over)
    await this.submitter.submit(order, durable)
    return this.books.current(order)
  }
  takeForSent(order: Order): Promise<void> {
    return takeForSent(order, { ...this, clock: this.time, mark: (unsent) => this.submitter.mark(unsent, 0) })
  }
  async lookUp(order: Order): Promise<void> {
    const answer = await this.gateway.lookUp(orderRef(this.now(order)))
    if (answer.kind === 'found') await this.door.applyTo(order, answer.report).durable
  }
  now(order: Order): Order {
    return this.books.current(order)
  }
  status(order: Order): string {
    return this.now(order).status
  }
  /** The life of an order as the disk has it. */
  async life(order: Order): Promise<string> {
    const events = await this.store.orderEvents(order.id)
    return events.map(({ event }) => event.replace('order.', '')).join(' ')
  }
  async stored(order: Order): Promise<Order | undefined> {
    return this.store.order(order.id)
  }
  async diskGoesOn(): Promise<void> {
    this.diskHolds = false
    await this.diskWrites()
  }
  /** What is held so far becomes durable; what follows is held again. */
  async diskWrites(): Promise<void> {
    for (const run of this.#held.splice(0)) run()
    await settled()
  }
}
