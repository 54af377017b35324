import { type PaperFace, paperFace } from '../faces/paper-face.ts'
import { seededRandom } from '../seeded-random.ts'
import { Venue } from '../venue.ts'
import { type VenueOptions, venueRules } from '../venue-options.ts'
import { realTimers, steadyNow } from './real-time.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { openVenueFile } from './venue-file.ts'

/** What a paper host is asked to run: plain data. */
export interface PaperOptions {
  /** By name; without it, one account `paper` with the usual terms. A request that names none goes to the first. */
  readonly accounts?: Readonly<Record<string, VenueOptions>>
  /** For accounts that do not say otherwise. */
  readonly seed?: string
  readonly model?: VenueOptions['model']
  /** Where the venue remembers; without it, it forgets when it ends. */
  readonly stateFile?: string
}

export interface OpenVenues {
  /** `undefined` when there is no such account. */
  faceOf(account: string | undefined): PaperFace | undefined
  close(): void
}

/** One venue for each account, in real time, all in one file. */
export function openVenues({ accounts = { paper: {} }, seed, model, stateFile }: PaperOptions): OpenVenues {
  const database = openVenueFile(stateFile)
  const now = steadyNow()
  const usual = { ...(seed === undefined ? {} : { seed }), ...(model === undefined ? {} : { model }) }
  const venues = new Map<string, { readonly venue: Venue; readonly face: PaperFace }>()
  for (const [account, options] of Object.entries(accounts)) {
    const rules = venueRules({ ...usual, ...options })
    // A restart goes on drawing somewhere else, so that the first order of every run is not always the same one.
    const random = seededRandom(`${rules.seed}\n${now()}`)
    const venue = new Venue({ rules, now, timers: realTimers, random, journal: new SqliteJournal(database, account) })
    venues.set(account, { venue, face: paperFace(venue) })
  }
  const [first] = venues.values()
  return {
    faceOf: (account) => (account === undefined ? first : venues.get(account))?.face,
    close: () => {
      for (const { venue } of venues.values()) venue.close()
      if (database.isOpen) database.close()
    },
  }
}
