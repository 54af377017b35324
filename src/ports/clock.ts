import type { Instant } from '../core/time.ts'

export interface Clock {
  /** Wall time. It may jump; nothing that must not be early or late hangs on it alone. */
  now(): Instant
  /** Milliseconds that only ever grow, suspended machines included. */
  monotonic(): number
}

export interface Timer {
  cancel(): void
}

export interface Timers {
  /** Runs once. The label names the timer in traces and in the simulation. */
  after(ms: number, label: string, run: () => void): Timer
}
