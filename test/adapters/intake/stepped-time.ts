import type { Clock, Timer, Timers } from '../../../src/ports/clock.ts'

interface Armed {
  readonly label: string
  readonly ms: number
  readonly run: () => void
}

/** Time that moves only when a test lets a timer ring; a test can wait until somebody waits. */
export class SteppedTime implements Clock, Timers {
  #now = Date.now()
  #armed: Armed[] = []
  #watchers: (() => void)[] = []

  now(): number {
    return this.#now
  }
  monotonic(): number {
    return this.#now
  }
  pass(ms: number): void {
    this.#now += ms
  }
  after(ms: number, label: string, run: () => void): Timer {
    const armed = { label, ms, run }
    this.#armed.push(armed)
    for (const wake of this.#watchers.splice(0)) wake()
    return {
      cancel: () => {
        this.#armed = this.#armed.filter((other) => other !== armed)
      },
    }
  }

  /** Settles once somebody waits under this label. */
  async until(label: string): Promise<Armed> {
    for (;;) {
      const found = this.#armed.find((armed) => armed.label === label)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#watchers.push(resolve))
    }
  }
  /** Waits until somebody waits under this label, and lets that time be over. Gives how long it was. */
  async ring(label: string): Promise<number> {
    const armed = await this.until(label)
    this.#armed = this.#armed.filter((other) => other !== armed)
    this.#now += armed.ms
    armed.run()
    return armed.ms
  }
}
