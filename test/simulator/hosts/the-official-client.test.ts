import { Alpaca, streaming, trading } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AlpacaSimulator, SimulatorOptions } from '../../../src/simulator/hosts/alpaca-server.ts'
import { shapeOf } from '../faces/alpaca/shape.ts'
import { ask, configurationFor, control, LIMIT, simulatorFor } from './alpaca-at-socket.ts'

/** The client's own type of an answer, with the names it has on the wire and times as texts. */
type Snake<S extends string> = S extends `${infer Head}${infer Rest}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Rest>}`
  : ''
type OnWire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? OnWire<Item>[]
    : T extends object
      ? { [K in keyof T as string extends K ? never : Snake<K & string>]: OnWire<T[K]> }
      : T

/** An answer as it left the simulator; that it compiles says that the client's types accept it. */
const ORDER = {
  id: '6a0e7d0b-1c5f-4c52-9d0c-6e4b1f0c2b11',
  client_order_id: 'a',
  created_at: '2026-03-11T14:30:05.101234567Z',
  updated_at: '2026-03-11T14:30:05.101234567Z',
  submitted_at: '2026-03-11T14:30:05.101234567Z',
  filled_at: null,
  expired_at: null,
  expires_at: '2026-03-11T20:00:00Z',
  canceled_at: null,
  replaced_at: null,
  failed_at: null,
  replaced_by: null,
  replaces: null,
  asset_id: 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415',
  symbol: 'AAPL',
  asset_class: 'us_equity',
  notional: null,
  qty: '10',
  filled_qty: '0',
  filled_avg_price: null,
  order_class: '',
  order_type: 'limit',
  type: 'limit',
  side: 'buy',
  position_intent: 'buy_to_open',
  time_in_force: 'day',
  limit_price: '140',
  stop_price: null,
  status: 'pending_new',
  extended_hours: false,
  legs: null,
  trail_percent: null,
  trail_price: null,
  hwm: null,
} satisfies OnWire<trading.Order>

/** The facade as its makers ship it, kept on this machine. */
function facade({ url, keyId, secretKey }: AlpacaSimulator): Alpaca {
  const fetchHere: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input)
    return fetch(`${url}${pathname}${search}`, init)
  }
  return new Alpaca({ keyId, secret: secretKey, retry: false, rateLimit: false, fetchApi: fetchHere })
}

async function traded(options: SimulatorOptions = {}) {
  const simulator = await simulatorFor({ fills: 'auto', ...options })
  control(simulator, 'POST', '/price', { symbol: 'AAPL', price: '150' })
  return { simulator, alpaca: facade(simulator) }
}

describe("the official client's types", () => {
  it('are those of an answer on the wire', async () => {
    const simulator = await simulatorFor()
    const { json } = await ask(simulator, 'POST', '/v2/orders', { ...LIMIT, client_order_id: 'a' })
    const { subtag, source, ...order } = json
    expect([subtag, source]).toEqual([null, null])
    expect(shapeOf(order)).toEqual(shapeOf(ORDER))
  })
})

