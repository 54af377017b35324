import { describe, expect, it } from 'vitest'
import { amount, decimal, price, quantity } from '../../src/core/money.ts'
import { checkTerms } from '../../src/simulator/check-request.ts'
import { alwaysOpen, openDuring } from '../../src/simulator/venue-session.ts'
import { cents, codeOf, request, type Terms, taken, venueAtHand } from './venue-at-hand.ts'

const submitTo = (at: ReturnType<typeof venueAtHand>, terms: Terms): string => codeOf(at.venue.submit(request(terms)))
const HOUR = 3_600_000

describe('a client order id', () => {
  it.each(['the same order', 'another order'])('is taken once: %s is refused and told which order has it', (which) => {
    const { venue, events } = venueAtHand()
    const first = taken(venue.submit(request({ id: 'once', limit: '230' })))
    const again = venue.submit(request({ id: 'once', limit: which === 'the same order' ? '230' : '229' }))
    expect(again).toMatchObject({
      kind: 'refused',
      broken: { code: 'duplicate_client_order_id' },
      order: { id: first.id },
    })
    expect(events).toHaveLength(1)
  })

  it('stays taken when its order is final', () => {
    const { venue } = venueAtHand()
    const { id } = taken(venue.submit(request({ id: 'once', limit: '200' })))
    venue.cancel(id)
    expect(venue.submit(request({ id: 'once', limit: '200' }))).toMatchObject({ order: { status: 'cancelled' } })
  })

  it('is not taken by a refused request', () => {
    const { venue } = venueAtHand()
    expect(codeOf(venue.submit(request({ id: 'once', symbol: 'NOPE', limit: '1' })))).toBe('unknown_symbol')
    expect(codeOf(venue.submit(request({ id: 'once', limit: '230' })))).toBe('done')
  })
})

describe('the terms of an order', () => {
  it.each<[string, Terms, string]>([
    ['a symbol nobody lists', { symbol: 'NOPE', limit: '1' }, 'unknown_symbol'],
    ['nothing', { quantity: '0', limit: '230' }, 'invalid_quantity'],
    ['less than nothing', { quantity: '-1', limit: '230' }, 'invalid_quantity'],
    ['half a share', { quantity: '0.5', limit: '230' }, 'invalid_quantity'],
    ['one share', { quantity: '1', limit: '230' }, 'done'],
    [
      'the smallest part of a coin, too little in money',
      { symbol: 'BTC/USD', quantity: '0.00000001', limit: '90000' },
      'invalid_quantity',
    ],
    ['one dollar of a coin', { symbol: 'BTC/USD', quantity: '0.00002', limit: '50000' }, 'done'],
    [
      'a cent less than a dollar of it',
      { symbol: 'BTC/USD', quantity: '0.00001999', limit: '50000' },
      'invalid_quantity',
    ],
    ['a tenth of a lot of a coin', { symbol: 'BTC/USD', quantity: '0.000000001', limit: '90000' }, 'invalid_quantity'],
    ['a price of zero', { limit: '0' }, 'invalid_price'],
    ['a price below zero', { limit: '-1' }, 'invalid_price'],
    ['half a cent', { limit: '230.005' }, 'invalid_price'],
    ['far below the market', { limit: '100' }, 'invalid_price'],
    ['far above the market', { limit: '400' }, 'invalid_price'],
  ])('%s: %#', (_, terms, expected) => expect(submitTo(venueAtHand(), terms)).toBe(expected))

  it.each([
    ['150', undefined],
    ['150.01', 'invalid_price'],
    ['50', undefined],
    ['49.99', 'invalid_price'],
  ])('with the market at 100, a limit of %s: %s', (limit, expected) => {
    const { venue } = venueAtHand()
    const [instrument, standing] = [venue.instrument('AAPL'), venue.quote('AAPL')]
    if (instrument === undefined || standing === undefined) throw new Error('no market')
    const quote = { ...standing, bid: price('99'), ask: price('101') }
    expect(checkTerms(request({ limit }), { instrument, quote, isOpen: true })?.code).toBe(expected)
  })

  it('take tick and lot from the options', () => {
    const options = { symbols: { AAPL: { price: '230', tick: '0.5', lot: '0.25' } } }
    expect(submitTo(venueAtHand(options), { quantity: '0.25', limit: '229.5' })).toBe('done')
    expect(submitTo(venueAtHand(options), { quantity: '0.3', limit: '229.5' })).toBe('invalid_quantity')
    expect(submitTo(venueAtHand(options), { limit: '229.75' })).toBe('invalid_price')
  })
})

