import { describe, expect, it } from 'vitest'
import { AlpacaAtHand, type Json } from './alpaca-at-hand.ts'

function withOrders(): { readonly venue: AlpacaAtHand; readonly ids: readonly unknown[] } {
  const venue = new AlpacaAtHand()
  venue.price('TSLA', '300')
  const terms: readonly Json[] = [
    { client_order_id: 'a' },
    { symbol: 'TSLA', limit_price: '200', client_order_id: 'b' },
    { symbol: 'ETH/USD', qty: '1', limit_price: '1000', time_in_force: 'gtc', client_order_id: 'c' },
    { type: 'market', client_order_id: 'd' },
  ]
  const ids = terms.map((one) => {
    const { json } = venue.submit(one)
    venue.clock.advance(1_000)
    return json.id
  })
  return { venue, ids }
}
const names = (venue: AlpacaAtHand, query: string): string =>
  venue
    .call('GET', `/v2/orders?${query}`)
    .rows.map(({ client_order_id }) => client_order_id)
    .join('')

describe('the list of orders', () => {
  it.each([
    ['', 'cba'],
    ['status=closed', 'd'],
    ['status=all', 'dcba'],
    ['status=all&direction=asc', 'abcd'],
    ['status=all&limit=2', 'dc'],
    ['status=all&symbols=AAPL,TSLA', 'dba'],
    ['status=all&asset_class=crypto', 'c'],
    ['status=all&asset_class=us_equity&asset_class=crypto', 'dcba'],
    ['status=all&side=sell', ''],
    ['status=all&after=2026-03-11T14:30:01.5Z', 'dc'],
    ['status=all&until=2026-03-11T14:30:01.5Z', 'ba'],
    ['status=all&after=2026-03-11T10:30:01.5-04:00&direction=asc', 'cd'],
  ])('%s shows %s', (query, shown) => {
    expect(names(withOrders().venue, query)).toBe(shown)
  })
  it('leaves out what was submitted at the very time it begins after', () => {
    const { venue, ids } = withOrders()
    const { submitted_at } = venue.get(ids[1])
    expect(names(venue, `status=all&after=${submitted_at}`)).toBe('dc')
  })
  it('is walked by the id of the last one seen', () => {
    const { venue, ids } = withOrders()
    expect(names(venue, `status=all&direction=asc&limit=2&after_order_id=${ids[0]}`)).toBe('bc')
    expect(names(venue, `status=all&limit=2&before_order_id=${ids[3]}`)).toBe('cb')
  })
  it.each([
    'before_order_id=a',
    'status=some',
    'limit=0',
    'after=yesterday',
    'after_order_id=1500857c-14e4-41a4-a30c-000003938801&after=2026-03-11',
  ])('refuses %s', (query) => {
    expect(withOrders().venue.call('GET', `/v2/orders?${query}`)).toMatchObject({
      status: 422,
      json: { code: 40010001 },
    })
  })
})

describe('the activities', () => {
  it('come a page at a time, and the token is the last id of the page before', () => {
    const venue = new AlpacaAtHand()
    for (const qty of ['1', '2', '3', '4', '5']) venue.own('AAPL', qty)
    const seen: unknown[] = []
    let token = ''
    for (;;) {
      const { rows } = venue.call('GET', `/v2/account/activities/FILL?direction=asc&page_size=2&page_token=${token}`)
      seen.push(...rows.map(({ qty }) => qty))
      token = String(rows.at(-1)?.id ?? '')
      if (rows.length < 2) break
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5'])
  })
  it('chain the fills of an order without a gap', () => {
    const venue = new AlpacaAtHand()
    const { json } = venue.submit()
    venue.clock.advance(100)
    for (const qty of ['4', '3', '3']) venue.control('POST', `/orders/${json.id}/fill`, { qty })
    const { rows } = venue.call('GET', `/v2/account/activities?activity_types=FILL&direction=asc&order_id=${json.id}`)
    expect(
      rows.map(({ type, cum_qty, leaves_qty, order_status }) => [type, cum_qty, leaves_qty, order_status]),
    ).toEqual([
      ['partial_fill', '4', '6', 'partially_filled'],
      ['partial_fill', '7', '3', 'partially_filled'],
      ['fill', '10', '0', 'filled'],
    ])
  })
  it('show a fill only after a while', () => {
    const venue = new AlpacaAtHand({ switches: { activity_delay_ms: 60_000 } })
    venue.own('AAPL', '1')
    expect(venue.call('GET', '/v2/account/activities').rows).toEqual([])
    venue.clock.advance(60_000)
    expect(venue.call('GET', '/v2/account/activities').rows).toHaveLength(1)
  })
  it.each([
    ['after=2026-03-11T14:30:00.1Z', 1],
    ['until=2026-03-11T14:30:00.1Z', 1],
    ['date=2026-03-11', 2],
    ['date=2026-03-12', 0],
    ['category=non_trade_activity', 0],
  ])('%s shows %i', (query, count) => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '1')
    venue.own('AAPL', '1')
    expect(venue.call('GET', `/v2/account/activities?${query}`).rows).toHaveLength(count)
  })
})

