import { describe, expect, it } from 'vitest'
import { amount, decimal, price, quantity } from '../../src/core/money.ts'
import { FILL_MODELS } from '../../src/simulator/fill-model.ts'
import { cents, request, type Terms, taken, venueAtHand } from './venue-at-hand.ts'

const DAY = 86_400_000

describe('the calm venue', () => {
  it('fills a limit that crosses whole, at the touch, 50 to 500 ms after it took it', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const { venue, clock, events } = venueAtHand({ seed })
      const order = taken(venue.submit(request({ limit: cents(venue.quote('AAPL')?.ask, 500) })))
      clock.advance(49)
      expect(events).toHaveLength(1)
      clock.advance(451)
      const [, met, done] = events
      if (met?.type !== 'quote' || done?.type !== 'execution') throw new Error('no execution')
      expect(done.order).toMatchObject({ id: order.id, status: 'filled' })
      expect(done.execution.price.equals(met.quote.ask)).toBe(true)
      expect(done.order.executions).toHaveLength(1)
    }
  })

  it('fills a limit at the touch even when the market has moved away, and then at the limit', () => {
    let atLimit = 0
    for (let nth = 0; nth < 60; nth += 1) {
      const { venue, clock, events } = venueAtHand({ seed: `s${nth}` })
      const limit = venue.quote('AAPL')?.ask ?? price('0')
      taken(venue.submit(request({ limit })))
      clock.advance(500)
      const [, met, done] = events
      if (met?.type !== 'quote' || done?.type !== 'execution') throw new Error('no execution')
      expect(done.execution.price.atMost(limit)).toBe(true)
      if (met.quote.ask.greaterThan(limit)) atLimit += 1
    }
    expect(atLimit).toBeGreaterThan(0)
  })

  it.each<[string, Terms]>([
    ['a buy', { side: 'buy' }],
    ['a sell', { side: 'sell' }],
  ])('fills %s at the market whole, at the touch', (_, terms) => {
    const { venue, clock, events } = venueAtHand({ allow_short: true })
    taken(venue.submit(request(terms)))
    clock.advance(500)
    const [, met, done] = events
    if (met?.type !== 'quote' || done?.type !== 'execution') throw new Error('no execution')
    expect(done.execution.price).toEqual(terms.side === 'buy' ? met.quote.ask : met.quote.bid)
  })

  it('lets a limit below the market rest until the ask comes down to it, and fills it at its limit or better', () => {
    const { venue, clock, events } = venueAtHand()
    const limit = cents(venue.quote('AAPL')?.ask, -25)
    taken(venue.submit(request({ limit })))
    clock.advance(500)
    expect(events).toHaveLength(1)
    clock.advance(7 * DAY)
    const [, met, done] = events
    if (met?.type !== 'quote' || done?.type !== 'execution') throw new Error('no execution')
    expect(met.quote.ask.atMost(limit)).toBe(true)
    expect(done.execution.price).toEqual(met.quote.ask)
    expect(done.execution.time - met.quote.time).toBeLessThan(250)
    expect(clock.waiting).toBe(0)
  })

  it('keeps a limit that is never reached for a week, with a few thousand timers', () => {
    const { venue, clock } = venueAtHand()
    const { id } = taken(venue.submit(request({ limit: '200' })))
    clock.advance(7 * DAY)
    expect(venue.orderById(id)?.status).toBe('new')
    expect(clock.fired).toBeLessThan(2_000)
    expect(clock.waiting).toBe(1)
  })

  it('needs no timer while no order is open', () => {
    const { venue, clock } = venueAtHand()
    const { id } = taken(venue.submit(request({ limit: '200' })))
    expect(clock.waiting).toBe(1)
    venue.cancel(id)
    expect(clock.waiting).toBe(0)
  })

  it.each([
    ['ioc', 'ioc_remainder'],
    ['fok', 'fok_unfilled'],
  ] as const)('cancels %s that does not cross, and says why', (tif, cancelReason) => {
    const { venue, clock } = venueAtHand()
    const { id } = taken(venue.submit(request({ tif, limit: '200' })))
    clock.advance(500)
    expect(venue.orderById(id)).toMatchObject({ status: 'cancelled', cancelReason })
  })

  it.each(['ioc', 'fok'] as const)('fills %s that crosses', (tif) => {
    const { venue, clock } = venueAtHand()
    const { id } = taken(venue.submit(request({ tif, limit: cents(venue.quote('AAPL')?.ask, 5) })))
    clock.advance(500)
    expect(venue.orderById(id)?.status).toBe('filled')
  })

  it('expires a day order at the end of the day and keeps gtc', () => {
    const { venue, clock } = venueAtHand()
    const day = taken(venue.submit(request({ tif: 'day', limit: '200' })))
    const gtc = taken(venue.submit(request({ tif: 'gtc', limit: '200' })))
    clock.advance(9 * 3_600_000 - 1)
    expect(venue.orderById(day.id)?.status).toBe('new')
    clock.advance(1)
    expect([day, gtc].map(({ id }) => venue.orderById(id)?.status)).toEqual(['expired', 'new'])
  })

  it('cancels at once, and what comes due later does not matter', () => {
    const { venue, clock, events } = venueAtHand()
    const { id } = taken(venue.submit(request({ limit: cents(venue.quote('AAPL')?.ask, 5) })))
    expect(taken(venue.cancel(id))).toMatchObject({ status: 'cancelled', cancelReason: 'requested' })
    clock.advance(DAY)
    expect(events).toHaveLength(2)
  })

  it('cancels all that is open', () => {
    const { venue } = venueAtHand()
    for (let nth = 0; nth < 5; nth += 1) taken(venue.submit(request({ limit: '200' })))
    expect(venue.cancelAll()).toHaveLength(5)
    expect(venue.orders({ status: 'open', after: 0, limit: 500 })).toEqual([])
    expect(venue.cancelAll()).toEqual([])
  })
})