describe('buying power', () => {
  it('is cash less what open buys cost at worst, commission included, and lets the last cent be spent', () => {
    const at = venueAtHand({ cash: '2301', commission: '1' })
    expect(submitTo(at, { quantity: '10', limit: '230.01' })).toBe('insufficient_funds')
    const order = taken(at.venue.submit(request({ quantity: '10', limit: '230' })))
    expect(`${at.venue.account().buyingPower}`).toBe('0')
    expect(submitTo(at, { quantity: '1', limit: '200' })).toBe('insufficient_funds')
    at.venue.cancel(order.id)
    expect(`${at.venue.account().buyingPower}`).toBe('2301')
  })

  it('counts a commission by volume', () => {
    const at = venueAtHand({ cash: '2302.3', commission: { bps: '10' } })
    expect(submitTo(at, { quantity: '10', limit: '230.01' })).toBe('insufficient_funds')
    expect(submitTo(at, { quantity: '10', limit: '230' })).toBe('done')
  })

  it('is needed by a market order with a reserve for a rising price', () => {
    const at = venueAtHand({ cash: '2310' })
    expect(submitTo(at, { quantity: '10' })).toBe('insufficient_funds')
    expect(submitTo(at, { quantity: '9' })).toBe('done')
  })

  it('is not needed to sell what is held', () => {
    const at = venueAtHand({ cash: '2400' })
    at.venue.submit(request({ quantity: '10', limit: cents(at.venue.quote('AAPL')?.ask, 1) }))
    at.clock.advance(1_000)
    expect(`${at.venue.positions()[0]?.quantity}`).toBe('10')
    expect(submitTo(at, { side: 'sell', quantity: '10', limit: '240' })).toBe('done')
  })
})

describe('selling', () => {
  it('more than is held and not being sold already is refused', () => {
    const at = venueAtHand()
    expect(submitTo(at, { side: 'sell', quantity: '1', limit: '230' })).toBe('short_not_allowed')
    at.venue.submit(request({ quantity: '10', limit: cents(at.venue.quote('AAPL')?.ask, 1) }))
    at.clock.advance(1_000)
    expect(submitTo(at, { side: 'sell', quantity: '11', limit: '240' })).toBe('short_not_allowed')
    expect(submitTo(at, { side: 'sell', quantity: '6', limit: '240' })).toBe('done')
    expect(submitTo(at, { side: 'sell', quantity: '5', limit: '240' })).toBe('short_not_allowed')
    expect(submitTo(at, { side: 'sell', quantity: '4', limit: '240' })).toBe('done')
  })

  it('short, where it is allowed, ties up half of the proceeds on top of them', () => {
    const at = venueAtHand({ cash: '1200', allow_short: true })
    const { bid } = at.venue.quote('AAPL') ?? {}
    expect(submitTo(at, { side: 'sell', quantity: '11', limit: '230' })).toBe('insufficient_funds')
    const order = taken(at.venue.submit(request({ side: 'sell', quantity: '10', limit: cents(bid, -1) })))
    at.clock.advance(1_000)
    const { cash, buyingPower } = at.venue.account()
    const proceeds = at.venue.orderById(order.id)?.filledNotional ?? amount('0')
    expect(cash.equals(amount('1200').plus(proceeds))).toBe(true)
    expect(buyingPower.equals(amount('1200').minus(proceeds.scaledBy(decimal('0.5'))))).toBe(true)
  })

  it('short never needs money to be bought back', () => {
    const at = venueAtHand({ cash: '1200', allow_short: true })
    at.venue.submit(request({ side: 'sell', quantity: '10', limit: cents(at.venue.quote('AAPL')?.bid, -1) }))
    at.clock.advance(1_000)
    expect(submitTo(at, { quantity: '10', limit: cents(at.venue.quote('AAPL')?.ask, 100) })).toBe('done')
    at.clock.advance(1_000)
    expect(at.venue.positions()).toEqual([])
  })

  it('a coin short is never allowed', () => {
    const at = venueAtHand({ allow_short: true })
    expect(submitTo(at, { symbol: 'BTC/USD', side: 'sell', quantity: '1', limit: '90000' })).toBe('short_not_allowed')
  })
})

