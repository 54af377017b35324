import { type Amount, type Decimal, decimal, max, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import { AccountBook, type Position, settle } from '../../account-book.ts'
import type { Asset } from './assets.ts'
import { type AlpacaOrder, opposite, remainingAt, type Side } from './order.ts'

/** Taken out of the coins that a purchase brings. */
const CRYPTO_FEE = decimal('0.0025')
const MULTIPLIER = decimal('4')
const COST_DIGITS = 12

/** What the account owns, owes and may still spend. Orders tie up shares and money from the moment they are taken. */
export class Ledger {
  readonly #book: AccountBook
  readonly openingCash: Amount

  constructor(cash: Amount) {
    this.openingCash = cash
    this.#book = new AccountBook({ cash, realised: ZERO, commission: ZERO }, [])
  }

  get cash(): Amount {
    return this.#book.money.cash
  }
  get positions(): readonly Position[] {
    return this.#book.positions
  }
  position(symbol: string): Position {
    return this.#book.position(symbol)
  }

  /** Books one execution and says what the position is after it. */
  trade({ symbol, assetClass }: Asset, side: Side, quantity: Quantity, price: Price): Quantity {
    this.#settle(symbol, side, quantity, price)
    if (assetClass === 'crypto' && side === 'buy') this.#settle(symbol, 'sell', quantity.scaledBy(CRYPTO_FEE), ZERO)
    return this.position(symbol).quantity
  }
  /** Takes an execution back, its fee included. */
  undo({ symbol, assetClass }: Asset, side: Side, quantity: Quantity, price: Price): Quantity {
    if (assetClass === 'crypto' && side === 'buy') this.#settle(symbol, 'buy', quantity.scaledBy(CRYPTO_FEE), ZERO)
    this.#settle(symbol, opposite(side), quantity, price)
    return this.position(symbol).quantity
  }

  #settle(symbol: string, side: Side, quantity: Quantity, price: Price): void {
    this.#book.apply(settle(this.#book, { symbol, side }, { quantity, price, commission: ZERO }))
  }
}

/** What the open orders that would close a position hold of it. A leg that waits for its trigger holds nothing. */
export function heldQuantity(open: readonly AlpacaOrder[], symbol: string, side: Side, at: Price): Quantity {
  return open
    .filter((order) => order.asset.symbol === symbol && order.side === side && order.status !== 'held')
    .reduce<Quantity>((sum, order) => sum.plus(max(ZERO, remainingAt(order, order.limitPrice ?? at))), ZERO)
}

export interface Valuation {
  readonly equity: Amount
  readonly longValue: Amount
  readonly shortValue: Amount
  readonly buyingPower: Amount
  readonly regtBuyingPower: Amount
  readonly cashFree: Amount
}

export function valuation(ledger: Ledger, priceOf: (symbol: string) => Price, held: Amount): Valuation {
  const values = ledger.positions.map(({ symbol, quantity }) => quantity.times(priceOf(symbol)) as Amount)
  const sum = (list: readonly Amount[]): Amount => list.reduce<Amount>((total, one) => total.plus(one), ZERO)
  const longValue = sum(values.filter((value) => value.isPositive))
  const shortValue = sum(values.filter((value) => value.isNegative))
  const equity = ledger.cash.plus(longValue).plus(shortValue)
  const tiedUp = longValue.minus(shortValue).plus(held)
  const power = (times: Decimal): Amount => max(ZERO, equity.scaledBy(times).minus(tiedUp))
  return {
    equity,
    longValue,
    shortValue,
    buyingPower: power(MULTIPLIER),
    regtBuyingPower: power(decimal('2')),
    cashFree: max(ZERO, ledger.cash.minus(held)),
  }
}

export const averageEntry = ({ cost, quantity }: Position): Price =>
  quantity.isZero ? ZERO : (cost.dividedBy(quantity, COST_DIGITS, 'half_even') as Price)
