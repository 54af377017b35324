import type { Budget } from '../evidence.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import { SYMBOLS } from '../plan/plan-signals.ts'
import type { ProfileName } from '../scenario.ts'
import { DIALECTS } from '../venue/dialect.ts'
import { type OpenedDialectVenue, openDialectVenue } from '../venue/open-dialect-venue.ts'
import { randomDialect } from '../venue/random-dialect.ts'
import { CarriedOrders } from './carried-orders.ts'
import type { ForkedRandom } from './forked-random.ts'
import { openPaperVenue } from './paper-venue.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A venue as the world holds it. */
export interface Site {
  readonly account: string
  readonly profile: ProfileName
  readonly venue: OpenedDialectVenue
  readonly carried: CarriedOrders
  /** Words for the state of an order that the venue's manual does not have. */
  readonly strangeWords: readonly string[]
  /** What the venue may take to show what it has. */
  readonly settlesMs: number
  /** It never misbehaves by itself. */
  readonly isHonest: boolean
}
export interface SiteDeps {
  readonly time: VirtualTime
  readonly random: ForkedRandom
  readonly faults: FaultPlan
  readonly seed: number
  readonly budget: readonly Budget[]
}

export function openSite(account: string, profile: ProfileName, deps: SiteDeps): Site {
  return profile === 'paper' ? paperSite(account, deps) : dialectSite(account, profile, deps)
}

function paperSite(account: string, { time, random, seed, budget }: SiteDeps): Site {
  const options = {
    seed: `${seed} ${account}`,
    model: 'lively',
    allow_short: true,
    symbols: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, { price: '200' }])),
  } as const
  const venue = openPaperVenue({ account, time, draw: (what) => random.draw(what), options })
  Object.assign(venue.venue.truth, { settlesMs: PAPER_SETTLES_MS, environment: 'paper', longestClientId: 64, budget })
  return {
    account,
    profile: 'paper',
    isHonest: true,
    strangeWords: [],
    settlesMs: PAPER_SETTLES_MS,
    venue,
    carried: new CarriedOrders(venue.venue.truth.orders),
  }
}
const PAPER_SETTLES_MS = 5_000
/** One of the moments at which a venue that remembers ids for a day forgets them. */
const MIDNIGHT = Date.UTC(2026, 2, 3) - Date.UTC(2026, 2, 2, 14, 30)

function dialectSite(
  account: string,
  profile: Exclude<ProfileName, 'paper'>,
  { time, random, faults, budget }: SiteDeps,
): Site {
  const draw = (what: string): number => random.draw(`venue.${account}.${what}`)
  const dialect = profile === 'wild' ? randomDialect(draw) : DIALECTS[profile]
  const clock = { now: () => time.trueNow(), monotonic: () => time.monotonic() }
  const venue = openDialectVenue({ dialect, account, clock, timers: time, draw, faults })
  Object.assign(venue.venue.truth, {
    settlesMs: dialect.settlesMs,
    environment: 'paper',
    budget,
    longestClientId: dialect.clientId.maxLength,
    ...(dialect.clientId.enforced === 'day' ? { forgetsAt: MIDNIGHT } : {}),
  })
  const { settlesMs, strangeWords } = dialect
  return {
    account,
    profile,
    isHonest: false,
    settlesMs,
    strangeWords,
    venue,
    carried: new CarriedOrders(venue.venue.truth.orders),
  }
}
