import type { Fill } from '../../../core/fill.ts'
import { executionId, orderId } from '../../../core/ids.ts'
import { amount, price, quantity } from '../../../core/money.ts'
import type { SqlValue } from './commit-host.ts'
import { sideOf } from './side-column.ts'

export const FILL_COLUMNS = `f.account, f.execution_id, f.order_id, f.symbol, f.side, f.quantity, f.price, f.time,
  f.commission, f.commission_currency, f.synthetic, f.booked_at, f.corrected_at`

/** Where the time stands among them, and how many they are. */
export const FILL_TIME = 7
export const FILL_WIDTH = 13

export const fillParams = (fill: Fill): readonly SqlValue[] => [
  fill.account,
  fill.executionId,
  fill.orderId,
  fill.symbol,
  fill.side,
  fill.quantity.toString(),
  fill.price.toString(),
  Math.trunc(fill.time),
  fill.commission.toString(),
  fill.commissionCurrency,
  fill.synthetic === undefined ? null : Number(fill.synthetic),
  Math.trunc(fill.bookedAt),
  fill.correctedAt === undefined ? null : Math.trunc(fill.correctedAt),
]

/** What a correction changes, then which execution it is about. */
export const amendedFillParams = (fill: Fill): readonly SqlValue[] => [
  fill.quantity.toString(),
  fill.price.toString(),
  fill.commission.toString(),
  fill.commissionCurrency,
  Math.trunc(fill.correctedAt ?? fill.time),
  fill.account,
  fill.executionId,
]

export function fillFromRow(row: readonly SqlValue[]): Fill {
  const [account, execution, order, symbol, side, size, at, time, commission, currency, synthetic, booked, corrected] =
    row
  return {
    account: String(account),
    executionId: executionId(String(execution)),
    orderId: orderId(String(order)),
    symbol: String(symbol),
    side: sideOf(side),
    quantity: quantity(String(size)),
    price: price(String(at)),
    time: Number(time),
    commission: amount(String(commission)),
    commissionCurrency: String(currency),
    ...(synthetic === null ? {} : { synthetic: synthetic === 1 }),
    bookedAt: Number(booked),
    ...(corrected === null ? {} : { correctedAt: Number(corrected) }),
  }
}
