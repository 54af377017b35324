import type {
  AccountConfig,
  Config,
  OrderManagement,
  RateLimitRule,
  RetryPolicyConfig,
  RiskLimits,
  StrategyRiskLimits,
} from './config.ts'

/** The account's own limits over the general ones, field by field. */
export function riskFor(config: Config, account: string): RiskLimits {
  const { per_strategy: _, ...limits } = config.risk
  return { ...limits, ...own(config.accounts, account)?.risk }
}

/** What one strategy is limited to within its account, on top of the account's limits. */
export const strategyRiskFor = (config: Config, strategy: string): StrategyRiskLimits =>
  own(config.risk.per_strategy, strategy) ?? {}

/** The strategy's own values over the general ones, field by field, within blocks too. */
export function orderManagementFor(config: Config, strategy: string): OrderManagement {
  const { strategy_overrides: overrides, ...general } = config.order_management
  const its = own(overrides, strategy)
  if (its === undefined) return general
  return {
    ...general,
    ...its,
    unfilled_timeout: { ...general.unfilled_timeout, ...its.unfilled_timeout },
    reprice: { ...general.reprice, ...its.reprice },
    approval: { ...general.approval, ...its.approval },
  }
}

export function retryPolicyFor(config: Config, call: 'submit' | 'read' | 'cancel'): RetryPolicyConfig {
  const { submit, read, cancel, ...general } = config.retry
  return { ...general, ...{ submit, read, cancel }[call] }
}

/** Empty: the budget we know for the venue. */
export function rateLimitFor(config: Config, account: string): readonly RateLimitRule[] {
  const { requests, per } = config.rate_limit
  const general = requests === undefined || per === undefined ? [] : [{ class: 'all' as const, requests, per }]
  return own(config.accounts, account)?.rate_limit ?? general
}

export type Routed =
  | { readonly kind: 'routed'; readonly name: string; readonly account: AccountConfig }
  | { readonly kind: 'unknown_account'; readonly name: string }
  | { readonly kind: 'no_route' }

/** The account a signal names, else the one for its strategy, for its symbol, the default. */
export function accountFor(
  config: Config,
  signal: { readonly account?: string | undefined; readonly strategy: string; readonly symbol: string },
): Routed {
  const { by_strategy, by_symbol, default: fallback } = config.routing
  const name =
    signal.account ?? own(by_strategy, signal.strategy) ?? own(by_symbol, signal.symbol) ?? fallback ?? only(config)
  if (name === undefined) return { kind: 'no_route' }
  const account = own(config.accounts, name)
  return account === undefined ? { kind: 'unknown_account', name } : { kind: 'routed', name, account }
}

function only(config: Config): string | undefined {
  const names = Object.keys(config.accounts)
  return names.length === 1 ? names[0] : undefined
}

/** Names come from outside, and `constructor` is a name. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined
