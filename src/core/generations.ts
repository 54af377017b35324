import { type Amount, type Quantity, ZERO } from './money.ts'
import type { BrokerOrder, Order } from './order.ts'

/** What was executed under one of the names an order was sent by. */
export interface Filled {
  readonly quantity: Quantity
  readonly notional: Amount
}

/** The generation that goes by this name; the current one where nothing is named, none where the name was never sent. */
export function generationNamed(order: Order, clientOrderId: string | undefined): number {
  if (clientOrderId === undefined || clientOrderId === order.clientOrderId) return order.generation
  return order.brokerOrders.find((sent) => sent.clientOrderId === clientOrderId)?.generation ?? NEVER_SENT
}
const NEVER_SENT = 0

/** Earlier generations carry what was theirs; the rest of the order's sum is the current one's. */
export function filledUnder(order: Order, generation: number): Filled {
  const earlier = order.brokerOrders.filter((sent) => sent.generation !== order.generation)
  if (generation !== order.generation) return filledOf(earlier.find((sent) => sent.generation === generation))
  return earlier.map(filledOf).reduce<Filled>(
    (left, { quantity, notional }) => ({
      quantity: left.quantity.minus(quantity),
      notional: left.notional.minus(notional),
    }),
    { quantity: order.filledQuantity, notional: order.filledNotional },
  )
}

const filledOf = (sent: BrokerOrder | undefined): Filled => ({
  quantity: sent?.filledQuantity ?? (ZERO as Quantity),
  notional: sent?.filledNotional ?? (ZERO as Amount),
})
