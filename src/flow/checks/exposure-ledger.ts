import { assert } from '../../core/assert.ts'
import { type Amount, type Price, type Quantity, ZERO } from '../../core/money.ts'
import type { Side } from '../../core/order.ts'
import { type SymbolExposure, worstCase } from '../../core/worst-case.ts'
import { HighestPrice, type Priced } from './highest-price.ts'
import type { Reservation } from './reservation.ts'

/** The sums over positions and reservations, of an account or of one strategy. Every change costs the same, however many orders. */
export class ExposureLedger {
  readonly #marks: ReadonlyMap<string, Price>
  readonly #symbols = new Map<string, SymbolSums>()
  readonly #unpriced = new Set<string>()
  #total = ZERO as Amount
  #orders = 0

  constructor(marks: ReadonlyMap<string, Price>) {
    this.#marks = marks
  }

  get openOrders(): number {
    return this.#orders
  }
  get isEmpty(): boolean {
    return this.#symbols.size === 0
  }
  /** Worst case of everything; absent while something has no price. */
  get total(): Amount | undefined {
    return this.#unpriced.size === 0 ? this.#total : undefined
  }
  /** Worst case of everything but one symbol. */
  elsewhere(symbol: string): Amount | undefined {
    const areOthersPriced = this.#unpriced.size === 0 || (this.#unpriced.size === 1 && this.#unpriced.has(symbol))
    return areOthersPriced ? this.#total.minus(this.#symbols.get(symbol)?.worth ?? (ZERO as Amount)) : undefined
  }
  symbol(symbol: string): SymbolExposure {
    return exposureOf(this.#symbols.get(symbol), this.#marks.get(symbol))
  }
  ordersOn(symbol: string, side: Side): number {
    return this.#symbols.get(symbol)?.[side].orders ?? 0
  }
  add(reservation: Reservation): void {
    const sums = this.#sums(reservation.symbol)[reservation.side]
    sums.orders += 1
    sums.quantity = sums.quantity.plus(reservation.quantity)
    if (isPriced(reservation)) sums.highest.add(reservation)
    this.#orders += 1
    this.revalue(reservation.symbol)
  }
  remove(reservation: Reservation): void {
    const sums = this.#sums(reservation.symbol)[reservation.side]
    assert(sums.orders > 0, 'a reservation is released once')
    sums.orders -= 1
    sums.quantity = sums.quantity.minus(reservation.quantity)
    if (isPriced(reservation)) sums.highest.remove(reservation)
    this.#orders -= 1
    this.revalue(reservation.symbol)
  }
  setPosition(symbol: string, quantity: Quantity): void {
    this.#sums(symbol).position = quantity
    this.revalue(symbol)
  }

  /** After a change of the symbol or of its mark. */
  revalue(symbol: string): void {
    const sums = this.#symbols.get(symbol)
    if (sums === undefined) return
    const before = sums.worth
    const worth = worstCase(exposureOf(sums, this.#marks.get(symbol)))
    if (worth === undefined) this.#unpriced.add(symbol)
    else this.#unpriced.delete(symbol)
    sums.worth = worth ?? (ZERO as Amount)
    this.#total = this.#total.plus(sums.worth).minus(before)
    if (sums.position.isZero && sums.buy.orders === 0 && sums.sell.orders === 0) this.#symbols.delete(symbol)
  }

  #sums(symbol: string): SymbolSums {
    let sums = this.#symbols.get(symbol)
    if (sums === undefined) {
      sums = { position: ZERO as Quantity, buy: noOrders(), sell: noOrders(), worth: ZERO as Amount }
      this.#symbols.set(symbol, sums)
    }
    return sums
  }
}

interface SideSums {
  orders: number
  quantity: Quantity
  readonly highest: HighestPrice
}
interface SymbolSums {
  position: Quantity
  readonly buy: SideSums
  readonly sell: SideSums
  worth: Amount
}

const isPriced = (reservation: Reservation): reservation is Reservation & Priced => reservation.price !== undefined

const noOrders = (): SideSums => ({ orders: 0, quantity: ZERO as Quantity, highest: new HighestPrice() })

function exposureOf(sums: SymbolSums | undefined, mark: Price | undefined): SymbolExposure {
  const highestBuy = sums?.buy.highest.top
  const highestSell = sums?.sell.highest.top
  return {
    position: sums?.position ?? (ZERO as Quantity),
    openBuy: sums?.buy.quantity ?? (ZERO as Quantity),
    openSell: sums?.sell.quantity ?? (ZERO as Quantity),
    ...(highestBuy === undefined ? {} : { highestBuy }),
    ...(highestSell === undefined ? {} : { highestSell }),
    ...(mark === undefined ? {} : { mark }),
  }
}
