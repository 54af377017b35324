import { killAll } from './child.ts'

/** After the end of a row's time its children are gone; whatever still waits for them has this long to notice. */
const NOTICE_MS = 15_000

/** A row did not come to an end in the time it has. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp'
}

/**
 * The time of one row. Guarantees: a row ends within it, with a figure or without; no round is begun that is not likely to
 * fit; at the end every process the row has started is gone.
 */
export class RowTime {
  readonly #limitMs: number
  readonly #begun = performance.now()

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  fits(ms: number): boolean {
    return performance.now() - this.#begun + ms <= this.#limitMs
  }

  async bound<T>(work: () => Promise<T>): Promise<T> {
    const working = work()
    const gaveUp = Promise.withResolvers<never>()
    const late = (): void => gaveUp.reject(new GaveUp(`gave up after ${this.#limitMs / 1_000} s`))
    const end = setTimeout(() => {
      killAll()
      // What fails now fails because of that: the reason is the time.
      working.then(late, late)
      setTimeout(late, NOTICE_MS).unref()
    }, this.#limitMs)
    try {
      return await Promise.race([
        working.catch((cause) => (this.fits(0) ? Promise.reject(cause) : gaveUp.promise)),
        gaveUp.promise,
      ])
    } finally {
      clearTimeout(end)
    }
  }
}
