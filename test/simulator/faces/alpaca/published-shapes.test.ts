import { describe, expect, it } from 'vitest'
import { AlpacaAtHand, type Called, EVENING, type Json, samples } from './alpaca-at-hand.ts'
import { shapeOf } from './shape.ts'

const at = (name: string, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Json)[key], samples(name))
const { orders: BY_STATUS } = samples('orders-by-status') as { orders: Record<string, Json> }
const { composed: VARIANTS } = samples('order-variants') as { composed: Record<string, Json> }
/** A client order id of any form is a text of the client's. */
const plain = (order: unknown): unknown => {
  const { client_order_id: _, ...rest } = order as Json
  const legs = Array.isArray(rest.legs) ? rest.legs.map(plain) : rest.legs
  return shapeOf({ ...rest, ...(legs === undefined ? {} : { legs }) })
}

/** An order in each state the venue brings one into. */
const STATES: Readonly<Record<string, () => Json>> = {
  accepted: () => new AlpacaAtHand({ hours: 'exchange', at: EVENING }).submit().json,
  pending_new: () => new AlpacaAtHand().submit().json,
  new: () => after(() => undefined),
  partially_filled: () => after((venue, id) => venue.control('POST', `/orders/${id}/fill`, { qty: '4' })),
  filled: () => after((venue, id) => venue.control('POST', `/orders/${id}/fill`)),
  done_for_day: () =>
    after((venue, id) => {
      venue.control('POST', `/orders/${id}/fill`, { qty: '4' })
      venue.control('POST', `/orders/${id}/status`, { status: 'done_for_day' })
    }),
  canceled: () =>
    after((venue, id) => {
      venue.call('DELETE', `/v2/orders/${id}`)
      venue.clock.advance(100)
    }),
  expired: () => after((venue) => venue.clock.advance(6 * 3_600_000)),
  rejected: () => after((venue, id) => venue.control('POST', `/orders/${id}/reject`)),
  replaced: () =>
    after((venue, id) => {
      venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' })
      venue.clock.advance(100)
    }),
  pending_cancel: () => after((venue, id) => venue.call('DELETE', `/v2/orders/${id}`)),
  pending_replace: () => after((venue, id) => venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' })),
  suspended: () => after((venue, id) => venue.control('POST', `/orders/${id}/status`, { status: 'suspended' })),
}
function after(step: (venue: AlpacaAtHand, id: unknown) => unknown, terms: Json = {}): Json {
  const venue = new AlpacaAtHand()
  const { json } = venue.submit(terms)
  venue.clock.advance(100)
  step(venue, json.id)
  return venue.get(json.id)
}

describe('an order is shown as published', () => {
  it.each(Object.keys(STATES))('when it is %s', (status) => {
    const order = STATES[status]?.() ?? {}
    expect(order.status).toBe(status)
    // The sample of a pending replacement does not name the order to come; here it is known from the answer on.
    const expected = {
      ...BY_STATUS[status],
      ...(status === 'pending_replace' ? { replaced_by: order.replaced_by } : {}),
    }
    expect(plain(order)).toEqual(plain(expected))
  })

  const exits = { take_profit: { limit_price: '156' }, stop_loss: { stop_price: '130.5', limit_price: '130' } }
  const VARIANT_TERMS: Readonly<Record<string, Json>> = {
    notional_market_pending_new: { type: 'market', qty: undefined, notional: '250' },
    bracket_parent_new_nested_true: { order_class: 'bracket', ...exits },
    oco_nested_take_profit_is_parent: {
      side: 'sell',
      order_class: 'oco',
      limit_price: undefined,
      take_profit: { limit_price: '156' },
      stop_loss: { stop_price: '147.5' },
    },
    oto_parent_with_stop: { order_class: 'oto', stop_loss: { stop_price: '130.5' } },
    trailing_stop_percent_new: { side: 'sell', type: 'trailing_stop', trail_percent: '1' },
    stop_limit_new: { side: 'sell', type: 'stop_limit', stop_price: '148', limit_price: '147.9' },
    sub_dollar_limit_four_decimals: { symbol: 'PENNY', qty: '1000', limit_price: '0.8321' },
    extended_hours_limit_new: { extended_hours: true },
  }
  it.each(Object.entries(VARIANT_TERMS))('%s', (name, terms) => {
    const venue = new AlpacaAtHand()
    if (terms.side === 'sell') venue.own('AAPL', '100')
    const { json } = venue.submit(terms)
    if (!name.includes('pending_new')) venue.clock.advance(100)
    const shown = name.includes('pending_new') ? json : venue.get(json.id, '?nested=true')
    expect(plain(shown)).toEqual(plain(VARIANTS[name]))
  })
  it('and a notional order keeps its quantity null when it is filled', () => {
    const venue = new AlpacaAtHand()
    const { json } = venue.submit({ type: 'market', qty: undefined, notional: '250' })
    venue.clock.advance(100)
    expect(plain(venue.get(json.id))).toEqual(plain(VARIANTS.notional_market_filled))
  })
})

describe('an event is told as published', () => {
  const EVENTS: Readonly<Record<string, (venue: AlpacaAtHand, id: unknown) => unknown>> = {
    pending_new: () => undefined,
    new: () => undefined,
    partial_fill: (venue, id) => venue.control('POST', `/orders/${id}/fill`, { qty: '4' }),
    fill: (venue, id) => venue.control('POST', `/orders/${id}/fill`),
    canceled: (venue, id) => venue.call('DELETE', `/v2/orders/${id}`),
    pending_cancel: (venue, id) => venue.call('DELETE', `/v2/orders/${id}`),
    expired: (venue) => venue.clock.advance(6 * 3_600_000),
    replaced: (venue, id) => venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' }),
    pending_replace: (venue, id) => venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' }),
    rejected: (venue, id) => venue.control('POST', `/orders/${id}/reject`),
    order_replace_rejected: (venue, id) => {
      venue.control('POST', '/faults', { do: 'replace-rejected' })
      venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' })
    },
    order_cancel_rejected: (venue, id) => {
      venue.control('POST', '/faults', { do: 'cancel-rejected' })
      venue.call('DELETE', `/v2/orders/${id}`)
    },
    suspended: (venue, id) => venue.control('POST', `/orders/${id}/status`, { status: 'suspended' }),
    done_for_day: (venue, id) => venue.control('POST', `/orders/${id}/status`, { status: 'done_for_day' }),
    trade_bust: (venue, id) => {
      venue.control('POST', `/orders/${id}/fill`, { qty: '4' })
      venue.control('POST', `/orders/${id}/fill`)
      venue.control('POST', `/orders/${id}/bust`)
    },
    trade_correct: (venue, id) => {
      venue.control('POST', `/orders/${id}/fill`)
      venue.control('POST', `/orders/${id}/correct`, { price: '139.5' })
    },
  }
  const { events } = samples('trade-updates') as { events: Record<string, { message: { data: Json } }> }

  it.each(Object.entries(EVENTS))('%s', (name, bring) => {
    const venue = new AlpacaAtHand({ switches: { cancel_event: true } })
    const { json } = venue.submit()
    venue.clock.advance(100)
    bring(venue, json.id)
    venue.clock.advance(100)
    const told = venue.told.find(({ event, order }) => event === name && order.id === json.id)
    const { order, ...head } = told ?? { order: {} }
    const { order: expectedOrder, ...expectedHead } = events[name]?.message.data ?? {}
    expect(shapeOf(head)).toEqual(shapeOf(expectedHead))
    expect(Object.keys(order).sort()).toEqual(Object.keys(expectedOrder as Json).sort())
  })
})

describe('everything else is shown as published', () => {
  const shaped = (called: Called): unknown => shapeOf(called.rows.length > 0 ? called.rows[0] : called.json)

  it('the account', () => {
    const venue = new AlpacaAtHand()
    const told = venue.call('GET', '/v2/account').json
    expect(shapeOf(told)).toEqual(shapeOf(at('account', 'documented')))
  })
  it('its configuration', () => {
    expect(shaped(new AlpacaAtHand().call('GET', '/v2/account/configurations'))).toEqual(
      shapeOf(at('account-configurations', 'example')),
    )
  })
  it('positions: long, short, and a pair without its slash', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '100')
    venue.own('TSLA', '-10')
    venue.own('ETH/USD', '2.5')
    const rows = venue.call('GET', '/v2/positions').rows
    const published = at('positions', 'list') as Json[]
    expect(rows.map(({ symbol, side }) => [symbol, side])).toEqual([
      ['AAPL', 'long'],
      ['ETHUSD', 'long'],
      ['TSLA', 'short'],
    ])
    for (const row of rows) {
      expect(shapeOf(row)).toEqual(shapeOf(published.find(({ symbol }) => symbol === row.symbol)))
    }
  })
  it('the clock', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange' })
    expect(shaped(venue.call('GET', '/v2/clock'))).toEqual(shapeOf(at('clock', 'regular_session')))
  })
  it('the calendar, holidays and half days included', () => {
    const venue = new AlpacaAtHand()
    expect(venue.call('GET', '/v2/calendar?start=2026-11-25&end=2026-11-30').rows).toEqual(
      at('calendar', 'november_2026'),
    )
  })
  it.each([
    ['AAPL', 'equity'],
    ['PENNY', 'not_fractionable_otc_like'],
    ['ETH%2FUSD', 'crypto'],
    ['DEAD', 'inactive'],
  ])('the asset %s', (symbol, name) => {
    expect(shaped(new AlpacaAtHand().call('GET', `/v2/assets/${symbol}`))).toEqual(shapeOf(at('assets', name)))
  })
  it('a fill among the activities', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '10')
    venue.own('ETH/USD', '2.5')
    const [crypto, equity] = venue.call('GET', '/v2/account/activities/FILL').rows
    const [publishedCrypto, publishedEquity] = at('activities', 'composed_desc') as Json[]
    expect(shapeOf(crypto)).toEqual(shapeOf(publishedCrypto))
    expect(shapeOf(equity)).toEqual(shapeOf(publishedEquity))
  })
  it('the items of the two bulk calls', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '10')
    venue.submit()
    const cancelled = venue.call('DELETE', '/v2/orders')
    expect([cancelled.status, shapeOf(cancelled.rows)]).toEqual([
      207,
      [shapeOf({ ...(at('multi-status', 'delete_orders') as Json[])[0] })],
    ])
    venue.control('POST', '/switches', { cancel_bodies: true })
    venue.submit()
    const older = (at('multi-status', 'delete_orders_with_body_older') as Json[])[0]?.body
    expect(plain(venue.call('DELETE', '/v2/orders').rows[1]?.body)).toEqual(plain(older))
    venue.clock.advance(100)
    const closed = venue.call('DELETE', '/v2/positions')
    expect([closed.status, plain(closed.rows[0]?.body)]).toEqual([
      207,
      plain((at('multi-status', 'delete_positions') as Json[])[0]?.body),
    ])
  })
})
