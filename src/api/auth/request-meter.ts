import type { Clock } from '../../ports/clock.ts'

interface Count {
  windowStart: number
  count: number
}
const MOST_NAMES = 10_000

/** Counts per name in windows of a fixed length. Bounded: when too many names are known, the oldest are forgotten. */
export class RequestMeter {
  readonly #counts = new Map<string, Count>()
  readonly #clock: Clock
  readonly #most: number
  readonly #windowMs: number

  constructor(clock: Clock, most: number, windowMs: number) {
    this.#clock = clock
    this.#most = most
    this.#windowMs = windowMs
  }

  /** Milliseconds until the next may come; 0 while this one still may. */
  count(name: string): number {
    const now = this.#clock.monotonic()
    const seen = this.#counts.get(name)
    if (seen === undefined || now - seen.windowStart >= this.#windowMs) {
      this.#forgetOldest()
      this.#counts.set(name, { windowStart: now, count: 1 })
      return 0
    }
    seen.count += 1
    return seen.count > this.#most ? seen.windowStart + this.#windowMs - now : 0
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys()
    if (this.#counts.size >= MOST_NAMES && oldest !== undefined) this.#counts.delete(oldest)
  }
}
