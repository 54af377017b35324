import { createHash } from 'node:crypto'

/**
 * Everything that crosses a port, in order, folded into one hash: wire bytes, SQL parameters, timers, random draws.
 * Two runs of a seed are the same run exactly when their hashes are equal. Guarantees:
 * - what is counted and hashed does not depend on what is kept for a reader;
 * - text is hashed in large pieces: a call per line would cost more than the daemon does.
 */
const PIECE = 1 << 16

export class Trace {
  readonly #hash = createHash('sha256')
  readonly #kept: string[] = []
  readonly #keep: number
  readonly isHashed: boolean
  /** The clock that lines are told by; set once there is one. */
  now: () => number = () => 0
  #piece = ''
  #count = 0

  constructor({ keep = 0, isHashed = true }: { readonly keep?: number; readonly isHashed?: boolean } = {}) {
    this.#keep = keep
    this.isHashed = isHashed
  }

  add(kind: string, text: string): void {
    this.#count += 1
    if (this.isHashed) {
      this.#piece += `${kind}\u0000${text}\u0001`
      if (this.#piece.length >= PIECE) this.#fold()
    }
    if (this.#keep === 0 || QUIET.has(kind)) return
    this.#kept.push(`${this.now()} ${kind} ${text}`)
    if (this.#kept.length > 2 * this.#keep) this.#kept.splice(0, this.#keep)
  }
  /** For text that is dear to make. */
  note(kind: string, text: () => string): void {
    if (this.isHashed || this.#keep > 0) this.add(kind, text())
    else this.#count += 1
  }
  /** For the lines nobody reads, of which there are most: they are made only to be hashed. */
  count(): boolean {
    if (!this.isHashed) this.#count += 1
    return this.isHashed
  }
  get length(): number {
    return this.#count
  }
  /** The last lines, for a failure report. */
  get tail(): readonly string[] {
    return this.#kept.slice(-this.#keep)
  }
  digest(): string {
    this.#fold()
    return this.#hash.copy().digest('hex')
  }

  #fold(): void {
    this.#hash.update(this.#piece)
    this.#piece = ''
  }
}

/** Part of the hash, and nothing to read. */
const QUIET: ReadonlySet<string> = new Set(['draw', 'timer', 'fires'])
