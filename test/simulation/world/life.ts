import type { Timer, Timers } from '../../../src/ports/clock.ts'

/** One run of the daemon's process: when it ends, nothing that it set in motion happens any more. */
export class Life implements Timers {
  readonly #timers: Timers
  #isOver = false

  constructor(timers: Timers) {
    this.#timers = timers
  }

  get isOver(): boolean {
    return this.#isOver
  }
  end(): void {
    this.#isOver = true
  }
  after(ms: number, label: string, run: () => void): Timer {
    return this.#timers.after(ms, label, () => {
      if (!this.#isOver) run()
    })
  }
}
