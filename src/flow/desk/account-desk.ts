import type { OrderId } from '../../core/ids.ts'
import { type Amount, ZERO } from '../../core/money.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { unrealisedPnl } from '../../core/position.ts'
import { RateBudget } from '../../core/rate-budget.ts'
import type { Signal } from '../../core/signal.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { HaltFile } from '../../ports/halt-file.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountStatus, CancelAllRow, CancelFilter } from '../../ports/order-commands.ts'
import type { AccountSnapshot, OrderStoreReader } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { SignalTaker, TakeContext, TakenSignal } from '../admission/admit-signal.ts'
import { SignalDesk } from '../admission/take-signal.ts'
import { AccountBooks } from '../books/account-books.ts'
import type { DayResult } from '../books/day-result.ts'
import type { Journal } from '../books/journal.ts'
import { CircuitBreaker } from '../checks/circuit-breaker.ts'
import { ExposureBook } from '../checks/exposure-book.ts'
import { OrderRateWindow } from '../checks/order-rate-window.ts'
import { PendingOrderMap } from '../checks/pending-order-map.ts'
import { AccountCache } from '../execution/account-cache.ts'
import type { CancelResult } from '../execution/cancel-order.ts'
import type { GateReason } from '../execution/exit-gate.ts'
import type { FinalWaiters } from '../execution/final-waiters.ts'
import { RateLanes } from '../execution/rate-lanes.ts'
import { RateLimitedGateway } from '../execution/rate-limited-gateway.ts'
import { RetryingGateway } from '../execution/retrying-gateway.ts'
import { MarketData } from '../planning/market-data.ts'
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
  readonly waiters: FinalWaiters
  readonly haltFile: HaltFile
  readonly isHalted: () => boolean
  readonly tradingDateOf: (at: number) => string
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

export class AccountDesk implements SignalTaker {
  readonly #deps: DeskDeps
  readonly #books: AccountBooks
  readonly #execution: ExecutionDesk
  readonly #breaker: CircuitBreaker
  readonly #market: MarketData
  readonly #signals: SignalDesk
  /** Being sent when the last owner ended: they are in doubt by our own doing, which tells nothing of the venue. */
  readonly #interrupted: Set<OrderId>

  constructor(deps: DeskDeps) {
    const { settings, clock, timers, log, isHalted, haltFile, snapshot } = deps
    this.#deps = deps
    this.#interrupted = new Set(snapshot.orders.filter(({ status }) => status === 'submitting').map(({ id }) => id))
    const lanes = new RateLanes(new RateBudget(settings.rateRules), clock, timers)
    const limited = new RateLimitedGateway(deps.gateway, lanes, settings.maxQueueAgeMs)
    const gateway = new RetryingGateway(limited, settings.retry.read, (call, error, attempt) =>
      log.warn('read.retried', { account: settings.account, call, attempt, error }),
    )
    this.#books = this.#openBooks()
    this.#breaker = new CircuitBreaker(
      () => settings.breaker,
      clock,
      ({ event, ...detail }, at) => this.#note(event, at, { reason: detail.trigger, detail }),
    )
    const money = new AccountCache(gateway, clock, ACCOUNT_LIFETIME_MS, () => this.#books.exposure.buyCosts.mark())
    this.#market = new MarketData(gateway, clock, { quoteMs: QUOTE_LIFETIME_MS, instrumentMs: INSTRUMENT_LIFETIME_MS })
    this.#execution = new ExecutionDesk({
      ...deps,
      gateway,
      lanes,
      books: this.#books,
      onMoney: () => money.invalidate(),
      instrument: (symbol) => this.#market.instrument(symbol),
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
        breaker: this.#breaker,
        rate: new OrderRateWindow(),
      },
      whenOneEnds: (ids, ms) => this.#whenOneEnds(ids, ms),
      unrealised: () => this.#unrealised(),
    })
  }

  get account(): string {
    return this.#deps.settings.account
  }
  get isReady(): boolean {
    return this.#execution.closedFor.length === 0
  }
  get isFull(): boolean {
    return this.#signals.isFull
  }
  get inFlight(): number {
    return this.#execution.submitter.inFlight
  }

  start(): Promise<void> {
    return this.#execution.start()
  }
  closeGate(reason: GateReason): void {
    this.#execution.closeGate(reason)
  }
  stop(): void {
    this.#execution.stop()
    this.#deps.journal.retire()
  }

  take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    return this.#signals.take(signal, context)
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

  checkNow(): Promise<void> {
    return this.#execution.checkNow()
  }
  setStreaming(on: boolean): void {
    this.#execution.setStreaming(on)
  }
  marketPrice(symbol: string): string | undefined {
    return this.#market.lastSeen(symbol)?.last.toString()
  }

  status(): AccountStatus {
    const { settings } = this.#deps
    const { cycles, calls, errors, lastCycleMs } = this.#execution.polling
    const { connectedSince, enabled } = this.#execution.stream
    return {
      name: settings.account,
      venue: settings.venue,
      currency: settings.currency,
      openOrders: this.#books.pending.size,
      unconfirmed: this.#unconfirmed().length,
      queued: this.#execution.submitter.queued,
      breaker: this.#breaker.stance(),
      gate: { open: this.isReady, closedFor: this.#execution.closedFor },
      stream: { enabled, ...(connectedSince === undefined ? {} : { connectedSince }) },
      polling: { cycles, calls, errors, lastCycleMs: Math.round(lastCycleMs) },
      foreignReports: this.#execution.foreignReports,
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
          this.#observe(before, after)
        },
      },
      snapshot,
    )
  }

  /** What happens to orders is what the breaker goes by. */
  #observe(before: Order | undefined, after: Order): void {
    if (before?.status === after.status) return
    const isLost = after.status === 'unconfirmed' && !this.#interrupted.has(after.id)
    if (after.status !== 'unconfirmed') this.#interrupted.delete(after.id)
    if (isLost || after.status === 'failed') this.#breaker.observe({ kind: 'failure' })
    if (after.status === 'accepted') this.#breaker.observe({ kind: 'success' })
    if (after.status === 'unconfirmed' || before?.status === 'unconfirmed') {
      this.#breaker.observe({
        kind: 'unconfirmed_orders',
        count: this.#unconfirmed().filter(({ id }) => !this.#interrupted.has(id)).length,
      })
    }
    if (isFinal(after.status) && after.filledQuantity.isPositive) {
      this.#breaker.observe({ kind: 'day_result', result: this.#books.realisedToday(this.#deps.clock.now()) })
    }
  }

  #unconfirmed(): readonly Order[] {
    return [...this.#books.pending].filter(({ status }) => status === 'unconfirmed')
  }

  #note(...note: Parameters<Journal['note']>): void {
    // A store error closes the gate by itself; a note has nobody who waits for it.
    this.#deps.journal.note(...note).catch(() => undefined)
  }

  async #whenOneEnds(ids: readonly OrderId[], ms: number): Promise<void> {
    await Promise.race(ids.map((id) => this.#deps.waiters.wait(id, ms, 'final')))
  }

  /** From the quotes last seen; unknown as soon as one position has none. */
  #unrealised(): Amount | undefined {
    let sum = ZERO as Amount
    for (const position of this.#books.positions()) {
      if (position.quantity.isZero) continue
      const quote = this.#market.lastSeen(position.symbol)
      if (quote === undefined) return undefined
      sum = sum.plus(unrealisedPnl(position, position.quantity.isPositive ? quote.bid : quote.ask))
    }
    return sum
  }
}
