import { trading } from '@alpacahq/alpaca-trade-api'
import { Pool } from 'undici'
import { oursAt } from './our-submitter.ts'
import { idOf, KEYS, type Submit } from './submit.ts'

function mustBe(what: string, found: unknown, expected: string): void {
  if (found !== expected) throw new Error(`the ${what} of the answer is ${String(found)}, not ${expected}`)
}

/** The limit: the same bytes in one request, the answer read and looked at, nothing else. */
function undiciAt(url: string): Submit {
  const pool = new Pool(url, { connections: 64, pipelining: 1 })
  const headers = {
    'content-type': 'application/json',
    'apca-api-key-id': KEYS.keyId,
    'apca-api-secret-key': KEYS.secretKey,
  }
  return async (n) => {
    const body = JSON.stringify({
      client_order_id: idOf(n),
      limit_price: '150.25',
      qty: '10',
      side: 'buy',
      symbol: 'AAPL',
      time_in_force: 'day',
      type: 'limit',
    })
    const { statusCode, body: answer } = await pool.request({ method: 'POST', path: '/v2/orders', headers, body })
    const order = JSON.parse(await answer.text())
    mustBe('status', `${statusCode} ${order.status}`, '200 new')
    mustBe('id', order.client_order_id, idOf(n))
  }
}

/** The official SDK as it comes. */
function sdkAt(url: string): Submit {
  const configuration = new trading.Configuration({ basePath: url, keyId: KEYS.keyId, secret: KEYS.secretKey })
  const orders = new trading.OrdersApi(configuration)
  return async (n) => {
    const order = await orders.postOrder({
      postOrderRequest: {
        clientOrderId: idOf(n),
        limitPrice: '150.25',
        qty: '10',
        side: 'buy',
        symbol: 'AAPL',
        timeInForce: 'day',
        type: 'limit',
      },
    })
    mustBe('id', order.clientOrderId, idOf(n))
  }
}

export const SUBMITTERS = { ours: oursAt, undici: undiciAt, sdk: sdkAt } as const
export type SubmitterName = keyof typeof SUBMITTERS
export const isSubmitter = (name: string): name is SubmitterName => Object.hasOwn(SUBMITTERS, name)
