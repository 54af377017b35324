import { decide } from '../../core/decide.ts'
import { BrokerTimeoutError } from '../../core/errors.ts'
import { evolve } from '../../core/evolve.ts'
import { clientOrderIdFor, newOrderId, type OrderId } from '../../core/ids.ts'
import { sessionAt } from '../../core/market-session.ts'
import type { Amount } from '../../core/money.ts'
import type { Order, OrderDraft } from '../../core/order.ts'
import type { OrderEvent, Plain } from '../../core/order-events.ts'
import { proofPlan } from '../../core/proof-plan.ts'
import type { RuleResult } from '../../core/risk-rules.ts'
import type { Signal } from '../../core/signal.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks, Recorded } from '../books/account-books.ts'
import { type Journal, JournalRetired } from '../books/journal.ts'
import {
  type AccountReading as CheckedReading,
  checkRisk,
  type RiskDecision,
  type RiskDeps,
  type RiskRequest,
} from '../checks/check-risk.ts'
import type { DeskSettings } from '../desk/desk-settings.ts'
import type { AccountCache, AccountReading } from '../execution/account-cache.ts'
import { outgoingOrder } from '../execution/outgoing-order.ts'
import type { OrderSubmitter } from '../execution/submit-order.ts'
import type { MarketData } from '../planning/market-data.ts'
import { type Denial, type Plan, type PlanningFacts, planOrder } from '../planning/plan-order.ts'
import type { Strangers } from '../recovery/strangers.ts'
import type { SignalTaker, TakeContext, TakenSignal } from './admit-signal.ts'
import { inTime } from './in-time.ts'
import { Mailbox } from './mailbox.ts'
import { meetAdopted, sendIdentity } from './meet-adopted.ts'
import { storedSignal } from './stored-signal.ts'

/**
 * One account's way from a signal to a durable intent. Guarantees:
 * - signals of one symbol are decided in the order in which they came, those of different symbols side by side;
 * - plan, check and reservation are one synchronous step over what memory knows, so no two signals can use the same room;
 * - what was decided, with every value and limit it was decided by, is in the same commit as the order;
 * - when the desk is closed nobody waits on: whoever brought a signal that is not decided may bring it again at once.
 */
export interface TakeDeps {
  readonly settings: DeskSettings
  readonly books: AccountBooks
  readonly journal: Pick<Journal, 'commit' | 'entry'>
  /** All that a check looks at but the facts of this one decision. */
  readonly checks: Omit<
    RiskDeps,
    'facts' | 'duplicatePolicy' | 'limits' | 'allowShort' | 'venue' | 'clock' | 'exposure' | 'pending'
  >
  /** Settles when one of these orders has ended, or the time is up. */
  readonly whenOneEnds: (ids: readonly OrderId[], ms: number) => Promise<void>
  readonly unrealised: () => Amount | undefined
  /** What the strategy made and may make of its own positions. */
  readonly strategy: {
    readonly realisedToday: (strategy: string) => Amount
    readonly unrealised: (strategy: string) => Amount | undefined
  }
  /** Do our position and the venue's differ? */
  readonly isQuarantined: (symbol: string) => boolean
  /** Orders without a name that stood at the venue when we began; only where ours bear none either. */
  readonly strangers?: Pick<Strangers, 'mayBe'> | undefined
  /** Has an order ever been taken in from the venue that the store had no record of? */
  readonly hasAdopted: () => boolean
  readonly gateway: BrokerGateway
  readonly market: MarketData
  readonly money: AccountCache
  readonly execution: Departure
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

/**
 * So long a signal waits for what it has to know of the venue, and the signals of its symbol behind it. A venue that hangs
 * tells nothing: no quote, and so no order. It covers a short pause that the venue has asked for.
 */
export const VENUE_WAIT_MS = 8_000

/** How an order leaves. */
export interface Departure {
  readonly submitter: Pick<OrderSubmitter, 'isIdle' | 'mark'>
  /** A token and an open gate, now: the order may be marked as leaving in the commit that creates it. */
  tryLeave(order: Order): boolean
  send(order: Order, durable: Promise<unknown>): void
}

interface Decided extends Recorded {
  readonly denial?: Denial
  readonly isSent: boolean
}

export class SignalDesk implements SignalTaker {
  readonly #deps: TakeDeps
  readonly #mailbox: Mailbox
  /** Whoever waits for a decision; a decision that is made holds on to nobody. */
  readonly #waiting = new Set<(why: JournalRetired) => void>()
  #closed: JournalRetired | undefined

  constructor(deps: TakeDeps) {
    this.#deps = deps
    this.#mailbox = new Mailbox(deps.settings.maxWaitingSignals)
  }

  get waiting(): number {
    return this.#mailbox.size
  }
  get isFull(): boolean {
    return this.#mailbox.isFull
  }

  close(): void {
    this.#closed = new JournalRetired(`the desk of ${this.#deps.settings.account} was closed meanwhile`)
    for (const giveUp of this.#waiting) giveUp(this.#closed)
  }

  take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const closed = Promise.withResolvers<never>()
    this.#waiting.add(closed.reject)
    const taken = this.#take(signal, context)
    const decided = (): void => void this.#waiting.delete(closed.reject)
    taken.then(decided, decided)
    return Promise.race([taken, closed.promise])
  }

