import type { OrderType, TimeInForce } from '../../../src/core/order.ts'
import type { VenueCapabilities } from '../../../src/ports/broker-gateway.ts'
import type { Bench } from './bench.ts'
import type { GatewayExtras, Hand, VenueSymbols } from './conformance-venue.ts'

/**
 * One promise of a gateway, checked at the gateway and in the venue's own books. A card never asks which venue it is at:
 * it says what it needs, and a venue that has that not, by its record, is not held to it.
 */
export interface Card {
  readonly chapter: string
  readonly name: string
  readonly needs: readonly Need[]
  /** At an exchange with hours instead of one that never closes. */
  readonly keepsHours?: boolean
  readonly steps: (at: Bench) => Promise<void>
}

export type Need =
  | `hand:${Hand}`
  | `type:${OrderType}`
  | `tif:${TimeInForce}`
  | `symbol:${keyof VenueSymbols}`
  | `gateway:${keyof GatewayExtras}`
  | 'carried ids'
  | 'ids enforced for ever'
  | 'streams'
  | 'fresh account'
  | 'opposite orders refused'
  | 'open orders counted in buying power'
  | 'average price on partial fills'

/** What a venue is held to: the gateway's capabilities, and what is said here because they have no line for it. */
export interface VenueRecord {
  readonly capabilities: VenueCapabilities
  readonly symbols: VenueSymbols
  readonly lacks: Lacks
}
export type Lacks = Readonly<Partial<Record<Need, string>>>

/** Why the record does not give what the card needs; nothing where it does. */
export function missing(need: Need, { capabilities, symbols, lacks }: VenueRecord): string | undefined {
  const said = lacks[need]
  if (said !== undefined) return said
  const [kind, what = ''] = need.split(':', 2)
  if (kind === 'type') return listed('orderTypes', capabilities.orderTypes, what)
  if (kind === 'tif') return listed('timesInForce', capabilities.timesInForce, what)
  if (kind === 'symbol' && !(what in symbols)) return `symbols: none is ${what}`
  return OF_CAPABILITIES[need]?.(capabilities)
}

const listed = (line: string, known: readonly string[], what: string): string | undefined =>
  known.includes(what) ? undefined : `${line}: ${known.join(', ')}`

const unless = (holds: boolean, reason: string): string | undefined => (holds ? undefined : reason)
const OF_CAPABILITIES: Readonly<Partial<Record<Need, (record: VenueCapabilities) => string | undefined>>> = {
  'carried ids': ({ clientOrderId }) => unless(clientOrderId.isCarried !== false, 'clientOrderId.isCarried: false'),
  'ids enforced for ever': ({ clientOrderId }) =>
    unless(clientOrderId.enforced === 'forever', `clientOrderId.enforced: ${clientOrderId.enforced}`),
  streams: ({ streams }) => unless(streams, 'streams: false'),
  'opposite orders refused': ({ refusesOppositeOrders }) =>
    unless(refusesOppositeOrders, 'refusesOppositeOrders: false'),
  'open orders counted in buying power': ({ buyingPowerCountsOpenOrders }) =>
    unless(buyingPowerCountsOpenOrders, 'buyingPowerCountsOpenOrders: false'),
  'average price on partial fills': ({ averagePriceOnlyWhenComplete }) =>
    unless(!averagePriceOnlyWhenComplete, 'averagePriceOnlyWhenComplete: true'),
}

type Steps = Card['steps']
/** Cards of one chapter, in the order in which they are written. */
export class Chapter {
  readonly cards: Card[] = []
  readonly #title: string

  constructor(title: string) {
    this.#title = title
  }
  card(name: string, needs: readonly Need[], steps: Steps, more: Pick<Card, 'keepsHours'> = {}): void {
    this.cards.push({ chapter: this.#title, name, needs, steps, ...more })
  }
}
