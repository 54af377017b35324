import type { VenueTimers } from '../agenda.ts'
import { type PaperFace, paperFace } from '../faces/paper-face.ts'
import { MemoryJournal } from '../memory-journal.ts'
import type { Random } from '../seeded-random.ts'
import { Venue } from '../venue.ts'
import type { VenueJournal } from '../venue-journal.ts'
import { type VenueOptions, venueRules } from '../venue-options.ts'
import type { VenueSession } from '../venue-session.ts'

/** A venue inside somebody else's time and chance: the face for the daemon, the venue itself for whoever checks it. */
export interface InProcessVenue extends PaperFace {
  readonly venue: Venue
  /** Its process ends; over the same journal another one goes on. */
  close(): void
}

export interface InProcessDeps {
  readonly now: () => number
  readonly timers: VenueTimers
  readonly random: Random
  readonly journal?: VenueJournal
  readonly options?: VenueOptions
  /** Instead of the intervals of the options. */
  readonly session?: VenueSession
}

export function inProcessVenue({ now, timers, random, journal, options = {}, session }: InProcessDeps): InProcessVenue {
  const rules = venueRules(options)
  const venue = new Venue({
    rules: session === undefined ? rules : { ...rules, session },
    now,
    timers,
    random,
    journal: journal ?? new MemoryJournal(),
  })
  return { ...paperFace(venue), venue, close: () => venue.close() }
}
