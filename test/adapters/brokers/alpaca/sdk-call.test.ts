import { trading } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { type SdkParameters, sdkCall } from '../../../../src/adapters/brokers/alpaca/sdk-call.ts'
import type { HttpExchange, HttpRequest } from '../../../../src/ports/http.ts'

function aWire() {
  const asked: HttpRequest[] = []
  const exchange: HttpExchange = {
    exchange: async (request) => {
      asked.push(request)
      request.beforeDispatch?.(request.body ?? '')
      return { kind: 'answer', status: 200, headers: {}, body: 'as it came' }
    },
  }
  return { asked, exchange }
}
const KEYS = { keyId: 'K', secretKey: 'S' }
const orders = (own: SdkParameters) => new trading.OrdersApi(new trading.Configuration(own))
const cancel = (own: SdkParameters) => orders(own).deleteOrderByOrderIDRaw({ orderId: 'b-1' })

describe('a call of the SDK', () => {
  it('gives back the answer as it came', async () => {
    const { exchange } = aWire()
    const result = await sdkCall(exchange, KEYS, { deadlineMs: 100 }, (own) => orders(own).getAllOrdersRaw({}))
    expect(result).toMatchObject({ kind: 'answer', body: 'as it came' })
  })
  it('that writes is refused without a pass, before anything leaves', async () => {
    const { exchange, asked } = aWire()
    expect(await sdkCall(exchange, KEYS, { deadlineMs: 100 }, cancel)).toMatchObject({
      kind: 'failed',
      phase: 'not_sent',
      error: { code: 'pass.missing' },
    })
    expect(asked).toEqual([])
  })
  it('that would send twice sends once', async () => {
    const { exchange, asked } = aWire()
    const passes: string[] = []
    const call = { deadlineMs: 100, beforeDispatch: (body: string) => void passes.push(body) }
    await sdkCall(exchange, KEYS, call, async (own) => {
      await cancel(own)
      await cancel(own)
    })
    expect([asked.length, passes.length]).toEqual([1, 1])
  })
  it('that the SDK cannot put into words never left', async () => {
    const { exchange } = aWire()
    const wordless = (own: SdkParameters) => orders(own).getOrderByOrderIDRaw({} as never)
    expect(await sdkCall(exchange, KEYS, { deadlineMs: 100 }, wordless)).toMatchObject({ phase: 'not_sent' })
  })
})
