import type { BrokerGateway } from '../../../src/ports/broker-gateway.ts'
import type { Clock, Timers } from '../../../src/ports/clock.ts'
import type { HttpExchange, StreamConnector } from '../../../src/ports/http.ts'
import type { Random } from '../../../src/simulator/seeded-random.ts'
import type { VenueTruth } from '../evidence.ts'
import type { Dialect } from './dialect.ts'
import { DialectGateway } from './dialect-gateway.ts'
import { DialectVenue } from './dialect-venue.ts'
import type { FaultSource, VenueWire } from './venue-wire.ts'

export interface DialectVenueOptions {
  readonly dialect: Dialect
  readonly account: string
  /** The venue's own time: it goes by the monotonic side, so that a jump of the wall clock is the daemon's alone. */
  readonly clock: Clock
  /** The world's timers: a venue outlives every daemon. */
  readonly timers: Timers
  readonly draw: Random
  readonly faults: FaultSource
}

/** One account at one venue: its memory is the truth. The same object for ever; its lists grow. */
export interface VenueTruthSource {
  readonly truth: VenueTruth
}

/** Somebody at the broker's site, with the same account and none of our ids. */
export interface HumanAtTheSite {
  /** Broker order ids of what is open, ours and others', oldest first. */
  openOrders(): readonly string[]
  /** Whether there was an open order to do it to. */
  cancel(brokerOrderId: string): boolean
  modify(brokerOrderId: string, terms: { readonly quantity?: string; readonly limitPrice?: string }): boolean
  /** The new order's id at the broker. */
  place(order: HumanOrder): string
}
export interface HumanOrder {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly limitPrice: string
  /** Where the venue takes ids: the human's own, or one of ours before we use it. */
  readonly clientOrderId?: string
}

export interface OpenedDialectVenue {
  readonly venue: VenueTruthSource
  readonly wire: VenueWire
  readonly human: HumanAtTheSite
  /** A daemon's own gateway to it, over whatever network stands between; `clock` is that daemon's where it has its own. */
  openGateway(exchange: HttpExchange, stream: StreamConnector, clock?: Clock): BrokerGateway
  /** Every lie that still lasts ends now: closed sessions, hidden orders, faces that stand still. What happened stays. */
  heal(): void
}

export function openDialectVenue(options: DialectVenueOptions): OpenedDialectVenue {
  const venue = new DialectVenue(options)
  const { account, dialect } = options
  return {
    venue,
    wire: venue,
    human: venue.human,
    openGateway: (exchange, stream, clock = options.clock) =>
      new DialectGateway({ dialect, account, exchange, stream, clock }),
    heal: () => venue.heal(),
  }
}
