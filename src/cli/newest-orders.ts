import type { ApiClient } from './api-client.ts'
import { itemsIn, type Row, textIn } from './row.ts'

const MOST_PER_PAGE = 500

/** The newest orders, newest first, over as many pages as it takes. */
export async function newestOrders(api: ApiClient, most: number): Promise<readonly Row[]> {
  const orders: Row[] = []
  for (let cursor: string | undefined; orders.length < most; ) {
    const limit = String(Math.min(MOST_PER_PAGE, most - orders.length))
    const { body } = await api.read('/v1/orders', { query: { limit, cursor } })
    orders.push(...itemsIn(body))
    cursor = textIn(body, 'next_cursor')
    if (cursor === undefined) break
  }
  return orders
}
