import { describe, expect, it } from 'vitest'
import {
  InsufficientBalanceError,
  InvalidSymbolError,
  OrderCancellationError,
  type OrderError,
  OrderStatusError,
  OrderSubmissionError,
  OrderValidationError,
  UnsupportedOrderTypeError,
} from '../../../src/core/errors.ts'
import { orderId } from '../../../src/core/ids.ts'
import { JsonNumber } from '../../../src/core/json-text.ts'
import type { Admission } from '../../../src/ports/order-commands.ts'
import { anOrder } from '../../support/orders.ts'
import { BUY, EmbeddedDesk } from './embedded-desk.ts'

const { side: _side, ...REQUEST } = BUY

describe('placing an order', () => {
  it.each([
    ['placeLimitBuy', 'buy'],
    ['placeLimitSell', 'sell'],
  ] as const)('%s gives an envelope once it is durable', async (place, side) => {
    const desk = new EmbeddedDesk()
    const envelope = await desk.manager[place]({ ...REQUEST, limit_price: '230.13' })
    expect(envelope).toMatchObject({
      order_id: desk.onlyOrder,
      client_order_id: 'sf-1',
      signal_id: 's-1',
      symbol: 'AAPL',
      side,
      order_type: 'limit',
      status: 'created',
      quantity: '10',
      limit_price: '230.13',
      filled_quantity: '0',
      duplicate: false,
    })
    expect(desk.stand.requests[0]).toMatchObject({
      by: 'bot',
      receivedAt: desk.time.now(),
      body: { side, order_type: 'limit' },
    })
    expect(desk.told('order.placed')).toMatchObject({ order_id: desk.onlyOrder, limit_price: '230.13' })
  })
  it('twice with one signal id is one order', async () => {
    const desk = new EmbeddedDesk()
    const first = await desk.manager.placeLimitOrder(BUY)
    const second = await desk.manager.placeLimitOrder(BUY)
    expect(second).toEqual({ ...first, duplicate: true })
    expect(desk.stand.orderMap.size).toBe(1)
  })
  it('leaves out what was left out, and keeps every digit', async () => {
    const desk = new EmbeddedDesk()
    const metadata = { model: 7, big: new JsonNumber('12345678901234567890.5') }
    await desk.manager.placeLimitBuy({
      ...REQUEST,
      quantity: '0.100000000000000001',
      account: undefined,
      metadata,
    } as never)
    expect(desk.stand.requests[0]?.body).toEqual({
      signal_id: 's-1',
      symbol: 'AAPL',
      quantity: '0.100000000000000001',
      metadata: { model: new JsonNumber('7'), big: new JsonNumber('12345678901234567890.5') },
      side: 'buy',
      order_type: 'limit',
    })
  })
  it('leaves the type to the configuration where none is named', async () => {
    const desk = new EmbeddedDesk()
    await desk.manager.placeOrder(BUY)
    expect(desk.stand.requests[0]?.body).not.toHaveProperty('order_type')
  })
  it('in dry run gives the order that went no further', async () => {
    const desk = new EmbeddedDesk()
    const order = { ...anOrder(), status: 'denied' as const, reason: 'mode.dry_run' }
    desk.stand.answer = { kind: 'taken', order, orders: [order], duplicate: false }
    expect(await desk.manager.placeLimitBuy(REQUEST)).toMatchObject({ status: 'denied', reason: 'mode.dry_run' })
  })
})

