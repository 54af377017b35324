import type { Switches } from './alpaca-options.ts'

const MINUTE_MS = 60_000
const SECOND_MS = 1_000

/** All endpoints together, by the minute of the clock; a burst limit counts by the second. */
export class RateLimit {
  readonly #now: () => number
  #minute = 0
  #used = 0
  #second = 0
  #burst = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts a request, and says whether there was room for it. */
  take({ rate_limit, burst_limit }: Switches): boolean {
    this.#roll()
    if (this.#used >= rate_limit || (burst_limit > 0 && this.#burst >= burst_limit)) return false
    this.#used += 1
    this.#burst += 1
    return true
  }
  headers({ rate_limit }: Switches): Readonly<Record<string, string>> {
    return {
      'X-RateLimit-Limit': `${rate_limit}`,
      'X-RateLimit-Remaining': `${Math.max(0, rate_limit - this.#used)}`,
      'X-RateLimit-Reset': `${(this.#minute + 1) * (MINUTE_MS / SECOND_MS)}`,
    }
  }

  #roll(): void {
    const [minute, second] = [Math.floor(this.#now() / MINUTE_MS), Math.floor(this.#now() / SECOND_MS)]
    if (minute !== this.#minute) [this.#minute, this.#used] = [minute, 0]
    if (second !== this.#second) [this.#second, this.#burst] = [second, 0]
  }
}
