import { evolve } from '../../../src/core/evolve.ts'
import { brokerOrderId, clientOrderId, executionId, orderId, signalId } from '../../../src/core/ids.ts'
import { amount, price, quantity } from '../../../src/core/money.ts'
import type { Order, OrderDraft, Side } from '../../../src/core/order.ts'
import type { OrderEvent } from '../../../src/core/order-events.ts'

export interface OrderParts {
  readonly symbol?: string
  readonly side?: Side
  readonly strategy?: string
  readonly quantity?: string
  readonly limitPrice?: string
  readonly referencePrice?: string
}

export function draftOf(id: string, parts: OrderParts = {}): OrderDraft {
  const isMarket = parts.limitPrice === undefined && parts.referencePrice !== undefined
  return {
    id: orderId(id),
    account: 'paper',
    venue: 'paper',
    currency: 'USD',
    mode: 'paper',
    sessionId: 'session',
    traceId: 'trace',
    configVersion: '1',
    signalId: signalId(`signal-${id}`),
    leg: 1,
    strategy: parts.strategy ?? 'trend',
    symbol: parts.symbol ?? 'AAPL',
    side: parts.side ?? 'buy',
    orderType: isMarket ? 'market' : 'limit',
    timeInForce: 'day',
    quantity: quantity(parts.quantity ?? '10'),
    clientOrderId: clientOrderId(`sf-${id}-1`),
    ...(isMarket ? {} : { limitPrice: price(parts.limitPrice ?? '100') }),
    ...(parts.referencePrice === undefined ? {} : { referencePrice: price(parts.referencePrice) }),
  }
}

export const created = (id: string, parts?: OrderParts): Order =>
  evolve(undefined, { kind: 'created', at: 0, draft: draftOf(id, parts) })

export const submitting = (order: Order, generation = 1): Order =>
  evolve(order, {
    kind: 'submitting',
    at: 0,
    attempt: order.attempt + 1,
    generation,
    clientOrderId: clientOrderId(`sf-${order.id}-${generation}`),
    payloadHash: 'hash',
  })

export const accepted = (order: Order): Order =>
  evolve(order, { kind: 'accepted', at: 0, brokerOrderId: brokerOrderId(`venue-${order.id}-${order.generation}`) })

export const unconfirmed = (order: Order): Order =>
  evolve(order, { kind: 'unconfirmed', at: 0, phase: 'body-in', reason: 'no answer' })

export const awaitingRetry = (order: Order): Order =>
  evolve(order, { kind: 'retry_scheduled', at: 0, reason: 'insufficient_funds', expiresAt: 1_000 })

export const cancelled = (order: Order): Order => evolve(order, { kind: 'cancelled', at: 0, reason: 'asked' })

/** All of it fills unless a quantity is named. */
export function filled(order: Order, size?: string, at?: string): Order {
  const left = order.quantity?.minus(order.filledQuantity) ?? quantity('0')
  const part = size === undefined ? left : quantity(size)
  const fill = {
    executionId: executionId(`${order.id}-${order.orderSeq}`),
    quantity: part,
    price: price(at ?? order.limitPrice?.toString() ?? order.referencePrice?.toString() ?? '100'),
    time: 0,
    commission: amount('0'),
    commissionCurrency: 'USD',
  }
  const whole: OrderEvent = {
    kind: 'filled',
    at: 0,
    fill,
    detection: { methods: ['status'], confidence: 1, elapsedMs: 0, checks: 1 },
  }
  return evolve(order, part.equals(left) ? whole : { kind: 'partially_filled', at: 0, fill })
}
