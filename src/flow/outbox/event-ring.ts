import { assert } from '../../core/assert.ts'
import type { StoredEvent } from '../../ports/order-store.ts'

/** The last events of all accounts, in the order they came, each at a place that never changes. */
export class EventRing {
  readonly #slots: StoredEvent[] = []
  readonly #size: number
  /** Per account, the last number that is no longer here: whoever stands before it needs the store. */
  readonly #floor: Map<string, number>
  readonly #heads: Map<string, number>
  #end = 0

  constructor(size: number, heads: ReadonlyMap<string, number>) {
    this.#size = size
    this.#floor = new Map(heads)
    this.#heads = new Map(heads)
  }

  get start(): number {
    return Math.max(0, this.#end - this.#size)
  }
  get end(): number {
    return this.#end
  }
  get heads(): ReadonlyMap<string, number> {
    return this.#heads
  }
  floor(account: string): number {
    return this.#floor.get(account) ?? 0
  }

  push(event: StoredEvent): void {
    if (!this.#floor.has(event.account)) this.#floor.set(event.account, event.accountSeq - 1)
    const pushedOut = this.#slots[this.#end % this.#size]
    if (pushedOut !== undefined) this.#floor.set(pushedOut.account, pushedOut.accountSeq)
    this.#slots[this.#end % this.#size] = event
    this.#end += 1
    this.#heads.set(event.account, event.accountSeq)
  }

  at(place: number): StoredEvent {
    const event = this.#slots[place % this.#size]
    assert(event !== undefined && place >= this.start && place < this.#end, `place ${place} is not in the ring`)
    return event
  }
}
