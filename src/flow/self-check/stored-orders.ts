import type { Fill } from '../../core/fill.ts'
import type { OrderId } from '../../core/ids.ts'
import { type Quantity, ZERO } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import type { OrderStoreReader, StoredEvent } from '../../ports/order-store.ts'
import type { Violation } from './violation.ts'

/**
 * Reads one order back from the store: each execution once (I-18), together what the order has filled (I-19), and its
 * events telling where it stands (I-33). What an order seems to have broken while it changed is left for another time.
 */
export async function checkStored(
  id: OrderId,
  store: Pick<OrderStoreReader, 'order' | 'fills' | 'orderEvents'>,
): Promise<readonly Violation[]> {
  const order = await store.order(id)
  const fills = await store.fills(id)
  const events = await store.orderEvents(id)
  if (order === undefined) return []
  const violations = [...fillsAgree(order, fills, events), ...eventsAgree(order, events)]
  if (violations.length === 0) return violations
  const isStill = (await store.order(id))?.orderSeq === order.orderSeq
  return isStill ? violations : []
}

function* fillsAgree(order: Order, fills: readonly Fill[], events: readonly StoredEvent[]): Generator<Violation> {
  const evidence = {
    order_id: order.id,
    filled_quantity: order.filledQuantity.toString(),
    fills: fills.map((fill) => ({ execution_id: fill.executionId, quantity: fill.quantity.toString() })),
  }
  if (new Set(fills.map(({ executionId }) => executionId)).size < fills.length) {
    yield { invariant: 'I-18', message: 'an execution is booked twice', evidence }
  }
  // A trade that was taken back or amended leaves its own record.
  if (events.some(({ event }) => event === 'order.corrected')) return
  const sum = fills.reduce((total, fill) => total.plus(fill.quantity), ZERO as Quantity)
  if (!sum.equals(order.filledQuantity)) {
    yield {
      invariant: 'I-19',
      message: `an order has filled ${order.filledQuantity}, and its fills come to ${sum}`,
      evidence,
    }
  }
}

function* eventsAgree(order: Order, events: readonly StoredEvent[]): Generator<Violation> {
  const isCounted = events.every(({ orderSeq }, n) => orderSeq === n + 1) && events.length === order.orderSeq
  const told: unknown = JSON.parse(events.at(-1)?.line ?? '{}')
  const status = typeof told === 'object' && told !== null && 'status' in told ? told.status : undefined
  if (isCounted && status === order.status) return
  yield {
    invariant: 'I-33',
    message: 'the events of an order do not tell where it stands',
    evidence: {
      order_id: order.id,
      status: order.status,
      order_seq: order.orderSeq,
      told: typeof status === 'string' ? status : 'nothing',
      events: events.map(({ event, orderSeq }) => `${orderSeq} ${event}`),
    },
  }
}
