import { describe, expect, it } from 'vitest'
import { AlpacaAtHand, EVENING, type Json } from './alpaca-at-hand.ts'

const taken = (venue: AlpacaAtHand, terms: Json = {}): unknown => {
  const { json } = venue.submit(terms)
  venue.clock.advance(100)
  return json.id
}

describe('an order that can trade', () => {
  it('is a receipt first, then works, then is filled at the touch, and says so in this order', () => {
    const venue = new AlpacaAtHand()
    const { status, json } = venue.submit({ type: 'market' })
    expect([status, json.status]).toEqual([200, 'pending_new'])
    venue.clock.advance(100)
    expect(venue.get(json.id)).toMatchObject({ status: 'filled', filled_qty: '10', filled_avg_price: '150' })
    expect(venue.events(json.id)).toEqual(['pending_new', 'new', 'fill'])
  })
  it.each([
    ['accepted', ['accepted', 'new', 'fill'], 'accepted'],
    ['new', ['pending_new', 'new', 'fill'], 'filled'],
    ['filled', ['pending_new', 'new', 'fill'], 'filled'],
  ] as const)('is %s in the first answer, when the venue is set so', (first_status, events, status) => {
    const venue = new AlpacaAtHand({ switches: { first_status } })
    const { json } = venue.submit({ type: 'market' })
    expect(json.status).toBe(status)
    venue.clock.advance(600)
    expect(venue.events(json.id)).toEqual(events)
  })
  it('may trade in two parts, with executions that add up', () => {
    const venue = new AlpacaAtHand({ switches: { partial_fills: 1 } })
    const id = taken(venue, { type: 'market' })
    expect(venue.get(id).status).toBe('partially_filled')
    venue.clock.advance(1_000)
    expect(venue.events(id)).toEqual(['pending_new', 'new', 'partial_fill', 'fill'])
    const parts = venue.told.filter(({ qty }) => qty !== undefined).map(({ qty }) => Number(qty))
    expect(parts.reduce((sum, one) => sum + one, 0)).toBe(10)
  })
  it('trades for an amount of money in nine decimals at most', () => {
    const venue = new AlpacaAtHand()
    const id = taken(venue, { type: 'market', qty: undefined, notional: '250' })
    expect(venue.get(id)).toMatchObject({ qty: null, notional: '250', filled_qty: '1.666666666', status: 'filled' })
  })
  it('leaves a pair with less than was bought, because the fee is taken in coins', () => {
    const venue = new AlpacaAtHand()
    venue.own('ETH/USD', '2.5')
    expect(venue.call('GET', '/v2/positions/ETHUSD').json.qty).toBe('2.49375')
  })
})

describe('an order that has to wait', () => {
  it('rests until the price comes to it', () => {
    const venue = new AlpacaAtHand()
    const id = taken(venue)
    expect(venue.get(id).status).toBe('new')
    venue.price('AAPL', '139.5')
    expect(venue.get(id)).toMatchObject({ status: 'filled', filled_avg_price: '139.5' })
  })
  it.each([
    ['sell', 'stop', { stop_price: '140' }, '139', 'filled'],
    ['sell', 'stop_limit', { stop_price: '140', limit_price: '139.5' }, '139', 'new'],
    ['sell', 'stop_limit', { stop_price: '140', limit_price: '138' }, '139', 'filled'],
    ['buy', 'stop', { stop_price: '160' }, '161', 'filled'],
    ['buy', 'stop', { stop_price: '160' }, '170', 'new'], // worked as a limit 2.5 % above the stop
  ])('%s %s %j at %s is %s', (side, type, prices, price, status) => {
    const venue = new AlpacaAtHand()
    if (side === 'sell') venue.own('AAPL', '10')
    const id = taken(venue, { side, type, ...prices })
    expect(venue.get(id).status).toBe('new')
    venue.price('AAPL', price)
    expect(venue.get(id).status).toBe(status)
  })
  it('follows the market up as a trailing stop, and not down', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '10')
    const id = taken(venue, { side: 'sell', type: 'trailing_stop', trail_percent: '1' })
    expect(venue.get(id)).toMatchObject({ hwm: '150', stop_price: '148.5' })
    venue.price('AAPL', '160')
    expect(venue.get(id)).toMatchObject({ hwm: '160', stop_price: '158.4' })
    venue.price('AAPL', '159')
    expect(venue.get(id)).toMatchObject({ hwm: '160', stop_price: '158.4', status: 'new' })
    venue.price('AAPL', '158')
    expect(venue.get(id).status).toBe('filled')
  })
})

