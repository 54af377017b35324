import type { Price } from '../../core/money.ts'

/** Told apart by identity: two orders at one price are two. */
export interface Priced {
  readonly price: Price
}

const SLACK = 16

/**
 * The highest price among a side's open orders, for thousands of them in one symbol. A heap that forgets lazily: what
 * left is dropped when it comes to the top, or all at once when most of the heap has left.
 */
export class HighestPrice {
  #heap: Priced[] = []
  readonly #held = new Set<Priced>()

  get top(): Price | undefined {
    return this.#heap[0]?.price
  }

  add(one: Priced): void {
    this.#held.add(one)
    this.#heap.push(one)
    this.#rise(this.#heap.length - 1)
  }

  remove(one: Priced): void {
    this.#held.delete(one)
    if (this.#heap.length > 2 * this.#held.size + SLACK) this.#rebuild()
    for (let top = this.#heap[0]; top !== undefined && !this.#held.has(top); top = this.#heap[0]) this.#dropTop()
  }

  #rebuild(): void {
    // Falling order is a heap.
    this.#heap = [...this.#held].sort((a, b) => b.price.compare(a.price))
  }

  #dropTop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#isHigher(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }
  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      const child = this.#isHigher(left + 1, left) ? left + 1 : left
      if (!this.#isHigher(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }
  #isHigher(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    return one !== undefined && other !== undefined && one.price.greaterThan(other.price)
  }
  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#heap[a] = other
    this.#heap[b] = one
  }
}
