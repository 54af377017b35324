import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Amount, amount, decimal, max, notionalOf, price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import type { ExposureBook } from '../../../src/flow/checks/exposure-book.ts'
import { Account, outcome } from './an-account.ts'
import { accepted, cancelled, created, filled, submitting } from './an-order.ts'

/** A venue with nothing but cash, which sees our orders earlier than we hear of it, or later. */
interface AtVenue {
  readonly cost: Amount
  spent: Amount
  state: 'on the wire' | 'open' | 'gone'
}
type VenueStep = readonly [what: string, which: number, size: number]

describe('buying power', () => {
  const what = fc.constantFrom(
    'signal',
    'signal',
    'signal',
    'arrives',
    'arrives',
    'fills',
    'fills',
    'is cancelled',
    'we hear',
    'we hear',
    'we ask',
    'it answers',
    'the answer comes',
  )
  it.each([true, false])(
    'is never spent twice, however late anybody hears of anything (open orders counted: %s)',
    (counts) => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(what, fc.nat(9), fc.nat(40)), { maxLength: 120, size: 'max' }),
          (steps: VenueStep[]) => {
            const account = new Account()
            account.venue = { refusesOppositeOrders: false, buyingPowerCountsOpenOrders: counts }
            const cash = amount('10000')
            const atVenue = new Map<string, AtVenue>()
            const ours: Order[] = []
            const sum = (of: (one: AtVenue) => Amount): Amount =>
              [...atVenue.values()].reduce((total, one) => total.plus(of(one)), amount('0'))
            const openCost = (one: AtVenue, ...states: AtVenue['state'][]): Amount =>
              states.includes(one.state) ? one.cost.minus(one.spent) : amount('0')
            let asked: { mark: ReturnType<ExposureBook['buyCosts']['mark']>; buyingPower?: Amount } | undefined
            account.facts = { account: { buyingPower: cash, mark: account.exposure.buyCosts.mark() } }

            for (const [step, which, size] of steps) {
              const index = which % Math.max(1, ours.length)
              const order = ours[index]
              const there = order === undefined ? undefined : atVenue.get(order.id)
              if (step === 'signal') {
                const parts = { quantity: String(1 + size) }
                const id = `o${atVenue.size}`
                if (account.check(id, parts).kind !== 'approved') continue
                atVenue.set(id, {
                  cost: notionalOf(price('100'), quantity(parts.quantity)),
                  spent: amount('0'),
                  state: 'on the wire',
                })
                ours.push(account.record(undefined, submitting(created(id, parts))))
              }
              if (step === 'arrives' && there?.state === 'on the wire') there.state = 'open'
              if (step === 'fills' && there?.state === 'open') {
                there.spent = size % 2 === 0 ? there.cost : max(there.spent, amount('100'))
                if (there.spent.equals(there.cost)) there.state = 'gone'
              }
              if (step === 'is cancelled' && there?.state === 'open') there.state = 'gone'
              if (step === 'we hear' && order !== undefined && there !== undefined)
                ours[index] = hear(account, order, there)
              if (step === 'we ask') asked = { mark: account.exposure.buyCosts.mark() }
              if (step === 'it answers' && asked !== undefined) {
                const spent = sum((one) => one.spent)
                asked.buyingPower = cash.minus(spent).minus(counts ? sum((one) => openCost(one, 'open')) : amount('0'))
              }
              if (step === 'the answer comes' && asked?.buyingPower !== undefined) {
                account.facts = { account: { mark: asked.mark, buyingPower: asked.buyingPower } }
              }
              expect(sum((one) => one.spent.plus(openCost(one, 'open', 'on the wire'))).atMost(cash)).toBe(true)
            }
          },
        ),
        { numRuns: 400 },
      )
    },
  )
  it('is taken off once: by the venue, when it has read what was accepted', () => {
    const account = new Account()
    account.venue = { refusesOppositeOrders: false, buyingPowerCountsOpenOrders: true }
    account.working('a')
    account.facts = { account: { buyingPower: amount('1000'), mark: account.exposure.buyCosts.mark() } }
    expect(outcome(account.check('b'))).toBe('approved')
  })
  it('comes back when what was cancelled has been read', () => {
    const account = new Account()
    account.venue = { refusesOppositeOrders: false, buyingPowerCountsOpenOrders: true }
    const read = (): void => {
      account.facts = { account: { buyingPower: amount('1000'), mark: account.exposure.buyCosts.mark() } }
    }
    read()
    expect([outcome(account.check('a')), outcome(account.check('b'))]).toEqual(['approved', 'risk.buying_power'])
    const order = account.record(undefined, submitting(created('a')))
    account.record(order, cancelled(accepted(order)))
    expect(outcome(account.check('b'))).toBe('risk.buying_power')
    read()
    expect(outcome(account.check('b'))).toBe('approved')
  })
})

/** Our book as the venue has the order now. */
function hear(account: Account, order: Order, { spent, state }: AtVenue): Order {
  if (state === 'on the wire' || order.closedAt !== undefined) return order
  let now = order
  const take = (after: Order): void => {
    now = account.record(now, after)
  }
  if (now.status === 'submitting') take(accepted(now))
  const filledSoFar = spent.dividedBy(decimal('100'), 8, 'down').minus(now.filledQuantity)
  if (filledSoFar.isPositive) take(filled(now, filledSoFar.toString()))
  if (state === 'gone' && now.closedAt === undefined) take(cancelled(now))
  return now
}
