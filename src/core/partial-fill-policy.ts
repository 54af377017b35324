import { type Amount, notionalOf, type Price, type Quantity } from './money.ts'

export type PartialFillPolicy = 'keep' | 'cancel_remainder' | 'reject'

export interface PartialFillFacts {
  readonly quantity: Quantity
  readonly filledQuantity: Quantity
  readonly cancelRequested: boolean
  /** What the rest is worth is measured at the order's own price. */
  readonly price: Price
  readonly minQuantity: Quantity
  readonly minNotional?: Amount
}

export type PartialFillAction =
  | { readonly action: 'keep_watching'; readonly because: 'no_partial_fill' | 'policy' | 'already_cancelling' | 'dust' }
  | { readonly action: 'cancel_rest'; readonly reason: 'partial_remainder' | 'partial_fill' }

/** Fills are kept whatever the policy; it only says what becomes of the rest. */
export function partialFillAction(policy: PartialFillPolicy, facts: PartialFillFacts): PartialFillAction {
  const { quantity, filledQuantity } = facts
  if (!filledQuantity.isPositive || filledQuantity.atLeast(quantity)) return keep('no_partial_fill')
  if (policy === 'keep') return keep('policy')
  if (facts.cancelRequested) return keep('already_cancelling')
  if (isTooSmallToTrade(quantity.minus(filledQuantity), facts)) return keep('dust')
  return { action: 'cancel_rest', reason: policy === 'reject' ? 'partial_fill' : 'partial_remainder' }
}

/** Once cancelled, such a rest could never be ordered again; left working, it may still fill. */
const isTooSmallToTrade = (rest: Quantity, { price, minQuantity, minNotional }: PartialFillFacts): boolean =>
  rest.lessThan(minQuantity) || (minNotional?.greaterThan(notionalOf(price, rest)) ?? false)

const keep = (because: 'no_partial_fill' | 'policy' | 'already_cancelling' | 'dust'): PartialFillAction => ({
  action: 'keep_watching',
  because,
})