describe('positions', () => {
  it('are closed whole, in part, and all at once', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '10')
    venue.own('TSLA', '-5')
    const part = venue.call('DELETE', '/v2/positions/AAPL?percentage=50')
    expect(part.json).toMatchObject({ side: 'sell', qty: '5', position_intent: 'sell_to_close' })
    venue.clock.advance(100)
    expect(venue.call('DELETE', '/v2/positions').rows.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['AAPL', 200],
      ['TSLA', 200],
    ])
    venue.clock.advance(100)
    expect(venue.call('GET', '/v2/positions').rows).toEqual([])
  })
  it('are not closed while an order holds them, unless the orders go first', () => {
    const venue = new AlpacaAtHand()
    venue.own('AAPL', '10')
    venue.submit({ side: 'sell', limit_price: '160' })
    expect(venue.call('DELETE', '/v2/positions').rows[0]).toMatchObject({
      status: 403,
      body: { held_for_orders: '10' },
    })
  })
})

describe('the latest prices', () => {
  it.each([
    ['/v2/stocks/quotes/latest?symbols=AAPL,NONE', { quotes: { AAPL: { bp: 150, ap: 150 } } }],
    ['/v2/stocks/AAPL/quotes/latest', { symbol: 'AAPL', quote: { bp: 150 } }],
    ['/v2/stocks/trades/latest?symbols=AAPL', { trades: { AAPL: { p: 150 } } }],
    ['/v1beta3/crypto/us/latest/quotes?symbols=BTC%2FUSD', { quotes: { 'BTC/USD': {} } }],
    ['/v1beta3/crypto/us/snapshots?symbols=BTC/USD', { snapshots: { 'BTC/USD': { latestQuote: {}, dailyBar: {} } } }],
    ['/v1beta3/crypto/us/latest/trades?symbols=BTC/USD', { trades: { 'BTC/USD': {} } }],
  ])('%s', (path, shown) => {
    expect(new AlpacaAtHand().call('GET', path)).toMatchObject({ status: 200, json: shown })
  })
})

describe('the limit of requests', () => {
  it('is two hundred a minute, counted down in the headers, and starts anew with the minute', () => {
    const venue = new AlpacaAtHand()
    const first = venue.call('GET', '/v2/clock')
    expect(first.headers).toMatchObject({
      'X-RateLimit-Limit': '200',
      'X-RateLimit-Remaining': '199',
      'X-RateLimit-Reset': '1773239460',
    })
    expect(first.headers['X-Request-ID']).toMatch(/^[0-9a-f]{32}$/)
    for (let nth = 2; nth <= 200; nth += 1) expect(venue.call('GET', '/v2/clock').status).toBe(200)
    expect(venue.call('GET', '/v2/clock').status).toBe(429)
    venue.clock.advance(60_000)
    expect(venue.call('GET', '/v2/clock').status).toBe(200)
  })
  it('may have a second one for bursts', () => {
    const venue = new AlpacaAtHand({ switches: { burst_limit: 3 } })
    const statuses = [1, 2, 3, 4].map(() => venue.call('GET', '/v2/clock').status)
    expect(statuses).toEqual([200, 200, 200, 429])
  })
})

describe('whoever asks', () => {
  it.each([
    [{ authorization: 'Bearer simulated-token' }, 200],
    [{ authorization: `Basic ${btoa('PKSIMULATED000000000:simulated-secret')}` }, 200],
    [{ authorization: 'Bearer other' }, 401],
    [{ 'apca-api-key-id': 'PKSIMULATED000000000' }, 401],
    [{}, 401],
  ])('with %j gets %i', (headers, status) => {
    expect(new AlpacaAtHand().call('GET', '/v2/account', undefined, headers).status).toBe(status)
  })
})
