const EVERY_MS = 50

/** How late a timer of this machine was at worst while somebody looked: what a busy machine adds to every time. */
export class TimerLag implements Disposable {
  worstMs = 0
  readonly #timer: NodeJS.Timeout

  constructor() {
    let due = performance.now() + EVERY_MS
    this.#timer = setInterval(() => {
      this.worstMs = Math.max(this.worstMs, performance.now() - due)
      due = performance.now() + EVERY_MS
    }, EVERY_MS)
  }
  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
