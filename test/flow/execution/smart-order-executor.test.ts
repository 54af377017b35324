import { describe, expect, it } from 'vitest'
import { InvalidSymbolError, OrderStatusError } from '../../../src/core/errors.ts'
import { decimal } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { SmartOrderExecutor } from '../../../src/flow/execution/smart-order-executor.ts'
import { anOrder, fillOf, T0 } from '../../support/orders.ts'
import { BUY, EmbeddedDesk } from './embedded-desk.ts'

/** The time-out rings when the test says so, so each wait of the desk is answered by the next of these. */
class Trading extends EmbeddedDesk {
  readonly waits: number[] = []
  readonly #turns: (() => void)[]
  readonly executor: SmartOrderExecutor

  constructor(...turns: (() => void)[]) {
    super()
    this.#turns = turns
    const wait = async (id: Order['id'], ms: number): Promise<Order | undefined> => {
      this.waits.push(ms)
      this.#turns.shift()?.()
      return this.stand.order(id)
    }
    const { manager, time: clock, log } = this
    const { stand } = this
    const commands = {
      wait,
      order: (id: Order['id']) => stand.order(id),
      sync: () => stand.sync(),
      cancel: (id: Order['id']) => stand.cancel(id),
    }
    this.executor = new SmartOrderExecutor({ manager, commands, clock, log, by: 'bot' })
  }
  execute(): ReturnType<SmartOrderExecutor['executeTrade']> {
    return this.executor.executeTrade(BUY, { timeoutMs: 5_000 })
  }
  cancelled(): void {
    this.stand.happen(this.onlyOrder, { kind: 'cancelled', at: T0, reason: 'requested' })
  }
}

describe('a trade that is filled in time', () => {
  it('gives price, quantity, time and how it was proven', async () => {
    const trading: Trading = new Trading(() => {
      trading.stand.work(trading.onlyOrder)
      trading.stand.fill(trading.onlyOrder, '230.04')
    })
    expect(await trading.execute()).toEqual({
      order_id: trading.onlyOrder,
      client_order_id: 'sf-1',
      signal_id: 's-1',
      filled: true,
      final: true,
      status: 'filled',
      quantity: '10',
      price: '230.04',
      time: expect.stringMatching(/^2026-03-02T15:00:00\.\d{3}Z$/),
      methods: ['status', 'quantity'],
      confidence: '1',
      elapsed_ms: 20,
      checks: 2,
    })
    expect(trading.waits).toEqual([5_000])
    expect(trading.stand.calls).not.toContain('cancel')
    expect(trading.told('trade.submitted')).toMatchObject({ order_id: trading.onlyOrder, limit_price: '230.13' })
    expect(trading.told('trade.ended')).toMatchObject({ filled: true, price: '230.04' })
  })
  it('gives the slippage, signed', async () => {
    const trading = new Trading()
    const order = { ...anOrder(), status: 'filled' as const, slippagePct: decimal('-0.25'), reason: 'no answer' }
    trading.stand.orderMap.set(order.id, order)
    trading.stand.answer = { kind: 'taken', order, orders: [order], duplicate: true }
    const result = await trading.execute()
    expect(result).toMatchObject({ filled: true, slippage_pct: '-0.25' })
    expect(result).not.toHaveProperty('reason')
  })
})

describe('a trade that the venue ends otherwise', () => {
  it('is not filled and says why', async () => {
    const trading: Trading = new Trading(() => {
      trading.stand.work(trading.onlyOrder)
      trading.stand.happen(trading.onlyOrder, {
        kind: 'rejected',
        at: T0,
        code: 'venue.no_borrow',
        reason: 'no shares',
      })
    })
    expect(await trading.execute()).toMatchObject({
      filled: false,
      final: true,
      status: 'rejected',
      reason: 'venue.no_borrow',
      quantity: '0',
      methods: [],
      confidence: '0',
    })
  })
  it('that was never placed throws what the order manager throws', async () => {
    const trading = new Trading()
    const trade = trading.executor.executeTrade({ ...BUY, symbol: 'NOSUCH' }, { timeoutMs: 5_000 })
    await expect(trade).rejects.toBeInstanceOf(InvalidSymbolError)
    expect(trading.waits).toEqual([])
  })
})

