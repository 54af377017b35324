/** How often one order is looked at: fast while it is fresh, slower the longer nothing happens, fast again on any change. */
export interface PollingConfig {
  readonly initialIntervalMs: number
  readonly increaseMs: number
  readonly maxIntervalMs: number
}
/** However it is configured, one order is never polled more often than this. */
export const LEAST_INTERVAL_MS = 500

export interface PollState {
  readonly intervalMs: number
  readonly dueAt: number
  readonly checks: number
}

export function freshPoll(config: PollingConfig, now: number, checks = 0): PollState {
  const intervalMs = Math.max(LEAST_INTERVAL_MS, config.initialIntervalMs)
  return { intervalMs, dueAt: now + intervalMs, checks }
}

export function afterQuietCheck(state: PollState, config: PollingConfig, now: number): PollState {
  const intervalMs = Math.max(state.intervalMs, Math.min(state.intervalMs + config.increaseMs, config.maxIntervalMs))
  return { intervalMs, dueAt: now + intervalMs, checks: state.checks + 1 }
}

export const afterChange = (state: PollState, config: PollingConfig, now: number): PollState =>
  freshPoll(config, now, state.checks + 1)
