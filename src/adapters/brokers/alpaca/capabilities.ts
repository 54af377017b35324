import type { VenueCapabilities } from '../../../ports/broker-gateway.ts'

/**
 * What Alpaca can be held to. Beside each line how sure it is: D documented, O observed in recordings, R reported by
 * users, ? unknown, where the value is the one that costs least when it is wrong.
 */
export const ALPACA_CAPABILITIES: VenueCapabilities = {
  venue: 'alpaca',
  clientOrderId: {
    // O: a repeated id is refused with 422 after the order has filled and after it was cancelled; no end of it is known.
    enforced: 'forever',
    // D: 128; older pages say 48, and what fits those fits both.
    maxLength: 48,
    // O: it stands in every order and every stream message.
    isCarried: true,
  },
  // R: a look-up right after a time-out may miss an order that was taken; no lag beyond some seconds was ever reported.
  absenceSettlesMs: 30_000,
  // ?: that an activity and a stream message name one execution alike is likely, not promised. What both promise is how
  // far an execution brought its order, so executions go by that.
  namesExecutions: false,
  // O: a partly filled order shows its average price.
  averagePriceOnlyWhenComplete: false,
  // ?: whether `filled_at` stands on a partial fill.
  fillTimeOnlyWhenComplete: false,
  // D
  streams: true,
  // D: more exist; these are what an order of ours can be.
  orderTypes: ['limit', 'market'],
  // D: for shares; crypto has its own in the instrument's rules.
  timesInForce: ['day', 'gtc', 'ioc', 'fok'],
  // D: opposite open orders that could trade with each other are a wash trade.
  refusesOppositeOrders: true,
  // D: money is reserved at acceptance, and `buying_power` is what is left.
  buyingPowerCountsOpenOrders: true,
}
