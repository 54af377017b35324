import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paintFor } from '../../../src/cli/text/colour.ts'
import { displayWidth, truncate } from '../../../src/cli/text/display-width.ts'
import { plainText } from '../../../src/cli/text/plain-text.ts'
import { type Column, table } from '../../../src/cli/text/table.ts'

interface Holding {
  readonly name: string
  readonly size: string
  readonly note: string
}
const COLUMNS: readonly Column<Holding>[] = [
  { header: 'NAME', value: ({ name }) => name },
  { header: 'SIZE', value: ({ size }) => size, align: 'right' },
  { header: 'NOTE', value: ({ note }) => note, shrinkTo: 6, dispensable: 1 },
]
const holding = (name: string, size: string, note = ''): Holding => ({ name, size, note })

describe('a table', () => {
  it('lines up under its headings, numbers at their ends', () => {
    expect(table([holding('AAPL', '5', 'steady'), holding('BTC/USD', '0.25')], COLUMNS, { columns: 80 })).toBe(
      ['NAME     SIZE  NOTE', 'AAPL        5  steady', 'BTC/USD  0.25', ''].join('\n'),
    )
  })

  it('lines up where characters are two cells wide', () => {
    expect(
      table([holding('삼성전자', '5'), holding('🚀', '10'), holding('e\u0301', '1')], COLUMNS, { columns: 80 }),
    ).toBe(['NAME      SIZE', '삼성전자     5', '🚀          10', 'e\u0301            1', ''].join('\n'))
  })

  it('shortens what may be shortened, and says so', () => {
    expect(table([holding('AAPL', '5', 'held since spring')], COLUMNS, { columns: 22 })).toBe(
      ['NAME  SIZE  NOTE', 'AAPL     5  held sinc…', ''].join('\n'),
    )
  })

  it('leaves out a column before it breaks a line', () => {
    expect(table([holding('AAPL', '5', 'held since spring')], COLUMNS, { columns: 15 })).toBe(
      'NAME  SIZE\nAAPL     5\n',
    )
  })

  it('leaves out a column that has nothing to say', () => {
    expect(table([holding('AAPL', '5')], COLUMNS, { columns: 80 })).toBe('NAME  SIZE\nAAPL     5\n')
  })

  it('is never wider than the screen', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    const rows = fc.array(fc.record({ name: text, size: text, note: text }), { maxLength: 5 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 60 }), (some, columns) => {
        for (const line of table(some, COLUMNS, { columns }).split('\n'))
          expect(displayWidth(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('has no control character of anybody', () => {
    const evil = table([holding('A\u001b[2J\r\nB', '\u202e5', '\u009b31m')], COLUMNS, { columns: 80 })
    for (const char of ['\u001b', '\u009b', '\r', '\u202e']) expect(evil).not.toContain(char)
    expect(evil.split('\n')).toHaveLength(3)
  })
})

describe('colour', () => {
  const red = (isTerminal: boolean, env: Record<string, string>) => paintFor(isTerminal, env)('bad', 'no')
  it('is for terminals, and for those who want it', () => {
    expect(red(true, {})).toBe('\u001b[31mno\u001b[39m')
    expect(red(false, {})).toBe('no')
    expect(red(true, { NO_COLOR: '1' })).toBe('no')
    expect(red(true, { NO_COLOR: '' })).not.toBe('no')
    expect(red(true, { TERM: 'dumb' })).toBe('no')
  })
  it('does not move columns', () => {
    const painted = table([holding('AAPL', '5')], [{ ...(COLUMNS[0] as Column<Holding>), style: () => 'bad' }], {
      columns: 80,
      paint: paintFor(true, {}),
    })
    expect(painted.split('\n')[1]).toBe('\u001b[31mAAPL\u001b[39m')
  })
})

describe('truncation', () => {
  it('keeps to the width for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }).map(plainText), fc.integer({ min: 0, max: 20 }), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(Math.max(width, 0))
      }),
    )
  })
})
