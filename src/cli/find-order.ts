import type { ApiClient } from './api-client.ts'
import { CliFailure, EXIT } from './cli-failure.ts'
import { newestOrders } from './newest-orders.ts'
import { itemsIn, textIn } from './row.ts'
import { orderIdOf, orderWords, shortId } from './views/order-words.ts'

const WHOLE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SHORTEST_END = 4
const SEARCHED = 1_000

/**
 * The order a person means: its id, the end of it as tables show it, or the id of its signal. More than one that could be
 * meant is a refusal, since what follows may be a cancel.
 */
export async function findOrderId(api: ApiClient, given: string): Promise<string> {
  if (WHOLE_ID.test(given)) return given
  const bySignal = itemsIn((await api.read('/v1/orders', { query: { signal_id: given } })).body)
  const candidates =
    bySignal.length > 0 || given.length < SHORTEST_END
      ? bySignal
      : (await newestOrders(api, SEARCHED)).filter((order) => orderIdOf(order).endsWith(given))
  const [only, ...others] = candidates
  if (only === undefined) {
    throw new CliFailure(
      EXIT.failed,
      `No order has the id or the signal id ${given}, and none of the last ${SEARCHED} ends with it.`,
    )
  }
  if (others.length === 0) return orderIdOf(only)
  const list = candidates.map(
    (order) => `  ${shortId(orderIdOf(order))}  ${orderWords(order)}, ${textIn(order, 'status') ?? ''}`,
  )
  throw new CliFailure(EXIT.failed, `${given} may be any of these orders; name one:\n${list.join('\n')}`)
}
