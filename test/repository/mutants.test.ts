import { describe, expect, it } from 'vitest'
import { makeMutants } from '../../tools/mutation/make-mutants.ts'
import { relatedTests } from '../../tools/mutation/related-tests.ts'
import { readSource } from '../../tools/tidy/source-file.ts'

const changesOf = (text: string): string[] => makeMutants('src/core/a.ts', text).map(({ after }) => after)

describe('a money rule is broken', () => {
  it.each([
    ['at the edge of a limit', 'if (a < b) go()', 'if (a <= b) go()'],
    ['at the edge of a limit in decimals', 'if (a.atMost(b)) go()', 'if (a.lessThan(b)) go()'],
    ['by its sign', 'go(a.plus(b))', 'go(a.minus(b))'],
    ['by its side', "go(side === 'buy')", "go(side === 'sell')"],
    ['by its rounding', "go('down')", "go('up')"],
    ['by a forgotten commission', 'go(a.minus(fill.commission))', 'go(a)'],
    ['by the wrong one of two', 'go(min(a, b))', 'go(max(a, b))'],
    ['by a forgotten sign', 'go(a.negated())', 'go(a)'],
  ])('%s', (_, good, bad) => {
    expect(changesOf(good)).toContain(bad)
  })
  it.each([
    ['a comment', '// a < b'],
    ['a message', "go('a < b')"],
    ['a type', "export type Side = 'buy' | 'sell'"],
    ['a type over several lines', "type Rounding =\n  | 'down'\n  | 'up'\nconst a = b"],
    ['an interface', "interface A {\n  side: 'buy'\n}"],
  ])('but not in %s', (_, text) => {
    expect(changesOf(text)).toEqual([])
  })
  it('one change at a time, and nowhere else', () => {
    const text = 'const a = b < c\nconst d = e < f\n'
    expect(makeMutants('x.ts', text).map((one) => one.text)).toEqual([
      'const a = b <= c\nconst d = e < f\n',
      'const a = b < c\nconst d = e <= f\n',
    ])
  })
})

it('the tests of a rule are those that reach it, the nearest first', () => {
  const tree = [
    readSource('src/core/money.ts', ''),
    readSource('src/core/sizing.ts', "import { a } from './money.ts'"),
    readSource('test/core/sizing.test.ts', "import { b } from '../../src/core/sizing.ts'"),
    readSource('test/core/money.test.ts', "import { a } from '../../src/core/money.ts'"),
    readSource('test/core/time.test.ts', "import { t } from '../../src/core/time.ts'"),
  ]
  expect(relatedTests('src/core/money.ts', tree)).toEqual({
    near: ['test/core/money.test.ts'],
    all: ['test/core/money.test.ts', 'test/core/sizing.test.ts'],
  })
})
