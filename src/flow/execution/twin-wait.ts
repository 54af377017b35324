import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { areTwins } from '../../core/order-terms.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { AccountBooks } from '../books/account-books.ts'

/**
 * Where orders are told apart by their terms alone, two that are alike must not be in doubt together. Guarantees:
 * - an order waits while one just like it is on its way or in doubt, and goes when that is known;
 * - it was taken and stays taken; what waits for longer than an order may is denied like any other.
 */
export interface TwinWaitDeps {
  readonly books: AccountBooks
  readonly clock: Clock
  readonly timers: Timers
  readonly maxQueueAgeMs: number
  readonly onFree: (order: Order) => void
}

export class TwinWait {
  readonly #deps: TwinWaitDeps
  readonly #waiting = new Map<OrderId, Timer>()

  constructor(deps: TwinWaitDeps) {
    this.#deps = deps
  }

  /** Says whether it has to wait; it is told of by `onFree` when it need not any more. */
  holds(order: Order): boolean {
    const { books, clock, timers, maxQueueAgeMs } = this.#deps
    const isHeld = books.pending
      .working(order.symbol, order.side)
      .some((other) => other.id !== order.id && isInDoubt(other) && areTwins(order, other))
    if (!isHeld) return false
    const left = Math.max(0, maxQueueAgeMs - (clock.now() - order.updatedAt))
    this.#waiting.get(order.id)?.cancel()
    this.#waiting.set(
      order.id,
      timers.after(left, 'twin.too_late', () => this.#tooLate(order)),
    )
    return true
  }

  changed(order: Order): void {
    if (this.#waiting.size === 0) return
    if (isFinal(order.status)) this.#forget(order.id)
    if (!isInDoubt(order)) this.#free(order)
  }
  stop(): void {
    for (const id of [...this.#waiting.keys()]) this.#forget(id)
  }

  #free(known: Order): void {
    for (const id of [...this.#waiting.keys()]) {
      const order = this.#deps.books.pending.byId(id)
      if (order === undefined || !areTwins(order, known) || order.id === known.id) continue
      this.#forget(id)
      this.#deps.onFree(order)
    }
  }

  #tooLate(order: Order): void {
    const { books, clock, maxQueueAgeMs } = this.#deps
    this.#waiting.delete(order.id)
    const message = 'an order just like it is still in doubt at the venue'
    books.apply(order, { kind: 'deny', code: 'rate.queue_age', message, limit: `${maxQueueAgeMs} ms` }, clock.now())
  }
  #forget(id: OrderId): void {
    this.#waiting.get(id)?.cancel()
    this.#waiting.delete(id)
  }
}

const isInDoubt = ({ status }: Order): boolean => status === 'submitting' || status === 'unconfirmed'
