import { describe, expect, it } from 'vitest'
import { decimal, ZERO } from '../../../../src/core/money.ts'
import { filledQty } from '../../../../src/simulator/faces/alpaca/order.ts'
import { seededRandom } from '../../../../src/simulator/seeded-random.ts'
import { AlpacaAtHand, type Json } from './alpaca-at-hand.ts'

const SEEDS = Array.from({ length: 25 }, (_, nth) => `run ${nth}`)
const STEPS = 60
const SYMBOLS = ['AAPL', 'TSLA', 'ETH/USD']
const CLASSES = [
  {},
  {},
  { order_class: 'bracket', take_profit: { limit_price: '900' }, stop_loss: { stop_price: '60' } },
]
const FINAL = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced'])

/** Whatever clients ask for, with everything going wrong at once. */
function lived(seed: string): AlpacaAtHand {
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[], what: string): T => list[Math.floor(random(what) * list.length)] as T
  const venue = new AlpacaAtHand({
    switches: { partial_fills: 0.5, rate_limit: 100_000, events_before_answer: 'sometimes' },
  })
  venue.control('POST', '/faults', { list: 'all' })
  for (const symbol of SYMBOLS) venue.price(symbol, '150')
  const ids = (): readonly string[] => venue.venue.parts.store.all.map(({ id }) => id)
  const steps: Readonly<Record<string, () => unknown>> = {
    submit: () => venue.submit(orderFrom(pick)),
    trade: () => venue.submit({ ...orderFrom(pick), type: 'market', limit_price: undefined }),
    cancel: () => venue.call('DELETE', `/v2/orders/${pick(ids(), 'which')}`),
    replace: () =>
      venue.call('PATCH', `/v2/orders/${pick(ids(), 'which')}`, { limit_price: pick(['139', '151'], 'price') }),
    fill: () => venue.control('POST', `/orders/${pick(ids(), 'which')}/fill`, { qty: '2' }),
    price: () => venue.price(pick(SYMBOLS, 'symbol'), pick(['130', '149', '150', '165'], 'price')),
    close: () => venue.call('DELETE', '/v2/positions'),
    wait: () => venue.clock.advance(pick([1, 8, 300, 5_000], 'wait')),
  }
  for (let step = 0; step < STEPS; step += 1) steps[pick(Object.keys(steps), 'step')]?.()
  venue.clock.advance(10_000)
  return venue
}
function orderFrom(pick: <T>(list: readonly T[], what: string) => T): Json {
  const symbol = pick(SYMBOLS, 'symbol')
  const more = symbol.includes('/') ? { time_in_force: 'gtc' } : pick(CLASSES, 'class')
  return { symbol, side: pick(['buy', 'sell'], 'side'), limit_price: pick(['140', '150', '160'], 'limit'), ...more }
}

describe('after anything', () => {
  it.each(SEEDS)('no order has more than it asked for, and the account adds up: %s', (seed) => {
    const { parts } = lived(seed).venue
    const orders = parts.store.all
    expect(orders.length).toBeGreaterThan(0)
    for (const order of orders) {
      const whole = [...order.carried, ...order.executions].reduce((sum, { qty }) => sum.plus(qty), ZERO)
      expect(whole.atMost(order.qty ?? whole)).toBe(true)
      if (order.status === 'filled' && order.executions.length > 0) expect(filledQty(order).isPositive).toBe(true)
    }
    const paid = orders.flatMap(({ side, executions }) =>
      executions.map(({ qty, price }) => (side === 'buy' ? qty.times(price) : qty.times(price).negated())),
    )
    expect(`${parts.ledger.cash}`).toBe(`${paid.reduce((cash, one) => cash.minus(one), decimal('100000'))}`)
    for (const symbol of ['AAPL', 'TSLA']) {
      const held = orders
        .filter(({ asset }) => asset.symbol === symbol)
        .map((order) => (order.side === 'buy' ? filledQty(order) : filledQty(order).negated()))
      expect(`${parts.ledger.position(symbol).quantity}`).toBe(`${held.reduce((sum, one) => sum.plus(one), ZERO)}`)
    }
  })
  it.each(SEEDS)('what is over stays over, unless a trade was taken back, and events are told in order: %s', (seed) => {
    const venue = lived(seed)
    const last = new Map<unknown, string>()
    for (const { kind, id, status } of venue.venue.parts.truth.since()) {
      if (kind !== 'order' || typeof status !== 'string') continue
      const before = last.get(id) ?? ''
      if (FINAL.has(before) && status !== before) expect([before, status]).toEqual(['filled', 'partially_filled'])
      last.set(id, status)
    }
    const ids = venue.told.map(({ event_id }) => String(event_id))
    expect(ids).toEqual([...ids].sort())
  })
  it('the same seed has the same life', () => {
    const [first, second] = [lived('again'), lived('again')]
    expect(first.told).toEqual(second.told)
  })
})
