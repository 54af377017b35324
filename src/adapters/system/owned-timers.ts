import type { Timer, Timers } from '../../ports/clock.ts'

/** Timers that end with their owner: nothing that was put off keeps a stopped process alive, or happens after its end. */
export class OwnedTimers implements Timers {
  readonly #timers: Timers
  readonly #set = new Set<Timer>()
  #isOver = false

  constructor(timers: Timers) {
    this.#timers = timers
  }

  after(ms: number, label: string, run: () => void): Timer {
    if (this.#isOver) return { cancel: () => undefined }
    const timer = this.#timers.after(ms, label, () => {
      this.#set.delete(timer)
      run()
    })
    this.#set.add(timer)
    return {
      cancel: () => {
        this.#set.delete(timer)
        timer.cancel()
      },
    }
  }

  end(): void {
    this.#isOver = true
    for (const timer of this.#set) timer.cancel()
    this.#set.clear()
  }
}
