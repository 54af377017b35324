import { type Amount, type Price, type Quantity, ZERO } from '../../core/money.ts'
import type { Order, Side } from '../../core/order.ts'
import { applyFill, flatPosition, type Position, unrealisedPnl } from '../../core/position.ts'
import type { Instant } from '../../core/time.ts'

/**
 * What each strategy holds and has made of it: a fold of the fills of its own orders, whatever else the account holds.
 * Guarantees: after a restart it says what it said before; a trade that is taken back is booked the other way round.
 */
export interface StrategyFill {
  readonly strategy: string
  readonly symbol: string
  readonly side: Side
  readonly quantity: Quantity
  readonly price: Price
  readonly commission: Amount
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
    if (more.isZero) return
    const { strategy, symbol, updatedAt } = after
    const notional = after.filledNotional.minus(before?.filledNotional ?? (ZERO as Amount))
    const price = notional.dividedBy(more, PRICE_DIGITS, 'half_even') as Price
    const commission = after.commission.minus(before?.commission ?? (ZERO as Amount))
    const side = more.isPositive ? after.side : opposite(after.side)
    this.#book({ strategy, symbol, side, quantity: more.abs(), price, commission, bookedAt: updatedAt })
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

  #book({ strategy, symbol, side, quantity, price, commission, bookedAt }: StrategyFill): void {
    const { account, currency, tradingDateOf } = this.#deps
    const date = tradingDateOf(bookedAt)
    let its = this.#strategies.get(strategy)
    if (its === undefined) {
      its = { positions: new Map(), date, realised: ZERO as Amount }
      this.#strategies.set(strategy, its)
    }
    const before = its.positions.get(symbol) ?? flatPosition(account, symbol, currency, bookedAt)
    const { position } = applyFill(before, { side, quantity, price, commission, time: bookedAt })
    its.positions.set(symbol, position)
    const made = position.realisedPnl.minus(before.realisedPnl)
    its.realised = its.date === date ? its.realised.plus(made) : made
    its.date = date
  }
}

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
