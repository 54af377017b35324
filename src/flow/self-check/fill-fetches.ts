import { filledUnder, generationNamed } from '../../core/generations.ts'
import type { OrderId } from '../../core/ids.ts'
import type { Quantity } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Violation } from './violation.ts'

/**
 * Whoever hears that a venue counts more than is booked asks for the order (I-19). Judged by what was reported and what was
 * asked: an order nobody asks for while nobody is asked for at all, or one that is passed over for very long.
 */
export const FETCH_WITHIN_MS = 5 * 60_000
/** Behind thousands of others an order may have to wait; it is not forgotten. */
export const PASSED_OVER_MS = 15 * 60_000
const MOST = 10_000

interface Lack {
  /** On the monotonic clock. */
  readonly since: number
  readonly generation: number
  readonly counted: Quantity
}

export class FillFetches {
  readonly #lacking = new Map<OrderId, Lack>()
  #askedAt = Number.NEGATIVE_INFINITY

  /** A report, with the order as it stands after it. */
  heard(order: Order, { cumulativeQuantity: counted, clientOrderId }: OrderReport, now: number): void {
    if (counted === undefined || this.#lacking.has(order.id) || this.#lacking.size >= MOST) return
    const lack = { since: now, generation: generationNamed(order, clientOrderId), counted }
    if (lacks(order, lack)) this.#lacking.set(order.id, lack)
  }
  /** It may be complete by now. */
  committed(order: Order): void {
    const lack = this.#lacking.get(order.id)
    if (lack !== undefined && !lacks(order, lack)) this.#lacking.delete(order.id)
  }
  /** An order was asked for by name, whatever comes of it. */
  asked(id: OrderId | undefined, now: number): void {
    this.#askedAt = now
    if (id !== undefined) this.#lacking.delete(id)
  }

  get isLacking(): boolean {
    return this.#lacking.size > 0
  }
  overdue(now: number): Violation | undefined {
    const isAsking = now - this.#askedAt < FETCH_WITHIN_MS
    const [oldest] = this.#lacking
    if (oldest === undefined) return undefined
    const [id, { since, counted }] = oldest
    if (now - since < (isAsking ? PASSED_OVER_MS : FETCH_WITHIN_MS)) return undefined
    const message = `the venue counts more than is booked, and nobody has asked for the order for ${now - since} ms`
    return { invariant: 'I-19', message, evidence: { order_id: id, counted: counted.toString() } }
  }
}

const lacks = (order: Order, { generation, counted }: Lack): boolean =>
  counted.greaterThan(filledUnder(order, generation).quantity)
