import { type OrderId, orderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { ApiDeps } from '../api-deps.ts'
import { problem } from '../problem.ts'

const ORDER_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** The id in an address, if it can be one. */
export function orderIdIn({ id = '' }: Readonly<Record<string, string>>): OrderId {
  if (ORDER_ID.test(id)) return orderId(id)
  throw problem('order.unknown')
}

export async function knownOrder(
  { commands, reader }: Pick<ApiDeps, 'commands' | 'reader'>,
  id: OrderId,
): Promise<Order> {
  const order = (await commands.order(id)) ?? (await reader.order(id))
  if (order === undefined) throw problem('order.unknown')
  return order
}

export async function ordersById(
  { commands }: Pick<ApiDeps, 'commands'>,
  ids: readonly OrderId[],
): Promise<readonly Order[]> {
  const orders = await Promise.all(ids.map((id) => commands.order(id)))
  return orders.filter((order) => order !== undefined)
}
