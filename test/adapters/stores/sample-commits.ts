import { evolve } from '../../../src/core/evolve.ts'
import type { Fill } from '../../../src/core/fill.ts'
import { clientOrderId, executionId, orderId, signalId } from '../../../src/core/ids.ts'
import { amount, price, quantity } from '../../../src/core/money.ts'
import type { Order, OrderDraft } from '../../../src/core/order.ts'
import { flatPosition, type Position } from '../../../src/core/position.ts'
import type { Commit, JournalEntry, StoredSignal } from '../../../src/ports/order-store.ts'
import { created, eventOf, T0 } from '../../support/orders.ts'

export const idOf = (n: number) => orderId(`019c0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`)

/** The n-th order of a story: everything that identifies it is made of its number. */
export const orderOf = (n: number, over: Partial<OrderDraft> = {}, at: number = T0 + n): Order =>
  evolve(undefined, {
    ...created({ id: idOf(n), signalId: signalId(`sig-${n}`), clientOrderId: clientOrderId(`sf-${n}`), ...over }),
    at,
  })

export const submitting = (order: Order, generation: number = order.generation): Order =>
  evolve(order, {
    kind: 'submitting',
    at: order.updatedAt,
    attempt: order.attempt + 1,
    generation,
    clientOrderId: generation === 1 ? order.clientOrderId : clientOrderId(`${order.clientOrderId}.${generation}`),
    payloadHash: 'h',
  })
export const moved = (order: Order, ...kinds: readonly string[]): Order =>
  kinds.reduce((before, kind) => evolve(before, { ...eventOf(kind), at: before.updatedAt }), order)

export const entryOf = (order: Order): JournalEntry => ({
  event: `order.${order.status}`,
  eventId: `${order.id}-${order.orderSeq}`,
  at: order.updatedAt,
  orderId: order.id,
  orderSeq: order.orderSeq,
  line: JSON.stringify({ order_id: order.id, status: order.status }),
})
export const noteOf = (name: string, size = 0): JournalEntry => ({
  event: 'sync.completed',
  eventId: name,
  at: T0,
  line: JSON.stringify({ note: name, room: 'x'.repeat(size) }),
})

export const signalOf = (order: Order): StoredSignal => ({
  signalId: order.signalId,
  account: order.account,
  strategy: order.strategy,
  symbol: order.symbol,
  side: order.side,
  contentHash: 'c'.repeat(64),
  receivedAt: order.createdAt,
  body: JSON.stringify({ signal_id: order.signalId, note: 'Straße "9"' }),
  answer: { status: 403, code: 'halted' },
  orderIds: [order.id],
})

export const birthOf = (order: Order, epoch: number): Commit => ({
  account: order.account,
  epoch,
  events: [entryOf(order)],
  orders: [{ order, expectedVersion: 0 }],
  signal: signalOf(order),
})
export const changeOf = (before: Order, after: Order, epoch: number): Commit => ({
  account: after.account,
  epoch,
  events: [entryOf(after)],
  orders: [{ order: after, expectedVersion: before.orderSeq }],
})

export const fillOf = (order: Order, id: string, time: number = T0): Fill => ({
  executionId: executionId(id),
  quantity: quantity('0.123456789012345678'),
  price: price('98765432109876.000000000000000001'),
  time,
  commission: amount('-0.25'),
  commissionCurrency: 'USD',
  orderId: order.id,
  account: order.account,
  symbol: order.symbol,
  side: order.side,
  bookedAt: time + 1,
})
export const positionOf = (version: number, over: Partial<Position> = {}): Position => ({
  ...flatPosition('paper', 'AAPL', 'USD', T0),
  quantity: quantity('-10.5'),
  costBasis: amount('1050.000000000000000000000000000001'),
  realisedPnl: amount('-3'),
  openedAt: T0,
  version,
  ...over,
})