describe('a time in force', () => {
  it.each([
    ['ioc', 'canceled'],
    ['fok', 'canceled'],
    ['day', 'new'],
    ['gtc', 'new'],
  ])('%s without a counterpart is %s', (time_in_force, status) => {
    const venue = new AlpacaAtHand()
    expect(venue.get(taken(venue, { time_in_force })).status).toBe(status)
  })
  it('ioc keeps what it got', () => {
    const venue = new AlpacaAtHand({ switches: { partial_fills: 1 } })
    const order = venue.get(taken(venue, { time_in_force: 'ioc', limit_price: '151' }))
    expect(order.status).toBe('canceled')
    expect(Number(order.filled_qty)).toBeGreaterThan(0)
  })
  it.each(['expired', 'canceled'] as const)('day is %s at the close', (day_order_at_close) => {
    const venue = new AlpacaAtHand({ hours: 'exchange', switches: { day_order_at_close } })
    const id = taken(venue)
    expect(venue.get(id).expires_at).toBe('2026-03-11T20:00:00Z')
    venue.clock.advance(5.5 * 3_600_000)
    expect(venue.get(id).status).toBe(day_order_at_close)
  })
  it('gtc ends at the close some ninety days on', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange' })
    expect(venue.submit({ time_in_force: 'gtc' }).json.expires_at).toBe('2026-06-09T20:00:00Z')
  })
  it('opg waits for the next opening', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange', at: EVENING })
    const { json } = venue.submit({ time_in_force: 'opg', type: 'market' })
    expect(json.status).toBe('accepted')
    venue.clock.advance(13 * 3_600_000 + 60_000)
    expect(venue.get(json.id).status).toBe('filled')
  })
  it('cls trades when the day ends', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange' })
    const id = taken(venue, { time_in_force: 'cls', type: 'market' })
    expect(venue.get(id).status).toBe('new')
    venue.clock.advance(5.5 * 3_600_000)
    expect(venue.get(id).status).toBe('filled')
  })
})

describe('outside the session', () => {
  const PRE_MARKET = Date.UTC(2026, 2, 11, 12)

  it('an order is queued, and starts with the market', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange', at: PRE_MARKET })
    const id = taken(venue, { type: 'market' })
    expect(venue.get(id).status).toBe('accepted')
    expect(venue.call('GET', '/v2/clock').json.is_open).toBe(false)
    venue.clock.advance(95 * 60_000)
    expect(venue.get(id).status).toBe('filled')
  })
  it('extended hours trade a limit at once, until eight in the evening', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange', at: PRE_MARKET })
    expect(venue.get(taken(venue, { limit_price: '151', extended_hours: true })).status).toBe('filled')
    expect(venue.submit({ extended_hours: true }).json.expires_at).toBe('2026-03-12T00:00:00Z')
  })
  it('a pair trades round the clock', () => {
    const venue = new AlpacaAtHand({ hours: 'exchange', at: Date.UTC(2026, 2, 14, 12) })
    const id = taken(venue, { symbol: 'ETH/USD', qty: '1', type: 'market', time_in_force: 'gtc' })
    expect(venue.get(id).status).toBe('filled')
  })
})

