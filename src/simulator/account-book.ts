import { type Amount, type Decimal, decimal, min, type Price, type Quantity, ZERO } from '../core/money.ts'
import { type Execution, heldFor, isOpen, remainingOf, type Side, type VenueOrder } from './venue-order.ts'

/**
 * What an account owns and what its open orders tie up. Guarantees:
 * - `cash + cost of all positions + commission - realised = cash at the start`, exactly, after every execution;
 * - what orders hold is the sum over the open orders, kept up to date and never computed by walking over them.
 */
export interface Position {
  readonly symbol: string
  /** Negative when short. */
  readonly quantity: Quantity
  /** What was paid for it; negative for a short position: what its sale brought in. */
  readonly cost: Amount
}
export interface Money {
  readonly cash: Amount
  readonly realised: Amount
  readonly commission: Amount
}
/** The part of the account that one execution changed. */
export interface Settlement extends Money {
  readonly position: Position
}

/** Beyond what its sale brought in, a short position ties up this share of it again. */
const SHORT_MARGIN = decimal('0.5')
const COST_DIGITS = 12

interface SymbolOrders {
  readonly buying: Quantity
  readonly selling: Quantity
}
const NO_ORDERS: SymbolOrders = { buying: ZERO, selling: ZERO }

export class AccountBook {
  #money: Money
  readonly #positions = new Map<string, Position>()
  readonly #orders = new Map<string, SymbolOrders>()
  #held: Amount = ZERO
  #shortCost: Amount = ZERO

  constructor(money: Money, positions: readonly Position[]) {
    this.#money = money
    for (const position of positions) this.#put(position)
  }

  get money(): Money {
    return this.#money
  }
  /** By symbol: the order in which they were opened does not outlive a restart. */
  get positions(): readonly Position[] {
    return [...this.#positions.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
  }
  position(symbol: string): Position {
    return this.#positions.get(symbol) ?? { symbol, quantity: ZERO, cost: ZERO }
  }

  get buyingPower(): Amount {
    const marginOfShorts = this.#shortCost.scaledBy(SHORT_MARGIN).plus(this.#shortCost)
    return this.#money.cash.minus(this.#held).minus(marginOfShorts)
  }

  /** How much of a new order would open or enlarge a position rather than close one. */
  exposedPart(symbol: string, side: Side, quantity: Quantity): Quantity {
    const { quantity: owned } = this.position(symbol)
    const { buying, selling } = this.#orders.get(symbol) ?? NO_ORDERS
    const closable = side === 'sell' ? owned.minus(selling) : owned.negated().minus(buying)
    return closable.isPositive ? quantity.minus(min(quantity, closable)) : quantity
  }

  /** For each unit exposed: a buyer pays the price, a short seller puts up the margin beyond the proceeds. */
  static needFor(side: Side, price: Price): Price {
    return side === 'buy' ? price : price.scaledBy(SHORT_MARGIN)
  }

  /** Counts the order as it is now instead of as it was. */
  replaceOrder(before: VenueOrder | undefined, after: VenueOrder | undefined): void {
    if (before !== undefined && isOpen(before)) this.#count(before, -1)
    if (after !== undefined && isOpen(after)) this.#count(after, 1)
  }

  apply({ cash, realised, commission, position }: Settlement): void {
    this.#money = { cash, realised, commission }
    this.#put(position)
  }

  #put(position: Position): void {
    this.#shortCost = this.#shortCost.minus(shortCostOf(this.position(position.symbol))).plus(shortCostOf(position))
    if (position.quantity.isZero) this.#positions.delete(position.symbol)
    else this.#positions.set(position.symbol, position)
  }

  #count(order: VenueOrder, direction: 1 | -1): void {
    const signed = <T extends Decimal>(value: T): T => (direction === 1 ? value : value.negated())
    const { buying, selling } = this.#orders.get(order.symbol) ?? NO_ORDERS
    const rest = signed(remainingOf(order))
    this.#orders.set(
      order.symbol,
      order.side === 'buy' ? { buying: buying.plus(rest), selling } : { buying, selling: selling.plus(rest) },
    )
    this.#held = this.#held.plus(signed(heldFor(order)))
  }
}

const shortCostOf = ({ cost }: Position): Amount => (cost.isNegative ? cost.negated() : ZERO)

/** What an account is after an execution. Pure; the book changes when the record of it is safe. */
export function settle(
  book: AccountBook,
  { symbol, side }: Pick<VenueOrder, 'symbol' | 'side'>,
  { quantity, price, commission }: Pick<Execution, 'quantity' | 'price' | 'commission'>,
): Settlement {
  const { money } = book
  const before = book.position(symbol)
  const change = side === 'buy' ? quantity : quantity.negated()
  const paid = price.times(change) as Amount
  const closed = before.quantity.sign === -change.sign ? min(quantity, before.quantity.abs()) : ZERO
  const closedCost = closed.isZero ? ZERO : costOf(before, closed)
  const proceeds = price.times(side === 'buy' ? closed.negated() : closed) as Amount
  const opened = paid.plus(proceeds)
  return {
    cash: money.cash.minus(paid).minus(commission),
    realised: money.realised.plus(proceeds).minus(closedCost),
    commission: money.commission.plus(commission),
    position: {
      symbol,
      quantity: before.quantity.plus(change),
      cost: before.cost.minus(closedCost).plus(opened),
    },
  }
}

function costOf({ quantity, cost }: Position, closed: Quantity): Amount {
  const whole = quantity.abs()
  return closed.equals(whole) ? cost : (cost.times(closed).dividedBy(whole, COST_DIGITS, 'half_even') as Amount)
}
