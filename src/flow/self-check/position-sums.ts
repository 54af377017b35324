import { type Quantity, quantity, ZERO } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import type { Position } from '../../core/position.ts'
import type { StoredEvent } from '../../ports/order-store.ts'
import type { Violation } from './violation.ts'

/** Reading what was told costs more than adding it up, so one in so many is held against the sum. */
const LOOK_AT_EVERY = 8

/**
 * What the account holds of each symbol, added up from what its orders have filled (I-21). What is told of other causes
 * (holdings taken over, executions of other people's orders) moves the sum, for nothing else here can know it.
 */
export class PositionSums {
  readonly #sums = new Map<string, Quantity>()
  /** Symbols that moved by nobody knows how much. */
  readonly #unknown = new Set<string>()
  #told = 0

  constructor(positions: Iterable<Position>) {
    for (const position of positions) this.#sums.set(position.symbol, position.quantity)
  }

  /** `filledBefore` is absent where nobody remembers: the next word on the symbol is taken as it is. */
  filled({ symbol, side, filledQuantity }: Order, filledBefore: Quantity | undefined): void {
    if (filledBefore === undefined) this.#unknown.add(symbol)
    if (filledBefore === undefined || this.#unknown.has(symbol)) return
    const more = filledQuantity.minus(filledBefore)
    if (more.isZero) return
    const before = this.#sums.get(symbol) ?? (ZERO as Quantity)
    this.#sums.set(symbol, side === 'buy' ? before.plus(more) : before.minus(more))
  }

  /** The last word of a commit on a symbol's position. */
  told(event: StoredEvent, isOfOrder: boolean): Violation | undefined {
    this.#told += 1
    if (isOfOrder && this.#told % LOOK_AT_EVERY !== 0) return undefined
    const told = wordOf(event)
    if (told === undefined) return undefined
    const sum = this.#sums.get(told.symbol)
    const isTaken = !isOfOrder || sum === undefined || this.#unknown.has(told.symbol)
    if (isTaken || told.quantity.equals(sum)) {
      this.#sums.set(told.symbol, told.quantity)
      this.#unknown.delete(told.symbol)
      return undefined
    }
    return {
      invariant: 'I-21',
      message: `the position in ${told.symbol} is told as ${told.quantity}, and its fills come to ${sum}`,
      evidence: { event_id: event.eventId, symbol: told.symbol, told: told.quantity.toString(), sum: sum.toString() },
    }
  }
}

function wordOf({ line }: StoredEvent): { readonly symbol: string; readonly quantity: Quantity } | undefined {
  // Quantities are text in it, so nothing is rounded on the way.
  const { symbol, detail } = JSON.parse(line) as {
    readonly symbol?: string
    readonly detail?: { readonly quantity?: string }
  }
  const held = detail?.quantity
  return symbol === undefined || held === undefined ? undefined : { symbol, quantity: quantity(held) }
}
