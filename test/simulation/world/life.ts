import type { Timer, Timers } from '../../../src/ports/clock.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * One run of the daemon's process. Guarantees:
 * - when it ends, nothing that it set in motion happens any more, not even what it was in the middle of;
 * - while it is frozen its timers wait, and all of them come due when it goes on;
 * - a timer may come late, never early.
 */
export class Life implements Timers {
  readonly number: number
  readonly #time: VirtualTime
  readonly #lateness: (label: string, ms: number) => number
  #isOver = false
  #frozenUntil = 0
  /** What came due while it stood still. */
  #held: (() => void)[] = []

  constructor(number: number, time: VirtualTime, lateness: (label: string, ms: number) => number = () => 0) {
    this.number = number
    this.#time = time
    this.#lateness = lateness
  }

  get isOver(): boolean {
    return this.#isOver
  }
  thaw(): void {
    this.#frozenUntil = 0
    this.#goOn()
  }
  get isFrozen(): boolean {
    return this.#frozenUntil > this.#time.monotonic()
  }
  end(): void {
    this.#isOver = true
  }
  freeze(ms: number): void {
    this.#frozenUntil = this.#time.monotonic() + ms
    this.#time.after(ms, 'life.goes_on', () => this.#goOn())
  }

  after(ms: number, label: string, run: () => void): Timer {
    return this.hears(ms + this.#lateness(label, ms), label, run)
  }

  /** What reaches the process from outside: it hears it when it runs, or never. */
  hears(ms: number, label: string, run: () => void): Timer {
    let isCancelled = false
    const fire = (): void => {
      if (this.#isOver || isCancelled) return
      if (this.isFrozen) this.#held.push(() => this.#time.after(0, label, fire))
      else run()
    }
    const timer = this.#time.after(ms, label, fire)
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }

  #goOn(): void {
    if (this.isFrozen) return
    const held = this.#held
    this.#held = []
    for (const again of held) again()
  }

  /** What a process that is gone waits for. */
  never<T>(): Promise<T> {
    return new Promise<T>(() => undefined)
  }
}
