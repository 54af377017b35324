import type { DoubleDaemon } from './double-daemon.ts'

/** One rule broken, after an honest life. */
export interface Lie {
  /** The checker that must find it. */
  readonly checker: string
  /** What is done, in words. */
  readonly tells: string
  readonly told: (daemon: DoubleDaemon) => void
  /** Told between the two quiet moments instead of before the first. */
  readonly late?: true
  /** Checkers that may fail with it, because this lie cannot break its rule without theirs. */
  readonly also?: readonly string[]
}
