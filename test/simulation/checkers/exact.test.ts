import { describe, expect, it } from 'vitest'
import { divided, exact, plain, times } from './exact.ts'

describe('the sums of the second opinion', () => {
  it.each(['0', '1', '-1', '0.1', '-0.000000000001', '12345678901234567890.123456789', '100.05'])(
    'read and write %s as it is',
    (text) => expect(plain(exact(text))).toBe(text),
  )
  it.each(['', '1e1', 'NaN', '1,5', '.5', '1.', ' 1', '+1', null, undefined, 1])('refuse %s loudly', (text) => {
    expect(() => exact(text)).toThrow('no plain decimal')
  })
  it('multiply without losing a digit', () => {
    expect(plain(times(exact('0.000000001'), exact('-123456.789')))).toBe('-0.000123456789')
  })
  it.each([
    ['1', '3', 4, '0.3333'],
    ['2', '3', 4, '0.6667'],
    ['0.25', '1', 1, '0.2'],
    ['0.35', '1', 1, '0.4'],
    ['-0.25', '1', 1, '-0.2'],
    ['-0.35', '1', 1, '-0.4'],
    ['-2', '-3', 2, '0.67'],
    ['10', '5', 0, '2'],
  ])('divide %s by %s to %i digits: %s', (a, b, digits, result) => {
    expect(plain(divided(exact(a), exact(b), digits))).toBe(result)
  })
})
