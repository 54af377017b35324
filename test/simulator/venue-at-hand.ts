import { type Price, price, quantity } from '../../src/core/money.ts'
import { MemoryJournal } from '../../src/simulator/memory-journal.ts'
import { seededRandom } from '../../src/simulator/seeded-random.ts'
import { type Answer, Venue, type VenueEvent } from '../../src/simulator/venue.ts'
import type { VenueJournal } from '../../src/simulator/venue-journal.ts'
import { type VenueOptions, venueRules } from '../../src/simulator/venue-options.ts'
import type { OrderRequest, VenueOrder } from '../../src/simulator/venue-order.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A venue in virtual time, with everything it said. */
export interface AtHand {
  readonly venue: Venue
  readonly clock: VirtualClock
  readonly journal: VenueJournal
  readonly events: readonly VenueEvent[]
}

export function venueAtHand(
  options: VenueOptions = {},
  { clock = new VirtualClock(), journal = new MemoryJournal() }: { clock?: VirtualClock; journal?: VenueJournal } = {},
): AtHand {
  const rules = venueRules(options)
  const venue = new Venue({ rules, now: clock.now, timers: clock.timers, random: seededRandom(rules.seed), journal })
  const events: VenueEvent[] = []
  venue.subscribe((event) => events.push(event))
  return { venue, clock, journal, events }
}

let ids = 0
export interface Terms {
  readonly id?: string
  readonly symbol?: string
  readonly side?: OrderRequest['side']
  readonly tif?: OrderRequest['timeInForce']
  readonly quantity?: string
  /** Absent for a market order. */
  readonly limit?: Price | string | undefined
}
export function request({
  id,
  symbol = 'AAPL',
  side = 'buy',
  tif = 'gtc',
  quantity: size = '10',
  limit,
}: Terms): OrderRequest {
  ids += 1
  const limitPrice = typeof limit === 'string' ? price(limit) : limit
  return {
    clientOrderId: id ?? `c-${ids}`,
    symbol,
    side,
    type: limitPrice === undefined ? 'market' : 'limit',
    timeInForce: tif,
    quantity: quantity(size),
    limitPrice,
  }
}

export function taken(answer: Answer): VenueOrder {
  if (answer.kind === 'refused') throw new Error(`refused: ${answer.broken.code} ${answer.broken.message}`)
  return answer.order
}
export const codeOf = (answer: Answer): string => (answer.kind === 'refused' ? answer.broken.code : 'done')

/** A price away from the standing touch, in ticks of a cent; positive is dearer. */
export function cents(from: Price | undefined, ticks: number): Price {
  if (from === undefined) throw new Error('no quote')
  return from.plus(price((ticks / 100).toFixed(2)))
}
