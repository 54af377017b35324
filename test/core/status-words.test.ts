import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meaningOf, type StatusWords, statusKey } from '../../src/core/status-words.ts'

describe('the word filled', () => {
  it.each([
    'filled',
    'FILLED',
    'Filled',
    ' filled ',
    'OrderStatus.FILLED',
    'OrderStatus::Filled',
    'alpaca.trading.enums.OrderStatus.FILLED',
    "<OrderStatus.FILLED: 'filled'>",
    'ORDER_STATUS_FILLED',
    'STATUS_FILLED',
    'order-status-filled',
    'TradeState.Filled',
    'fully filled',
    'Fully_Filled',
    'FULLY-FILLED',
    'fullyFilled',
    'COMPLETELY_FILLED',
    'Fully Executed',
    'completely executed',
  ])('is understood as %j', (raw) => expect(meaningOf(raw)).toBe('filled'))
})

describe('a word that is not a complete fill', () => {
  it.each([
    'partially_filled',
    'PARTIALLY.FILLED',
    'Partially/Filled',
    'OrderStatus.PARTIALLY_FILLED',
    'OrderStatus.Partially.Filled',
    'PartialStatus.Filled',
    "<OrderStatus.PARTIALLY_FILLED: 'partially_filled'>",
    'partial_fill',
    'part filled',
    'PartiallyExecuted',
    'unfilled',
    'not filled',
    'NotFilled',
    'filled partially',
    'partially_filled_rest_cancelled',
    'pending_fill',
    'filling',
    'executed',
    'traded',
    'complete',
    'done',
    'closed',
    'calculated',
    '',
    'status',
    'order_status',
    'ｆｉｌｌｅｄ',
    'fılled',
  ])('is never taken for one: %j', (raw) => expect(meaningOf(raw)).not.toBe('filled'))
  it('means working when some of it is filled', () => {
    for (const raw of [
      'partially_filled',
      'PartiallyFilled',
      'partial fill',
      'PARTIAL_FILLED',
      'part_filled',
      'partially executed',
    ]) {
      expect(meaningOf(raw)).toBe('working')
    }
  })
})

describe('other words', () => {
  it.each([
    ['NEW', 'working'],
    ['open', 'working'],
    ['Accepted', 'working'],
    ['working', 'working'],
    ['live', 'working'],
    ['pending', 'received'],
    ['pending_new', 'received'],
    ['received', 'received'],
    ['submitted', 'received'],
    ['canceled', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['OrderStatus.REJECTED', 'rejected'],
    ['expired', 'expired'],
    ['pending_cancel', 'unknown'],
    ['banana', 'unknown'],
  ])('%s means %s', (raw, meaning) => expect(meaningOf(raw)).toBe(meaning))
})

describe("a venue's own table", () => {
  const kotak: StatusWords = { complete: 'filled', 'open pending': 'received', new: 'received' }
  it('is asked first, in any spelling', () => {
    expect(meaningOf('COMPLETE', kotak)).toBe('filled')
    expect(meaningOf('Open Pending', kotak)).toBe('received')
    expect(meaningOf('NEW', kotak)).toBe('received')
    expect(meaningOf('filled', kotak)).toBe('filled')
    expect(meaningOf('completed', kotak)).toBe('unknown')
  })
})

describe('any spelling', () => {
  const words = fc.constantFrom('filled', 'partially filled', 'fully filled', 'cancelled', 'pending new')
  const separators = fc.constantFrom(' ', '_', '-', '', '/', '  ')
  const cases = fc.constantFrom(
    (text: string) => text.toUpperCase(),
    (text: string) => text,
    (text: string) => text.replace(/(^|\s)[a-z]/g, (letter) => letter.toUpperCase()),
  )
  const scopes = fc.constantFrom('', 'OrderStatus.', 'Status::', 'a.b.OrderState.')
  it('of a word has the same key', () => {
    fc.assert(
      fc.property(words, separators, cases, scopes, (word, separator, spell, scope) => {
        expect(statusKey(scope + spell(word).replaceAll(' ', separator))).toBe(word.replaceAll(' ', ''))
      }),
    )
  })
  it('of the word status alone is that word', () => {
    expect(statusKey('Order.Status')).toBe('orderstatus')
    expect(statusKey('status')).toBe('status')
  })
  it('that only contains the word filled inside another is not filled', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop_- .'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(letters, letters, (before, after) => {
        const key = statusKey(`${before}filled${after}`)
        const meaning = meaningOf(`${before}filled${after}`)
        expect(meaning === 'filled').toBe(key === 'filled')
      }),
      { numRuns: 2_000 },
    )
  })
})
