import type { DeskDeps } from '../flow/desk/account-desk.ts'
import { breakerFactName } from '../flow/desk/account-guards.ts'
import type { DeskSettings } from '../flow/desk/desk-settings.ts'
import { AccountLease } from '../flow/execution/account-lease.ts'
import { KeptBudget } from '../flow/execution/kept-budget.ts'
import type { OrderStore } from '../ports/order-store.ts'
import type { TradingHost } from './trading-host.ts'

type Guards = Pick<DeskDeps, 'lease' | 'budget' | 'breakerFact' | 'strategyFills'>
interface GuardSources extends Pick<TradingHost, 'clock' | 'timers'> {
  readonly store: OrderStore
  /** Of this run: an account's budget outlives its desk. */
  readonly budgets: Map<string, KeptBudget>
}

/** What an account's guards remember from earlier, with a lease that begins now. */
export async function guardsFor(
  { account, rateRules, risk }: DeskSettings,
  { store, budgets, clock, timers }: GuardSources,
): Promise<Guards> {
  const fact = await store.fact(KeptBudget.factName(account))
  const budget = budgets.get(account) ?? new KeptBudget({ rules: rateRules, fact, clock, timers })
  budgets.set(account, budget)
  const hasStrategyLimits = Object.keys(risk.per_strategy ?? {}).length > 0
  return {
    lease: new AccountLease(clock),
    budget,
    breakerFact: await store.fact(breakerFactName(account)),
    strategyFills: hasStrategyLimits ? await store.strategyFills(account) : [],
  }
}
