import { createHash } from 'node:crypto'

/**
 * Everything that crosses a port, in order, folded into one hash: wire bytes, SQL parameters, timers, random draws.
 * Two runs of a seed are the same run exactly when their hashes are equal.
 */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #kept: string[] = []
  readonly #keep: number
  #count = 0

  constructor(keep = 200) {
    this.#keep = keep
  }

  add(kind: string, text: string): void {
    this.#count += 1
    this.#hash.update(`${kind}\u0000${text}\u0001`)
    if (this.#keep === 0) return
    this.#kept.push(`${kind} ${text}`)
    if (this.#kept.length > 2 * this.#keep) this.#kept.splice(0, this.#keep)
  }
  get length(): number {
    return this.#count
  }
  /** The last lines, for a failure report. */
  get tail(): readonly string[] {
    return this.#kept.slice(-this.#keep)
  }
  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
