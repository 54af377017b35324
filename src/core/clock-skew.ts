import type { Instant } from './time.ts'

/** When an answer came by our clock, how long it took, and what the venue's clock said somewhere in between. */
export interface ClockReading {
  readonly at: Instant
  readonly tookMs: number
  readonly venue: { readonly at: Instant; readonly withinMs: number }
}

/**
 * By how much the venue's clock is certainly off ours: above zero when it is ahead. The answer may have been stamped at any
 * moment of the exchange and its stamp may be cut to the second, so what these explain is no skew.
 */
export function certainSkewMs({ at, tookMs, venue }: ClockReading): number {
  const earliest = venue.at - at
  const latest = venue.at + venue.withinMs - (at - tookMs)
  if (earliest > 0) return earliest
  return latest < 0 ? latest : 0
}
