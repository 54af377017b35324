import type { MarketCalendar } from '../../core/market-session.ts'
import type { Mode, Side } from '../../core/order.ts'
import type { PartialFillPolicy } from '../../core/partial-fill-policy.ts'
import type { RateRule } from '../../core/rate-budget.ts'
import type { BackOff } from '../../core/retry-policy.ts'
import type { RiskLimits } from '../../core/risk-rules.ts'
import type { BreakerRules } from '../checks/circuit-breaker.ts'
import type { PollingConfig } from '../fills/polling-schedule.ts'
import type { PlanningRules } from '../planning/plan-order.ts'

/** What configuration decided for one account, as plain values. */
export interface DeskSettings {
  readonly account: string
  readonly venue: string
  readonly currency: string
  readonly mode: Mode
  readonly sessionId: string
  readonly installation: string
  readonly configVersion: string
  readonly allowShort: boolean
  readonly planningFor: (strategy: string) => PlanningRules
  readonly risk: RiskLimits
  readonly breaker: BreakerRules
  /** When this venue trades. */
  readonly calendar: MarketCalendar
  readonly partialFillPolicyFor: (strategy: string) => PartialFillPolicy
  readonly duplicatePolicyFor: (strategy: string) => 'deny' | 'queue' | 'allow'
  readonly polling: PollingConfig
  readonly streaming: boolean
  readonly syncIntervalMs: number
  /** What the venue holds at first contact is ours without an operator's word. */
  readonly adoptPositions: boolean
  readonly retry: { readonly submit: BackOff; readonly read: BackOff; readonly cancel: BackOff }
  readonly rateRules: readonly RateRule[]
  readonly maxQueueAgeMs: number
  /** Age at which an order is called off; `undefined` where its time in force alone rules. */
  readonly timeOutMs: (order: {
    readonly side: Side
    readonly strategy: string
    readonly isImmediate: boolean
  }) => number | undefined
  readonly maxWaitingSignals: number
}

/** How long what the venue told is believed without asking again. */
export const QUOTE_LIFETIME_MS = 1_000
export const INSTRUMENT_LIFETIME_MS = 15 * 60_000
export const ACCOUNT_LIFETIME_MS = 5_000
