import fc from 'fast-check'
import { expect, it } from 'vitest'
import { max, type Price, price } from '../../../src/core/money.ts'
import { HighestPrice, type Priced } from '../../../src/flow/checks/highest-price.ts'

it('the highest price is that of a search through all, whatever comes and goes', () => {
  const step = fc.record({ comes: fc.boolean(), at: fc.nat(40), which: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const highest = new HighestPrice()
      const open: Priced[] = []
      for (const { comes, at, which } of steps) {
        const leaving = open[which % Math.max(1, open.length)]
        if (comes || leaving === undefined) {
          const one = { price: price(String(at)) }
          open.push(one)
          highest.add(one)
        } else {
          open.splice(open.indexOf(leaving), 1)
          highest.remove(leaving)
          if (at % 4 === 0) {
            highest.add(leaving)
            open.push(leaving)
          }
        }
        const expected = open.reduce<Price | undefined>(
          (top, one) => (top === undefined ? one.price : max(top, one.price)),
          undefined,
        )
        expect(highest.top?.toString()).toBe(expected?.toString())
      }
    }),
  )
})
