import { type Amount, notionalOf, type Price, type Quantity, ZERO } from '../../../src/core/money.ts'

/** What the account owns, now and at any earlier moment: a slow face shows an old one. */
interface Held {
  readonly at: number
  readonly quantity: Quantity
}

export class Holdings {
  /** As text, for the truth; a symbol that is flat again has no row. */
  readonly positions = new Map<string, string>()
  readonly #history = new Map<string, Held[]>()
  #cash: Amount

  constructor(cash: Amount) {
    this.#cash = cash
  }
  get cash(): Amount {
    return this.#cash
  }

  move(symbol: string, side: 'buy' | 'sell', quantity: Quantity, price: Price, at: number): void {
    const change = side === 'buy' ? quantity : quantity.negated()
    const history = this.#history.get(symbol) ?? []
    this.#history.set(symbol, history)
    const now = (history.at(-1)?.quantity ?? ZERO).plus(change)
    history.push({ at, quantity: now })
    this.#cash = this.#cash.minus(notionalOf(price, change))
    if (now.isZero) this.positions.delete(symbol)
    else this.positions.set(symbol, now.toString())
  }

  asOf(at: number): readonly { readonly symbol: string; readonly quantity: Quantity }[] {
    const held = [...this.#history].map(([symbol, history]) => ({
      symbol,
      quantity: history.findLast((one) => one.at <= at)?.quantity ?? ZERO,
    }))
    return held.filter(({ quantity }) => !quantity.isZero)
  }
}
