import type { VenueTimers } from '../agenda.ts'

/** The wall clock, except that it never goes back: a venue's events stay in the order of their times. */
export function steadyNow(): () => number {
  let latest = 0
  return () => {
    // sim-ok: host of the venue, outside the daemon's clock
    latest = Math.max(latest, Date.now())
    return latest
  }
}

export const realTimers: VenueTimers = {
  after: (ms, run) => {
    // sim-ok: host of the venue, outside the daemon's clock
    const timer = setTimeout(run, Math.ceil(ms))
    return { cancel: () => clearTimeout(timer) }
  },
}
