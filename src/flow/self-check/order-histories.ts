import type { OrderId } from '../../core/ids.ts'
import { type Quantity, ZERO } from '../../core/money.ts'
import { isFinal, type Order, type OrderStatus } from '../../core/order.ts'
import { mayReach } from './allowed-moves.ts'
import type { Violation } from './violation.ts'

/** What of an order was durable last. */
export interface Known {
  readonly status: OrderStatus
  readonly orderSeq: number
  readonly filledQuantity: Quantity
}

const CLOSED_KEPT = 2_000

/** Every order's way through its states, as the store took it (I-17). Closed ones are kept for a while: they must stay closed. */
export class OrderHistories {
  readonly #open = new Map<OrderId, Known>()
  readonly #closed = new Map<OrderId, Known>()

  constructor(orders: Iterable<Order>) {
    for (const order of orders) this.#open.set(order.id, order)
  }

  /** `undefined` for one that is new, or that closed too long ago to be known. */
  known(id: OrderId): Known | undefined {
    return this.#open.get(id) ?? this.#closed.get(id)
  }

  /** `events`: the kinds of this order's events in one commit. Gives what it had filled before, if that is known. */
  committed(
    order: Order,
    events: readonly string[],
  ): { readonly violation?: Violation; readonly filledBefore?: Quantity } {
    const before = this.known(order.id)
    this.#keep(order)
    const isNew = events[0] === 'order.created'
    if (before === undefined) {
      const violation = isNew ? judge(order, { status: 'created', orderSeq: 0 }, events) : undefined
      return { ...(isNew ? { filledBefore: ZERO as Quantity } : {}), ...(violation === undefined ? {} : { violation }) }
    }
    const violation = judge(order, before, events)
    return { filledBefore: before.filledQuantity, ...(violation === undefined ? {} : { violation }) }
  }

  #keep({ id, status, orderSeq, filledQuantity }: Order): void {
    const known = { status, orderSeq, filledQuantity }
    if (!isFinal(status)) {
      this.#closed.delete(id)
      this.#open.set(id, known)
      return
    }
    this.#open.delete(id)
    this.#closed.set(id, known)
    if (this.#closed.size <= CLOSED_KEPT) return
    for (const oldest of this.#closed.keys()) {
      this.#closed.delete(oldest)
      return
    }
  }
}

function judge(
  order: Order,
  before: Pick<Known, 'status' | 'orderSeq'>,
  events: readonly string[],
): Violation | undefined {
  const { id, status, orderSeq } = order
  const isCorrected = events.includes('order.corrected')
  const isInOrder = orderSeq === before.orderSeq + events.length
  if (isInOrder && (isCorrected || mayReach(before.status, status, events.length))) return undefined
  return {
    invariant: 'I-17',
    message: `an order went from ${before.status} (${before.orderSeq}) to ${status} (${orderSeq})`,
    evidence: { order_id: id, before: { ...before }, after: { status, orderSeq }, events: [...events] },
  }
}
