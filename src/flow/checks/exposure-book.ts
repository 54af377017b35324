import { assert } from '../../core/assert.ts'
import type { OrderId } from '../../core/ids.ts'
import { type Amount, type Price, type Quantity, ZERO } from '../../core/money.ts'
import type { Order, OrderStatus, Side } from '../../core/order.ts'
import { averagePrice, type Position } from '../../core/position.ts'
import type { SymbolExposure } from '../../core/worst-case.ts'
import { type BuyCostMark, BuyCosts } from './buy-costs.ts'
import { ExposureLedger } from './exposure-ledger.ts'
import { costOf, type Reservation, reservationOf } from './reservation.ts'

/**
 * What one account may come to hold at worst. Guarantees:
 * - an order holds at most one reservation, under its id: reserving again replaces it, releasing again does nothing;
 * - an order that may be live keeps its reservation, `unconfirmed` included; only a final state or proof of death ends it;
 * - the book always equals one made anew from the open orders, the positions and the last prices;
 * - everything is synchronous, so between a check and its reservation nobody comes in.
 */
export class ExposureBook {
  readonly buyCosts = new BuyCosts()
  readonly #held = new Map<OrderId, Held>()
  readonly #marks = new Map<string, Price>()
  readonly #account = new ExposureLedger(this.#marks)
  readonly #strategies = new Map<string, ExposureLedger>()
  #openBuyCost = ZERO as Amount
  #asideUntold = ZERO as Amount
  #knowsStrategyPositions = false

  /** From what the store knows. A position counts at its average price until a quote is seen. */
  static of(orders: Iterable<Order>, positions: Iterable<Position>): ExposureBook {
    const book = new ExposureBook()
    for (const position of positions) book.setPosition(position.symbol, position.quantity, averagePrice(position))
    for (const order of orders) book.replace(undefined, order)
    return book
  }

