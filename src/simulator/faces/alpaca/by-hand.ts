import { decimal, type Price, type Quantity } from '../../../core/money.ts'
import type { AlpacaVenue } from './alpaca-venue.ts'
import { type Fields, textOf } from './json.ts'
import { type AlpacaOrder, remainingAt } from './order.ts'
import { decimalOf } from './read-order.ts'
import { notFound, Refused } from './refused.ts'
import { routeOrder } from './route-order.ts'
import { bustExecution, correctExecution, endOrder, tradeOrder } from './trade-order.ts'
import { change, now, quoteOf, tell, type VenueParts } from './venue-parts.ts'

/** What the control port can do to one order, whatever the market says. */
type ByHand = (parts: VenueParts, order: AlpacaOrder, asked: Fields) => AlpacaOrder

const ACTIONS: Readonly<Record<string, ByHand>> = {
  fill: (parts, order, asked) => {
    const working = routed(parts, order)
    const price = (decimalOf(asked, 'price') ?? usualPrice(parts, working)) as Price
    return tradeOrder(parts, working, price, (decimalOf(asked, 'qty') ?? remainingAt(working, price)) as Quantity)
  },
  route: routed,
  cancel: (parts, order) => endOrder(parts, order, 'canceled'),
  expire: (parts, order) => endOrder(parts, order, 'expired'),
  reject: (parts, order) => endOrder(parts, order, 'rejected'),
  bust: (parts, order, asked) => bustExecution(parts, order, executionIn(order, asked).id),
  correct: (parts, order, asked) => {
    const wrong = executionIn(order, asked)
    return correctExecution(parts, order, wrong.id, {
      price: (decimalOf(asked, 'price') ?? wrong.price) as Price,
      qty: (decimalOf(asked, 'qty') ?? wrong.qty) as Quantity,
    })
  },
  /** Any word at all, told under any name: `done_for_day`, `suspended`, or one that nobody has heard of. */
  status: (parts, order, asked) => {
    const status = textOf(asked, 'status')
    if (status === undefined) throw new Refused(400, undefined, 'say which: {"status": "suspended"}')
    const after = change(parts, order, { status })
    tell(parts, textOf(asked, 'event') ?? status, after)
    return after
  },
}
export const HAND_ACTIONS = Object.keys(ACTIONS)

export function actByHand({ parts }: AlpacaVenue, name: string, action: string, asked: Fields): AlpacaOrder {
  const order = parts.store.get(name) ?? parts.store.byClientId(name)
  if (order === undefined) throw notFound(`no order has the id or client order id ${name}`)
  const act = ACTIONS[action]
  if (act === undefined) throw notFound(`an order can be told to ${HAND_ACTIONS.join(', ')}; not to ${action}`)
  parts.truth.note('by_hand', { action, order_id: order.id, ...asked })
  return act(parts, order, asked)
}

/** An order that has not reached the market does so first. */
function routed(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  routeOrder(parts, order)
  return now(parts, order)
}
function usualPrice(parts: VenueParts, order: AlpacaOrder): Price {
  const { ask, bid } = quoteOf(parts, order.asset)
  return order.limitPrice ?? (order.side === 'buy' ? ask : bid)
}
function executionIn(order: AlpacaOrder, asked: Fields): AlpacaOrder['executions'][number] {
  const id = textOf(asked, 'execution_id')
  const found = id === undefined ? order.executions.at(-1) : order.executions.find((one) => one.id === id)
  if (found === undefined) throw notFound(`order ${order.id} has no such execution`)
  return found
}

/** `{symbol, price}` or `{symbol, bid, ask, last}`. It stands until it is let go. */
export function setPrice(venue: AlpacaVenue, asked: Fields): Record<string, unknown> {
  const { assets, board, truth } = venue.parts
  const symbol = textOf(asked, 'symbol') ?? ''
  const asset = assets.find(symbol)
  if (asset === undefined) throw notFound(`"${symbol}" is not listed here`)
  const price = decimalOf(asked, 'price') ?? decimalOf(asked, 'last')
  const bid = decimalOf(asked, 'bid') ?? price
  const ask = decimalOf(asked, 'ask') ?? price
  if (bid === undefined || ask === undefined || !bid.isPositive || ask.lessThan(bid)) {
    throw new Refused(400, undefined, 'say {"symbol", "price"} or {"symbol", "bid", "ask"}, the bid not above the ask')
  }
  const last = price ?? bid.plus(ask).scaledBy(decimal('0.5'))
  board.pin(asset.symbol, bid as Price, ask as Price, last as Price)
  truth.note('by_hand', { action: 'price', symbol: asset.symbol, bid, ask, last })
  venue.beat()
  return { symbol: asset.symbol, bid, ask, last }
}