describe('the official client', () => {
  it('submits each kind of order with its own builders', async () => {
    const { alpaca } = await traded()
    const { orders } = alpaca.trading
    const base = { symbol: 'AAPL', qty: '1', side: 'buy' } as const
    const exits = { takeProfit: { limitPrice: '170' }, stopLoss: { stopPrice: '130' } }
    const bought = await orders.market({ ...base, qty: '10' })
    const placed = [
      bought,
      await orders.limit({ ...base, limitPrice: '140' }),
      await orders.stop({ ...base, stopPrice: '160' }),
      await orders.stopLimit({ ...base, stopPrice: '160', limitPrice: '161' }),
      await orders.trailingStop({ ...base, trailPercent: '2' }),
      await orders.bracket({ ...base, limitPrice: '140', ...exits }),
      await orders.oto({ ...base, limitPrice: '140', stopLoss: { stopPrice: '130' } }),
    ]
    expect(placed.map(({ type, orderClass }) => `${type} ${orderClass}`)).toEqual([
      'market ',
      'limit ',
      'stop ',
      'stop_limit ',
      'trailing_stop ',
      'limit bracket',
      'limit oto',
    ])
    expect(placed.at(-2)?.legs?.map(({ status }) => status)).toEqual(['held', 'held'])
  })

  it('reads everything there is to read', async () => {
    const { simulator, alpaca } = await traded()
    const filled = nextUpdate(simulator, 'fill')
    await filled.listening
    await alpaca.trading.orders.market({ symbol: 'AAPL', qty: '10', side: 'buy' })
    await filled.arrived
    const { account, assets, calendar, clock, positions, accountActivities, accountConfigurations } = alpaca.trading
    expect(await account.getAccount()).toMatchObject({ status: 'ACTIVE', cash: '98500', equity: '100000' })
    expect(await positions.getAllOpenPositions()).toMatchObject([{ symbol: 'AAPL', qty: '10', side: 'long' }])
    expect(await positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).toMatchObject({ avgEntryPrice: '150' })
    expect(await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'ETH/USD' })).toMatchObject({ symbol: 'ETH/USD' })
    expect((await assets.getV2Assets({ assetClass: 'crypto' })).map(({ symbol }) => symbol)).toContain('BTC/USD')
    expect((await clock.legacyClock()).isOpen).toBe(true)
    const days = await calendar.legacyCalendar({ start: new Date('2026-11-23'), end: new Date('2026-11-27') })
    expect(days).toHaveLength(4)
    expect(await accountActivities.getAccountActivities({ activityTypes: ['FILL'] })).toMatchObject([
      { symbol: 'AAPL', qty: '10', type: 'fill' },
    ])
    expect(await accountConfigurations.getAccountConfig()).toMatchObject({ suspendTrade: false })
    const closed = await positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL' })
    expect(closed).toMatchObject({ side: 'sell', qty: '10' })
  })

  it('replaces, cancels and looks up by both ids', async () => {
    const simulator = await simulatorFor()
    const orders = new trading.OrdersApi(configurationFor(simulator))
    const working = nextUpdate(simulator, 'new')
    await working.listening
    const { id: orderId = '' } = await orders.postOrder({
      postOrderRequest: {
        symbol: 'AAPL',
        qty: '10',
        side: 'buy',
        type: 'limit',
        timeInForce: 'gtc',
        limitPrice: '140',
        clientOrderId: 'a',
      },
    })
    await working.arrived
    const next = await orders.patchOrderByOrderId({ orderId, patchOrderRequest: { limitPrice: '141' } })
    expect(next).toMatchObject({ replaces: orderId, limitPrice: '141' })
    expect((await orders.getOrderByClientOrderId({ clientOrderId: 'a' })).id).toBe(orderId)
    expect((await orders.getAllOrders({ status: 'all', nested: true })).length).toBe(2)
    await (await orders.deleteOrderByOrderIDRaw({ orderId: next.id ?? '' })).value()
    expect((await orders.getOrderByOrderID({ orderId: next.id ?? '' })).status).toMatch(/cancel/)
    expect(await orders.deleteAllOrders()).toBeInstanceOf(Array)
  })

  it.each([
    [{ clientOrderId: 'taken' }, 'ValidationError', 422, 40010001],
    [{ qty: '1000000' }, 'PermissionError', 403, 40310000],
    [{ symbol: 'ZZZZZ' }, 'ValidationError', 422, 42210000],
  ])('knows the refusal of %j as %s', async (terms, name, status, code) => {
    const simulator = await simulatorFor()
    await ask(simulator, 'POST', '/v2/orders', { ...LIMIT, client_order_id: 'taken' })
    const orders = new trading.OrdersApi(configurationFor(simulator))
    const request = {
      symbol: 'AAPL',
      qty: '10',
      side: 'buy',
      type: 'limit',
      timeInForce: 'day',
      limitPrice: '140',
    } as const
    const asked = orders.postOrder({ postOrderRequest: { ...request, ...terms } })
    await expect(asked).rejects.toMatchObject({ name, status, code })
  })

  it('comes back by itself when its stream is cut', async () => {
    const simulator = await simulatorFor()
    const { stream, listening } = nextUpdate(simulator, 'new')
    await listening
    const again = new Promise((resolve) => stream.onReconnected(() => resolve(true)))
    control(simulator, 'POST', '/streams/close', { how: 'reset' })
    expect(await again).toBe(true)
  })
})

/** The stream of the official client, and the first update of this name. */
function nextUpdate({ streamUrl, keyId, secretKey }: AlpacaSimulator, event: string) {
  const stream = new streaming.TradingStream({
    credentials: { keyId, secret: secretKey },
    url: streamUrl,
    initialReconnectMs: 20,
  })
  onTestFinished(() => stream.disconnect())
  const arrived = new Promise((resolve) =>
    stream.onTradeUpdate((update) => {
      if (update.event === event) resolve(update)
    }),
  )
  const listening = new Promise((resolve) => stream.on('subscription', resolve))
  stream.subscribeTradeUpdates()
  stream.connect()
  return { stream, arrived, listening }
}
