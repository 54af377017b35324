import type { Instant } from './time.ts'

/**
 * At most `limit` grants in any stretch of `perMs`, both ends counted: the venue's window may begin anywhere.
 * Keeps the last `size` grants in a ring, so that asking and granting cost the same however many there were.
 * What is held counts as granted at every moment until it is known when it left.
 */
export class SlidingWindow {
  readonly perMs: number
  readonly #times: Float64Array
  #next = 0
  #count = 0
  #held = 0

  constructor(size: number, perMs: number) {
    this.perMs = perMs
    this.#times = new Float64Array(size)
  }

  /** From when one more grant keeps the window at `limit`, which is at least one and at most the size. */
  freeAt(limit: number): Instant {
    const left = limit - this.#held
    if (left <= 0) return Number.POSITIVE_INFINITY
    if (this.#count < left) return Number.NEGATIVE_INFINITY
    return this.#newest(left) + this.perMs + 1
  }

  hold(): void {
    this.#held += 1
  }
  /** One of those held was granted now, or, without a time, is not needed any more. */
  release(at?: Instant): void {
    this.#held -= 1
    if (at !== undefined) this.grant(at)
  }

  grant(at: Instant): void {
    this.#times[this.#next] = at
    this.#next = this.#next + 1 === this.#times.length ? 0 : this.#next + 1
    if (this.#count < this.#times.length) this.#count += 1
  }

  /** Ages of the grants that still count at `now`, oldest first; what is held is as young as can be. */
  agesAt(now: Instant): number[] {
    const ages: number[] = []
    for (let nth = this.#count; nth >= 1; nth -= 1) {
      const age = now - this.#newest(nth)
      if (age <= this.perMs) ages.push(age)
    }
    for (let n = 0; n < this.#held; n += 1) ages.push(0)
    return ages
  }

  /** The n-th newest grant, counted from 1. */
  #newest(nth: number): Instant {
    const index = this.#next - nth
    return this.#times[index < 0 ? index + this.#times.length : index] ?? Number.NEGATIVE_INFINITY
  }
}
