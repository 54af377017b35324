import { type Amount, type Decimal, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import type { Asset } from './assets.ts'
import type { Stamp } from './stamps.ts'

export type Side = 'buy' | 'sell'
export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const
export type OrderType = (typeof ORDER_TYPES)[number]
export const TIMES_IN_FORCE = ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok'] as const
export type TimeInForce = (typeof TIMES_IN_FORCE)[number]
export type OrderClass = '' | 'bracket' | 'oco' | 'oto'
export type PositionIntent = 'buy_to_open' | 'buy_to_close' | 'sell_to_open' | 'sell_to_close'

/** What the client asked for, after it was read. */
export interface OrderTerms {
  readonly asset: Asset
  readonly qty: Quantity | undefined
  readonly notional: Amount | undefined
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly limitPrice: Price | undefined
  readonly stopPrice: Price | undefined
  readonly trailPrice: Price | undefined
  readonly trailPercent: Decimal | undefined
  readonly extendedHours: boolean
}
export interface Execution {
  readonly id: string
  readonly orderId: string
  readonly qty: Quantity
  readonly price: Price
  readonly at: Stamp
}

export interface AlpacaOrder extends OrderTerms {
  readonly id: string
  readonly clientOrderId: string
  readonly orderClass: OrderClass
  readonly positionIntent: PositionIntent
  readonly status: string
  /** What it goes back to when a cancel or a replacement is turned down. */
  readonly statusBefore: string
  readonly executions: readonly Execution[]
  /** What the orders it replaces have traded. */
  readonly carried: readonly Execution[]
  /** A stop that has been reached trades from then on. */
  readonly triggered: boolean
  readonly hwm: Price | undefined
  /** A trade of a filled order was taken back: it shows less, and is over all the same. */
  readonly tradesNoMore: boolean
  readonly createdAt: Stamp
  readonly updatedAt: Stamp
  readonly submittedAt: Stamp
  readonly filledAt: Stamp | undefined
  readonly expiredAt: Stamp | undefined
  readonly canceledAt: Stamp | undefined
  readonly failedAt: Stamp | undefined
  readonly replacedAt: Stamp | undefined
  readonly cancelRequestedAt: Stamp | undefined
  readonly expiresAt: Stamp
  readonly replacedBy: string | undefined
  readonly replaces: string | undefined
  readonly parentId: string | undefined
  readonly legIds: readonly string[]
}

const FINAL: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced'])
/** The market sees it, or may still see it. */
const WORKING: ReadonlySet<string> = new Set(['new', 'partially_filled', 'pending_cancel', 'pending_replace'])
export const isOpen = ({ status, tradesNoMore }: AlpacaOrder): boolean => !tradesNoMore && !FINAL.has(status)
export const isWorking = (order: AlpacaOrder): boolean => isOpen(order) && WORKING.has(order.status)

const sumOf = (executions: readonly Execution[]): Quantity =>
  executions.reduce<Quantity>((sum, { qty }) => sum.plus(qty), ZERO)
export const filledQty = ({ executions }: AlpacaOrder): Quantity => sumOf(executions)
export const carriedQty = ({ carried }: AlpacaOrder): Quantity => sumOf(carried)

const QTY_DIGITS = 9
/** What is left to trade at this price; an order for an amount of money turns into a quantity with it. */
export function remainingAt(order: AlpacaOrder, price: Price): Quantity {
  if (order.qty !== undefined) return order.qty.minus(filledQty(order)).minus(carriedQty(order))
  const spent = order.executions.reduce<Decimal>((sum, one) => sum.plus(one.price.times(one.qty)), ZERO)
  const left = (order.notional ?? ZERO).minus(spent)
  return left.isPositive ? (left.dividedBy(price, QTY_DIGITS, 'down') as Quantity) : ZERO
}

const AVERAGE_DIGITS = 9
export function averagePrice(executions: readonly Execution[]): Price | undefined {
  const total = sumOf(executions)
  if (total.isZero) return undefined
  const worth = executions.reduce<Decimal>((sum, { price, qty }) => sum.plus(price.times(qty)), ZERO)
  return worth.dividedBy(total, AVERAGE_DIGITS, 'half_even') as Price
}

export const isFractional = ({ qty, notional }: Pick<OrderTerms, 'qty' | 'notional'>): boolean =>
  notional !== undefined || (qty !== undefined && qty.scale > 0)
export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