describe('a market at its lowest price', () => {
  it('is not asked again and again for what it cannot give', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const { venue, clock } = venueAtHand({ seed, symbols: { LOW: { price: '0.01' } } })
      const { id } = taken(venue.submit(request({ symbol: 'LOW', limit: '0.01' })))
      clock.advance(60_000)
      expect(venue.orderById(id)?.status).toBe('new')
      expect(clock.fired).toBeLessThanOrEqual(4 * 60 + 1)
    }
  })
})

describe('the time from an order to its fill', () => {
  it('is 50 to 500 ms when calm, both ends included', () => {
    expect([0, 0.999999].map((draw) => FILL_MODELS.calm.arrivalMs(() => draw))).toEqual([50, 500])
  })
})

describe('commission', () => {
  it('is taken once for an order, and by volume for every execution', () => {
    const { venue, clock } = venueAtHand({
      model: 'lively',
      commission: { per_order: '1.5', bps: '10' },
      seed: 'several',
    })
    const order = taken(venue.submit(request({ quantity: '100', limit: cents(venue.quote('AAPL')?.ask, 900) })))
    clock.advance(60_000)
    const { executions, filledNotional } = venue.orderById(order.id) ?? order
    expect(executions.length).toBeGreaterThan(1)
    const total = executions.reduce((sum, { commission }) => sum.plus(commission), amount('0'))
    expect(total.equals(filledNotional.times(decimal('0.001')).plus(amount('1.5')))).toBe(true)
    expect(venue.account().commission.equals(total)).toBe(true)
  })
})

