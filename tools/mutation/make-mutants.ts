import { lineAt, readSource } from '../tidy/source-file.ts'

/** One small wrong change in one file. `before` and `after` are the changed line, trimmed. */
export interface Mutant {
  readonly file: string
  readonly line: number
  readonly before: string
  readonly after: string
  readonly text: string
}

interface Change {
  readonly pattern: RegExp
  readonly into: string
  /** Texts such as `'down'` are looked for in the text, everything else in code alone. */
  readonly inTexts?: true
}

const swap = (a: string, b: string): Change[] => [
  { pattern: new RegExp(escaped(a), 'g'), into: b },
  { pattern: new RegExp(escaped(b), 'g'), into: a },
]
const swapWords = (a: string, b: string): Change[] => [
  { pattern: new RegExp(`(?<=['"])${a}(?=['"])`, 'g'), into: b, inTexts: true },
  { pattern: new RegExp(`(?<=['"])${b}(?=['"])`, 'g'), into: a, inTexts: true },
]
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The mistakes people make with money: the edge of a limit, a sign, a side, a rounding, a forgotten commission. */
const CHANGES: readonly Change[] = [
  ...swap(' < ', ' <= '),
  ...swap(' > ', ' >= '),
  ...swap(' === ', ' !== '),
  ...swap(' + ', ' - '),
  ...swap(' && ', ' || '),
  { pattern: / \* /g, into: ' / ' },
  { pattern: / % /g, into: ' / ' },
  ...swap('.plus(', '.minus('),
  ...swap('.lessThan(', '.atMost('),
  ...swap('.greaterThan(', '.atLeast('),
  ...swap('.isPositive', '.isNegative'),
  { pattern: /\.(?:abs|negated)\(\)/g, into: '' },
  { pattern: /\.(?:plus|minus)\([\w.]*[cC]ommission[\w.]*\)/g, into: '' },
  { pattern: /(?<![.\w])min\(/g, into: 'max(' },
  { pattern: /(?<![.\w])max\(/g, into: 'min(' },
  { pattern: /(?<![\w.])-(?=[a-zA-Z(])/g, into: '' },
  { pattern: /!(?=[a-zA-Z(])/g, into: '' },
  { pattern: /(?<![\w.])0n/g, into: '1n' },
  { pattern: /(?<![\w.])1n/g, into: '2n' },
  { pattern: /(?<![\w.])10n/g, into: '11n' },
  ...swapWords('down', 'up'),
  { pattern: /(?<=['"])half_even(?=['"])/g, into: 'down', inTexts: true },
  ...swapWords('buy', 'sell'),
]

/** Every change of the list at every place it fits, one at a time. Types are left alone: they decide nothing. */
export function makeMutants(file: string, text: string): Mutant[] {
  const { code } = readSource(file, text)
  const lines = text.split('\n')
  const inTypes = typeLines(code)
  return CHANGES.flatMap(({ pattern, into, inTexts }) =>
    [...(inTexts ? text : code).matchAll(pattern)].flatMap((match) => {
      const line = lineAt(text, match.index)
      const changed = text.slice(0, match.index) + into + text.slice(match.index + match[0].length)
      const before = (lines[line - 1] ?? '').trim()
      const after = (changed.split('\n')[line - 1] ?? '').trim()
      return inTypes.has(line) || isComment(code, line) ? [] : [{ file, line, before, after, text: changed }]
    }),
  )
}

const isComment = (code: string, line: number): boolean => (code.split('\n')[line - 1] ?? '').trim() === ''

/** Lines of imports, type aliases and interfaces. */
function typeLines(code: string): Set<number> {
  const found = new Set<number>()
  let inside = false
  code.split('\n').forEach((line, index) => {
    if (/^(?:import\b|(?:export )?(?:declare )?(?:type|interface) \w)/.test(line)) inside = true
    // A declaration at the top ends where the next one begins, or with its closing brace.
    else if (/^(?:export|const|let|function|class|async)\b/.test(line)) inside = false
    if (inside) found.add(index + 1)
    if (inside && /^\}/.test(line)) inside = false
  })
  return found
}