  get openOrders(): number {
    return this.#held.size
  }
  get openBuyCost(): Amount {
    return this.#openBuyCost
  }
  get total(): Amount | undefined {
    return this.#account.total
  }
  holds(id: OrderId): boolean {
    return this.#held.has(id)
  }
  symbol(symbol: string): SymbolExposure {
    return this.#account.symbol(symbol)
  }
  elsewhere(symbol: string): Amount | undefined {
    return this.#account.elsewhere(symbol)
  }
  ordersOn(symbol: string, side: Side): number {
    return this.#account.ordersOn(symbol, side)
  }
  /** Who holds a reservation on this side, recorded or only just approved. */
  holders(symbol: string, side: Side): readonly OrderId[] {
    const holders: OrderId[] = []
    for (const { reservation } of this.#held.values()) {
      if (reservation.symbol === symbol && reservation.side === side) holders.push(reservation.id)
    }
    return holders
  }
  strategy(name: string): { readonly ledger: ExposureLedger; readonly knowsPositions: boolean } {
    const ledger = this.#strategies.get(name) ?? new ExposureLedger(this.#marks)
    return { ledger, knowsPositions: this.#knowsStrategyPositions }
  }

  /** An order as it was and as it is now. */
  replace(before: Order | undefined, after: Order): void {
    assert(before === undefined || before.id === after.id, 'an order replaces itself')
    if (before !== undefined) this.#countFills(before, after)
    const reservation = reservationOf(after, this.#held.get(after.id)?.reservation.price)
    if (reservation === undefined) this.release(after.id)
    else this.#hold(reservation, isKnownToVenue(after.status))
  }

  /** For an order that has been approved and is not recorded yet. */
  reserve(reservation: Reservation): void {
    this.#hold(reservation, false)
  }
  /** Says whether there was something to release. */
  release(id: OrderId): boolean {
    const held = this.#held.get(id)
    if (held === undefined) return false
    this.#tellKnown(held)
    this.#drop(held)
    return true
  }

  /** What the account holds. A price counts until a quote is seen. */
  setPosition(symbol: string, quantity: Quantity, price?: Price): void {
    if (price !== undefined && !this.#marks.has(symbol)) this.#marks.set(symbol, price)
    this.#account.setPosition(symbol, quantity)
  }
  /** What each strategy holds at the start; from then on its fills are followed. */
  setStrategyPositions(
    positions: Iterable<{ readonly strategy: string; readonly symbol: string; readonly quantity: Quantity }>,
  ): void {
    for (const { strategy, symbol, quantity } of positions) this.#ledgerOf(strategy).setPosition(symbol, quantity)
    this.#knowsStrategyPositions = true
  }
  /** The price a unit of the symbol was last seen at. */
  mark(symbol: string, price: Price): void {
    if (this.#marks.get(symbol)?.equals(price)) return
    this.#marks.set(symbol, price)
    this.#account.revalue(symbol)
    for (const ledger of this.#strategies.values()) ledger.revalue(symbol)
  }

  /** Cost of buys that a venue's buying power cannot contain yet. */
  unreflectedBuyCost(mark: BuyCostMark, countsOpenOrders: boolean): Amount {
    const cost = this.buyCosts.unreflected(mark, countsOpenOrders)
    return countsOpenOrders ? cost.minus(this.#asideUntold) : cost
  }

  /** Looks at the book as if the order held nothing: an order that is checked again does not stand in its own way. */
  without<T>(id: OrderId, look: () => T): T {
    const held = this.#held.get(id)
    if (held === undefined) return look()
    this.#drop(held)
    this.#asideUntold = held.untold
    try {
      return look()
    } finally {
      this.#asideUntold = ZERO as Amount
      this.#put(held)
    }
  }

  #hold(reservation: Reservation, isKnown: boolean): void {
    const before = this.#held.get(reservation.id)
    if (before !== undefined) this.#drop(before)
    const held: Held = { reservation, untold: before?.untold ?? (ZERO as Amount) }
    if (reservation.side === 'buy') this.#approve(held, before)
    if (isKnown) this.#tellKnown(held)
    this.#put(held)
  }

  #approve(held: Held, before: Held | undefined): void {
    const cost = costOf(held.reservation)
    const more = before === undefined ? cost : cost.minus(costOf(before.reservation))
    if (!more.isPositive) return
    held.untold = held.untold.plus(more)
    this.buyCosts.approve(more)
  }
  #tellKnown(held: Held): void {
    if (held.untold.isZero) return
    this.buyCosts.becomeKnown(held.untold)
    held.untold = ZERO as Amount
  }

  #put(held: Held): void {
    const { reservation } = held
    const { id, symbol, side, strategy, price } = reservation
    this.#held.set(id, held)
    if (price !== undefined && !this.#marks.has(symbol)) this.#marks.set(symbol, price)
    this.#account.add(reservation)
    this.#ledgerOf(strategy).add(reservation)
    if (side === 'buy') this.#openBuyCost = this.#openBuyCost.plus(costOf(reservation))
  }
  #drop({ reservation }: Held): void {
    const { id, side, strategy } = reservation
    this.#held.delete(id)
    this.#account.remove(reservation)
    this.#ledgerOf(strategy).remove(reservation)
    this.#forgetIfEmpty(strategy)
    if (side === 'buy') this.#openBuyCost = this.#openBuyCost.minus(costOf(reservation))
  }

  #countFills(before: Order, after: Order): void {
    const filled = after.filledQuantity.minus(before.filledQuantity)
    if (filled.isZero) return
    if (after.side === 'buy') this.buyCosts.fill(after.filledNotional.minus(before.filledNotional))
    const ledger = this.#ledgerOf(after.strategy)
    const { position } = ledger.symbol(after.symbol)
    ledger.setPosition(after.symbol, after.side === 'buy' ? position.plus(filled) : position.minus(filled))
    this.#forgetIfEmpty(after.strategy)
  }

  #ledgerOf(strategy: string): ExposureLedger {
    let ledger = this.#strategies.get(strategy)
    if (ledger === undefined) {
      ledger = new ExposureLedger(this.#marks)
      this.#strategies.set(strategy, ledger)
    }
    return ledger
  }
  #forgetIfEmpty(strategy: string): void {
    if (this.#strategies.get(strategy)?.isEmpty) this.#strategies.delete(strategy)
  }
}

interface Held {
  readonly reservation: Reservation
  /** Of a buy: what it was approved for and the venue has not accepted yet. */
  untold: Amount
}

/** A receipt is not an acceptance. */
const isKnownToVenue = (status: OrderStatus): boolean => status === 'accepted' || status === 'partially_filled'
