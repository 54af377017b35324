import { describe, expect, it } from 'vitest'
import { amount, price, quantity } from '../../src/core/money.ts'
import { type PartialFillFacts, partialFillAction } from '../../src/core/partial-fill-policy.ts'

const facts = (changes: Partial<PartialFillFacts>): PartialFillFacts => ({
  quantity: quantity('100'),
  filledQuantity: quantity('40'),
  cancelRequested: false,
  price: price('10'),
  minQuantity: quantity('1'),
  ...changes,
})
const cancelRest = (reason: string): object => ({ action: 'cancel_rest', reason })
const keep = (because: string): object => ({ action: 'keep_watching', because })

describe('a partly filled order', () => {
  it('is watched on under keep', () => expect(partialFillAction('keep', facts({}))).toEqual(keep('policy')))
  it('loses its rest under cancel_remainder and reject, each with its own reason', () => {
    expect(partialFillAction('cancel_remainder', facts({}))).toEqual(cancelRest('partial_remainder'))
    expect(partialFillAction('reject', facts({}))).toEqual(cancelRest('partial_fill'))
  })
  it('is not cancelled twice', () => {
    expect(partialFillAction('reject', facts({ cancelRequested: true }))).toEqual(keep('already_cancelling'))
  })
})

describe('an order that is not partly filled', () => {
  it.each(['0', '100', '101'])('but by %s of 100 is left alone', (filled) => {
    expect(partialFillAction('reject', facts({ filledQuantity: quantity(filled) }))).toEqual(keep('no_partial_fill'))
  })
  it('counts from the smallest part to all but the smallest part', () => {
    const small = { minQuantity: quantity('0.01') }
    expect(partialFillAction('reject', facts({ ...small, filledQuantity: quantity('0.01') })).action).toBe(
      'cancel_rest',
    )
    expect(partialFillAction('reject', facts({ ...small, filledQuantity: quantity('99.99') })).action).toBe(
      'cancel_rest',
    )
  })
})

describe('a rest too small to trade', () => {
  it.each(['cancel_remainder', 'reject'] as const)('is never cancelled under %s', (policy) => {
    expect(partialFillAction(policy, facts({ minQuantity: quantity('60.001') }))).toEqual(keep('dust'))
    expect(partialFillAction(policy, facts({ minNotional: amount('600.01') }))).toEqual(keep('dust'))
  })
  it('begins below the least the venue takes, not on it', () => {
    const onTheEdge = facts({ minQuantity: quantity('60'), minNotional: amount('600') })
    expect(partialFillAction('cancel_remainder', onTheEdge).action).toBe('cancel_rest')
  })
})