  async #take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    const { clock, settings } = this.#deps
    // From here, not from its turn: what waits before it in the mailbox is part of its wait.
    const giveUpAt = clock.monotonic() + settings.maxQueueAgeMs
    const taken = await this.#mailbox.run(signal.symbol, async () => {
      const met = await meetAdopted(signal, context, this.#deps)
      return met === undefined ? { decided: await this.#decide(signal, context, giveUpAt) } : { met }
    })
    if (taken.met !== undefined) return taken.met
    const { order, durable, denial } = taken.decided
    await durable
    return denial === undefined ? { order } : { order, denial }
  }

  /** Waits behind a working order of the same side only where the policy says so, and no longer than an order may wait. */
  async #decide(signal: Signal, context: TakeContext, giveUpAt: number): Promise<Decided> {
    const { clock, settings, whenOneEnds } = this.#deps
    for (;;) {
      const facts = await this.#facts(signal)
      const account = signal.side === 'buy' ? await this.#buyingPower() : undefined
      // From here to the commit in the queue nothing waits: what is checked is what is reserved.
      const left = giveUpAt - clock.monotonic()
      const decided = this.#decideNow(
        signal,
        context,
        { ...facts, now: clock.now(), session: sessionAt(settings.calendar, clock.now()) },
        account,
        left > 0,
      )
      if ('behind' in decided) {
        await whenOneEnds(decided.behind, left)
        continue
      }
      if (decided.isSent) this.#deps.execution.send(decided.order, decided.durable)
      return decided
    }
  }

  async #facts(signal: Signal): Promise<Omit<PlanningFacts, 'now' | 'session'>> {
    const { market, gateway, log, timers } = this.#deps
    const { capabilities } = gateway
    const { symbol } = signal
    const atHand = market.atHand(symbol)
    if (atHand !== undefined) return { ...atHand, capabilities }
    try {
      const asked = Promise.all([market.instrument(symbol), market.quote(symbol)])
      const told = await inTime(asked, VENUE_WAIT_MS, timers)
      if (told !== undefined) return { instrument: told[0], quote: told[1], capabilities }
      log.warn('market_data.late', { symbol, waited_ms: VENUE_WAIT_MS })
    } catch (error) {
      log.warn('market_data.failed', { symbol, error })
    }
    return { instrument: await this.#instrument(symbol), quote: undefined, capabilities }
  }

  /** Without it nothing can be said of the symbol, not even that it is unknown: the caller asks again. */
  async #instrument(symbol: string): Promise<PlanningFacts['instrument']> {
    const { market, timers } = this.#deps
    const known = market.lastInstrument(symbol)
    if (known !== undefined) return known
    const told = await inTime(
      market.instrument(symbol).then((instrument) => ({ instrument })),
      VENUE_WAIT_MS,
      timers,
    )
    if (told === undefined) throw new BrokerTimeoutError(`the venue does not tell what ${symbol} is`)
    return told.instrument
  }

  async #buyingPower(): Promise<AccountReading | undefined> {
    const { money, log } = this.#deps
    try {
      return money.fresh ?? (await inTime(money.read(), VENUE_WAIT_MS, this.#deps.timers))
    } catch (error) {
      log.warn('account.read_failed', { error })
      return undefined
    }
  }

  #decideNow(
    signal: Signal,
    context: TakeContext,
    facts: PlanningFacts,
    account: AccountReading | undefined,
    mayWait: boolean,
  ): Decided | { readonly behind: readonly OrderId[] } {
    const { settings, books } = this.#deps
    const plan = planOrder(signal, settings.planningFor(signal.strategy), facts)
    const draft = this.#draft(signal, context, facts.now, plan)
    if (plan.kind === 'denied') return this.#deny(signal, context, facts.now, draft, plan, plan.denial, [])
    const request: RiskRequest = {
      id: draft.id,
      symbol: signal.symbol,
      side: signal.side,
      strategy: signal.strategy,
      ...plan.planned,
      ...(signal.expiresAt === undefined ? {} : { expiresAt: signal.expiresAt }),
      ...(signal.reduceOnly === undefined ? {} : { reduceOnly: signal.reduceOnly }),
    }
    const decision = this.#check(request, signal, context, facts, account, mayWait)
    if (decision.kind === 'wait') return { behind: decision.behind }
    if (decision.kind === 'denied')
      return this.#deny(signal, context, facts.now, draft, plan, decision, decision.results)
    const created: OrderEvent = { kind: 'created', at: facts.now, draft, why: this.#why(plan, decision.results) }
    const order = evolve(undefined, created)
    const next = this.#next(order, facts.now)
    const isDryRun = next.some((event) => event.kind === 'denied')
    const stored = storedSignal(signal, context, order, { status: 202 }, settings.account)
    return { ...books.record(undefined, [created, ...next], stored), isSent: !isDryRun }
  }

  #check(
    request: RiskRequest,
    signal: Signal,
    { receivedAt }: TakeContext,
    { quote, instrument, capabilities }: PlanningFacts,
    account: CheckedReading | undefined,
    mayWait: boolean,
  ): RiskDecision<RiskRequest> {
    const { settings, books, checks, clock } = this.#deps
    const policy = settings.duplicatePolicyFor(signal.strategy)
    const unrealised = this.#deps.unrealised()
    const strategyUnrealised = this.#deps.strategy.unrealised(signal.strategy)
    const { generatedAt } = signal
    return checkRisk(request, {
      ...checks,
      mayHaveBeen: (wish) =>
        this.#deps.strangers?.mayBe({ ...wish, ...(generatedAt === undefined ? {} : { generatedAt }) }),
      limits: settings.risk,
      allowShort: settings.allowShort,
      duplicatePolicy: policy === 'queue' && !mayWait ? 'deny' : policy,
      venue: capabilities,
      exposure: books.exposure,
      pending: books.pending,
      clock,
      facts: {
        quote,
        instrument,
        account,
        signalTime: signal.generatedAt ?? receivedAt,
        isQuarantined: this.#deps.isQuarantined(signal.symbol),
        realisedToday: books.realisedToday(clock.now()),
        ...(unrealised === undefined ? {} : { unrealised }),
        strategyRealisedToday: this.#deps.strategy.realisedToday(signal.strategy),
        ...(strategyUnrealised === undefined ? {} : { strategyUnrealised }),
      },
    })
  }

  /** What follows the order's creation in the same commit. */
  #next(order: Order, at: Instant): readonly OrderEvent[] {
    const { settings, execution, gateway } = this.#deps
    if (settings.mode === 'dry_run') {
      const wouldSend = JSON.parse(gateway.payloadOf(outgoingOrder(order))) as Plain
      return decide(
        order,
        { kind: 'deny', code: 'mode.dry_run', message: 'dry run: decided and recorded, not sent', wouldSend },
        at,
      )
    }
    const goesAtOnce =
      proofPlan(gateway.capabilities.clientOrderId).findBy === 'name' &&
      execution.submitter.isIdle(order.symbol) &&
      execution.tryLeave(order)
    return goesAtOnce ? decide(order, execution.submitter.mark(order, 0), at) : []
  }

  #deny(
    signal: Signal,
    context: TakeContext,
    at: Instant,
    draft: OrderDraft,
    plan: Plan,
    { code, message, value, limit }: Denial,
    results: readonly RuleResult[],
  ): Decided {
    const { settings, books } = this.#deps
    const denial = {
      code,
      message,
      ...(value === undefined ? {} : { value }),
      ...(limit === undefined ? {} : { limit }),
    }
    const created: OrderEvent = { kind: 'created', at, draft, why: this.#why(plan, results) }
    const order = evolve(undefined, created)
    const stored = storedSignal(signal, context, order, { status: 403, code }, settings.account)
    const events = [created, ...decide(order, { kind: 'deny', ...denial }, at)]
    return { ...books.record(undefined, events, stored), denial, isSent: false }
  }

  #why(plan: Plan, results: readonly RuleResult[]): Plain {
    return { ...plan.why, risk: results.map(riskTuple), config_version: this.#deps.settings.configVersion }
  }

  #draft(signal: Signal, context: TakeContext, at: Instant, plan: Plan): OrderDraft {
    const { settings, random, gateway } = this.#deps
    const planned = plan.kind === 'planned' ? plan.planned : plan.partial
    const quantity = planned.quantity ?? (signal.size.by === 'quantity' ? signal.size.quantity : undefined)
    const limitPrice = planned.limitPrice ?? signal.limitPrice
    const referencePrice = planned.referencePrice ?? signal.referencePrice
    return {
      id: newOrderId(at, () => random.draw('order.id')),
      account: settings.account,
      venue: settings.venue,
      currency: settings.currency,
      mode: settings.mode,
      sessionId: settings.sessionId,
      traceId: context.traceId,
      configVersion: settings.configVersion,
      signalId: signal.signalId,
      leg: 1,
      strategy: signal.strategy,
      symbol: signal.symbol,
      side: signal.side,
      orderType: planned.orderType ?? signal.orderType ?? 'limit',
      timeInForce: planned.timeInForce ?? signal.timeInForce ?? 'day',
      clientOrderId: clientOrderIdFor(sendIdentity(signal, settings, 1), gateway.capabilities.clientOrderId),
      ...(quantity === undefined ? {} : { quantity }),
      ...(signal.size.by === 'amount' ? { amount: signal.size.amount } : {}),
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(referencePrice === undefined ? {} : { referencePrice }),
      ...(signal.expiresAt === undefined ? {} : { expiresAt: signal.expiresAt }),
      ...(signal.reduceOnly === undefined ? {} : { reduceOnly: signal.reduceOnly }),
    }
  }
}

/** Every rule of every order is kept, so it is kept short; whoever shows it says what stands where. */
const riskTuple = ({ rule, code, value, limit, ok, exempt }: RuleResult): Plain =>
  ok
    ? exempt === true
      ? [rule, code, value, limit, 'exempt']
      : [rule, code, value, limit]
    : [rule, code, value, limit, 'failed']
