/** How far somebody has come in a list that grows. */
export class Cursor {
  #at = 0

  /** What has come since the last time. */
  fresh<T>(list: readonly T[]): readonly T[] {
    const from = this.#at
    this.#at = list.length
    return from === list.length ? NOTHING : list.slice(from)
  }
  again(): void {
    this.#at = 0
  }
}

const NOTHING: readonly never[] = []
