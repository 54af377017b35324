import type { Instant } from '../../core/time.ts'
import type { AnswerSigns } from '../../ports/broker-gateway.ts'

/** As long as a venue has told no time, its clock is taken to be within this of ours. */
export const UNTOLD_DOUBT_MS = 60_000

/**
 * What the venue's clock shows, as far as its answers tell. Guarantees: the true difference lies within `doubtMs` of the
 * one it goes by, for as long as neither clock is set.
 */
export class VenueClock {
  #earliest = Number.NEGATIVE_INFINITY
  #latest = Number.POSITIVE_INFINITY

  /** An answer was stamped while we waited for it. */
  heed({ at, tookMs, venueTime }: Pick<AnswerSigns, 'at' | 'tookMs' | 'venueTime'>): void {
    if (venueTime === undefined) return
    const earliest = venueTime.at - at
    const latest = venueTime.at + venueTime.withinMs - (at - tookMs)
    const overlaps = earliest <= this.#latest && latest >= this.#earliest
    // One of the clocks has been set: what was known before is of no use.
    this.#earliest = overlaps ? Math.max(this.#earliest, earliest) : earliest
    this.#latest = overlaps ? Math.min(this.#latest, latest) : latest
  }

  get #isTold(): boolean {
    return Number.isFinite(this.#earliest) && Number.isFinite(this.#latest)
  }
  /** Above zero when the venue's clock is ahead of ours. */
  get aheadMs(): number {
    return this.#isTold ? (this.#earliest + this.#latest) / 2 : 0
  }
  get doubtMs(): number {
    return this.#isTold ? (this.#latest - this.#earliest) / 2 : UNTOLD_DOUBT_MS
  }
  /** The venue's time of an instant of ours. */
  at(ours: Instant): Instant {
    return ours + this.aheadMs
  }
}
