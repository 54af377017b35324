import { type Amount, notionalOf, type Price, type Quantity, ZERO } from '../../../src/core/money.ts'
import type { TrueOrder, VenueTruth } from '../evidence.ts'
import type { ResendClass, VenueState } from './dialect.ts'
import {
  type DialectOrder,
  type Fee,
  isLive,
  newest,
  type OrderTerms,
  restOf,
  type Trade,
  type Version,
} from './dialect-order.ts'
import { Holdings } from './holdings.ts'

/**
 * What really is. Guarantees:
 * - nothing that is told outside changes anything in here;
 * - `truth` is one object for ever, up to date after every call;
 * - an order keeps every version it had, oldest first.
 */
export interface BookEntry {
  readonly order: DialectOrder
  readonly version: Version
  /** The execution that made this version. */
  readonly trade?: Trade
}
export interface BookOptions {
  readonly account: string
  readonly resendClass: ResendClass
  readonly cash: Amount
  /** Milliseconds on the venue's clock. */
  readonly now: () => number
  /** The same moment in the world's own count, for the truth. */
  readonly worldTime: () => number
  readonly onEntry: (entry: BookEntry) => void
}

export class OrderBook {
  readonly truth: VenueTruth
  readonly holdings: Holdings
  /** In the order in which they were taken. */
  readonly orders: DialectOrder[] = []
  readonly open = new Map<number, DialectOrder>()
  readonly #options: BookOptions
  readonly #truths: TrueOrder[] = []
  readonly #byClientId = new Map<string, DialectOrder[]>()
  readonly #byBrokerId = new Map<string, DialectOrder>()
  #trades = 0
  #pledged: Amount = ZERO

