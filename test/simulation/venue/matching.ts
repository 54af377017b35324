import { max, min, type Price, type Quantity } from '../../../src/core/money.ts'
import type { Timers } from '../../../src/ports/clock.ts'
import { FILL_MODELS } from '../../../src/simulator/fill-model.ts'
import type { Instruments } from '../../../src/simulator/instruments.ts'
import type { Market, Quote } from '../../../src/simulator/market.ts'
import { crosses, touchOf } from '../../../src/simulator/match-order.ts'
import type { Random } from '../../../src/simulator/seeded-random.ts'
import { type DialectOrder, isLive, newest, restOf } from './dialect-order.ts'
import { Misfortunes } from './misfortunes.ts'
import type { OrderBook } from './order-book.ts'
import type { FaultSource } from './venue-wire.ts'

/**
 * Orders meet the market here: arrival, slices, rests, ends. Prices, slices and pauses are those of our lively paper
 * venue; whatever goes wrong at a venue with the order itself goes wrong in here and is the truth.
 */
export interface MatcherDeps {
  readonly namesExecutions: boolean
  readonly book: OrderBook
  readonly market: Market
  readonly instruments: Instruments
  readonly timers: Timers
  readonly now: () => number
  readonly draw: Random
  readonly faults: FaultSource
}

const MODEL = FILL_MODELS.lively
const DAY_MS = 86_400_000
/** A limit that the market does not touch within this time is looked at again then. */
const HORIZON_MS = 600_000
const NEXT_QUOTE_MS = 250

export class Matcher {
  readonly #deps: MatcherDeps
  readonly #misfortunes: Misfortunes

  constructor(deps: MatcherDeps) {
    this.#deps = deps
    this.#misfortunes = new Misfortunes(deps)
  }

  admit(order: DialectOrder): void {
    if (this.#misfortunes.dooms(order)) return
    this.#misfortunes.sessionOf(order)
    this.#deps.timers.after(MODEL.arrivalMs(this.#deps.draw), 'venue.arrives', () => {
      if (newest(order).state === 'received') this.#deps.book.move(order, 'open')
      this.#meet(order)
    })
  }

  /** Takes effect after a while; until then the order may trade. */
  cancel(order: DialectOrder, why = 'asked'): void {
    if (order.isCancelAsked) return
    order.isCancelAsked = true
    const { book, draw, timers } = this.#deps
    const overtaken = this.#misfortunes.tradesBeforeCancel(order)
    if (overtaken !== undefined) this.#trade(order, overtaken)
    const takeEffect = (): void => {
      if (!isLive(newest(order))) return
      book.move(order, 'cancelled', why)
      this.#misfortunes.afterCancel(order, (quantity, price) => book.trade(order, quantity, price))
    }
    const wait = MODEL.cancelMs(draw)
    if (wait === 0) takeEffect()
    else timers.after(wait, 'venue.cancels', takeEffect)
  }

  /** New terms: it may cross now. */
  reprice(order: DialectOrder): void {
    this.#deps.timers.after(MODEL.pauseMs(this.#deps.draw), 'venue.matches', () => this.#meet(order))
  }

  quote(symbol: string): Quote | undefined {
    return this.#deps.market.quote(symbol, this.#deps.now())
  }

  #meet(order: DialectOrder): void {
    const version = newest(order)
    const quote = this.quote(order.terms.symbol)
    if (!isLive(version) || quote === undefined) return
    const { timeInForce, side } = order.terms
    if (timeInForce !== 'gtc' && this.#deps.now() >= dayEnd(order)) this.#deps.book.move(order, 'expired', 'day')
    else if (crosses(side, version.limitPrice, quote)) this.#fill(order, quote)
    else if (isAtOnce(order)) this.#deps.book.move(order, 'cancelled', 'not matched')
    else this.#later(order, this.#nextChance(order))
  }

  #fill(order: DialectOrder, quote: Quote): void {
    const { timeInForce } = order.terms
    const quantity = timeInForce === 'fok' ? restOf(newest(order)) : this.#sliceOf(order)
    this.#trade(order, { quantity, price: tradePrice(order, quote) })
    if (!isLive(newest(order))) return
    if (timeInForce === 'ioc') this.#deps.book.move(order, 'cancelled', 'rest not matched')
    else this.#later(order, MODEL.pauseMs(this.#deps.draw))
  }

  #trade(order: DialectOrder, { quantity, price }: { readonly quantity: Quantity; readonly price: Price }): void {
    const actual = this.#misfortunes.sizeOf(order, quantity)
    const trade = this.#deps.book.trade(order, actual, price, this.#misfortunes.feeOf(order))
    this.#misfortunes.afterTrade(order, trade)
  }

  #sliceOf(order: DialectOrder): Quantity {
    const rest = restOf(newest(order))
    const lot = this.#deps.instruments.get(order.terms.symbol)?.lot ?? rest
    return min(rest, max(lot, MODEL.slice(rest, lot, this.#deps.draw)))
  }

  #nextChance(order: DialectOrder): number {
    const { limitPrice } = newest(order)
    const { market, now } = this.#deps
    const from = now() + NEXT_QUOTE_MS
    const until = Math.min(from + HORIZON_MS, order.terms.timeInForce === 'gtc' ? Infinity : dayEnd(order))
    if (limitPrice === undefined) return NEXT_QUOTE_MS
    const touch = market.firstTouch(order.terms.symbol, order.terms.side, limitPrice, from, until)
    return (touch ?? until) - now()
  }

  #later(order: DialectOrder, ms: number): void {
    this.#deps.timers.after(ms, 'venue.matches', () => this.#meet(order))
  }
}

const isAtOnce = ({ terms }: DialectOrder): boolean => terms.timeInForce === 'ioc' || terms.timeInForce === 'fok'

const dayEnd = (order: DialectOrder): number => {
  if (order.endsAt !== undefined) return order.endsAt
  const taken = order.versions[0]?.at ?? 0
  return (Math.floor(taken / DAY_MS) + 1) * DAY_MS
}

function tradePrice(order: DialectOrder, quote: Quote): Price {
  const { limitPrice } = newest(order)
  const touch = touchOf(order.terms.side, quote)
  if (limitPrice === undefined) return touch
  return order.terms.side === 'buy' ? min(limitPrice, touch) : max(limitPrice, touch)
}
