import { assert, unreachable } from './assert.ts'
import { commissionIn, type ReportedFill } from './fill.ts'
import { filledUnder } from './generations.ts'
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
  const settled = closed ? { ...next, closedAt: event.at } : next
  const earlier = earlierOf(event, order)
  return earlier === undefined ? settleGeneration(settled) : settleEarlier(settled, order, earlier)
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
      const { attempt, generation, clientOrderId, payloadHash, sentFrom, at } = event
      const submittedAt = order.submittedAt ?? sentFrom ?? at
      const sent = { attempt, generation, clientOrderId, payloadHash, submittedAt }
      if (generation === order.generation) return { ...order, ...sent }
      const { brokerOrderId: _before, ...again } = order // the venue will give this generation an id of its own
      const brokerOrders = order.brokerOrders.map((one) => leftBehind(one, order))
      return { ...again, ...sent, brokerOrders, retryCount: generation - 1, lastRetryAttempt: at }
    }
    case 'submitted':
      return {
        ...undoubted(order),
        ...brokerId(event),
        ...(event.latencyMs === undefined ? {} : { latencyMs: event.latencyMs }),
      }
    case 'accepted':
      return { ...undoubted(order), ...brokerId(event), acceptedAt: order.acceptedAt ?? event.at }
    case 'adopted':
      return {
        ...order,
        ...brokerId(event),
        attempt: Math.max(order.attempt, 1),
        submittedAt: order.submittedAt ?? event.at,
      }
    case 'unconfirmed':
      return { ...order, reason: event.reason }
    case 'partially_filled':
      return withFill(undoubted(order), event.fill)
    case 'filled': {
      const filled = withFill(undoubted(order), event.fill)
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
      const before = event.replaces === undefined ? order : withoutFill(order, event.replaces)
      const filled = event.fill === undefined ? before : withFill(before, event.fill)
      return { ...filled, status: event.status ?? order.status, reason: event.reason }
    }
    default:
      return unreachable(event)
  }
}

const brokerId = (event: { readonly brokerOrderId?: Order['brokerOrderId'] }): Pick<Order, 'brokerOrderId'> | object =>
  event.brokerOrderId === undefined ? {} : { brokerOrderId: event.brokerOrderId }

/** The venue has it: why we once doubted that is history. */
function undoubted(order: Order): Order {
  if (order.reason === undefined) return order
  const { reason: _doubt, ...rest } = order
  return rest
}

function withFill(order: Order, fill: ReportedFill): Order {
  const filled = withSums(
    order,
    order.filledQuantity.plus(fill.quantity),
    order.filledNotional.plus(notionalOf(fill.price, fill.quantity)),
  )
  const executionTime = Math.max(order.executionTime ?? fill.time, fill.time)
  return { ...filled, commission: order.commission.plus(commissionIn(order.currency, fill)), executionTime }
}

/** Takes back what an execution counted as, before it is told anew. */
function withoutFill(order: Order, fill: ReportedFill): Order {
  const left = withSums(
    order,
    order.filledQuantity.minus(fill.quantity),
    order.filledNotional.minus(notionalOf(fill.price, fill.quantity)),
  )
  return { ...left, commission: order.commission.minus(commissionIn(order.currency, fill)) }
}

function withSums(order: Order, filledQuantity: Quantity, filledNotional: Amount): Order {
  const { averageFillPrice: _before, ...rest } = order
  if (filledQuantity.isZero) return { ...rest, filledQuantity, filledNotional }
  const averageFillPrice = filledNotional.dividedBy(filledQuantity, AVERAGE_PRICE_DIGITS, 'half_even') as Price
  return { ...rest, filledQuantity, filledNotional, averageFillPrice }
}

/** A new generation begins: what the one before has traded is written down with it. */
function leftBehind(sent: BrokerOrder, order: Order): BrokerOrder {
  const { quantity, notional } = filledUnder(order, order.generation)
  if (sent.generation !== order.generation || quantity.isZero) return sent
  return { ...sent, filledQuantity: quantity, filledNotional: notional }
}

const earlierOf = (event: OrderEvent, { generation }: Order): number | undefined =>
  'fill' in event && event.generation !== undefined && event.generation !== generation ? event.generation : undefined

/** An execution under an earlier name moves the order's sums and that name's; how the current one stands it does not say. */
function settleEarlier(order: Order, before: Order, generation: number): Order {
  const brokerOrders = order.brokerOrders.map((sent): BrokerOrder => {
    if (sent.generation !== generation) return sent
    const { quantity, notional } = filledUnder(before, generation)
    return {
      ...sent,
      filledQuantity: quantity.plus(order.filledQuantity).minus(before.filledQuantity),
      filledNotional: notional.plus(order.filledNotional).minus(before.filledNotional),
    }
  })
  return { ...order, brokerOrders }
}

/** Keeps the row of the current generation telling what the order itself tells. */
function settleGeneration(order: Order): Order {
  if (order.attempt === 0) return order
  const { generation, clientOrderId, status } = order
  const row: BrokerOrder = {
    generation,
    clientOrderId,
    // It waits to be sent anew because the venue has refused this one.
    status: status === 'retry_pending' ? 'rejected' : status,
    ...(order.brokerOrderId === undefined ? {} : { brokerOrderId: order.brokerOrderId }),
  }
  const earlier = order.brokerOrders.filter((one) => one.generation !== generation)
  return { ...order, brokerOrders: [...earlier, row] }
}
