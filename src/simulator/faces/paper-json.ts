import type { Position } from '../account-book.ts'
import type { Instrument } from '../instruments.ts'
import type { Quote } from '../market.ts'
import type { AccountState, VenueEvent } from '../venue.ts'
import { averageFillPrice, type Execution, type VenueOrder } from '../venue-order.ts'

/** The paper venue's words on the wire: decimals are text, times RFC 3339, and what does not apply is left out. */
export const timeText = (at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(Math.trunc(at)).toString({ smallestUnit: 'millisecond' })

export const orderJson = (order: VenueOrder, currency: string) => ({
  id: order.id,
  client_order_id: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: order.type,
  time_in_force: order.timeInForce,
  quantity: order.quantity,
  limit_price: order.limitPrice,
  status: order.status,
  filled_quantity: order.filledQuantity,
  average_fill_price: averageFillPrice(order),
  created_at: timeText(order.createdAt),
  updated_at: timeText(order.updatedAt),
  filled_at: order.status === 'filled' ? timeText(order.updatedAt) : undefined,
  cancel_requested_at: order.cancelRequestedAt === undefined ? undefined : timeText(order.cancelRequestedAt),
  cancel_reason: order.cancelReason,
  reject_reason: order.rejectReason,
  seq: order.seq,
  updated_seq: order.updatedSeq,
  executions: order.executions.map((execution) => executionJson(execution, currency)),
})

export const executionJson = ({ id, quantity, price, time, commission }: Execution, currency: string) => ({
  id,
  quantity,
  price,
  time: timeText(time),
  commission,
  commission_currency: currency,
})

export const executionOfJson = (order: VenueOrder, execution: Execution, currency: string) => ({
  seq: execution.seq,
  order_id: order.id,
  client_order_id: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  ...executionJson(execution, currency),
})

export const accountJson = (account: AccountState) => ({
  currency: account.currency,
  cash: account.cash,
  buying_power: account.buyingPower,
  equity: account.equity,
  realised_pnl: account.realised,
  commission: account.commission,
  allow_short: account.allowShort,
})

const AVERAGE_DIGITS = 12
export const positionJson = ({ symbol, quantity, cost }: Position, last: Quote['last'] | undefined) => ({
  symbol,
  quantity,
  average_price: cost.dividedBy(quantity, AVERAGE_DIGITS, 'half_even'),
  cost,
  market_price: last,
  unrealised_pnl: last?.times(quantity).minus(cost),
})

export const quoteJson = ({ symbol, bid, ask, bidSize, askSize, last, time }: Quote) => ({
  symbol,
  bid,
  ask,
  bid_size: bidSize,
  ask_size: askSize,
  last,
  time: timeText(time),
})

export const instrumentJson = (instrument: Instrument) => ({
  symbol: instrument.symbol,
  name: instrument.name,
  tick: instrument.tick,
  lot: instrument.lot,
  min_quantity: instrument.minQuantity,
  min_notional: instrument.minNotional,
  fractional: instrument.lot.scale > 0,
  shortable: instrument.shortable,
  currency: instrument.currency,
  asset_class: instrument.assetClass,
})

/** One line of the stream; quotes are asked for, not pushed. */
export function eventText(event: VenueEvent, currency: string): string | undefined {
  if (event.type === 'quote') return undefined
  const { type, seq } = event
  const order = orderJson(event.order, currency)
  return event.type === 'order'
    ? JSON.stringify({ type, seq, order })
    : JSON.stringify({ type, seq, order, execution: executionJson(event.execution, currency) })
}