describe('the lively venue', () => {
  const many = Array.from({ length: 200 }, (_, nth) => `${nth}`)
  const ends = (tif: Terms['tif'], seconds = 60) =>
    many.map((seed) => {
      const { venue, clock } = venueAtHand({ model: 'lively', seed })
      const limit = cents(venue.quote('AAPL')?.ask, 20)
      const { id } = taken(venue.submit(request({ ...(tif && { tif }), quantity: '100', limit })))
      clock.advance(seconds * 1_000)
      return venue.orderById(id)
    })

  it('fills in parts, and some orders it takes are turned down before they reach the market', () => {
    const orders = ends('gtc')
    expect(orders.some((order) => (order?.executions.length ?? 0) > 2)).toBe(true)
    const turnedDown = orders.filter((order) => order?.status === 'rejected')
    expect(turnedDown.length).toBeGreaterThan(0)
    expect(turnedDown.length).toBeLessThan(20)
    for (const order of turnedDown) expect(order).toMatchObject({ rejectReason: 'turned_down', executions: [] })
  })

  it('cancels what ioc leaves over, and keeps its fills', () => {
    const partly = ends('ioc').filter((order) => order?.status === 'cancelled' && order.filledQuantity.isPositive)
    expect(partly.length).toBeGreaterThan(10)
    for (const order of partly) {
      expect(order).toMatchObject({ cancelReason: 'ioc_remainder' })
      expect(order?.executions).toHaveLength(1)
    }
  })

  it('fills fok whole or not at all', () => {
    const orders = ends('fok')
    const statuses = new Set(orders.map((order) => order?.status))
    expect(statuses).toContain('filled')
    expect(statuses).toContain('cancelled')
    for (const order of orders) {
      expect(order?.executions).toHaveLength(order?.status === 'filled' ? 1 : 0)
      if (order?.status === 'cancelled') expect(order.cancelReason).toBe('fok_unfilled')
    }
  })

  it('lets a fill overtake a cancel', () => {
    const outcomes = many.map((seed) => {
      const { venue, clock } = venueAtHand({ model: 'lively', seed })
      const { id } = taken(venue.submit(request({ quantity: '10', limit: cents(venue.quote('AAPL')?.ask, 20) })))
      clock.advance(300)
      const asked = venue.cancel(id)
      clock.advance(60_000)
      return asked.kind === 'done' && asked.order.status !== 'cancelled' ? venue.orderById(id) : undefined
    })
    expect(outcomes.filter((order) => order?.status === 'filled').length).toBeGreaterThan(0)
    expect(outcomes.filter((order) => order?.status === 'cancelled').length).toBeGreaterThan(0)
  })

  it('takes a second cancel as the first', () => {
    const { venue, clock, events } = venueAtHand({ model: 'lively' })
    const { id } = taken(venue.submit(request({ limit: '200' })))
    const seen = taken(venue.cancel(id))
    expect(seen.cancelRequestedAt).toBe(clock.now())
    expect(taken(venue.cancel(id))).toEqual(seen)
    expect(events).toHaveLength(2)
    clock.advance(400)
    expect(venue.orderById(id)?.status).toBe('cancelled')
  })

  it('ends a market buy when the price has run away from its money while the venue was down', () => {
    const reasons = many.map((seed) => {
      const before = venueAtHand({ model: 'lively', seed, cash: '2350' })
      const answer = before.venue.submit(request({ quantity: '10' }))
      if (answer.kind === 'refused') return undefined
      before.clock.forgetTimers()
      before.clock.advance(DAY / 6)
      const { venue, clock } = venueAtHand({ model: 'lively', seed, cash: '2350' }, before)
      clock.advance(DAY / 24)
      expect(venue.account().cash.isNegative).toBe(false)
      return venue.orderById(answer.order.id)?.cancelReason
    })
    expect(reasons).toContain('insufficient_funds')
  })
})

describe('listeners', () => {
  it('that call the venue hear of what follows afterwards, in order', () => {
    const { venue, events } = venueAtHand()
    let answered = false
    venue.subscribe((event) => {
      if (event.type !== 'order' || answered) return
      answered = true
      venue.replace(event.order.id, { quantity: quantity('5') })
    })
    const late: number[] = []
    venue.subscribe((event) => event.type === 'order' && late.push(event.seq))
    taken(venue.submit(request({ limit: '200' })))
    expect(late).toEqual([1, 2])
    expect(events.map((event) => event.type === 'quote' || event.seq)).toEqual([1, 2])
  })

  it('hear nothing after they left', () => {
    const { venue } = venueAtHand()
    const heard: string[] = []
    const leave = venue.subscribe((event) => heard.push(event.type))
    leave()
    taken(venue.submit(request({ limit: '200' })))
    expect(heard).toEqual([])
  })
})
