import { type Decimal, decimal, max, type Quantity, ZERO } from '../../../core/money.ts'
import type { Position } from '../../account-book.ts'
import { type Asset, slashless } from './assets.ts'
import { cancelOrder } from './cancel-order.ts'
import { averageEntry, heldQuantity } from './ledger.ts'
import { type AlpacaOrder, isOpen } from './order.ts'
import { orderJson } from './order-json.ts'
import { decimalOf } from './read-order.ts'
import { malformed, notFound, Refused } from './refused.ts'
import { submitOrder } from './submit-order.ts'
import { AS_USUAL, type Behaviours, quoteOf, type VenueParts } from './venue-parts.ts'

export const positionsJson = (parts: VenueParts): readonly unknown[] =>
  parts.ledger.positions.map((position) => positionJson(parts, position))

export function positionJson(parts: VenueParts, position: Position): Record<string, unknown> {
  const asset = assetOf(parts, position)
  const { last } = quoteOf(parts, asset)
  const { quantity, cost } = position
  const value = quantity.times(last)
  const profit = value.minus(cost)
  const lastDay = parts.board.lastDay(asset.symbol)
  const profitShare = cost.isZero ? ZERO : rounded(profit, cost.abs())
  return {
    asset_id: asset.id,
    symbol: slashless(asset.symbol),
    exchange: asset.exchange,
    asset_class: asset.assetClass,
    asset_marginable: asset.assetClass === 'us_equity',
    qty: quantity,
    qty_available: availableOf(parts, asset, quantity),
    avg_entry_price: averageEntry(position),
    side: quantity.isNegative ? 'short' : 'long',
    market_value: value,
    cost_basis: cost,
    unrealized_pl: profit,
    unrealized_plpc: profitShare,
    unrealized_intraday_pl: profit,
    unrealized_intraday_plpc: profitShare,
    current_price: last,
    lastday_price: lastDay,
    change_today: rounded(last.minus(lastDay), lastDay),
  }
}

const SHARE_DIGITS = 16
const rounded = (part: Decimal, whole: Decimal): Decimal => part.dividedBy(whole, SHARE_DIGITS, 'half_even')

function availableOf(parts: VenueParts, { symbol }: Asset, quantity: Quantity): Quantity {
  const side = quantity.isNegative ? 'buy' : 'sell'
  const held = heldQuantity(parts.store.openOf(symbol, side), symbol, side, parts.board.lastDay(symbol))
  const free = max(ZERO, quantity.abs().minus(held)) as Quantity
  return quantity.isNegative ? free.negated() : free
}

function assetOf(parts: VenueParts, { symbol }: Position): Asset {
  const asset = parts.assets.find(symbol)
  if (asset === undefined) throw new Error(`a position in ${symbol}, which is not listed`)
  return asset
}

export function findPosition(parts: VenueParts, name: string): Position {
  const asset = parts.assets.find(name)
  const position = asset === undefined ? undefined : parts.ledger.position(asset.symbol)
  if (position === undefined || position.quantity.isZero) throw notFound('position does not exist')
  return position
}

const HUNDRED = decimal('100')
const QTY_DIGITS = 9

/** Closes it, or a part of it, by a market order like any other. */
export function closePosition(
  parts: VenueParts,
  position: Position,
  query: URLSearchParams,
  behaviours: Behaviours,
): AlpacaOrder {
  const asset = assetOf(parts, position)
  const side = position.quantity.isNegative ? 'buy' : 'sell'
  return submitOrder(
    parts,
    {
      terms: {
        asset,
        qty: partOf(position.quantity.abs(), query),
        notional: undefined,
        side,
        type: 'market',
        timeInForce: asset.assetClass === 'crypto' ? 'gtc' : 'day',
        limitPrice: undefined,
        stopPrice: undefined,
        trailPrice: undefined,
        trailPercent: undefined,
        extendedHours: false,
      },
      orderClass: '',
      clientOrderId: undefined,
      positionIntent: undefined,
      takeProfit: undefined,
      stopLoss: undefined,
    },
    behaviours,
  )
}

function partOf(whole: Quantity, query: URLSearchParams): Quantity {
  const asked = Object.fromEntries(query)
  const [qty, percentage] = [decimalOf(asked, 'qty'), decimalOf(asked, 'percentage')]
  if (qty !== undefined && percentage !== undefined) throw malformed('only one of qty or percentage is accepted')
  if (percentage === undefined) return qty ?? whole
  if (!percentage.isPositive || percentage.greaterThan(HUNDRED)) throw malformed('percentage must be between 0 and 100')
  return whole.times(percentage).dividedBy(HUNDRED, QTY_DIGITS, 'down') as Quantity
}

/** One item for each position: its closing order, or why there is none. */
export function closeAll(parts: VenueParts, query: URLSearchParams): readonly unknown[] {
  if (query.get('cancel_orders') === 'true') cancelEveryOrder(parts, AS_USUAL)
  return parts.ledger.positions.map((position) => {
    const symbol = slashless(position.symbol)
    try {
      const order = closePosition(parts, position, new URLSearchParams(), AS_USUAL)
      return { symbol, status: 200, body: orderJson(order, { switches: parts.switches }) }
    } catch (error) {
      if (error instanceof Refused) return { symbol, status: error.status, body: error.body }
      throw error
    }
  })
}

/** One item for each open order: the wish was taken, or why it was not. */
export function cancelEveryOrder(parts: VenueParts, behaviours: Behaviours): readonly unknown[] {
  const parents = parts.store.open.filter((order) => order.parentId === undefined || !isParentOpen(parts, order))
  return parents.map((order) => {
    try {
      const asked = cancelOrder(parts, order, behaviours)
      const { switches } = parts
      return { id: order.id, status: 200, ...(switches.cancel_bodies ? { body: orderJson(asked, { switches }) } : {}) }
    } catch (error) {
      if (error instanceof Refused) return { id: order.id, status: error.status, body: error.body }
      throw error
    }
  })
}
const isParentOpen = ({ store }: VenueParts, { parentId }: AlpacaOrder): boolean => {
  const parent = parentId === undefined ? undefined : store.get(parentId)
  return parent !== undefined && isOpen(parent)
}