describe('while the market is closed', () => {
  const clockStart = Date.UTC(2026, 2, 4, 15)
  const opens = clockStart + HOUR
  const closed = { open_during: [{ opens, closes: opens + HOUR }] }

  it.each<[Terms['tif'], string | undefined, string]>([
    ['day', '230', 'done'],
    ['gtc', '230', 'done'],
    ['ioc', '230', 'market_closed'],
    ['fok', '230', 'market_closed'],
    ['day', undefined, 'market_closed'],
    ['gtc', undefined, 'market_closed'],
  ])('%s with limit %s: %s', (tif, limit, expected) => {
    expect(submitTo(venueAtHand(closed), { ...(tif && { tif }), limit })).toBe(expected)
  })

  it('a waiting order trades after the open, and a day order that never does expires at the close', () => {
    const at = venueAtHand(closed)
    const aggressive = taken(at.venue.submit(request({ tif: 'day', limit: cents(at.venue.quote('AAPL')?.ask, 300) })))
    const passive = taken(at.venue.submit(request({ tif: 'day', limit: '200' })))
    const patient = taken(at.venue.submit(request({ tif: 'gtc', limit: '200' })))
    const statusOf = ({ id }: { id: string }) => at.venue.orderById(id)?.status
    at.clock.advance(HOUR - 1)
    expect(statusOf(aggressive)).toBe('new')
    at.clock.advance(1_000)
    expect(statusOf(aggressive)).toBe('filled')
    at.clock.advance(HOUR - 1_000)
    expect(statusOf(passive)).toBe('new')
    at.clock.advance(1)
    expect([statusOf(passive), statusOf(patient)]).toEqual(['expired', 'new'])
    at.clock.advance(48 * HOUR)
    expect(statusOf(patient)).toBe('new')
    expect(at.clock.waiting).toBe(0)
  })

  it('the session tells when it opens next', () => {
    const { venue, clock } = venueAtHand(closed)
    expect(venue.clock()).toEqual({ now: clockStart, isOpen: false, nextOpen: opens })
    clock.advance(HOUR)
    expect(venue.clock()).toMatchObject({ isOpen: true, nextOpen: undefined })
  })
})

describe('the hours', () => {
  it('include the opening and not the close', () => {
    const session = openDuring([
      { opens: 10, closes: 20 },
      { opens: 30, closes: 40 },
    ])
    expect([9, 10, 19, 20, 29, 30, 39, 40].map((at) => session.isOpen(at))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ])
    expect([0, 10, 30].map((at) => session.nextOpen(at))).toEqual([10, 30, undefined])
    expect([0, 15, 20, 40].map((at) => session.dayEnd(at))).toEqual([20, 20, 40, undefined])
  })

  it('of a market that never closes end a day at midnight, never within a minute of the order', () => {
    const midnight = Date.UTC(2026, 0, 2)
    expect(alwaysOpen.dayEnd(midnight - 60_001)).toBe(midnight)
    expect(alwaysOpen.dayEnd(midnight - 60_000)).toBe(midnight + 24 * HOUR)
    expect(alwaysOpen.isOpen(midnight)).toBe(true)
    expect(alwaysOpen.nextOpen(midnight)).toBe(midnight)
  })
})

describe('a change of an order', () => {
  it('is refused for an order nobody knows, and for a final one with the order', () => {
    const { venue } = venueAtHand()
    expect(codeOf(venue.cancel('nobody'))).toBe('order_not_found')
    expect(codeOf(venue.replace('nobody', { limitPrice: price('1') }))).toBe('order_not_found')
    const { id } = taken(venue.submit(request({ limit: '200' })))
    taken(venue.cancel(id))
    expect(venue.cancel(id)).toMatchObject({ broken: { code: 'order_final' }, order: { id, status: 'cancelled' } })
    expect(codeOf(venue.replace(id, { limitPrice: price('201') }))).toBe('order_final')
  })

  it('keeps id and place, and passes the same rules as a new order', () => {
    const at = venueAtHand({ cash: '2300' })
    const { id, seq } = taken(at.venue.submit(request({ quantity: '10', limit: '200' })))
    expect(codeOf(at.venue.replace(id, { limitPrice: price('230.01') }))).toBe('insufficient_funds')
    expect(codeOf(at.venue.replace(id, { limitPrice: price('0.001') }))).toBe('invalid_price')
    expect(codeOf(at.venue.replace(id, { quantity: quantity('0.5') }))).toBe('invalid_quantity')
    expect(`${at.venue.account().buyingPower}`).toBe('300')
    const changed = taken(at.venue.replace(id, { quantity: quantity('11'), limitPrice: price('201') }))
    expect(changed).toMatchObject({ id, seq, status: 'new' })
    expect(`${at.venue.account().buyingPower}`).toBe('89')
  })

  it('to a price that crosses trades', () => {
    const at = venueAtHand()
    const { id } = taken(at.venue.submit(request({ limit: '200' })))
    at.clock.advance(10_000)
    taken(at.venue.replace(id, { limitPrice: cents(at.venue.quote('AAPL')?.ask, 5) }))
    at.clock.advance(1_000)
    expect(at.venue.orderById(id)?.status).toBe('filled')
  })

  it('gives a market order no limit', () => {
    const at = venueAtHand()
    const { id } = taken(at.venue.submit(request({})))
    expect(codeOf(at.venue.replace(id, { limitPrice: price('230') }))).toBe('invalid_price')
  })
})
