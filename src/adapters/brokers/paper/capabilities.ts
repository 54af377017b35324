import type { VenueCapabilities } from '../../../ports/broker-gateway.ts'

/** Our own venue, so every line is proven by its tests in `test/simulator`. */
export const PAPER_CAPABILITIES: VenueCapabilities = {
  venue: 'paper',
  // A repeated id is refused and names the order that has it, for as long as the venue's file lives.
  clientOrderId: { enforced: 'forever', maxLength: 64 },
  // The venue books before it answers: what it does not know after this long never reached it.
  absenceSettlesMs: 5_000,
  namesExecutions: true,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: true,
  streams: true,
  orderTypes: ['limit', 'market'],
  timesInForce: ['day', 'gtc', 'ioc', 'fok'],
  refusesOppositeOrders: false,
  buyingPowerCountsOpenOrders: true,
}