describe('an order that is not placed is an error with a code', () => {
  const denied = (code: string): Admission => ({
    kind: 'denied',
    code,
    message: 'no',
    value: '2',
    limit: '1',
    order: anOrder({ symbol: 'XYZ', orderType: 'stop' }),
    duplicate: false,
  })
  it.each<[string, Admission, new (...args: never[]) => OrderError, string]>([
    ['a risk limit', denied('risk.order_notional'), OrderValidationError, 'risk.order_notional'],
    ['the kill switch', denied('halted'), OrderValidationError, 'halted'],
    ['no money', denied('risk.buying_power'), InsufficientBalanceError, 'risk.buying_power'],
    ['an unknown symbol', denied('symbol.unknown'), InvalidSymbolError, 'symbol.unknown'],
    ['a forbidden symbol', denied('symbol.denied'), InvalidSymbolError, 'symbol.denied'],
    ['a type nobody enabled', denied('order_type.not_enabled'), UnsupportedOrderTypeError, 'order_type.not_enabled'],
    ['a type the venue has not', denied('order_type.unsupported'), UnsupportedOrderTypeError, 'order_type.unsupported'],
    ['a code of tomorrow', denied('something.new'), OrderValidationError, 'something.new'],
    [
      'an id used before',
      { kind: 'conflict', signalId: 's-1', orderId: orderId('o-1') },
      OrderValidationError,
      'signal.conflict',
    ],
    ['a full desk', { kind: 'busy', retryAfterMs: 500 }, OrderSubmissionError, 'rate.intake'],
    [
      'a store in doubt',
      { kind: 'unavailable', reason: 'the store is not available' },
      OrderSubmissionError,
      'store.unavailable',
    ],
  ])('%s', async (_, answer, kind, code) => {
    const desk = new EmbeddedDesk()
    desk.stand.answer = answer
    const error = await desk.manager.placeLimitBuy(REQUEST).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ code })
    expect(desk.told('order.not_placed')).toMatchObject({ code, signal_id: 's-1', by: 'bot' })
    expect(desk.log.events).not.toContain('order.placed')
  })
  it('a refused type says which, and what to do', async () => {
    const desk = new EmbeddedDesk()
    desk.stand.answer = denied('order_type.not_enabled')
    const remedy = expect.stringContaining('order_management.order_types')
    const placing = desk.manager.placeOrder({ ...BUY, order_type: 'stop' })
    await expect(placing).rejects.toMatchObject({ orderType: 'stop', message: 'no', context: { remedy } })
  })
  it('a denial brings the order, the value and the limit', async () => {
    const desk = new EmbeddedDesk()
    desk.stand.answer = denied('risk.order_notional')
    const context = { order_id: anOrder().id, value: '2', limit: '1', symbol: 'XYZ', remedy: expect.any(String) }
    await expect(desk.manager.placeLimitBuy(REQUEST)).rejects.toMatchObject({ context })
  })
  it('a malformed request names every mistake', async () => {
    const desk = new EmbeddedDesk()
    const placing = desk.manager.placeLimitBuy({ ...REQUEST, symbol: '', quantity: '-1' })
    await expect(placing).rejects.toMatchObject({
      code: 'signal.invalid',
      message: expect.stringMatching(/symbol.*quantity/),
    })
    expect(desk.stand.orderMap.size).toBe(0)
  })
  it.each([
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {}
        circle.self = circle
        return circle
      },
    ],
    ['a number no text can hold', () => 1n],
  ])('a request that is no JSON, such as %s, is refused before anything is asked', async (_, metadata) => {
    const desk = new EmbeddedDesk()
    await expect(desk.manager.placeLimitBuy({ ...REQUEST, metadata: metadata() })).rejects.toMatchObject({
      code: 'json.invalid',
    })
    expect(desk.stand.requests).toEqual([])
  })
  it('no answer at all is no no: the error says how to find out', async () => {
    const desk = new EmbeddedDesk()
    desk.stand.failing = new Error('the disk is gone')
    const error = await desk.manager.placeLimitBuy(REQUEST).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OrderSubmissionError)
    expect(error).toMatchObject({ cause: desk.stand.failing, message: expect.stringContaining('the same signal_id') })
  })
})

describe('asking about orders', () => {
  it('getStatus tells how one stands now', async () => {
    const desk = new EmbeddedDesk()
    const { order_id } = await desk.manager.placeLimitBuy(REQUEST)
    desk.stand.work(desk.onlyOrder)
    desk.stand.fill(desk.onlyOrder, '230.04')
    expect(await desk.manager.getStatus(order_id)).toMatchObject({
      status: 'filled',
      filled_quantity: '10',
      average_fill_price: '230.04',
      broker_order_id: 'b-1',
    })
  })
  it('getStatus of an order nobody knows is an error', async () => {
    const desk = new EmbeddedDesk()
    const asking = desk.manager.getStatus('019c0000-0000-7000-8000-000000000009')
    await expect(asking).rejects.toBeInstanceOf(OrderStatusError)
    await expect(asking).rejects.toMatchObject({ code: 'order.unknown' })
  })
  it('cancelAll asks for each of ours and counts', async () => {
    const desk = new EmbeddedDesk()
    await desk.manager.placeLimitBuy(REQUEST)
    await desk.manager.placeLimitBuy({ ...REQUEST, signal_id: 's-2', symbol: 'MSFT' })
    expect(await desk.manager.cancelAll({ symbol: 'AAPL' })).toEqual({
      items: [{ order_id: desk.onlyOrder, result: 'asked' }],
      asked: 1,
      failed: 0,
    })
    expect((await desk.manager.cancelAll()).items).toHaveLength(2)
  })
  it('cancelAll that could not be asked is an error', async () => {
    const desk = new EmbeddedDesk()
    desk.stand.failing = new Error('gone')
    await expect(desk.manager.cancelAll()).rejects.toBeInstanceOf(OrderCancellationError)
  })
  it('synchronizeOpenOrders asks the venue and tells what is left', async () => {
    const desk = new EmbeddedDesk()
    await desk.manager.placeLimitBuy(REQUEST)
    desk.onSync = () => {
      desk.stand.work(desk.onlyOrder)
      desk.stand.fill(desk.onlyOrder)
    }
    expect(await desk.manager.synchronizeOpenOrders()).toEqual({ open_orders: 0, unconfirmed: 0 })
    expect(desk.synced).toHaveLength(1)
  })
  it('synchronizeOpenOrders that failed is an error', async () => {
    const desk = new EmbeddedDesk()
    desk.syncFails = new Error('the venue does not answer')
    await expect(desk.manager.synchronizeOpenOrders()).rejects.toMatchObject({
      name: 'OrderStatusError',
      cause: desk.syncFails,
    })
  })
})
