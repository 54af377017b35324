import { controlText } from '../../../../src/simulator/faces/alpaca/control-face.ts'
import type { AlpacaSimulator } from '../../../../src/simulator/hosts/alpaca-server.ts'
import type { TrueOrder, TrueRequest, VenueTruth } from '../conformance-venue.ts'

/** What an outside hand sends carries this, so that it is not taken for the gateway's. */
export const OUTSIDE = 'x-outside'

interface StateOrder {
  readonly id: string
  readonly client_order_id: string
  readonly symbol: string
  readonly side: TrueOrder['side']
  readonly type: TrueOrder['orderType']
  readonly time_in_force: TrueOrder['timeInForce']
  readonly qty: string
  readonly limit_price: string | null
  readonly status: string
  /** The simulator's own books have them; the API's order does not. */
  readonly executions?: readonly { readonly qty: string; readonly price: string }[]
}
interface JournalEntry {
  readonly kind: string
  readonly method: string
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export function ask<T>(simulator: AlpacaSimulator, method: string, path: string, body?: object): T {
  const answer = simulator.control.handle(method, path, body === undefined ? '' : JSON.stringify(body))
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${controlText(answer)}`)
  return JSON.parse(controlText(answer))
}

export function truthOf(simulator: AlpacaSimulator): VenueTruth {
  const { orders } = ask<{ orders: StateOrder[] }>(simulator, 'GET', '/state')
  const { entries } = ask<{ entries: JournalEntry[] }>(simulator, 'GET', '/journal')
  return {
    orders: booksOf(orders),
    requests: entries
      .filter(({ kind, headers }) => kind === 'request' && headers[OUTSIDE] === undefined)
      .map(({ method, path, body }) => ({ kind: kindOf(method, path), body })),
  }
}

export const booksOf = (orders: readonly StateOrder[]): readonly TrueOrder[] => orders.map(orderOf)

const ENDS: Readonly<Record<string, TrueOrder['state']>> = {
  filled: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
  replaced: 'replaced',
}
const orderOf = (order: StateOrder): TrueOrder => ({
  name: order.client_order_id,
  id: order.id,
  symbol: order.symbol,
  side: order.side,
  orderType: order.type,
  timeInForce: order.time_in_force,
  quantity: order.qty,
  ...(order.limit_price === null ? {} : { limitPrice: order.limit_price }),
  state: ENDS[order.status] ?? 'open',
  executions: (order.executions ?? []).map(({ qty, price }) => ({ quantity: qty, price })),
})

export function kindOf(method: string, path: string): TrueRequest['kind'] {
  if (method === 'POST') return 'submit'
  if (method === 'PATCH') return 'replace'
  if (method !== 'DELETE') return 'read'
  return path === '/v2/orders' ? 'cancel everything' : 'cancel'
}
