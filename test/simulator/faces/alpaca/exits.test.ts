import { describe, expect, it } from 'vitest'
import { AlpacaAtHand, type Json } from './alpaca-at-hand.ts'

const EXITS = { take_profit: { limit_price: '160' }, stop_loss: { stop_price: '130' } }
const bracket = (venue: AlpacaAtHand, more: Json = {}): Json => {
  const { json } = venue.submit({ order_class: 'bracket', ...EXITS, ...more })
  venue.clock.advance(100)
  return json
}
const family = (venue: AlpacaAtHand, id: unknown): readonly [unknown, readonly unknown[]] => {
  const { status, legs } = venue.get(id, '?nested=true')
  return [status, (legs as Json[]).map((leg) => leg.status)]
}

describe('a bracket', () => {
  it('comes with two legs that wait, and shows them in the answer', () => {
    const venue = new AlpacaAtHand()
    const { id, legs } = bracket(venue)
    expect((legs as Json[]).map(({ type, side, status }) => [type, side, status])).toEqual([
      ['limit', 'sell', 'held'],
      ['stop', 'sell', 'held'],
    ])
    expect(family(venue, id)).toEqual(['new', ['held', 'held']])
  })
  it('takes its profit, which ends the stop', () => {
    const venue = new AlpacaAtHand()
    const { id } = bracket(venue, { limit_price: '151' })
    expect(family(venue, id)).toEqual(['filled', ['new', 'held']])
    venue.price('AAPL', '161')
    expect(family(venue, id)).toEqual(['filled', ['filled', 'canceled']])
    expect(venue.call('GET', '/v2/positions').rows).toEqual([])
  })
  it('stops its loss, which ends the take-profit', () => {
    const venue = new AlpacaAtHand()
    const { id } = bracket(venue, { limit_price: '151' })
    venue.price('AAPL', '129')
    expect(family(venue, id)).toEqual(['filled', ['canceled', 'filled']])
  })
  it('goes as a whole when the parent is canceled', () => {
    const venue = new AlpacaAtHand()
    const { id } = bracket(venue)
    venue.call('DELETE', `/v2/orders/${id}`)
    venue.clock.advance(100)
    expect(family(venue, id)).toEqual(['canceled', ['canceled', 'canceled']])
  })
  it('keeps its exits for the part that traded, when the rest is canceled', () => {
    const venue = new AlpacaAtHand()
    const { id } = bracket(venue)
    venue.control('POST', `/orders/${id}/fill`, { qty: '4' })
    venue.call('DELETE', `/v2/orders/${id}`)
    venue.clock.advance(100)
    expect(family(venue, id)).toEqual(['canceled', ['new', 'held']])
    venue.price('AAPL', '161')
    expect(family(venue, id)).toEqual(['canceled', ['filled', 'canceled']])
    expect(venue.call('GET', '/v2/positions').rows).toEqual([])
  })
  it('lets the price of a leg be replaced, and not its quantity', () => {
    const venue = new AlpacaAtHand()
    const { id, legs } = bracket(venue, { limit_price: '151' })
    const [profit] = legs as Json[]
    expect(venue.call('PATCH', `/v2/orders/${profit?.id}`, { qty: '5' }).json.message).toBe(
      'qty cannot be changed for advanced orders',
    )
    venue.call('PATCH', `/v2/orders/${profit?.id}`, { limit_price: '155' })
    venue.clock.advance(100)
    venue.price('AAPL', '156')
    expect(family(venue, id)).toEqual(['filled', ['filled', 'canceled']])
  })
  it('is three rows in a flat list and one in a nested one', () => {
    const venue = new AlpacaAtHand()
    bracket(venue)
    expect(venue.call('GET', '/v2/orders').rows).toHaveLength(3)
    expect(venue.call('GET', '/v2/orders?nested=true').rows).toHaveLength(1)
  })
})

describe('one cancels the other', () => {
  const oco = (venue: AlpacaAtHand): Json => {
    venue.own('AAPL', '10')
    const terms = { side: 'sell', order_class: 'oco', limit_price: undefined, ...EXITS }
    const { json } = venue.submit(terms)
    venue.clock.advance(100)
    return json
  }
  it.each([
    ['161', 'filled', 'canceled'],
    ['129', 'canceled', 'filled'],
  ])('at %s the take-profit is %s and the stop %s', (price, profit, stop) => {
    const venue = new AlpacaAtHand()
    const { id } = oco(venue)
    expect(family(venue, id)).toEqual(['new', ['held']])
    venue.price('AAPL', price)
    expect(family(venue, id)).toEqual([profit, [stop]])
  })
  it('holds the shares once', () => {
    const venue = new AlpacaAtHand()
    oco(venue)
    expect(venue.call('GET', '/v2/positions/AAPL').json.qty_available).toBe('0')
  })
})

describe('one triggers the other', () => {
  it('with a stop', () => {
    const venue = new AlpacaAtHand()
    const { json } = venue.submit({ order_class: 'oto', limit_price: '151', stop_loss: { stop_price: '130' } })
    venue.clock.advance(100)
    expect(family(venue, json.id)).toEqual(['filled', ['new']])
    venue.price('AAPL', '129')
    expect(family(venue, json.id)).toEqual(['filled', ['filled']])
  })
})
