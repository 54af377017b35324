import { type Price, price, type Quantity, quantity } from '../../../src/core/money.ts'
import type { Dialect } from './dialect.ts'
import { type DialectOrder, isLive, newest } from './dialect-order.ts'
import type { Matcher } from './matching.ts'
import type { HumanAtTheSite, HumanOrder } from './open-dialect-venue.ts'
import type { OrderBook } from './order-book.ts'
import type { SubmitDesk } from './submit-desk.ts'

/** F-61: the site is another way in; what is done there is as true as anything. */
export function humanAt(deps: {
  readonly dialect: Dialect
  readonly book: OrderBook
  readonly matcher: Matcher
  readonly submits: SubmitDesk
}): HumanAtTheSite {
  const { book, dialect, matcher, submits } = deps
  const open = (id: string): DialectOrder | undefined => {
    const order = book.withBrokerId(id)
    return order !== undefined && isLive(newest(order)) ? order : undefined
  }
  return {
    openOrders: () => [...book.open.values()].map(({ brokerOrderId }) => brokerOrderId),
    cancel: (id) => {
      const order = open(id)
      if (order !== undefined) matcher.cancel(order, 'by hand')
      return order !== undefined
    },
    modify: (id, terms) => {
      const order = open(id)
      if (order === undefined || !isPossible(order, terms)) return false
      book.modify(order, { ...quantityOf(terms), ...priceOf(terms) })
      matcher.reprice(order)
      return true
    },
    place: (order) => submits.place(termsOf(order, dialect)).brokerOrderId,
  }
}

type NewTerms = Parameters<HumanAtTheSite['modify']>[1]
const quantityOf = (terms: NewTerms): { quantity?: Quantity } =>
  terms.quantity === undefined ? {} : { quantity: quantity(terms.quantity) }
const priceOf = (terms: NewTerms): { limitPrice?: Price } =>
  terms.limitPrice === undefined ? {} : { limitPrice: price(terms.limitPrice) }

/** Not below what has traded, and no limit for an order that has none. */
function isPossible(order: DialectOrder, terms: NewTerms): boolean {
  const { filled, limitPrice } = newest(order)
  const isEnough = terms.quantity === undefined || quantity(terms.quantity).greaterThan(filled)
  return isEnough && (terms.limitPrice === undefined || limitPrice !== undefined)
}

const termsOf = (order: HumanOrder, dialect: Dialect) => ({
  clientOrderId: dialect.resendClass === 'D' ? undefined : order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: 'limit' as const,
  timeInForce: 'gtc' as const,
  quantity: quantity(order.quantity),
  limitPrice: price(order.limitPrice),
})
