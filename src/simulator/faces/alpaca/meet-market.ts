import { decimal, max, min, type Price } from '../../../core/money.ts'
import type { Quote } from '../../market.ts'
import { collarOf } from './check-order.ts'
import type { AlpacaOrder } from './order.ts'
import type { Phase } from './sessions.ts'

/** What an order does at this quote. */
export type Meeting =
  | { readonly kind: 'rest' }
  /** A trailing stop follows the market. */
  | { readonly kind: 'trail'; readonly hwm: Price; readonly stopPrice: Price }
  | { readonly kind: 'trigger' }
  | { readonly kind: 'trade'; readonly price: Price }

const REST: Meeting = { kind: 'rest' }

export function meetMarket(order: AlpacaOrder, quote: Quote, phase: Phase): Meeting {
  if (!tradesIn(order, phase)) return REST
  if (order.triggered) return atLimit(order, limitOnceTriggered(order), quote)
  if (order.type === 'trailing_stop') return trail(order, quote)
  if (order.stopPrice !== undefined) return isReached(order, order.stopPrice, quote.last) ? { kind: 'trigger' } : REST
  return atLimit(order, order.limitPrice, quote)
}

export function tradesIn({ asset, extendedHours }: AlpacaOrder, phase: Phase): boolean {
  if (asset.assetClass === 'crypto' || phase === 'regular') return true
  return extendedHours && phase !== 'closed'
}

/** A bought stop is worked with a limit a little above it. */
const limitOnceTriggered = ({ type, side, stopPrice, limitPrice }: AlpacaOrder): Price | undefined =>
  type === 'stop' && side === 'buy' && stopPrice !== undefined ? stopPrice.scaledBy(collarOf(stopPrice)) : limitPrice

function atLimit({ side }: AlpacaOrder, limit: Price | undefined, { bid, ask }: Quote): Meeting {
  const touch = side === 'buy' ? ask : bid
  const crosses = limit === undefined || (side === 'buy' ? limit.atLeast(ask) : limit.atMost(bid))
  return crosses ? { kind: 'trade', price: touch } : REST
}

const isReached = ({ side }: AlpacaOrder, stop: Price, last: Price): boolean =>
  side === 'sell' ? last.atMost(stop) : last.atLeast(stop)

function trail(order: AlpacaOrder, { last }: Quote): Meeting {
  const start = trailFrom(order, order.hwm ?? last)
  if (order.stopPrice !== undefined && isReached(order, order.stopPrice, last)) return { kind: 'trigger' }
  const next = trailFrom(order, order.side === 'sell' ? max(start.hwm, last) : min(start.hwm, last))
  return order.hwm !== undefined && next.hwm.equals(order.hwm) ? REST : { kind: 'trail', ...next }
}

const PERCENT = decimal('0.01')
/** Where the stop of a trailing order lies when the best price so far was this. */
export function trailFrom(
  { side, trailPrice, trailPercent }: Pick<AlpacaOrder, 'side' | 'trailPrice' | 'trailPercent'>,
  hwm: Price,
): { readonly hwm: Price; readonly stopPrice: Price } {
  const distance = trailPrice ?? hwm.scaledBy((trailPercent ?? decimal('0')).times(PERCENT))
  return { hwm, stopPrice: side === 'sell' ? hwm.minus(distance) : hwm.plus(distance) }
}
