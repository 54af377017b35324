import type { ReportedStatus } from './order-report.ts'

/** A venue's own words, in any spelling, beside what they mean there. */
export type StatusWords = Readonly<Record<string, ReportedStatus>>

/**
 * Words that mean the same at every venue. A word that anywhere also stands for a partial fill or for any kind of end
 * (executed, traded, complete, done, closed) is not among them: only a venue's own table may claim those.
 */
const COMMON_WORDS: ReadonlyMap<string, ReportedStatus> = new Map<string, ReportedStatus>([
  ['filled', 'filled'],
  ['fullyfilled', 'filled'],
  ['completelyfilled', 'filled'],
  ['fullyexecuted', 'filled'],
  ['completelyexecuted', 'filled'],
  ['partiallyfilled', 'working'],
  ['partialfilled', 'working'],
  ['partialfill', 'working'],
  ['partfilled', 'working'],
  ['partiallyexecuted', 'working'],
  ['new', 'working'],
  ['open', 'working'],
  ['accepted', 'working'],
  ['working', 'working'],
  ['live', 'working'],
  ['pending', 'received'],
  ['pendingnew', 'received'],
  ['received', 'received'],
  ['submitted', 'received'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['rejected', 'rejected'],
  ['expired', 'expired'],
])

/** The letters and digits of the word itself: `OrderStatus.PARTIALLY_FILLED` and `Partially Filled` are one spelling. */
export function statusKey(raw: string): string {
  const member = ENUM_SHOWN.exec(raw)?.[1] ?? raw
  const named = member.split(SCOPE)
  const enumAt = named.findLastIndex((part, index) => index < named.length - 1 && ENUM_NAME.test(part))
  const word = named
    .slice(enumAt + 1)
    .join('')
    .toLowerCase()
    .replace(SEPARATORS, '')
  return word.replace(ENUM_PREFIX, '')
}
const ENUM_SHOWN = /^<([^:<>]+):.*>$/
const SCOPE = /\.|::/
const ENUM_NAME = /^(?:order|trade|execution)?_?(?:status|state)$/i
const SEPARATORS = /[\s_./-]+/g
const ENUM_PREFIX = /^(?:order|trade|execution)?(?:status|state)(?=.)/

/** The venue's own table first; a word that nobody knows is `unknown`, never a guess. */
export function meaningOf(raw: string, venueWords: StatusWords = {}): ReportedStatus {
  const key = statusKey(raw)
  for (const [word, meaning] of Object.entries(venueWords)) {
    if (statusKey(word) === key) return meaning
  }
  return COMMON_WORDS.get(key) ?? 'unknown'
}
