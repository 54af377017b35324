import { type DenialCode, explainDenial } from '../../core/denial-codes.ts'
import type { OrderId } from '../../core/ids.ts'
import { type Amount, ZERO } from '../../core/money.ts'
import type { Side } from '../../core/order.ts'
import {
  evaluateRisk,
  isReduction,
  markPrice,
  orderPrice,
  type RiskIntent,
  type RiskLimits,
  type RiskSnapshot,
  type RuleResult,
  type ScopeExposure,
} from '../../core/risk-rules.ts'
import type { Instant } from '../../core/time.ts'
import type { Instrument, Quote } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BuyCostMark } from './buy-costs.ts'
import type { Stance } from './circuit-breaker.ts'
import type { ExposureBook } from './exposure-book.ts'
import type { OrderRateWindow } from './order-rate-window.ts'
import type { DuplicatePolicy, PendingOrderMap } from './pending-order-map.ts'

/**
 * The last word of one account before an order may be sent. Guarantees:
 * - it is synchronous: whoever is approved holds the reservation before anybody else can ask;
 * - a denial takes nothing and leaves an earlier reservation of the same order to its own outcome;
 * - only what comes out of here is `Approved`.
 */
declare const approved: unique symbol
export type Approved<T> = T & { readonly [approved]: true }

export interface RiskRequest extends RiskIntent {
  readonly id: OrderId
}

/** Buying power as the venue told it. `mark` was taken from the book's `buyCosts` before the read began. */
export interface AccountReading {
  readonly buyingPower: Amount
  readonly mark: BuyCostMark
}

/** What was found out for this one decision; what is missing or too old is `undefined`. */
export interface RiskFacts {
  readonly quote: Quote | undefined
  readonly instrument: Instrument | undefined
  readonly account: AccountReading | undefined
  /** Absent for an order that was held or is tried again: its signal is as old as it is. */
  readonly signalTime?: Instant
  readonly isQuarantined: boolean
  readonly realisedToday: Amount
  readonly unrealised?: Amount
  readonly strategyRealisedToday?: Amount
  readonly strategyUnrealised?: Amount
}

export interface RiskDeps {
  readonly limits: RiskLimits
  readonly allowShort: boolean
  readonly duplicatePolicy: DuplicatePolicy
  readonly venue: { readonly refusesOppositeOrders: boolean; readonly buyingPowerCountsOpenOrders: boolean }
  readonly isHalted: () => boolean
  /** The order at the venue that this one may have been before, where nobody could tell. */
  readonly mayHaveBeen?: (wish: Pick<RiskRequest, 'symbol' | 'side' | 'quantity'>) => string | undefined
  /** Why nothing may leave until a human has looked. */
  readonly shutFor?: () => 'foreign_installation' | 'self_check' | undefined
  readonly breaker: { stance(): Stance }
  readonly exposure: ExposureBook
  readonly pending: PendingOrderMap
  readonly rate: OrderRateWindow
  readonly clock: Clock
  readonly facts: RiskFacts
}

export interface RiskDenial {
  readonly code: DenialCode
  readonly message: string
  readonly value: string
  readonly limit: string
  readonly results: readonly RuleResult[]
}
export type RiskDecision<T> =
  | { readonly kind: 'approved'; readonly order: Approved<T>; readonly results: readonly RuleResult[] }
  | ({ readonly kind: 'denied' } & RiskDenial)
  /** Ask again when these have ended. */
  | { readonly kind: 'wait'; readonly behind: readonly OrderId[]; readonly results: readonly RuleResult[] }

export function checkRisk<T extends RiskRequest>(intent: T, deps: RiskDeps): RiskDecision<T> {
  const { exposure, rate, clock, duplicatePolicy, facts } = deps
  if (facts.quote !== undefined && markPrice(facts.quote).isPositive)
    exposure.mark(intent.symbol, markPrice(facts.quote))

  const results = exposure.without(intent.id, () => [...gateRules(intent, deps), ...riskRules(intent, deps)])
  const failed = results.find((result) => !result.ok)
  if (failed === undefined) {
    const { id, symbol, side, strategy, quantity } = intent
    exposure.reserve({ id, symbol, side, strategy, quantity, price: orderPrice(intent, facts.quote) })
    rate.add(strategy, clock.monotonic())
    return { kind: 'approved', order: intent as Approved<T>, results }
  }
  if (failed.code === 'duplicate.working_order' && duplicatePolicy === 'queue') {
    return { kind: 'wait', behind: ordersAhead(intent, deps), results }
  }
  const { code, value, limit } = failed
  return { kind: 'denied', code, message: messageOf(failed), value, limit, results }
}

function ordersAhead({ id, symbol, side }: RiskRequest, { exposure, pending }: RiskDeps): readonly OrderId[] {
  const recorded = pending.working(symbol, side).map((order) => order.id)
  return [...new Set([...recorded, ...exposure.holders(symbol, side)])].filter((one) => one !== id)
}

