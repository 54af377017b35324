import { type ClientOrderId, clientOrderId } from '../../../core/ids.ts'
import { type AlpacaCalls, unreadable } from './calls.ts'
import type { AlpacaOrder } from './decode.ts'
import { byBrokerId } from './look-up.ts'

const MOST_LINKS = 50

/** A changed order is one of its own to Alpaca, with a name that it makes up: the first of its chain bears the one we gave. */
export async function firstNameIn(calls: AlpacaCalls, id: string): Promise<ClientOrderId | undefined> {
  let order = await byBrokerId(calls, id)
  if (order === undefined || (order.replaces ?? order.replaced_by) === undefined) return undefined
  for (let links = 1; order.replaces !== undefined; links += 1) {
    if (links >= MOST_LINKS) throw unreadable('a chain of replacements with a beginning')
    const before: AlpacaOrder | undefined = await byBrokerId(calls, order.replaces)
    if (before === undefined) throw unreadable('the order that was replaced')
    order = before
  }
  return clientOrderId(order.client_order_id)
}
