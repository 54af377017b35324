import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amount, decimal, type Price, price, quantity } from '../../../src/core/money.ts'
import type { Order, Side } from '../../../src/core/order.ts'
import type { RiskLimits } from '../../../src/core/risk-rules.ts'
import { checkRisk } from '../../../src/flow/checks/check-risk.ts'
import type { DuplicatePolicy } from '../../../src/flow/checks/pending-order-map.ts'
import { Account, quoteOf, requestOf, UNLIMITED } from './an-account.ts'
import { accepted, cancelled, created, filled, type OrderParts, submitting } from './an-order.ts'
import { type OpenOrder, totalOf, worstOf } from './counted-by-hand.ts'

const SYMBOLS = ['AAPL', 'MSFT', 'BTC/USD']
const LIMITS: RiskLimits = {
  ...UNLIMITED,
  max_position_notional: decimal('6000'),
  max_total_exposure: decimal('10000'),
  max_open_orders: 5,
  max_orders_per_minute: 12,
  per_strategy: { trend: { max_open_orders: 3 } },
}
const QUOTES: ReadonlyMap<string, Price> = new Map([
  ['AAPL', price('100')],
  ['MSFT', price('103')],
  ['BTC/USD', price('97')],
])

describe('any number of callers at once, in any order', () => {
  const caller = fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constantFrom<Side>('buy', 'sell'),
    strategy: fc.constantFrom('trend', 'carry'),
    quantity: fc.integer({ min: 1, max: 50 }).map(String),
    limitPrice: fc.integer({ min: 95, max: 105 }).map(String),
    ends: fc.constantFrom('fills', 'partly fills', 'is cancelled', 'stays', 'is never recorded'),
  })

  it.each<DuplicatePolicy>(['allow', 'deny'])('never exceed a limit (duplicates: %s)', async (policy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(caller, { minLength: 1, maxLength: 30, size: 'max' }),
        async (scheduler, callers) => {
          const account = new Account()
          account.limits = LIMITS
          account.allowShort = true
          account.duplicatePolicy = policy
          const open = new Map<string, OpenOrder>()
          const positions = new Map(SYMBOLS.map((symbol) => [symbol, quantity('0')]))
          let approvals = 0

          const everyLimitHolds = (): void => {
            const world = { orders: [...open.values()], positions, marks: QUOTES }
            for (const symbol of SYMBOLS) expect(worstOf(world, symbol).atMost(amount('6000'))).toBe(true)
            expect(totalOf(world, SYMBOLS).atMost(amount('10000'))).toBe(true)
            expect(open.size).toBeLessThanOrEqual(5)
            expect([...open.values()].filter(({ strategy }) => strategy === 'trend').length).toBeLessThanOrEqual(3)
            expect(approvals).toBeLessThanOrEqual(12)
            const sides = [...open.values()].map(({ symbol, side }) => `${side} ${symbol}`)
            if (policy === 'deny') expect(new Set(sides).size).toBe(sides.length)
            expect(account.exposure.openOrders).toBe(open.size)
          }
          const settle = (order: Order, after: Order): void => {
            const done = after.filledQuantity.minus(order.filledQuantity)
            const held = positions.get(order.symbol) ?? quantity('0')
            const position = order.side === 'buy' ? held.plus(done) : held.minus(done)
            positions.set(order.symbol, position)
            const left = open.get(order.id)
            if (left !== undefined) open.set(order.id, { ...left, quantity: left.quantity.minus(done) })
            if (after.status !== 'partially_filled') open.delete(order.id)
            account.exposure.setPosition(order.symbol, position)
            account.record(order, after)
          }

          const call = async (
            { ends, ...parts }: OrderParts & { readonly symbol: string; readonly ends: string },
            n: number,
          ): Promise<void> => {
            await scheduler.schedule(Promise.resolve(), `${n} asks`)
            const request = requestOf(`o${n}`, parts)
            const at = QUOTES.get(parts.symbol)?.toString() ?? ''
            const deps = account.deps(parts.symbol)
            const decision = checkRisk(request, { ...deps, facts: { ...deps.facts, quote: quoteOf(parts.symbol, at) } })
            if (decision.kind !== 'approved') return everyLimitHolds()
            approvals += 1
            const { id, symbol, side, strategy, quantity: size, limitPrice = price('0') } = request
            open.set(id, { id, symbol, side, strategy, quantity: size, price: limitPrice })
            everyLimitHolds()
            await scheduler.schedule(Promise.resolve(), `${n} is stored`)
            if (ends === 'is never recorded') {
              open.delete(id)
              expect([account.exposure.release(id), account.exposure.release(id)]).toEqual([true, false])
              return everyLimitHolds()
            }
            let order = account.record(undefined, submitting(created(id, parts)))
            everyLimitHolds()
            await scheduler.schedule(Promise.resolve(), `${n} is accepted`)
            order = account.record(order, accepted(order))
            await scheduler.schedule(Promise.resolve(), `${n} ${ends}`)
            if (ends === 'fills') settle(order, filled(order))
            if (ends === 'partly fills') settle(order, filled(order, '1'))
            if (ends === 'is cancelled') settle(order, cancelled(order))
            everyLimitHolds()
          }
          const all = Promise.all(callers.map(call))
          await scheduler.waitFor(all)
        },
      ),
      { numRuns: 300 },
    )
  })
})
