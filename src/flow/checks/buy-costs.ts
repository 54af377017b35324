import { type Amount, ZERO } from '../../core/money.ts'

/** Where the counts stood when a read of the account was asked for. */
export interface BuyCostMark {
  readonly known: Amount
  readonly filled: Amount
}

/**
 * What a venue's buying power cannot contain yet. Guarantees: between two reads of the account no money is counted on
 * twice, however many buys are approved; where it is not certain that the venue had counted something, it had not.
 * All three only grow, so that a mark taken before the read says what the answer must contain.
 */
export class BuyCosts {
  #approved = ZERO as Amount
  #known = ZERO as Amount
  #filled = ZERO as Amount

  approve(cost: Amount): void {
    this.#approved = this.#approved.plus(cost)
  }
  /** The venue has accepted it, or it will never get there. */
  becomeKnown(cost: Amount): void {
    this.#known = this.#known.plus(cost)
  }
  fill(cost: Amount): void {
    this.#filled = this.#filled.plus(cost)
  }

  /** To be taken before the account is read, and kept with the answer. */
  mark(): BuyCostMark {
    return { known: this.#known, filled: this.#filled }
  }
  /** For a venue whose figure has its open orders taken off: what it may not have seen. For one that looks at cash: what was spent since. */
  unreflected(mark: BuyCostMark, countsOpenOrders: boolean): Amount {
    return countsOpenOrders ? this.#approved.minus(mark.known) : this.#filled.minus(mark.filled)
  }
}
