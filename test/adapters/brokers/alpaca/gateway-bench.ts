import { afterEach } from 'vitest'
import { AlpacaGateway } from '../../../../src/adapters/brokers/alpaca/gateway.ts'
import { realClock, realTimers } from '../../../../src/adapters/system/real-clock.ts'
import { UndiciExchange } from '../../../../src/adapters/system/undici-exchange.ts'
import { clientOrderId } from '../../../../src/core/ids.ts'
import { price, quantity } from '../../../../src/core/money.ts'
import { formatTime, parseTime } from '../../../../src/core/time.ts'
import type { OutgoingOrder } from '../../../../src/ports/broker-gateway.ts'
import { type ExitPass, NotSent } from '../../../../src/ports/exit-pass.ts'
import { type Answer, type AnsweringServer, type Asked, answeringServer, json } from './answering-server.ts'

export const ORDER: OutgoingOrder = {
  clientOrderId: clientOrderId('sf-000001'),
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'day',
  quantity: quantity('100.000000001'),
  limitPrice: price('150.25'),
}
export const T0 = parseTime('2026-03-11T14:30:00Z') ?? 0
export const row = (n: number, more: object = {}) => ({
  id: `b-${n}`,
  client_order_id: `sf-${String(n).padStart(6, '0')}`,
  created_at: formatTime(T0 + n),
  submitted_at: formatTime(T0 + n),
  symbol: 'AAPL',
  side: 'buy',
  qty: '100',
  filled_qty: '0',
  filled_avg_price: null,
  type: 'limit',
  time_in_force: 'day',
  limit_price: '150.25',
  status: 'new',
  replaces: null,
  replaced_by: null,
  ...more,
})
export const fill = (n: number, order: string, qty: string, cum: string, at = '150') => ({
  id: `2026031110300000${n}::e-${n}`,
  activity_type: 'FILL',
  order_id: order,
  symbol: 'AAPL',
  side: 'buy',
  qty,
  price: at,
  cum_qty: cum,
  transaction_time: formatTime(T0 + n),
})
export const absent = json({ code: 40410000, message: 'order not found' }, 404)
export const ref = { clientOrderId: ORDER.clientOrderId, symbol: 'AAPL' }

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

export async function against(
  answer: (asked: Asked) => Answer,
): Promise<{ gateway: AlpacaGateway; server: AnsweringServer }> {
  const server = await answeringServer(answer)
  const trading = new UndiciExchange({ origin: server.origin })
  open.push(trading, server)
  const gateway = new AlpacaGateway({
    account: 'alpaca',
    keys: { keyId: 'K', secretKey: 'S' },
    trading,
    data: trading,
    streamUrl: server.origin.replace('http', 'ws'),
    feed: 'iex',
    clock: realClock,
    timers: realTimers,
  })
  return { gateway, server }
}

export class CountedPass implements ExitPass {
  readonly seen: string[] = []
  use(bytes: string): void {
    this.seen.push(bytes)
  }
}
export const refusing: ExitPass = {
  use: () => {
    throw new NotSent('halted', 'trading is halted')
  },
}
