/** When the venue trades. Times are milliseconds since the epoch. */
export interface VenueSession {
  isOpen(at: number): boolean
  /** The next opening after `at`; `undefined` when none is known. */
  nextOpen(at: number): number | undefined
  /** The end of the trading day that an order sent at `at` belongs to. */
  dayEnd(at: number): number | undefined
}

/** Two ends, the second not included. */
export interface OpenInterval {
  readonly opens: number
  readonly closes: number
}

const DAY_MS = 86_400_000
/** An order sent in the last moment of a day has its chance before the day is over. */
const LAST_MOMENT_MS = 60_000

/** Round the clock; a day ends at midnight UTC. */
export const alwaysOpen: VenueSession = {
  isOpen: () => true,
  nextOpen: (at) => at,
  dayEnd: (at) => (Math.floor((at + LAST_MOMENT_MS) / DAY_MS) + 1) * DAY_MS,
}

/** Open during these intervals, in order of time, and at no other time. */
export function openDuring(intervals: readonly OpenInterval[]): VenueSession {
  const from = (at: number): OpenInterval | undefined => intervals.find(({ closes }) => closes > at)
  return {
    isOpen: (at) => (from(at)?.opens ?? Number.POSITIVE_INFINITY) <= at,
    nextOpen: (at) => intervals.find(({ opens }) => opens > at)?.opens,
    dayEnd: (at) => from(at)?.closes,
  }
}
