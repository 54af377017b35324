export const MASK = '•••'

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Something that must not be seen. Guarantees: however it is printed, logged, inspected, joined or turned into JSON, it
 * shows a mask; the value comes out of `reveal` alone, so that every place which uses it can be found by that word.
 */
export class Secret {
  readonly #value: string
  readonly #shown: string

  constructor(value: string, shown: string = MASK) {
    this.#value = value
    this.#shown = shown
    Object.freeze(this)
  }

  reveal(): string {
    return this.#value
  }
  toString(): string {
    return this.#shown
  }
  toJSON(): string {
    return this.#shown
  }
  [INSPECT](): string {
    return this.#shown
  }
}
