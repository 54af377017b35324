/** What is learned on the way and costs a request to learn again; the oldest goes when it is full. */
export class Remembered<K, V> {
  readonly #known = new Map<K, V>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }
  get(key: K): V | undefined {
    return this.#known.get(key)
  }
  keep(key: K, value: V): void {
    this.#known.delete(key)
    this.#known.set(key, value)
    const [oldest] = this.#known.keys()
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest)
  }
}
