import type { Decimal } from '../core/money.ts'
import type { ParsedConfig } from './schema/config.ts'
import type { Secret } from './secret.ts'

/**
 * The configuration the program runs on: complete, checked and frozen. It keeps the file's names, so that a message and
 * the code say the same word; durations are milliseconds, money and shares are decimals, credentials are secrets.
 */
export type Config = Frozen<Omit<ParsedConfig, '$schema'>>

type Frozen<T> = T extends Decimal | Secret | string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : { readonly [K in keyof T]: Frozen<T[K]> }

export type AccountConfig = Config['accounts'][string]
export type Venue = AccountConfig['venue']
export type OrderManagement = Omit<Config['order_management'], 'strategy_overrides'>
export type FillDetection = Config['fill_detection']
export type RiskLimits = Omit<Config['risk'], 'per_strategy'>
export type StrategyRiskLimits = Config['risk']['per_strategy'][string]
export type RetryPolicyConfig = Omit<Config['retry'], 'submit' | 'read' | 'cancel'>
export type RateLimitRule = NonNullable<AccountConfig['rate_limit']>[number]
export type BreakerConfig = Config['breaker']
export type RetryQueueConfig = Config['retry_queue']
export type ApiConfig = Config['api']
export type NotificationsConfig = Config['notifications']

export const isLive = (account: AccountConfig): boolean => account.environment === 'live'
