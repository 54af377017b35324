import { amount, price, quantity } from '../../core/money.ts'
import type { Execution, VenueOrder } from '../venue-order.ts'

/** An order as text in the venue's file, and back. Decimals write themselves as text. */
export const writeOrder = (order: VenueOrder): string => JSON.stringify(order)

type Texts<T> = { readonly [K in keyof T]: T[K] extends number | string | boolean | undefined ? T[K] : string }
type StoredExecution = Texts<Execution>
interface StoredOrder
  extends Omit<VenueOrder, 'quantity' | 'limitPrice' | 'filledQuantity' | 'filledNotional' | 'executions' | 'hold'> {
  readonly quantity: string
  readonly limitPrice?: string
  readonly filledQuantity: string
  readonly filledNotional: string
  readonly executions: readonly StoredExecution[]
  readonly hold: Texts<VenueOrder['hold']>
}

/** Reads only what `writeOrder` wrote; anything else is a damaged file and throws. */
export function readOrder(text: string): VenueOrder {
  const stored: StoredOrder = JSON.parse(text)
  return {
    ...stored,
    quantity: quantity(stored.quantity),
    limitPrice: stored.limitPrice === undefined ? undefined : price(stored.limitPrice),
    filledQuantity: quantity(stored.filledQuantity),
    filledNotional: amount(stored.filledNotional),
    executions: stored.executions.map(readExecution),
    hold: {
      exposed: quantity(stored.hold.exposed),
      perUnit: price(stored.hold.perUnit),
      commissionPerOrder: amount(stored.hold.commissionPerOrder),
    },
  }
}

const readExecution = (stored: StoredExecution): Execution => ({
  ...stored,
  quantity: quantity(stored.quantity),
  price: price(stored.price),
  commission: amount(stored.commission),
})
