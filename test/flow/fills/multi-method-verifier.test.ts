import { describe, expect, it } from 'vitest'
import type { FillReport } from '../../../src/core/fill-verification.ts'
import { price, quantity } from '../../../src/core/money.ts'
import { MultiMethodVerifier } from '../../../src/flow/fills/multi-method-verifier.ts'
import { T0 } from '../../support/orders.ts'

const TEN = quantity('10')
const verifier = new MultiMethodVerifier({ averagePriceOnlyWhenComplete: false, fillTimeOnlyWhenComplete: true })
const report = (over: Partial<FillReport> = {}): FillReport => ({ at: T0, status: 'unknown', rawStatus: '?', ...over })

describe('a complete fill is proven by any one of the four methods', () => {
  it.each<[string, Partial<FillReport>]>([
    ['status', { status: 'filled', rawStatus: 'filled' }],
    ['quantity', { cumulativeQuantity: TEN }],
    ['time', { filledAt: T0 }],
  ])('%s', (method, over) => {
    expect(verifier.verify(TEN, report(over))).toMatchObject({ complete: true, methods: [method], confidence: 1 })
  })
  it('price, at a venue that gives it on complete fills alone', () => {
    const there = new MultiMethodVerifier({ averagePriceOnlyWhenComplete: true, fillTimeOnlyWhenComplete: false })
    expect(there.verify(TEN, report({ averagePrice: price('100') })).methods).toEqual(['price'])
  })
})

describe('a fill that is not complete is never called so', () => {
  it.each<[string, Partial<FillReport>]>([
    ['an average price where it stands on partial fills too', { averagePrice: price('100') }],
    ['half of the quantity', { cumulativeQuantity: quantity('5'), averagePrice: price('100'), filledAt: T0 }],
    ['nothing at all', {}],
  ])('%s', (_, over) => {
    expect(verifier.verify(TEN, report(over)).complete).toBe(false)
  })
})

describe('of several reports', () => {
  const partial = report({
    at: T0,
    cumulativeQuantity: quantity('4'),
    status: 'working',
    rawStatus: 'partially_filled',
  })
  const complete = report({ at: T0 + 1_000, cumulativeQuantity: TEN, status: 'filled', rawStatus: 'filled' })
  it('the verdict is the same in whatever order they came', () => {
    const verdict = verifier.verifyAll(TEN, [partial, complete])
    expect(verdict).toMatchObject({ complete: true, methods: ['status', 'quantity'], disagrees: false })
    expect(verifier.verifyAll(TEN, [complete, partial])).toEqual(verdict)
  })
  it('a newer no keeps the order open', () => {
    const takenBack = { ...partial, at: T0 + 2_000 }
    expect(verifier.verifyAll(TEN, [complete, takenBack]).complete).toBe(false)
  })
})