describe('a trade that is not filled in time', () => {
  const working = (trading: () => Trading) => () => void trading().stand.work(trading().onlyOrder)

  it('is looked at once more, cancelled, and ends as a time-out', async () => {
    const trading: Trading = new Trading(
      working(() => trading),
      () => trading.cancelled(),
    )
    expect(await trading.execute()).toMatchObject({
      filled: false,
      final: true,
      status: 'cancelled',
      reason: 'timeout',
    })
    expect(trading.synced).toHaveLength(1)
    expect(trading.waits).toEqual([5_000, 10_000])
  })
  it('is filled after all, when the last look finds it so, and is not cancelled', async () => {
    const trading: Trading = new Trading(working(() => trading))
    trading.onSync = () => trading.stand.fill(trading.onlyOrder)
    expect(await trading.execute()).toMatchObject({ filled: true, status: 'filled' })
    expect(trading.stand.calls).not.toContain('cancel')
  })
  it('is filled after all, when the fill wins the race against the cancel', async () => {
    const trading: Trading = new Trading(
      working(() => trading),
      () => void trading.stand.fill(trading.onlyOrder),
    )
    expect(await trading.execute()).toMatchObject({ filled: true, status: 'filled' })
    expect(trading.stand.calls).toContain('cancel')
  })
  it('keeps what was filled of it', async () => {
    const trading: Trading = new Trading(
      () => {
        trading.stand.work(trading.onlyOrder)
        trading.stand.happen(trading.onlyOrder, { kind: 'partially_filled', at: T0, fill: fillOf('4', '230.02') })
      },
      () => trading.cancelled(),
    )
    expect(await trading.execute()).toMatchObject({ filled: false, quantity: '4', price: '230.02', reason: 'timeout' })
  })
  it('is never called cancelled while the venue has not said so', async () => {
    const trading: Trading = new Trading(working(() => trading))
    expect(await trading.execute()).toMatchObject({
      filled: false,
      final: false,
      status: 'accepted',
      reason: 'timeout',
    })
  })
  it('keeps the reason of another end that came first', async () => {
    const trading: Trading = new Trading(
      working(() => trading),
      () => void trading.stand.happen(trading.onlyOrder, { kind: 'expired', at: T0, reason: 'venue_expired' }),
    )
    expect(await trading.execute()).toMatchObject({ status: 'expired', reason: 'venue_expired' })
  })
  it('is cancelled even when the venue cannot be asked before', async () => {
    const trading: Trading = new Trading(
      working(() => trading),
      () => trading.cancelled(),
    )
    trading.syncFails = new Error('the venue does not answer')
    expect(await trading.execute()).toMatchObject({ status: 'cancelled', reason: 'timeout' })
    expect(trading.log.events).toContain('trade.check_failed')
  })
  it('that nobody can follow any more names the order in the error', async () => {
    const trading: Trading = new Trading(() => {
      trading.stand.failing = new Error('the store is gone')
    })
    const error = await trading.execute().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OrderStatusError)
    expect(error).toMatchObject({ context: { order_id: trading.onlyOrder } })
  })
})

describe('a dry run', () => {
  it('says what would have been sent, and stops there', async () => {
    const trading = new Trading()
    const order = { ...anOrder({ mode: 'dry_run' }), status: 'denied' as const, reason: 'mode.dry_run' }
    trading.stand.orderMap.set(order.id, order)
    trading.stand.answer = { kind: 'taken', order, orders: [order], duplicate: false }
    expect(await trading.execute()).toMatchObject({
      filled: false,
      status: 'denied',
      reason: 'mode.dry_run',
      quantity: '0',
    })
    expect(trading.stand.calls).not.toContain('cancel')
    expect(trading.synced).toEqual([])
    expect(trading.log.events).toContain('trade.dry_run')
  })
})