  constructor(options: BookOptions) {
    this.#options = options
    this.holdings = new Holdings(options.cash)
    const { account, resendClass } = options
    this.truth = { account, resendClass, orders: this.#truths, positions: this.holdings.positions }
  }

  take(terms: OrderTerms, tag: string | undefined, brokerOrderId: string, state: VenueState): DialectOrder {
    const order = newOrder(terms, tag, brokerOrderId, this.orders.length + 1, this.#options.worldTime())
    this.orders.push(order)
    this.open.set(order.number, order)
    this.#truths.push(order.truth)
    this.#byBrokerId.set(brokerOrderId, order)
    if (terms.clientOrderId !== undefined) this.#file(terms.clientOrderId, order)
    const { quantity, limitPrice } = terms
    this.#enter(order, { state, quantity, limitPrice, filled: ZERO, notional: ZERO, trades: [] })
    return order
  }

  trade(order: DialectOrder, quantity: Quantity, price: Price, fee: Fee = {}): Trade {
    const before = newest(order)
    this.#trades += 1
    const trade = { id: `x${this.#trades}`, quantity, price, at: this.#options.now(), ...fee }
    this.holdings.move(order.terms.symbol, order.terms.side, quantity, price, trade.at)
    order.truth.executions.push({
      id: trade.id,
      quantity: quantity.toString(),
      price: price.toString(),
      at: this.#options.worldTime(),
    })
    this.#enter(order, withTrades(before, [...before.trades, trade]), trade)
    return trade
  }

  /** An execution is undone (`undefined`) or becomes another: real money moves back. */
  amendTrade(order: DialectOrder, id: string, now: { readonly quantity: Quantity; readonly price: Price } | undefined) {
    const before = newest(order)
    const old = before.trades.find((trade) => trade.id === id)
    const kept = order.truth.executions.find((execution) => execution.id === id)
    if (old === undefined || kept === undefined) return
    const { symbol, side } = order.terms
    const at = this.#options.now()
    const quantity = now?.quantity ?? ZERO
    const price = now?.price ?? old.price
    this.holdings.move(symbol, side, old.quantity.negated(), old.price, at)
    this.holdings.move(symbol, side, quantity, price, at)
    kept.busted = true
    kept.amendedAt = this.#options.worldTime()
    kept.quantity = quantity.toString()
    kept.price = price.toString()
    const trade: Trade = { ...old, quantity, price, change: { kind: now === undefined ? 'bust' : 'correct', at } }
    const trades = before.trades.map((one) => (one.id === id ? trade : one))
    this.#enter(order, withTrades(before, trades), trade)
  }

  move(order: DialectOrder, state: VenueState, why?: string): void {
    const { why: _, ...before } = newest(order)
    this.#enter(order, { ...before, state, ...(why === undefined ? {} : { why }) })
  }
  modify(order: DialectOrder, terms: { readonly quantity?: Quantity; readonly limitPrice?: Price }): void {
    this.#enter(order, { ...newest(order), ...terms })
  }

  /** What the limits of open purchases may still cost. */
  get pledged(): Amount {
    return this.#pledged
  }
  withClientId(clientOrderId: string): readonly DialectOrder[] {
    return this.#byClientId.get(clientOrderId) ?? []
  }
  /** The newest that has it: an id may come again. */
  withBrokerId(brokerOrderId: string): DialectOrder | undefined {
    return this.#byBrokerId.get(brokerOrderId)
  }

  #file(clientOrderId: string, order: DialectOrder): void {
    const same = this.#byClientId.get(clientOrderId)
    if (same === undefined) this.#byClientId.set(clientOrderId, [order])
    else same.push(order)
  }

  #enter(order: DialectOrder, change: Omit<Version, 'at'>, trade?: Trade): void {
    const version = { ...change, at: this.#options.now() }
    const before = order.versions.at(-1)
    if (before !== undefined) this.#pledged = this.#pledged.minus(pledgeOf(order, before))
    this.#pledged = this.#pledged.plus(pledgeOf(order, version))
    order.versions.push(version)
    if (!isLive(version)) this.open.delete(order.number)
    const { truth } = order
    truth.status = isLive(version) ? 'working' : (version.state as TrueOrder['status'])
    truth.quantity = version.quantity.toString()
    truth.filled = version.filled.toString()
    if (version.limitPrice !== undefined) truth.limitPrice = version.limitPrice.toString()
    this.#options.onEntry({ order, version, ...(trade === undefined ? {} : { trade }) })
  }
}

function pledgeOf({ terms }: DialectOrder, version: Version): Amount {
  const isPledge = terms.side === 'buy' && isLive(version) && version.limitPrice !== undefined
  return isPledge ? notionalOf(version.limitPrice, restOf(version)) : ZERO
}

/** An order that has ended stays ended, unless its executions now make it whole. */
function withTrades(before: Version, trades: readonly Trade[]): Omit<Version, 'at'> {
  let filled: Quantity = ZERO
  let notional: Amount = ZERO
  for (const { quantity, price } of trades) {
    filled = filled.plus(quantity)
    notional = notional.plus(notionalOf(price, quantity))
  }
  const isWhole = filled.atLeast(before.quantity)
  const state = isWhole ? 'filled' : isLive(before) ? 'part' : before.state
  return { ...before, trades, filled, notional, state }
}

function newOrder(
  terms: OrderTerms,
  tag: string | undefined,
  brokerOrderId: string,
  number: number,
  acceptedAt: number,
): DialectOrder {
  const { clientOrderId, symbol, side, quantity, limitPrice } = terms
  return {
    number,
    brokerOrderId,
    terms,
    tag,
    versions: [],
    lies: { hiddenUntil: { point: 0, list: 0, history: 0 }, isForgotten: false, frozen: undefined, strange: undefined },
    isCancelAsked: false,
    truth: {
      brokerOrderId,
      symbol,
      side,
      quantity: quantity.toString(),
      status: 'working',
      filled: '0',
      executions: [],
      acceptedAt,
      ...(tag === undefined ? {} : { tag }),
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
      ...(limitPrice === undefined ? {} : { limitPrice: limitPrice.toString() }),
    },
  }
}