describe('a cancel', () => {
  it('is a wish: 204 and nothing else, and the order ends later', () => {
    const venue = new AlpacaAtHand()
    const id = taken(venue)
    const { status, text } = venue.call('DELETE', `/v2/orders/${id}`)
    expect([status, text, venue.get(id).status]).toEqual([204, '', 'pending_cancel'])
    venue.clock.advance(100)
    expect(venue.get(id).status).toBe('canceled')
    expect(venue.call('DELETE', `/v2/orders/${id}`).status).toBe(204)
  })
  it('of all open orders names each one', () => {
    const venue = new AlpacaAtHand()
    const ids = [taken(venue), taken(venue)]
    const { status, rows } = venue.call('DELETE', '/v2/orders')
    expect([status, rows]).toEqual([207, ids.map((id) => ({ id, status: 200 }))])
    venue.clock.advance(100)
    expect(venue.call('DELETE', '/v2/orders').text).toBe('[]')
  })
})

describe('a replacement', () => {
  const replaced = (venue: AlpacaAtHand, id: unknown, terms: Json): Json =>
    venue.call('PATCH', `/v2/orders/${id}`, terms).json

  it('is a new order, and a chain can be walked both ways', () => {
    const venue = new AlpacaAtHand()
    const first = taken(venue, { client_order_id: 'first' })
    const second = replaced(venue, first, { limit_price: '141', client_order_id: 'second' })
    expect(second).toMatchObject({
      replaces: first,
      status: 'pending_new',
      limit_price: '141',
      client_order_id: 'second',
    })
    expect(venue.get(first)).toMatchObject({ status: 'pending_replace' })
    venue.clock.advance(100)
    const third = replaced(venue, second.id, { qty: '12' })
    venue.clock.advance(100)
    expect(venue.get(first)).toMatchObject({ status: 'replaced', replaced_by: second.id })
    expect(venue.get(second.id)).toMatchObject({ status: 'replaced', replaced_by: third.id })
    expect(venue.get(third.id)).toMatchObject({ status: 'new', qty: '12', limit_price: '141', replaces: second.id })
    expect(venue.call('GET', '/v2/orders:by_client_order_id?client_order_id=first').json.id).toBe(first)
    expect(venue.events(first)).toEqual(['pending_new', 'new', 'pending_replace', 'replaced'])
    expect(venue.events(second.id)).toEqual(['pending_new', 'new', 'pending_replace', 'replaced'])
  })
  it.each([
    ['zero', '5'],
    ['chain', '9'],
  ] as const)('asks for the whole of the chain; filled counts from %s', (replacement_filled_qty, filled_qty) => {
    const venue = new AlpacaAtHand({ switches: { replacement_filled_qty } })
    const id = taken(venue)
    venue.control('POST', `/orders/${id}/fill`, { qty: '4' })
    const next = replaced(venue, id, { qty: '9', limit_price: '151' })
    venue.clock.advance(100)
    expect(venue.get(next.id)).toMatchObject({ status: 'filled', qty: '9', filled_qty })
    expect(venue.call('GET', '/v2/positions/AAPL').json.qty).toBe('9')
  })
})

describe('a look-up', () => {
  it('knows an order by both ids, and the first also without dashes', () => {
    const venue = new AlpacaAtHand()
    const { json } = venue.submit({ client_order_id: 'mine' })
    expect(venue.get(String(json.id).replaceAll('-', '')).id).toBe(json.id)
    expect(venue.call('GET', '/v2/orders:by_client_order_id?client_order_id=mine').json.id).toBe(json.id)
  })
  it('takes a JSON number for an amount, digit for digit', () => {
    const venue = new AlpacaAtHand()
    const body =
      '{"symbol":"ETH/USD","qty":0.000000001000,"side":"buy","type":"limit","limit_price":1000000000.1,"time_in_force":"gtc"}'
    expect(venue.call('POST', '/v2/orders', body).json).toMatchObject({
      message: 'cost basis must be >= minimal amount of order 10',
    })
    expect(venue.submit({ qty: 10, limit_price: 140.25 }).json).toMatchObject({ qty: '10', limit_price: '140.25' })
  })
})
