import type { VenueTimers } from '../../src/simulator/agenda.ts'

/** Time that passes only when a test says so. */
export class VirtualClock {
  #now: number
  #set = 0
  #timers: { readonly at: number; readonly nth: number; readonly run: () => void }[] = []
  fired = 0

  constructor(start = Date.UTC(2026, 2, 4, 15)) {
    this.#now = start
  }
  readonly now = (): number => this.#now
  readonly timers: VenueTimers = {
    after: (ms, run) => {
      this.#set += 1
      const timer = { at: this.#now + ms, nth: this.#set, run }
      this.#timers.push(timer)
      return { cancel: () => this.#drop(timer) }
    },
  }
  get waiting(): number {
    return this.#timers.length
  }

  advance(ms: number): void {
    const until = this.#now + ms
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at)
      this.#drop(next)
      this.fired += 1
      next.run()
    }
    this.#now = until
  }
  /** The process that set them is gone. */
  forgetTimers(): void {
    this.#timers = []
  }

  #next(until: number) {
    const due = this.#timers.filter(({ at }) => at <= until)
    return due.sort((a, b) => a.at - b.at || a.nth - b.nth)[0]
  }
  #drop(timer: { readonly nth: number }): void {
    this.#timers = this.#timers.filter(({ nth }) => nth !== timer.nth)
  }
}
