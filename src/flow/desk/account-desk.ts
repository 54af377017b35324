import type { Case } from '../../core/case.ts'
import type { OrderId } from '../../core/ids.ts'
import { type Amount, type Price, ZERO } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { type Position, unrealisedPnl } from '../../core/position.ts'
import { proofPlan } from '../../core/proof-plan.ts'
import type { Signal } from '../../core/signal.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { HaltFile } from '../../ports/halt-file.ts'
import type { Log } from '../../ports/log.ts'
import type {
  AccountStatus,
  AccountSyncReport,
  CancelAllRow,
  CancelFilter,
  CaseAnswer,
  CaseRequest,
} from '../../ports/order-commands.ts'
import type { AccountSnapshot, OrderStoreReader } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { SignalTaker, TakeContext, TakenSignal } from '../admission/admit-signal.ts'
import { SignalDesk } from '../admission/take-signal.ts'
import { AccountBooks } from '../books/account-books.ts'
import type { DayResult } from '../books/day-result.ts'
import type { Journal } from '../books/journal.ts'
import { CancelWatch } from '../cases/cancel-watch.ts'
import { CaseDesk } from '../cases/case-desk.ts'
import { CaseFiles } from '../cases/case-files.ts'
import { DoubtWatch } from '../cases/doubt-watch.ts'
import { findingCases } from '../cases/finding-cases.ts'
import { ReappearedOrders } from '../cases/reappeared-orders.ts'
import { ExposureBook } from '../checks/exposure-book.ts'
import { OrderRateWindow } from '../checks/order-rate-window.ts'
import { PendingOrderMap } from '../checks/pending-order-map.ts'
import { StrategyBook, type StrategyFill } from '../checks/strategy-book.ts'
import { AccountCache } from '../execution/account-cache.ts'
import type { AccountLease } from '../execution/account-lease.ts'
import type { CancelResult } from '../execution/cancel-order.ts'
import type { GateReason } from '../execution/exit-gate.ts'
import type { FinalWaiters } from '../execution/final-waiters.ts'
import type { KeptBudget } from '../execution/kept-budget.ts'
import { RateLanes } from '../execution/rate-lanes.ts'
import { RateLimitedGateway } from '../execution/rate-limited-gateway.ts'
import { RetryingGateway } from '../execution/retrying-gateway.ts'
import { NoTrades } from '../fills/no-trades.ts'
import { MarketData } from '../planning/market-data.ts'
import type { Remembered } from '../recovery/remembered.ts'
import { Strangers } from '../recovery/strangers.ts'
import { AccountGuards } from './account-guards.ts'
import { ACCOUNT_LIFETIME_MS, type DeskSettings, INSTRUMENT_LIFETIME_MS, QUOTE_LIFETIME_MS } from './desk-settings.ts'
import { ExecutionDesk } from './execution-desk.ts'

/**
 * Everything that belongs to one account. An account has one desk; after a store error the desk is thrown away and a new
 * one is made from what the store holds, exactly as at a start.
 */
export interface DeskDeps {
  readonly settings: DeskSettings
  readonly gateway: BrokerGateway
  readonly store: OrderStoreReader
  readonly journal: Journal
  readonly snapshot: AccountSnapshot
  readonly day: DayResult
  readonly lease: AccountLease
  readonly budget: KeptBudget
  readonly breakerFact: string | undefined
  /** Of each strategy's own orders, oldest first; none where no strategy has limits of its own. */
  readonly strategyFills: readonly StrategyFill[]
  readonly remembered: Remembered
  readonly waiters: FinalWaiters
  readonly haltFile: HaltFile
  readonly isHalted: () => boolean
  /** Told of every order request in the moment it leaves. */
  readonly onPassed?: (order: Order, payloadHash: string) => void
  /** Told of every report about an order of ours, with the order as it stands after it. */
  readonly onReport?: (order: Order, report: OrderReport) => void
  /** Told of every order that is asked for by name. */
  readonly onLookUp?: (id: OrderId | undefined) => void
  readonly tradingDateOf: (at: number) => string
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

/** Reasons that end by themselves, and soon. */
const PASSING: ReadonlySet<GateReason> = new Set<GateReason>(['recovering', 'store', 'stopping'])

export class AccountDesk implements SignalTaker {
  readonly #deps: DeskDeps
  readonly #books: AccountBooks
  readonly #execution: ExecutionDesk
  readonly #files: CaseFiles
  readonly #cases: CaseDesk
  readonly #guards: AccountGuards
  readonly #strategies: StrategyBook
  readonly #market: MarketData
  readonly #signals: SignalDesk

