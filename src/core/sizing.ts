import { type Amount, notionalOf, ONE, type Price, type Quantity } from './money.ts'
import type { Plain } from './order-events.ts'

/**
 * How much to trade. Guarantees:
 * - never more than was asked: an amount is spent at most, a quantity is taken as it is or refused;
 * - what comes out stands on the lot step and inside the venue's limits;
 * - a remainder too small to trade is refused by name, never rounded up.
 */
export type SizeWish =
  | { readonly by: 'quantity'; readonly quantity: Quantity }
  /** Money to spend at most, at the limit price, before commission. */
  | { readonly by: 'amount'; readonly amount: Amount }

export interface LotRule {
  readonly lot: Quantity
  readonly minQuantity: Quantity
  readonly maxQuantity?: Quantity
  readonly minNotional?: Amount
  readonly maxNotional?: Amount
  /** `false`: whole units only, however fine the lot; absent: the lot alone decides. */
  readonly fractional?: boolean
}

export type SizeDenial =
  | 'amount.invalid'
  | 'price.invalid'
  | 'quantity.invalid'
  | 'quantity.below_lot'
  | 'quantity.off_lot'
  | 'quantity.below_minimum'
  | 'quantity.too_large'
  | 'notional.below_minimum'
  | 'notional.too_large'

export type SizeResult =
  | { readonly kind: 'sized'; readonly quantity: Quantity; readonly notional: Amount; readonly why: SizeWhy }
  | {
      readonly kind: 'denied'
      readonly code: SizeDenial
      readonly message: string
      readonly value: string
      readonly limit: string
      readonly why: SizeWhy
    }
export type SizeWhy = { readonly [step: string]: Plain }

/** `price` is the order's limit, or for a market order the reference it is sized by. */
export function sizeOrder(wish: SizeWish, price: Price, rule: LotRule): SizeResult {
  const lot = lotOf(rule)
  const why: SizeWhy = { by: wish.by, asked: asked(wish), price: price.toString(), lot: lot.toString() }
  if (!price.isPositive) return denied('price.invalid', 'the price is not above zero', price, 'above 0', why)
  if (wish.by === 'quantity') return sizeByQuantity(wish.quantity, price, lot, rule, why)
  return sizeByAmount(wish.amount, price, lot, rule, why)
}

function sizeByQuantity(quantity: Quantity, price: Price, lot: Quantity, rule: LotRule, why: SizeWhy): SizeResult {
  if (!quantity.isPositive)
    return denied('quantity.invalid', 'the quantity is not above zero', quantity, 'above 0', why)
  if (quantity.lessThan(lot))
    return denied('quantity.below_lot', 'the quantity is less than one lot', quantity, lot, why)
  if (!quantity.isMultipleOf(lot)) {
    return denied('quantity.off_lot', `the quantity is not a multiple of the lot ${lot}`, quantity, lot, why)
  }
  return withinLimits(quantity, price, rule, why)
}

function sizeByAmount(amount: Amount, price: Price, lot: Quantity, rule: LotRule, why: SizeWhy): SizeResult {
  if (!amount.isPositive) return denied('amount.invalid', 'the amount is not above zero', amount, 'above 0', why)
  const lotCost = notionalOf(price, lot)
  const lots = amount.dividedBy(lotCost, 0, 'down')
  if (lots.isZero) return denied('quantity.below_lot', 'the amount does not buy one lot', amount, lotCost, why)
  return withinLimits(lot.scaledBy(lots), price, rule, why)
}

function withinLimits(quantity: Quantity, price: Price, rule: LotRule, steps: SizeWhy): SizeResult {
  const { minQuantity, maxQuantity, minNotional, maxNotional } = rule
  const notional = notionalOf(price, quantity)
  const why: SizeWhy = { ...steps, quantity: quantity.toString(), notional: notional.toString() }
  if (quantity.lessThan(minQuantity)) {
    return denied(
      'quantity.below_minimum',
      'the quantity is below the least the venue takes',
      quantity,
      minQuantity,
      why,
    )
  }
  if (maxQuantity?.lessThan(quantity)) {
    return denied('quantity.too_large', 'the quantity is above the most the venue takes', quantity, maxQuantity, why)
  }
  if (minNotional?.greaterThan(notional)) {
    return denied('notional.below_minimum', 'the order is worth less than the venue takes', notional, minNotional, why)
  }
  if (maxNotional?.lessThan(notional)) {
    return denied('notional.too_large', 'the order is worth more than the venue takes', notional, maxNotional, why)
  }
  return { kind: 'sized', quantity, notional, why }
}

const lotOf = ({ lot, fractional }: LotRule): Quantity =>
  fractional === false && lot.scale > 0 ? (ONE as Quantity) : lot

const asked = (wish: SizeWish): string => (wish.by === 'quantity' ? wish.quantity : wish.amount).toString()

function denied(
  code: SizeDenial,
  message: string,
  value: Quantity | Amount | Price,
  limit: Quantity | Amount | string,
  why: SizeWhy,
): SizeResult {
  return { kind: 'denied', code, message, value: value.toString(), limit: limit.toString(), why }
}
