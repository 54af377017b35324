import type { Trader } from './actors/trader.ts'
import type { TrueOrder } from './evidence.ts'
import { questionsFor } from './world/store-questions.ts'
import { WORLD_BEGINS, type World } from './world/world.ts'

/** Nothing is due: every signal answered, every order at rest, final, or parked for a human, and every listener told. */
export function isQuiet(world: World, trader: Trader, isAllCalledOff: boolean): boolean {
  const { front, alive } = world
  const { trading } = front ?? {}
  if (trading === undefined || alive.length > 1 || trader.waiting > 0) return false
  const status = trading.floor.status()
  if (!status.ready || status.sinks.some(({ behind }) => behind > 0)) return false
  return undecided(world, isAllCalledOff) === 0
}

/**
 * Has every account's daemon held its books against the venue since the last trade there, and since one was undone? What
 * happens after an order's end, and to other people's orders, may be found by no other channel.
 */
export const isCompared = ({ front, sites, time }: World): boolean =>
  sites.every(({ account, venue, settlesMs }) => {
    const last = lastTradeAt(venue.venue.truth.orders)
    if (last === undefined) return true
    const { syncedAt = Number.NaN } = front?.trading?.floor.status().accounts.find(({ name }) => name === account) ?? {}
    const at = syncedAt - WORLD_BEGINS
    // One of a time to which the clock has been set and set back says nothing.
    return at >= last + settlesMs && at <= time.monotonic()
  })

function lastTradeAt(orders: readonly TrueOrder[]): number | undefined {
  const times = orders.flatMap(({ executions }) => executions.map(({ at, amendedAt }) => amendedAt ?? at))
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Orders whose fate is open and that nobody has been asked about; an order that was called off has no business being open. */
function undecided({ disk }: World, isAllCalledOff: boolean): number {
  const { open, parked } = questionsFor(disk.database)
  const due = open
    .all()
    .filter(({ status, called_off }) => isAllCalledOff || called_off === 1 || UNDECIDED.has(String(status)))
  if (due.length === 0) return 0
  const asked = new Set(parked.all().map(({ id }) => id))
  return due.filter(({ id }) => !asked.has(id)).length
}
const UNDECIDED = new Set(['created', 'submitting', 'submitted', 'unconfirmed', 'retry_pending'])