  constructor(deps: DeskDeps) {
    const { settings, clock, timers, log, isHalted, haltFile, snapshot } = deps
    this.#deps = deps
    const lanes = new RateLanes(deps.budget, clock, timers)
    const limited = new RateLimitedGateway(deps.gateway, { lanes, maxWaitMs: settings.maxQueueAgeMs, clock, timers })
    const gateway = new RetryingGateway(
      limited,
      settings.retry.read,
      (call, error, attempt) => log.warn('read.retried', { account: settings.account, call, attempt, error }),
      ({ clientOrderId }) => deps.onLookUp?.(this.#books.idOf(clientOrderId)),
    )
    this.#books = this.#openBooks()
    this.#strategies = new StrategyBook({ ...settings, tradingDateOf: deps.tradingDateOf }, deps.strategyFills)
    this.#books.exposure.setStrategyPositions(this.#strategies.positions())
    this.#guards = new AccountGuards({
      ...deps,
      openOrders: () => this.#books.pending,
      interrupted: snapshot.orders.filter(({ status }) => status === 'submitting').map(({ id }) => id),
      dayResult: () => this.#dayResult(),
      stream: () => this.#execution.stream,
    })
    const money = new AccountCache(gateway, clock, ACCOUNT_LIFETIME_MS, () => this.#books.exposure.buyCosts.mark())
    this.#market = new MarketData(gateway, clock, { quoteMs: QUOTE_LIFETIME_MS, instrumentMs: INSTRUMENT_LIFETIME_MS })
    const { remembered } = deps
    this.#files = new CaseFiles({ ...deps, account: settings.account, open: remembered.openCases })
    const { settled, noTradesTold } = remembered
    const noTrades = new NoTrades({ ...deps, account: settings.account, told: noTradesTold })
    deps.gateway.heedNoTrades?.((row) => noTrades.found(row))
    const reappeared = new ReappearedOrders({ ...deps, settled, files: this.#files })
    const isNameless = proofPlan(deps.gateway.capabilities.clientOrderId).findBy === 'terms'
    const strangers = isNameless ? new Strangers({ settled, files: this.#files }) : undefined
    this.#execution = new ExecutionDesk({
      ...deps,
      files: this.#files,
      cases: findingCases(this.#files, settled),
      doubts: new DoubtWatch({ ...deps, files: this.#files }),
      cancels: new CancelWatch({ ...deps, settled, files: this.#files }),
      reappeared,
      onStrangers: strangers && ((reports) => strangers.found(reports)),
      venueClock: this.#guards.venueClock,
      gateway,
      lanes,
      books: this.#books,
      onMoney: () => money.invalidate(),
      onMismatches: (count) => this.#guards.mismatches(count),
      instrument: (symbol) => this.#market.instrument(symbol),
    })
    this.#cases = new CaseDesk({
      ...deps,
      account: settings.account,
      files: this.#files,
      books: this.#books,
      gateway,
      settled,
      reappeared,
      callOff: (order) => this.#execution.callOff(order),
      syncs: this.#execution.syncs,
      apply: (order, report) => this.#execution.apply(order, report),
    })
    this.#signals = new SignalDesk({
      ...deps,
      gateway,
      books: this.#books,
      market: this.#market,
      money,
      execution: this.#execution,
      checks: {
        isHalted: () => isHalted() || haltFile.exists(),
        shutFor: () => this.#execution.shutFor,
        breaker: this.#guards.breaker,
        rate: new OrderRateWindow(),
      },
      whenOneEnds: (ids, ms) => this.#whenOneEnds(ids, ms),
      unrealised: () => this.#unrealised(),
      strategy: {
        realisedToday: (strategy) => this.#strategies.realisedToday(strategy, clock.now()),
        unrealised: (strategy) => this.#strategies.unrealised(strategy, (position) => this.#closingPrice(position)),
      },
      strangers,
      isQuarantined: (symbol) => this.isQuarantined(symbol) || this.#files.holdsBack(symbol),
      hasAdopted: () => this.#execution.syncs.hasAdopted,
    })
  }

  get account(): string {
    return this.#deps.settings.account
  }
  /** Fit to be asked: a gate that is closed until somebody has looked is told as degraded, not as absent. */
  get isReady(): boolean {
    return !this.#execution.closedFor.some((reason) => PASSING.has(reason))
  }
  get isFull(): boolean {
    return this.#signals.isFull
  }
  get inFlight(): number {
    return this.#execution.submitter.inFlight
  }

  async start(): Promise<void> {
    this.#guards.start()
    await this.#execution.start()
    await this.#cases.start()
  }
  closeGate(reason: GateReason): void {
    this.#execution.closeGate(reason)
  }
  /** What the next run has to know. */
  keep(): Promise<void> {
    return this.#guards.keep()
  }
  stop(): void {
    this.#execution.stop()
    this.#guards.stop()
    this.#signals.close()
    this.#deps.journal.retire()
  }

  take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    return this.#signals.take(signal, context)
  }

  get #limitsStrategies(): boolean {
    return Object.keys(this.#deps.settings.risk.per_strategy ?? {}).length > 0
  }

  order(id: OrderId): Order | undefined {
    return this.#books.pending.byId(id)
  }
  openOrders({ account, symbol, strategy }: CancelFilter): readonly Order[] {
    if (account !== undefined && account !== this.account) return []
    return [...this.#books.pending].filter(
      (order) =>
        (symbol === undefined || order.symbol === symbol) && (strategy === undefined || order.strategy === strategy),
    )
  }

  /** An operator says that trading may go on. */
  resume(): Promise<void> {
    return this.#guards.resume()
  }
  cancel(order: Order, by: string, reason: string): Promise<CancelResult> {
    return this.#execution.cancel(order, by, reason)
  }
  /** Ours only, each by itself. */
  cancelAll(filter: CancelFilter, by: string, reason: string): Promise<readonly CancelAllRow[]> {
    return Promise.all(
      this.openOrders(filter).map(async (order): Promise<CancelAllRow> => {
        try {
          return { orderId: order.id, result: await this.cancel(order, by, reason) }
        } catch (error) {
          return { orderId: order.id, result: 'error', code: error instanceof Error ? error.name : 'unknown' }
        }
      }),
    )
  }
  /** What has not been handed to the wire ends here; what may be at the venue is not touched. */
  async denyUnsent(code: string, message: string): Promise<number> {
    const { clock } = this.#deps
    const unsent = [...this.#books.pending].filter((order) => order.status === 'created')
    await Promise.all(
      unsent.map((order) => this.#books.apply(order, { kind: 'deny', code, message }, clock.now())?.durable),
    )
    return unsent.length
  }

  resolveCase(found: Case, request: CaseRequest): Promise<CaseAnswer> {
    return this.#cases.resolve(found, request)
  }
  sync(adopt: boolean): Promise<AccountSyncReport> {
    return this.#execution.sync(adopt)
  }
  isQuarantined(symbol: string): boolean {
    return this.#execution.syncs.isQuarantined(symbol)
  }
  setStreaming(on: boolean): void {
    this.#execution.setStreaming(on)
  }
  marketPrice(symbol: string): string | undefined {
    return this.#market.lastSeen(symbol)?.last?.toString()
  }

  status(): AccountStatus {
    const { settings } = this.#deps
    const { cycles, calls, errors, lastCycleMs } = this.#execution.polling
    const { connectedSince, enabled } = this.#execution.stream
    const syncedAt = this.#execution.syncs.sync.lastAt
    return {
      name: settings.account,
      venue: settings.venue,
      currency: settings.currency,
      openOrders: this.#books.pending.size,
      unconfirmed: this.#unconfirmed().length,
      queued: this.#execution.submitter.queued,
      breaker: this.#guards.breaker.stance(),
      trips: this.#guards.trips(),
      gate: { open: this.#execution.closedFor.length === 0, closedFor: this.#execution.closedFor },
      stream: { enabled, ...(connectedSince === undefined ? {} : { connectedSince }) },
      polling: { cycles, calls, errors, lastCycleMs: Math.round(lastCycleMs) },
      foreignReports: this.#execution.foreignReports,
      foreignOrders: this.#execution.syncs.foreignOrders,
      quarantined: this.#execution.syncs.quarantined,
      openCases: this.#files.open.length,
      ...(syncedAt === undefined ? {} : { syncedAt }),
    }
  }

  #openBooks(): AccountBooks {
    const { settings, store, journal, day, tradingDateOf, snapshot } = this.#deps
    const { account, currency, sessionId } = settings
    return new AccountBooks(
      {
        account,
        currency,
        sessionId,
        store,
        journal,
        day,
        tradingDateOf,
        pending: new PendingOrderMap(),
        exposure: new ExposureBook(),
        onChange: (before, after) => {
          this.#execution.changed(before, after)
          if (this.#limitsStrategies) this.#strategies.changed(before, after)
          this.#guards.changed(before, after)
        },
      },
      snapshot,
    )
  }

  #unconfirmed(): readonly Order[] {
    return [...this.#books.pending].filter(({ status }) => status === 'unconfirmed')
  }

  async #whenOneEnds(ids: readonly OrderId[], ms: number): Promise<void> {
    await Promise.race(ids.map((id) => this.#deps.waiters.wait(id, ms, 'final')))
  }

  /** From the quotes last seen; unknown as soon as one position has none. */
  #unrealised(): Amount | undefined {
    let sum = ZERO as Amount
    for (const position of this.#books.positions()) {
      if (position.quantity.isZero) continue
      const price = this.#closingPrice(position)
      if (price === undefined) return undefined
      sum = sum.plus(unrealisedPnl(position, price))
    }
    return sum
  }
  #closingPrice({ symbol, quantity }: Position): Price | undefined {
    const quote = this.#market.lastSeen(symbol)
    return quantity.isPositive ? quote?.bid : quote?.ask
  }
  #dayResult(): Amount {
    const realised = this.#books.realisedToday(this.#deps.clock.now())
    return realised.plus(this.#unrealised() ?? (ZERO as Amount))
  }
}
