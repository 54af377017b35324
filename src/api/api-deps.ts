import type { Instant } from '../core/time.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { OrderCommands } from '../ports/order-commands.ts'
import type { OrderStoreReader } from '../ports/order-store.ts'
import type { Random } from '../ports/random.ts'
import type { ApiKey } from './auth/key-ring.ts'
import type { EventSource } from './event-source.ts'
import type { ProblemSeen } from './problem-answers.ts'

export interface ApiLimits {
  readonly bodyBytes: number
  readonly connections: number
  readonly eventStreams: number
  /** Per key; cancels, the kill switch and health are never counted. */
  readonly requestsPerSecond: number
  /** Refused credentials per address and minute before the answer becomes 429. */
  readonly refusedCredentialsPerMinute: number
  readonly sessionMs: number
  readonly heartbeatMs: number
}

export const DEFAULT_API_LIMITS: ApiLimits = {
  bodyBytes: 64 * 1024,
  connections: 1_024,
  eventStreams: 64,
  requestsPerSecond: 20_000,
  refusedCredentialsPerMinute: 20,
  sessionMs: 12 * 3_600_000,
  heartbeatMs: 15_000,
}

/** All that the API is given; it finds nothing by itself. */
export interface ApiDeps {
  readonly commands: OrderCommands
  readonly reader: OrderStoreReader
  readonly events: EventSource
  readonly keys: readonly ApiKey[]
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly version: string
  /** Host names that are answered to, beside localhost and plain addresses. */
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly limits?: Partial<ApiLimits>
  /** The text that Prometheus reads. */
  readonly metrics: () => Promise<string>
  /** How long the decision and the durable record took, for a signal that was new. */
  readonly onAdmitted?: (elapsedMs: number) => void
  readonly onProblem?: (problem: ProblemSeen) => void
  readonly isQuarantined: (account: string, symbol: string) => boolean
  /** The trading date of the account's venue, YYYY-MM-DD. */
  readonly tradingDay: (account: string, at: Instant) => string
}
