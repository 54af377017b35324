import type { Venue } from '../../src/simulator/venue.ts'
import { rowsIn } from '../support/daemon-process.ts'

/** What the venue itself remembers: the only memory that is right by definition. */
export interface VenueTruth {
  readonly orders: readonly TruthOrder[]
  /** Without those that are flat. */
  readonly positions: readonly { readonly symbol: string; readonly quantity: string }[]
}
export interface TruthOrder {
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: string
  readonly quantity: string
  readonly status: string
  readonly executions: readonly { readonly id: string; readonly quantity: string; readonly price: string }[]
}

/** The venue has to be stopped: it keeps others away from its file. */
export const truthInFile = (path: string): VenueTruth => ({
  orders: rowsIn(path, 'SELECT body FROM orders ORDER BY seq').map(({ body }) => JSON.parse(String(body))),
  positions: rowsIn(path, "SELECT symbol, quantity FROM positions WHERE quantity <> '0'").map(
    ({ symbol, quantity }) => ({ symbol: String(symbol), quantity: String(quantity) }),
  ),
})

const EVERY_ORDER = 1_000_000
export const truthOf = (venue: Venue): VenueTruth => ({
  orders: JSON.parse(JSON.stringify(venue.orders({ status: 'all', after: 0, limit: EVERY_ORDER }))),
  positions: venue
    .positions()
    .filter(({ quantity }) => !quantity.isZero)
    .map(({ symbol, quantity }) => ({ symbol, quantity: quantity.toString() })),
})
