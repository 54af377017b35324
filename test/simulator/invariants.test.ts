import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Amount, amount, type Decimal, notionalOf, type Quantity, ZERO } from '../../src/core/money.ts'
import type { Venue } from '../../src/simulator/venue.ts'
import { isOpen, type VenueOrder } from '../../src/simulator/venue-order.ts'
import { type AtHand, venueAtHand } from './venue-at-hand.ts'
import { acts, Client, options } from './venue-script.ts'

const everything = { status: 'all', after: 0, limit: 10_000 } as const
const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, one) => total.plus(one), ZERO)

function afterAnyScript(check: (at: AtHand, cash: Amount) => void, runs = 150): void {
  fc.assert(
    fc.property(options, acts, (options, script) => {
      const at = venueAtHand(options)
      const client = new Client(at.venue, at.clock)
      for (const act of script) {
        client.perform(act)
        check(at, amount(options.cash ?? '0'))
      }
    }),
    { numRuns: runs },
  )
}

describe('whatever clients do and however the market moves', () => {
  it('cash is what was there at the start, less what was bought, plus what was sold, less commission', () => {
    afterAnyScript(({ venue }, start) => {
      const flows = venue.executions(everything).map(({ order, execution }) => {
        const notional = notionalOf(execution.price, execution.quantity)
        return (order.side === 'buy' ? notional.negated() : notional).minus(execution.commission)
      })
      expect(venue.account().cash).toEqual(start.plus(sum(flows)))
    })
  })

  it('cash and positions at cost reconcile with what was realised, exactly', () => {
    afterAnyScript(({ venue }, start) => {
      const { cash, commission, realised } = venue.account()
      const cost = sum(venue.positions().map((position) => position.cost))
      expect(cash.plus(cost).plus(commission).minus(realised)).toEqual(start)
    })
  })

  it('positions are the sum of the executions, and never short where that is not allowed', () => {
    afterAnyScript(({ venue }) => {
      const owned = new Map<string, Quantity>()
      for (const { order, execution } of venue.executions(everything)) {
        const change = order.side === 'buy' ? execution.quantity : execution.quantity.negated()
        owned.set(order.symbol, (owned.get(order.symbol) ?? ZERO).plus(change))
      }
      for (const [symbol, quantity] of owned) if (quantity.isZero) owned.delete(symbol)
      expect(new Map(venue.positions().map(({ symbol, quantity }) => [symbol, quantity]))).toEqual(owned)
      if (!venue.account().allowShort) expect(venue.positions().every(({ quantity }) => quantity.isPositive)).toBe(true)
    })
  })

  it('an order fills up to its quantity, on the lot, and never at a worse price than its limit', () => {
    afterAnyScript(({ venue, events }) => {
      for (const order of venue.orders(everything)) {
        expect(order.filledQuantity).toEqual(sum(order.executions.map(({ quantity }) => quantity)))
        expect(order.filledQuantity.atMost(order.quantity)).toBe(true)
        expect(order.status === 'filled').toBe(order.filledQuantity.equals(order.quantity))
        expect(order.executions.every(({ quantity }) => quantity.isPositive)).toBe(true)
      }
      // The limit that counts is the one that stood at the time.
      for (const event of events) {
        if (event.type !== 'execution' || event.order.limitPrice === undefined) continue
        const { limitPrice, side } = event.order
        const { price } = event.execution
        expect(side === 'buy' ? price.atMost(limitPrice) : price.atLeast(limitPrice)).toBe(true)
      }
    })
  })

  it('without shorts nobody spends more than there is', () => {
    afterAnyScript(({ venue }) => {
      const { allowShort, buyingPower, cash } = venue.account()
      if (!allowShort) expect([cash.isNegative, buyingPower.isNegative]).toEqual([false, false])
    })
  })

  it('events are numbered without a gap, and a final order has no more of them', () => {
    afterAnyScript(({ events }) => {
      const numbered = events.filter((event) => event.type !== 'quote')
      expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, at) => at + 1))
      const last = new Map<string, VenueOrder>()
      for (const { order } of numbered) {
        const before = last.get(order.id)
        expect(before === undefined || isOpen(before)).toBe(true)
        last.set(order.id, order)
      }
    })
  })

  it('there is at most one timer, and none while nothing is open', () => {
    afterAnyScript(({ clock, venue }) => {
      const open = venue.orders({ ...everything, status: 'open' }).length
      expect(clock.waiting).toBe(open > 0 ? 1 : 0)
    })
  })

  it('the same seed and the same calls give the same answers and the same events', () => {
    fc.assert(
      fc.property(options, acts, (options, script) => {
        const run = (): string => {
          const at = venueAtHand(options)
          const client = new Client(at.venue, at.clock)
          return JSON.stringify([script.map((act) => client.perform(act)), at.events])
        }
        expect(run()).toBe(run())
      }),
      { numRuns: 100 },
    )
  })
})

describe('the lists', () => {
  it('paged by any size give every order once, in order', () => {
    fc.assert(
      fc.property(options, acts, fc.integer({ min: 1, max: 5 }), (options, script, limit) => {
        const { venue, clock } = venueAtHand(options)
        const client = new Client(venue, clock)
        for (const act of script) client.perform(act)
        for (const status of ['all', 'open', 'closed'] as const) {
          expect(paged(venue, status, limit)).toEqual(venue.orders({ ...everything, status }).map(({ id }) => id))
        }
      }),
      { numRuns: 60 },
    )
  })
})

function paged(venue: Venue, status: 'all' | 'open' | 'closed', limit: number): readonly string[] {
  const ids: string[] = []
  for (let after = 0; ; ) {
    const page = venue.orders({ status, after, limit })
    ids.push(...page.map(({ id }) => id))
    const last = page.at(-1)
    if (last === undefined) return ids
    after = last.seq
  }
}
