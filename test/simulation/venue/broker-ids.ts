import type { Dialect } from './dialect.ts'
import { isLive, newest } from './dialect-order.ts'
import type { OrderBook } from './order-book.ts'
import type { FaultSource } from './venue-wire.ts'

/** The venue's own ids. Daily ones begin anew with each day, and with each branch that takes over (F-64). */
const DAY_MS = 86_400_000
/** An id does not come again while somebody may still ask for the order that had it last. */
const REST_MS = 120_000

export class BrokerIds {
  readonly #dialect: Dialect
  readonly #faults: FaultSource
  readonly #now: () => number
  #day = 0
  #last = 0

  constructor(dialect: Dialect, faults: FaultSource, now: () => number) {
    this.#dialect = dialect
    this.#faults = faults
    this.#now = now
  }

  next(book: OrderBook, tag: string | undefined): string {
    const { brokerIds, name } = this.#dialect
    if (brokerIds === 'unique') {
      this.#last += 1
      return `${name}-${this.#last}`
    }
    this.#turnPage(tag)
    do this.#last += 1
    while (this.#isInUse(book, `${this.#last}`))
    return `${this.#last}`
  }

  #turnPage(tag: string | undefined): void {
    const day = Math.floor(this.#now() / DAY_MS)
    const isNew = day !== this.#day || (this.#last > 0 && this.#faults.strikes('F-64', tag))
    this.#day = day
    if (isNew) this.#last = 0
  }

  #isInUse(book: OrderBook, id: string): boolean {
    const order = book.withBrokerId(id)
    return order !== undefined && (isLive(newest(order)) || this.#now() - newest(order).at < REST_MS)
  }
}
