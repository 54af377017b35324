const WINDOW_MS = 60_000
const COMPACT_AT = 1_024

/**
 * Orders approved within the last minute, of the account and of each strategy. Both ends of the minute count. `now` is
 * monotonic: it never goes back. Grows with what was approved within one minute, never beyond.
 */
export class OrderRateWindow {
  readonly #all = new Minute()
  readonly #strategies = new Map<string, Minute>()

  count(now: number): number {
    return this.#all.count(now)
  }
  countOf(strategy: string, now: number): number {
    return this.#strategies.get(strategy)?.count(now) ?? 0
  }
  add(strategy: string, now: number): void {
    this.#all.add(now)
    let minute = this.#strategies.get(strategy)
    if (minute === undefined) {
      this.#forgetQuiet(now)
      minute = new Minute()
      this.#strategies.set(strategy, minute)
    }
    minute.add(now)
  }

  /** Names come from outside, so a new one pays for those that fell silent. */
  #forgetQuiet(now: number): void {
    for (const [strategy, minute] of this.#strategies) {
      if (minute.count(now) === 0) this.#strategies.delete(strategy)
    }
  }
}

class Minute {
  #times: number[] = []
  #first = 0

  count(now: number): number {
    while (this.#first < this.#times.length && now - (this.#times[this.#first] ?? now) > WINDOW_MS) this.#first += 1
    if (this.#first > COMPACT_AT && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first)
      this.#first = 0
    }
    return this.#times.length - this.#first
  }
  add(now: number): void {
    this.count(now)
    this.#times.push(now)
  }
}
