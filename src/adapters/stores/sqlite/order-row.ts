import { isFinal, type Order } from '../../../core/order.ts'
import { orderFromRecord, orderToRecord, type PlainRecord } from '../../../core/order-record.ts'
import type { SqlValue } from './commit-host.ts'

/**
 * The record is the order; the columns beside it only find it. What finds it and never changes in an order's life is
 * written once, so that an update touches few index pages.
 */
const moving = (order: Order): readonly SqlValue[] => [order.orderSeq, isFinal(order.status) ? 0 : 1, order.status]
const recordOf = (order: Order): string => JSON.stringify(orderToRecord(order))

export const newOrderParams = (order: Order): readonly SqlValue[] => [
  order.id,
  ...moving(order),
  order.account,
  order.symbol,
  order.side,
  order.strategy,
  order.signalId,
  order.reason ?? null,
  Math.trunc(order.createdAt),
  recordOf(order),
]

export const changedOrderParams = (order: Order, expectedVersion: number): readonly SqlValue[] => [
  ...moving(order),
  order.reason ?? null,
  recordOf(order),
  order.id,
  expectedVersion,
]

export function orderFromText(text: SqlValue | undefined): Order {
  const record: PlainRecord = JSON.parse(String(text))
  return orderFromRecord(record)
}
