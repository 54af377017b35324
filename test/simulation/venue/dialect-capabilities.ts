import type { VenueCapabilities } from '../../../src/ports/broker-gateway.ts'
import type { Dialect } from './dialect.ts'

/** What a dialect can be held to; each line is shown to hold by the tests beside this. */
export const capabilitiesOf = (dialect: Dialect): VenueCapabilities => ({
  venue: dialect.name,
  clientOrderId: {
    enforced: dialect.clientId.enforced,
    maxLength: dialect.clientId.maxLength,
    isCarried: dialect.resendClass !== 'D',
  },
  absenceSettlesMs: dialect.settlesMs,
  namesExecutions: dialect.namesExecutions,
  averagePriceOnlyWhenComplete: false,
  fillTimeOnlyWhenComplete: false,
  streams: true,
  orderTypes: ['limit', 'market'],
  timesInForce: ['day', 'gtc', 'ioc', 'fok'],
  refusesOppositeOrders: false,
  buyingPowerCountsOpenOrders: dialect.buyingPower === 'after_open_orders',
})
