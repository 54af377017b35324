import type { Config } from '../config/config.ts'
import { orderManagementFor, rateLimitFor, retryPolicyFor, riskFor } from '../config/config-for.ts'
import { type CalendarName, calendarNamed, type MarketCalendar } from '../core/market-session.ts'
import type { Decimal } from '../core/money.ts'
import type { RateRule } from '../core/rate-budget.ts'
import type { BackOff } from '../core/retry-policy.ts'
import type { RiskLimits } from '../core/risk-rules.ts'
import type { DeskSettings } from '../flow/desk/desk-settings.ts'
import type { PlanningRules } from '../flow/planning/plan-order.ts'

export interface Installation {
  readonly id: string
  readonly sessionId: string
  readonly configVersion: string
}

/** What configuration says, as the plain values the flow takes. */
export function deskSettings(config: Config, account: string, installation: Installation): DeskSettings {
  const its = config.accounts[account]
  if (its === undefined) throw new Error(`no account ${account} in the configuration`)
  const { order_management, fill_detection } = config
  return {
    account,
    venue: its.venue,
    currency: its.currency,
    mode: config.mode,
    sessionId: installation.sessionId,
    installation: installation.id,
    configVersion: installation.configVersion,
    allowShort: its.venue === 'paper' ? its.allow_short : true,
    planningFor: (strategy) => planningRules(config, account, strategy),
    risk: riskLimits(config, account),
    breaker: { ...config.breaker, daily_loss: riskFor(config, account).max_daily_loss },
    calendar: venueCalendar(config, its.venue),
    partialFillPolicyFor: (strategy) => orderManagementFor(config, strategy).partial_fill_policy,
    duplicatePolicyFor: (strategy) => orderManagementFor(config, strategy).duplicate_policy,
    polling: {
      initialIntervalMs: fill_detection.initial_poll_interval,
      increaseMs: fill_detection.poll_interval_increase,
      maxIntervalMs: Math.min(fill_detection.max_poll_interval, order_management.poll_interval),
    },
    streaming: fill_detection.streaming,
    syncIntervalMs: order_management.sync_interval,
    adoptPositions: its.adopt_positions,
    retry: { submit: backOff(config, 'submit'), read: backOff(config, 'read'), cancel: backOff(config, 'cancel') },
    rateRules: rateRules(config, account, its.venue),
    maxQueueAgeMs: config.rate_limit.max_queue_age,
    timeOutMs: ({ side, strategy, isImmediate }) =>
      isImmediate ? fill_detection.timeout : (orderManagementFor(config, strategy).unfilled_timeout[side] ?? undefined),
    maxWaitingSignals: MAX_WAITING_SIGNALS,
  }
}

/** What a venue allows when nobody has agreed on anything else with it. */
const USUAL_BUDGETS: Readonly<Record<string, readonly RateRule[]>> = {
  alpaca: [{ class: 'all', requests: 200, perMs: 60_000 }],
}
function rateRules(config: Config, account: string, venue: string): readonly RateRule[] {
  const own = rateLimitFor(config, account)
  if (own.length === 0) return USUAL_BUDGETS[venue] ?? []
  return own.map(({ class: kind, requests, per }) => ({ class: kind, requests, perMs: per }))
}

const CALENDARS: ReadonlySet<string> = new Set<CalendarName>(['always', 'nyse', 'nse', 'krx'])
export const isCalendarName = (name: string): name is CalendarName => CALENDARS.has(name)

/** The paper venue never closes by itself; configuration can give it a market's hours. */
export function venueCalendar({ sessions }: Config, venue: string): MarketCalendar {
  const name = sessions.calendars[venue] ?? 'always'
  return calendarNamed(isCalendarName(name) ? name : 'always')
}

/** Signals taken but not yet decided; beyond this the caller is asked to come back. */
const MAX_WAITING_SIGNALS = 10_000

function planningRules(config: Config, account: string, strategy: string): PlanningRules {
  const rules = orderManagementFor(config, strategy)
  return {
    offsetMode: rules.offset_mode,
    buyOffset: rules.buy_offset,
    sellOffset: rules.sell_offset,
    maxSlippagePct: rules.max_slippage_pct,
    slippageGuard: rules.slippage_guard,
    orderTypes: rules.order_types,
    timeInForce: rules.time_in_force,
    reference: rules.reference,
    marketMaxSpreadPct: rules.market_max_spread_pct,
    marketMinConfidence: rules.market_min_confidence,
    maxReferenceAgeMs: riskFor(config, account).max_reference_age,
  }
}

function riskLimits(config: Config, account: string): RiskLimits {
  return { ...riskFor(config, account), per_strategy: config.risk.per_strategy }
}

function backOff(config: Config, call: 'submit' | 'read' | 'cancel'): BackOff {
  const { max_attempts, initial_delay, max_delay, multiplier, jitter } = retryPolicyFor(config, call)
  return {
    maxAttempts: max_attempts,
    initialDelayMs: initial_delay,
    maxDelayMs: max_delay,
    multiplier: factor(multiplier),
    jitter: factor(jitter),
  }
}

/** A factor on milliseconds is no money: a number will do. */
const factor = (value: Decimal): number => value.toApproximateNumber()
