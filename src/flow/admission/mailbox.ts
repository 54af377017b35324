export class MailboxFull extends Error {
  override readonly name = 'MailboxFull'
}

/**
 * First in, first out within a key; different keys side by side. Guarantees:
 * - a task begins only when the one before it in its key has settled, whether it succeeded or not;
 * - a key costs nothing once it is empty;
 * - a full mailbox refuses instead of growing.
 */
export class Mailbox {
  /** Fulfilled when the last task of a key has settled, whichever way. */
  readonly #tails = new Map<string, Promise<void>>()
  readonly #limit: number
  #waiting = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#waiting
  }
  get isFull(): boolean {
    return this.#waiting >= this.#limit
  }
  isIdle(key: string): boolean {
    return !this.#tails.has(key)
  }

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    if (this.isFull) return Promise.reject(new MailboxFull(`${this.#limit} tasks are waiting already`))
    this.#waiting += 1
    const before = this.#tails.get(key)
    const mine = before === undefined ? Promise.try(task) : before.then(task)
    const settled: Promise<void> = mine.then(
      () => this.#leave(key, settled),
      () => this.#leave(key, settled),
    )
    this.#tails.set(key, settled)
    return mine
  }

  #leave(key: string, settled: Promise<void>): void {
    this.#waiting -= 1
    if (this.#tails.get(key) === settled) this.#tails.delete(key)
  }
}
