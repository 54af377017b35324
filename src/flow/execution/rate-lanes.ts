import type { OrderId } from '../../core/ids.ts'
import { type CallClass, LANES, type Lane, type RateBudget, type Take } from '../../core/rate-budget.ts'
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
  /** Who keeps the token until its request has left. */
  readonly holder?: OrderId
  readonly go: (waitedMs: number) => void
  readonly giveUp: (error: Error) => void
}

/**
 * Waiting for the venue's budget. Guarantees:
 * - a call that finds a token takes it synchronously and never waits;
 * - those that wait go by lane (cancel, reduce, submit, verify, poll), then by age;
 * - an order's token counts from the moment when its bytes leave, however long its mark takes to become durable;
 * - nobody waits longer than it said it would.
 */
type Budget = Pick<RateBudget, 'take' | 'hold' | 'release' | 'isClosed'>

export class RateLanes {
  readonly #budget: Budget
  readonly #held = new Map<OrderId, Lane>()
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #queues = new Map<Lane, Waiting[]>(LANES.map((lane) => [lane, []]))
  #timer: Timer | undefined

  constructor(budget: Budget, clock: Clock, timers: Timers) {
    this.#budget = budget
    this.#clock = clock
    this.#timers = timers
  }

  get waiting(): number {
    let waiting = 0
    for (const queue of this.#queues.values()) waiting += queue.length
    return waiting
  }

  /** A token at once, unless somebody of this lane or a better one already waits. */
  tryTake(callClass: CallClass, lane: Lane): boolean {
    return this.#tryNow(callClass, lane)
  }
  /** The same for an order, which keeps it until `left` or `unused`. */
  tryHold(holder: OrderId, lane: Lane): boolean {
    return this.#tryNow('order', lane, holder)
  }

  #tryNow(callClass: CallClass, lane: Lane, holder?: OrderId): boolean {
    const better = LANES.slice(0, LANES.indexOf(lane) + 1)
    if (better.some((one) => this.#queueOf(one).some((call) => call.callClass === callClass))) return false
    return this.#token(this.#clock.monotonic(), callClass, lane, holder).ok
  }

  /** Settles with the milliseconds it waited; rejects with `WaitedTooLong`. */
  take(callClass: CallClass, lane: Lane, maxWaitMs: number): Promise<number> {
    return this.#wait(callClass, lane, maxWaitMs)
  }
  hold(holder: OrderId, lane: Lane, maxWaitMs: number): Promise<number> {
    return this.#wait('order', lane, maxWaitMs, holder)
  }

  /** The venue may have asked for a pause since the token was taken. */
  get mayLeave(): boolean {
    return !this.isPaused('order')
  }
  isPaused(callClass: CallClass): boolean {
    return this.#budget.isClosed(this.#clock.monotonic(), callClass)
  }
  /** Its bytes leave now. */
  left(holder: OrderId): void {
    this.#release(holder, this.#clock.monotonic())
  }
  /** Nothing of it will leave. */
  unused(holder: OrderId): void {
    this.#release(holder)
  }
  /** The budget outlives us: what is held counts as used from here on. */
  stop(): void {
    for (const holder of [...this.#held.keys()]) this.left(holder)
  }

  #wait(callClass: CallClass, lane: Lane, maxWaitMs: number, holder?: OrderId): Promise<number> {
    if (this.#tryNow(callClass, lane, holder)) return Promise.resolve(0)
    const since = this.#clock.monotonic()
    const until = since + maxWaitMs
    return new Promise((go, giveUp) => {
      this.#queueOf(lane).push({
        callClass,
        lane,
        since,
        until,
        go,
        giveUp,
        ...(holder === undefined ? {} : { holder }),
      })
      this.#serve()
    })
  }

  #token(now: number, callClass: CallClass, lane: Lane, holder?: OrderId): Take {
    if (holder === undefined) return this.#budget.take(now, callClass, lane)
    const take = this.#budget.hold(now, callClass, lane)
    if (take.ok) this.#held.set(holder, lane)
    return take
  }

  #release(holder: OrderId, leftAt?: number): void {
    const lane = this.#held.get(holder)
    if (lane === undefined) return
    this.#held.delete(holder)
    this.#budget.release('order', lane, leftAt)
    if (this.waiting > 0) this.#serve()
  }

  #queueOf(lane: Lane): Waiting[] {
    return this.#queues.get(lane) ?? []
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
        const take = short.has(call.callClass) ? undefined : this.#token(now, call.callClass, lane, call.holder)
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