/** What stops every order, or every order of this symbol, whatever its size. */
function gateRules({ id, symbol, side, quantity }: RiskRequest, deps: RiskDeps): readonly RuleResult[] {
  const { exposure, pending, breaker, isHalted, duplicatePolicy, venue } = deps
  const halted = isHalted()
  const stance = breaker.stance()
  const reduces = isReduction(side, quantity, exposure.symbol(symbol))
  // Two witnesses: the map knows what is recorded, the book also what was approved a moment ago.
  const working = (which: Side): number =>
    Math.max(exposure.ordersOn(symbol, which), pending.workingCount(symbol, which, id))
  const same = working(side)
  const opposite = working(side === 'buy' ? 'sell' : 'buy')
  return [
    { rule: 'halt', code: 'halted', value: halted ? 'halted' : 'running', limit: 'running', ok: !halted },
    ...shutGate(deps.shutFor?.()),
    ...seenBefore(deps.mayHaveBeen?.({ symbol, side, quantity })),
    {
      rule: 'breaker',
      code: stance === 'halted' ? 'breaker.open' : 'breaker.reduce_only',
      value: stance,
      limit: 'open_for_business',
      ok: stance === 'open_for_business' || (stance === 'reduce_only' && reduces),
    },
    {
      rule: 'duplicate_policy',
      code: 'duplicate.working_order',
      value: String(same),
      limit: duplicatePolicy === 'allow' ? 'unlimited' : '0',
      ok: duplicatePolicy === 'allow' || same === 0,
    },
    {
      rule: 'opposite_orders',
      code: 'opposite.working_order',
      value: String(opposite),
      limit: venue.refusesOppositeOrders ? '0' : 'unlimited',
      ok: !venue.refusesOppositeOrders || opposite === 0,
    },
  ]
}

const seenBefore = (order: string | undefined): readonly RuleResult[] =>
  order === undefined
    ? []
    : [{ rule: 'seen_before', code: 'duplicate.at_venue', value: order, limit: 'none', ok: false }]

const shutGate = (reason: 'foreign_installation' | 'self_check' | undefined): readonly RuleResult[] =>
  reason === undefined ? [] : [{ rule: 'gate', code: `gate.${reason}`, value: 'shut', limit: 'open', ok: false }]

function riskRules(intent: RiskRequest, deps: RiskDeps): readonly RuleResult[] {
  return evaluateRisk(intent, snapshotFor(intent, deps), deps.limits)
}

function snapshotFor({ symbol, strategy }: RiskRequest, deps: RiskDeps): RiskSnapshot {
  const { exposure, rate, clock, facts, venue, allowShort } = deps
  const { quote, instrument, account, signalTime, unrealised, strategyRealisedToday, strategyUnrealised } = facts
  const monotonic = clock.monotonic()
  const elsewhere = exposure.elsewhere(symbol)
  return {
    now: clock.now(),
    ...(signalTime === undefined ? {} : { signalTime }),
    ...(quote === undefined ? {} : { quote }),
    ...(instrument === undefined ? {} : { instrument }),
    isQuarantined: facts.isQuarantined,
    allowShort,
    account: {
      symbol: exposure.symbol(symbol),
      ...(elsewhere === undefined ? {} : { elsewhere }),
      openOrders: exposure.openOrders,
      ordersInLastMinute: rate.count(monotonic),
      realisedToday: facts.realisedToday,
      ...(unrealised === undefined ? {} : { unrealised }),
    },
    strategy: {
      ...strategyExposure(exposure, strategy, symbol),
      ordersInLastMinute: rate.countOf(strategy, monotonic),
      ...(strategyRealisedToday === undefined ? {} : { realisedToday: strategyRealisedToday }),
      ...(strategyUnrealised === undefined ? {} : { unrealised: strategyUnrealised }),
    },
    ...(account === undefined ? {} : { buyingPower: account.buyingPower }),
    buyingPowerCountsOpenOrders: venue.buyingPowerCountsOpenOrders,
    openBuyCost: exposure.openBuyCost,
    unreflectedBuyCost:
      account === undefined
        ? (ZERO as Amount)
        : exposure.unreflectedBuyCost(account.mark, venue.buyingPowerCountsOpenOrders),
  }
}

function strategyExposure(
  exposure: ExposureBook,
  strategy: string,
  symbol: string,
): Omit<ScopeExposure, 'ordersInLastMinute'> {
  const { ledger, knowsPositions } = exposure.strategy(strategy)
  const elsewhere = ledger.elsewhere(symbol)
  return {
    openOrders: ledger.openOrders,
    ...(knowsPositions ? { symbol: ledger.symbol(symbol) } : {}),
    ...(knowsPositions && elsewhere !== undefined ? { elsewhere } : {}),
  }
}

const messageOf = ({ code, value, limit }: RuleResult): string =>
  `${explainDenial(code)?.title ?? code}: ${value}, limit ${limit}`
