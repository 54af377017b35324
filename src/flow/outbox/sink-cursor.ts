import { assert } from '../../core/assert.ts'
import type { StoredEvent } from '../../ports/order-store.ts'

/**
 * What one sink still has to get. Guarantees:
 * - events of an account come out as 1, 2, 3 ... after where the sink stood, whether they came live or were read back;
 * - memory is bounded: what does not fit is left in the store and read from there once there is room.
 */
export class SinkCursor {
  readonly #capacity: number
  readonly #accounts = new Map<string, Progress>()
  #waiting: StoredEvent[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** From here on. `committed` is as far as the store is known to be. */
  begin(account: string, delivered: number, committed: number): void {
    this.#accounts.set(account, { delivered, taken: delivered, committed, asked: 0, probed: false })
  }

  knows(account: string): boolean {
    return this.#accounts.has(account)
  }

  /** Events that have just been committed: taken if they join without a gap and there is room, else remembered as due. */
  offer(account: string, events: readonly StoredEvent[]): void {
    const first = events[0]
    const last = events.at(-1)
    if (first === undefined || last === undefined) return
    const progress = this.#of(account)
    progress.committed = Math.max(progress.committed, last.accountSeq)
    const isNext = first.accountSeq === progress.taken + 1
    if (isNext && this.#waiting.length + events.length <= this.#capacity) this.#take(progress, events)
  }

  /** The account that has waited longest for events that only the store has, if there is room for them. */
  nextToRead(): { readonly account: string; readonly after: number } | undefined {
    if (this.#waiting.length >= this.#capacity) return undefined
    for (const [account, progress] of this.#accounts) {
      if (progress.probed && progress.taken >= progress.committed) continue
      // Goes to the end of the line, so that every account has its turn.
      this.#accounts.delete(account)
      this.#accounts.set(account, progress)
      progress.asked = progress.committed
      return { account, after: progress.taken }
    }
    return undefined
  }

  /** A page of the store. Events may have come live since it was asked for. */
  page(account: string, events: readonly StoredEvent[]): void {
    const progress = this.#of(account)
    const missing = events.filter(({ accountSeq }) => accountSeq > progress.taken)
    const [first, last] = [missing[0], missing.at(-1)]
    if (first === undefined || last === undefined) {
      if (progress.asked > progress.taken)
        throw new Error(`the store does not show event ${progress.asked} of ${account}`)
      progress.probed = true
      return
    }
    if (first.accountSeq !== progress.taken + 1)
      throw new Error(`events of ${account} have a gap before ${first.accountSeq}`)
    progress.committed = Math.max(progress.committed, last.accountSeq)
    this.#take(progress, missing)
  }

  take(most: number): readonly StoredEvent[] {
    if (this.#waiting.length <= most) {
      const all = this.#waiting
      this.#waiting = []
      return all
    }
    return this.#waiting.splice(0, most)
  }

  confirm(events: readonly StoredEvent[]): void {
    for (const { account, accountSeq } of events) this.#of(account).delivered = accountSeq
  }

  get buffered(): number {
    return this.#waiting.length
  }
  get delivered(): ReadonlyMap<string, number> {
    return new Map([...this.#accounts].map(([account, { delivered }]) => [account, delivered]))
  }
  /** Events committed and not confirmed. */
  get behind(): number {
    let behind = 0
    for (const { committed, delivered } of this.#accounts.values()) behind += Math.max(0, committed - delivered)
    return behind
  }
  /** Something waits to be delivered or to be read. */
  get hasNews(): boolean {
    if (this.#waiting.length > 0) return true
    return [...this.#accounts.values()].some(({ probed, taken, committed }) => !probed || taken < committed)
  }
  /** Nothing known is missing, and the store has been asked. */
  get isComplete(): boolean {
    return [...this.#accounts.values()].every(({ probed, delivered, committed }) => probed && delivered >= committed)
  }

  #take(progress: Progress, events: readonly StoredEvent[]): void {
    for (const event of events) this.#waiting.push(event)
    progress.taken = events.at(-1)?.accountSeq ?? progress.taken
  }

  #of(account: string): Progress {
    const progress = this.#accounts.get(account)
    assert(progress !== undefined, `the outbox has not begun with account ${account}`)
    return progress
  }
}

interface Progress {
  delivered: number
  /** The last one that is on its way to the sink. */
  taken: number
  committed: number
  /** What was known to be committed when the store was last asked. */
  asked: number
  /** Whether the store has been asked for what lies beyond the numbers known at the start. */
  probed: boolean
}
