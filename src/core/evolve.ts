import { assert, unreachable } from './assert.ts'
import type { ReportedFill } from './fill.ts'
import { type Amount, notionalOf, type Price, type Quantity, ZERO } from './money.ts'
import { type BrokerOrder, isFinal, type Order } from './order.ts'
import type { OrderEvent } from './order-events.ts'
import { nextStatus } from './order-lifecycle.ts'

/** Digits kept of an average price; the exact notional stands beside it. */
export const AVERAGE_PRICE_DIGITS = 12

/** What an event changes. The only function that makes a new order out of an old one. */
export function evolve(order: Order | undefined, event: OrderEvent): Order {
  if (event.kind === 'created') {
    assert(order === undefined, 'an order is created once')
    return born(event)
  }
  assert(order !== undefined, `an order begins with created, not ${event.kind}`)
  const status = nextStatus(order.status, event.kind)
  assert(status !== undefined, `${event.kind} cannot follow ${order.status}`)
  const moved: Order = { ...order, status, orderSeq: order.orderSeq + 1, updatedAt: event.at }
  const next = change(moved, event)
  const closed = isFinal(next.status) && order.closedAt === undefined
  return settleGeneration(closed ? { ...next, closedAt: event.at } : next)
}

export const evolveAll = (order: Order | undefined, events: readonly OrderEvent[]): Order | undefined =>
  events.reduce<Order | undefined>(evolve, order)

function born({ draft, at }: Extract<OrderEvent, { kind: 'created' }>): Order {
  return {
    ...draft,
    status: 'created',
    orderSeq: 1,
    generation: 1,
    attempt: 0,
    brokerOrders: [],
    filledQuantity: ZERO as Quantity,
    filledNotional: ZERO as Amount,
    commission: ZERO as Amount,
    retryCount: 0,
    createdAt: at,
    updatedAt: at,
  }
}

function change(order: Order, event: Exclude<OrderEvent, { kind: 'created' }>): Order {
  switch (event.kind) {
    case 'denied':
      return { ...order, reason: event.code, failureReason: event.message }
    case 'held':
      return event.opensAt === undefined ? order : { ...order, opensAt: event.opensAt }
    case 'released':
      return order
    case 'submitting': {
      const { attempt, generation, clientOrderId, payloadHash, at } = event
      const sent = { attempt, generation, clientOrderId, payloadHash, submittedAt: order.submittedAt ?? at }
      if (generation === order.generation) return { ...order, ...sent }
      const { brokerOrderId: _before, ...again } = order // the venue will give this generation an id of its own
      return { ...again, ...sent, retryCount: generation - 1, lastRetryAttempt: at }
    }
    case 'submitted':
      return { ...order, ...brokerId(event), ...(event.latencyMs === undefined ? {} : { latencyMs: event.latencyMs }) }
    case 'accepted':
      return { ...order, ...brokerId(event), acceptedAt: order.acceptedAt ?? event.at }
    case 'adopted':
      return { ...order, ...brokerId(event) }
    case 'unconfirmed':
      return { ...order, reason: event.reason }
    case 'partially_filled':
      return withFill(order, event.fill)
    case 'filled': {
      const filled = withFill(order, event.fill)
      const slippage = event.slippagePct === undefined ? {} : { slippagePct: event.slippagePct }
      return { ...filled, ...slippage, detection: event.detection }
    }
    case 'cancel_requested':
      return { ...order, cancelRequestedAt: order.cancelRequestedAt ?? event.at, cancelReason: event.reason }
    case 'cancelled':
      return { ...order, reason: event.reason, cancelledReason: event.reason }
    case 'rejected':
      return {
        ...order,
        reason: event.code,
        rejectionReason: event.reason,
        firstFailedAt: order.firstFailedAt ?? event.at,
      }
    case 'expired':
      return { ...order, reason: event.reason }
    case 'failed':
      return {
        ...order,
        reason: event.code,
        failureReason: event.reason,
        firstFailedAt: order.firstFailedAt ?? event.at,
      }
    case 'retry_scheduled': {
      const shortfall = event.shortfall === undefined ? {} : { shortfall: event.shortfall }
      const { reason, expiresAt } = event
      return {
        ...order,
        ...shortfall,
        reason,
        failureReason: reason,
        retryExpiresAt: expiresAt,
        firstFailedAt: order.firstFailedAt ?? event.at,
      }
    }
    case 'retry_dropped':
      return { ...order, reason: event.reason, failureReason: event.reason }
    case 'replaced':
    case 'manual_change': {
      const price = event.limitPrice === undefined ? {} : { limitPrice: event.limitPrice }
      const size = event.quantity === undefined ? {} : { quantity: event.quantity }
      return { ...order, ...price, ...size }
    }
    case 'manual_cancel':
      return { ...order, cancelReason: event.reason }
    case 'corrected': {
      const filled = event.fill === undefined ? order : withFill(order, event.fill)
      return { ...filled, status: event.status ?? order.status, reason: event.reason }
    }
    default:
      return unreachable(event)
  }
}

const brokerId = (event: { readonly brokerOrderId?: Order['brokerOrderId'] }): Pick<Order, 'brokerOrderId'> | object =>
  event.brokerOrderId === undefined ? {} : { brokerOrderId: event.brokerOrderId }

function withFill(order: Order, fill: ReportedFill): Order {
  const filledQuantity = order.filledQuantity.plus(fill.quantity)
  const filledNotional = order.filledNotional.plus(notionalOf(fill.price, fill.quantity))
  return {
    ...order,
    filledQuantity,
    filledNotional,
    averageFillPrice: filledNotional.dividedBy(filledQuantity, AVERAGE_PRICE_DIGITS, 'half_even') as Price,
    commission: order.commission.plus(fill.commission),
    executionTime: Math.max(order.executionTime ?? fill.time, fill.time),
  }
}

/** Keeps the row of the current generation telling what the order itself tells. */
function settleGeneration(order: Order): Order {
  if (order.attempt === 0) return order
  const { generation, clientOrderId, status } = order
  const row: BrokerOrder = {
    generation,
    clientOrderId,
    status,
    ...(order.brokerOrderId === undefined ? {} : { brokerOrderId: order.brokerOrderId }),
  }
  const earlier = order.brokerOrders.filter((one) => one.generation !== generation)
  return { ...order, brokerOrders: [...earlier, row] }
}
