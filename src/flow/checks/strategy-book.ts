import { type Amount, min, type Price, type Quantity, ZERO } from '../../core/money.ts'
import type { Order, Side } from '../../core/order.ts'
import { applyFill, flatPosition, type Position, unrealisedPnl } from '../../core/position.ts'
import type { Instant } from '../../core/time.ts'

/**
 * What each strategy holds and has made of it: a fold of the fills of its own orders, whatever else the account holds.
 * Guarantees:
 * - after a restart it says what it said before;
 * - a trade that is taken back is booked the other way round, at what it was booked at;
 * - a trade that is put right in price moves the cost of what is held, and the result for what is not held any more: both
 *   together are exactly what they would be, had it been so from the first.
 */
export interface StrategyFill {
  readonly strategy: string
  readonly symbol: string
  readonly side: Side
  readonly quantity: Quantity
  readonly price: Price
  readonly commission: Amount
  readonly commissionCurrency: string
  readonly bookedAt: Instant
}
export interface StrategyBookDeps {
  readonly account: string
  readonly currency: string
  readonly tradingDateOf: (at: Instant) => string
}

interface Strategy {
  readonly positions: Map<string, Position>
  date: string
  realised: Amount
}

/** Digits kept of the price that several fills come to. */
const PRICE_DIGITS = 12

export class StrategyBook {
  readonly #deps: StrategyBookDeps
  readonly #strategies = new Map<string, Strategy>()

  /** `fills` oldest first. */
  constructor(deps: StrategyBookDeps, fills: Iterable<StrategyFill>) {
    this.#deps = deps
    for (const fill of fills) this.#book(fill)
  }

  /** An order as it was and as it is now: whatever more, or less, is filled since. */
  changed(before: Order | undefined, after: Order): void {
    const more = after.filledQuantity.minus(before?.filledQuantity ?? (ZERO as Quantity))
    const notional = after.filledNotional.minus(before?.filledNotional ?? (ZERO as Amount))
    const commission = after.commission.minus(before?.commission ?? (ZERO as Amount))
    const isTrade = more.isPositive && notional.isPositive
    const bookedAt = before?.averageFillPrice
    if (isTrade || bookedAt === undefined) {
      if (!more.isZero)
        this.#trade(after, more, notional.dividedBy(more, PRICE_DIGITS, 'half_even') as Price, commission)
      return
    }
    if (!more.isZero) this.#trade(after, more, bookedAt, ZERO as Amount)
    const dearer = notional.minus(bookedAt.times(more))
    if (!dearer.isZero || !commission.isZero) this.#restate(after, dearer, commission)
  }

  #trade({ strategy, symbol, side, updatedAt }: Order, more: Quantity, price: Price, commission: Amount): void {
    const way = more.isPositive ? side : opposite(side)
    const paid = { commission, commissionCurrency: this.#deps.currency }
    this.#book({ strategy, symbol, side: way, quantity: more.abs(), price, ...paid, bookedAt: updatedAt })
  }

  /** As much of the order as may still be held costs more by its share; the rest has made less, or more if it was sold. */
  #restate({ strategy, symbol, side, filledQuantity, updatedAt }: Order, dearer: Amount, commission: Amount): void {
    const { its, position } = this.#of(strategy, symbol, updatedAt)
    const isHeld = !position.quantity.isZero && position.quantity.isPositive === (side === 'buy')
    const held = isHeld ? min(position.quantity.abs(), filledQuantity) : (ZERO as Quantity)
    const onCost = filledQuantity.isZero
      ? (ZERO as Amount)
      : (dearer.times(held).dividedBy(filledQuantity, PRICE_DIGITS, 'half_even') as Amount)
    const onResult = side === 'buy' ? onCost.minus(dearer) : dearer.minus(onCost)
    const made = onResult.minus(commission)
    its.positions.set(symbol, {
      ...position,
      costBasis: position.costBasis.plus(onCost),
      realisedPnl: position.realisedPnl.plus(made),
      commission: position.commission.plus(commission),
    })
    this.#made(its, made, updatedAt)
  }

  realisedToday(strategy: string, at: Instant): Amount {
    const its = this.#strategies.get(strategy)
    return its?.date === this.#deps.tradingDateOf(at) ? its.realised : (ZERO as Amount)
  }
  /** At these prices; unknown as soon as one position has none. */
  unrealised(strategy: string, priceOf: (position: Position) => Price | undefined): Amount | undefined {
    let sum = ZERO as Amount
    for (const position of this.#strategies.get(strategy)?.positions.values() ?? []) {
      if (position.quantity.isZero) continue
      const price = priceOf(position)
      if (price === undefined) return undefined
      sum = sum.plus(unrealisedPnl(position, price))
    }
    return sum
  }
  *positions(): Iterable<{ readonly strategy: string; readonly symbol: string; readonly quantity: Quantity }> {
    for (const [strategy, { positions }] of this.#strategies) {
      for (const { symbol, quantity } of positions.values()) if (!quantity.isZero) yield { strategy, symbol, quantity }
    }
  }

  #book({ strategy, symbol, bookedAt, ...fill }: StrategyFill): void {
    const { its, position: before } = this.#of(strategy, symbol, bookedAt)
    const { position } = applyFill(before, { ...fill, time: bookedAt })
    its.positions.set(symbol, position)
    this.#made(its, position.realisedPnl.minus(before.realisedPnl), bookedAt)
  }

  #of(strategy: string, symbol: string, at: Instant): { readonly its: Strategy; readonly position: Position } {
    const { account, currency, tradingDateOf } = this.#deps
    let its = this.#strategies.get(strategy)
    if (its === undefined) {
      its = { positions: new Map(), date: tradingDateOf(at), realised: ZERO as Amount }
      this.#strategies.set(strategy, its)
    }
    return { its, position: its.positions.get(symbol) ?? flatPosition(account, symbol, currency, at) }
  }
  #made(its: Strategy, made: Amount, at: Instant): void {
    const date = this.#deps.tradingDateOf(at)
    its.realised = its.date === date ? its.realised.plus(made) : made
    its.date = date
  }
}

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
