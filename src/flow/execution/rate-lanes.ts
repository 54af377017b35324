import { type CallClass, LANES, type Lane, type RateBudget } from '../../core/rate-budget.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'

/** Waited longer than allowed: refused rather than sent late. */
export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong'
}

interface Waiting {
  readonly callClass: CallClass
  readonly lane: Lane
  readonly since: number
  readonly until: number
  readonly go: (waitedMs: number) => void
  readonly giveUp: (error: Error) => void
}

/**
 * Waiting for the venue's budget. Guarantees:
 * - a call that finds a token takes it synchronously and never waits;
 * - those that wait go by lane (cancel, reduce, submit, verify, poll), then by age;
 * - nobody waits longer than it said it would.
 */
export class RateLanes {
  readonly #budget: Pick<RateBudget, 'take'>
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #queues = new Map<Lane, Waiting[]>(LANES.map((lane) => [lane, []]))
  #timer: Timer | undefined

  constructor(budget: Pick<RateBudget, 'take'>, clock: Clock, timers: Timers) {
    this.#budget = budget
    this.#clock = clock
    this.#timers = timers
  }

  get waiting(): number {
    return this.#all().length
  }

  /** A token at once, unless somebody of this lane or a better one already waits. */
  tryTake(callClass: CallClass, lane: Lane): boolean {
    const better = LANES.slice(0, LANES.indexOf(lane) + 1)
    if (better.some((one) => this.#queueOf(one).some((call) => call.callClass === callClass))) return false
    return this.#budget.take(this.#clock.monotonic(), callClass, lane).ok
  }

  /** Settles with the milliseconds it waited; rejects with `WaitedTooLong`. */
  take(callClass: CallClass, lane: Lane, maxWaitMs: number): Promise<number> {
    if (this.tryTake(callClass, lane)) return Promise.resolve(0)
    const since = this.#clock.monotonic()
    return new Promise((go, giveUp) => {
      this.#queueOf(lane).push({ callClass, lane, since, until: since + maxWaitMs, go, giveUp })
      this.#serve()
    })
  }

  #queueOf(lane: Lane): Waiting[] {
    return this.#queues.get(lane) ?? []
  }
  #all(): readonly Waiting[] {
    return LANES.flatMap((lane) => this.#queueOf(lane))
  }

  #serve(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const now = this.#clock.monotonic()
    let next = Number.POSITIVE_INFINITY
    const short = new Set<CallClass>()
    for (const lane of LANES) {
      const queue = this.#queueOf(lane)
      const still: Waiting[] = []
      for (const call of queue) {
        if (now >= call.until) {
          call.giveUp(new WaitedTooLong(`waited ${call.until - call.since} ms for the venue's budget`))
          continue
        }
        // First in, first out within a lane: behind one that cannot go, nobody of its class goes.
        const take = short.has(call.callClass) ? undefined : this.#budget.take(now, call.callClass, lane)
        if (take?.ok) {
          call.go(now - call.since)
          continue
        }
        short.add(call.callClass)
        still.push(call)
        next = Math.min(next, call.until, take === undefined ? Number.POSITIVE_INFINITY : take.retryAt)
      }
      this.#queues.set(lane, still)
      short.clear()
    }
    if (next < Number.POSITIVE_INFINITY) {
      this.#timer = this.#timers.after(Math.max(1, Math.ceil(next - now)), 'rate-lanes', () => this.#serve())
    }
  }
}
