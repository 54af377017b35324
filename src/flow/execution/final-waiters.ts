import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import type { Timer, Timers } from '../../ports/clock.ts'

export type WaitUntil = 'final' | 'accepted'

interface Waiter {
  readonly until: WaitUntil
  readonly tell: (order: Order) => void
}

/** Whoever waits for an order's end hears of it once that end is durable, or that the time is up. */
export class FinalWaiters {
  readonly #timers: Timers
  readonly #waiting = new Map<OrderId, Set<Waiter>>()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get size(): number {
    return this.#waiting.size
  }

  /** `undefined` when the time is up. */
  wait(id: OrderId, ms: number, until: WaitUntil): Promise<Order | undefined> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const waiter: Waiter = {
        until,
        tell: (order) => {
          timer?.cancel()
          this.#leave(id, waiter)
          resolve(order)
        },
      }
      timer = this.#timers.after(ms, 'wait', () => {
        this.#leave(id, waiter)
        resolve(undefined)
      })
      const waiters = this.#waiting.get(id) ?? new Set()
      waiters.add(waiter)
      this.#waiting.set(id, waiters)
    })
  }

  committed(order: Order): void {
    for (const waiter of this.#waiting.get(order.id) ?? []) {
      if (hasReached(order, waiter.until)) waiter.tell(order)
    }
  }

  #leave(id: OrderId, waiter: Waiter): void {
    const waiters = this.#waiting.get(id)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiting.delete(id)
  }
}

export const hasReached = (order: Order, until: WaitUntil): boolean =>
  isFinal(order.status) || (until === 'accepted' && order.acceptedAt !== undefined)
