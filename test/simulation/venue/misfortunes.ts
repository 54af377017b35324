import { decimal, max, type Price, type Quantity } from '../../../src/core/money.ts'
import { touchOf } from '../../../src/simulator/match-order.ts'
import { type DialectOrder, type Fee, isLive, newest, restOf, type Trade } from './dialect-order.ts'
import type { MatcherDeps } from './matching.ts'

/** What happens to an order at the venue itself, and so is the truth, however unlikely. */
export class Misfortunes {
  readonly #deps: MatcherDeps
  constructor(deps: MatcherDeps) {
    this.#deps = deps
  }

  /** F-65: taken, shown as working, and refused a good while later. It never trades. */
  dooms(order: DialectOrder): boolean {
    const { book, faults, timers } = this.#deps
    if (!faults.strikes('F-65', order.tag)) return false
    const wait = spread(faults.draw('F-65', 'wait'), 500, 60_000)
    if (newest(order).state === 'received') book.move(order, 'open')
    timers.after(wait, 'venue.refuses', () => {
      if (isLive(newest(order))) book.move(order, 'rejected', 'not wanted after all')
    })
    return true
  }

  /** F-59: more than was asked for, in one last execution. */
  sizeOf(order: DialectOrder, asked: Quantity): Quantity {
    const { faults, instruments } = this.#deps
    const rest = restOf(newest(order))
    const lot = instruments.get(order.terms.symbol)?.lot
    if (lot === undefined || !faults.strikes('F-59', order.tag)) return asked
    return rest.plus(lot)
  }

  /** F-67: it is charged for, or paid for, in whatever currency. */
  feeOf(order: DialectOrder): Fee | undefined {
    const { faults } = this.#deps
    if (!faults.strikes('F-67', order.tag)) return undefined
    return FEES[Math.floor(faults.draw('F-67', 'fee') * FEES.length)]
  }

  /** F-69: the session that it was taken for ends soon, or is the next one. */
  sessionOf(order: DialectOrder): void {
    const { faults, now, timers } = this.#deps
    if (order.terms.timeInForce !== 'day' || !faults.strikes('F-69', order.tag)) return
    const isNext = faults.draw('F-69', 'next') < 0.3
    order.endsAt = now() + (isNext ? 2 * DAY_MS : spread(faults.draw('F-69', 'end'), 300, 20_000))
    if (isNext) return
    timers.after(order.endsAt - now(), 'venue.session_ends', () => {
      if (isLive(newest(order))) this.#deps.book.move(order, 'expired', 'the session is over')
    })
  }

  /** F-54: the rest is called off or runs out; F-68: the rest is refused; F-60: the execution is undone or put right. */
  afterTrade(order: DialectOrder, trade: Trade): void {
    const { book, faults } = this.#deps
    if (isLive(newest(order)) && faults.strikes('F-54', order.tag)) {
      if (faults.draw('F-54', 'end') < 0.5) book.move(order, 'cancelled', 'rest withdrawn by the venue')
      else book.move(order, 'expired', 'rest ran out')
    }
    if (isLive(newest(order)) && faults.strikes('F-68', order.tag)) {
      const why = REFUSALS[Math.floor(faults.draw('F-68', 'why') * REFUSALS.length)]
      book.move(order, faults.draw('F-68', 'end') < 0.5 ? 'cancelled' : 'rejected', why)
    }
    // Where executions have no names, nobody could say which one is undone.
    if (this.#deps.namesExecutions && faults.strikes('F-60', order.tag)) this.#amendLater(order, trade)
  }

  #amendLater(order: DialectOrder, { id, quantity, price }: Trade): void {
    const { book, faults, instruments, timers } = this.#deps
    const kind = faults.draw('F-60', 'kind')
    const instrument = instruments.get(order.terms.symbol)
    const now =
      kind < 0.5 || instrument === undefined
        ? undefined
        : kind < 0.75
          ? { quantity, price: price.plus(instrument.tick) }
          : { quantity: max(instrument.lot, quantity.minus(instrument.lot)), price }
    timers.after(spread(faults.draw('F-60', 'wait'), 50, 30_000), 'venue.amends', () => book.amendTrade(order, id, now))
  }

  /** F-55: the market is quicker than the cancel; all of the rest, or some of it. */
  tradesBeforeCancel(order: DialectOrder): { readonly quantity: Quantity; readonly price: Price } | undefined {
    const version = newest(order)
    const price = this.#priceFor(order)
    if (!isLive(version) || price === undefined || !this.#deps.faults.strikes('F-55', order.tag)) return undefined
    return { quantity: this.#partOf(order, this.#deps.faults.draw('F-55', 'part')), price }
  }

  /** F-56: an execution that comes after the venue has said that the order is over. */
  afterCancel(order: DialectOrder, trade: (quantity: Quantity, price: Price) => void): void {
    const { faults, timers } = this.#deps
    const price = this.#priceFor(order)
    if (price === undefined || !restOf(newest(order)).isPositive || !faults.strikes('F-56', order.tag)) return
    const quantity = this.#partOf(order, faults.draw('F-56', 'part'))
    timers.after(spread(faults.draw('F-56', 'wait'), 20, 30_000), 'venue.late_trade', () => trade(quantity, price))
  }

  #partOf(order: DialectOrder, draw: number): Quantity {
    const rest = restOf(newest(order))
    const lot = this.#deps.instruments.get(order.terms.symbol)?.lot ?? rest
    if (draw < 0.5) return rest
    return max(lot, rest.scaledBy(decimal('0.5')).toMultipleOf(lot, 'down'))
  }

  /** Never worse than the limit. */
  #priceFor(order: DialectOrder): Price | undefined {
    const { limitPrice } = newest(order)
    if (limitPrice !== undefined) return limitPrice
    const quote = this.#deps.market.quote(order.terms.symbol, this.#deps.now())
    return quote === undefined ? undefined : touchOf(order.terms.side, quote)
  }
}

const DAY_MS = 86_400_000
const FEES: readonly Fee[] = [
  { fee: '0.35' },
  { fee: '-0.02' },
  { fee: '0.000000001' },
  { fee: '12' },
  { fee: '0.0007', feeCurrency: 'BTC' },
]
const REFUSALS = ['margin', 'it would trade with an order of your own', 'outside the price band']
const spread = (draw: number, least: number, most: number): number => least + Math.floor((most - least) * draw)
