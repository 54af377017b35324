import type { Random } from '../../../src/simulator/seeded-random.ts'
import type { Dialect, Lags, ResendClass, Span, VenueState } from './dialect.ts'

/** A venue nobody has met before, so that nothing is made to measure for the ones we know. */
export function randomDialect(draw: Random): Dialect {
  const resendClass = pick(['A', 'B', 'C', 'D'] as const, draw('dialect.class'))
  const settlesMs = between({ least: 30_000, most: 600_000 }, draw('dialect.settles'))
  const { words, strangeWords } = vocabulary(draw)
  return {
    name: `wild-${resendClass.toLowerCase()}`,
    resendClass,
    clientId: {
      enforced: enforcementOf(resendClass, draw),
      maxLength: between({ least: SHORTEST_ID, most: 64 }, draw('dialect.id_length')),
      charset: draw('dialect.charset') < 0.5 ? /^[a-z0-9-]+$/ : /^[\x21-\x7e]+$/,
    },
    words,
    strangeWords,
    pageSize: between({ least: 1, most: 7 }, draw('dialect.page')),
    lags: lagsOf(draw),
    settlesMs,
    namesExecutions: draw('dialect.names_executions') < 0.7,
    brokerIds: draw('dialect.broker_ids') < 0.5 ? 'unique' : 'daily',
    buyingPower: draw('dialect.buying_power') < 0.5 ? 'after_open_orders' : 'cash',
    submitAnswer: draw('dialect.answer') < 0.5 ? 'order' : 'receipt',
    ack: spanUpTo(draw('dialect.ack') * 500),
    tellsTime: pick(['to_the_millisecond', 'to_the_second', 'never'] as const, draw('dialect.time')),
  }
}

/** An id of ours carries its prefix and the installation, and enough beyond them to be one of a kind. */
const SHORTEST_ID = 17
const SLOWEST_FACE_MS = 4_000
const VOWELS = 'aeiou'
const CONSONANTS = 'bdfgklmnprstvz'
const STRANGE_WORDS = 3

function enforcementOf(resendClass: ResendClass, draw: Random): Dialect['clientId']['enforced'] {
  switch (resendClass) {
    case 'A':
      return 'forever'
    case 'B':
      return 'day'
    case 'C':
      return draw('dialect.while_open') < 0.5 ? 'while_open' : 'never'
    case 'D':
      return 'never'
  }
}

function lagsOf(draw: Random): Lags {
  const lag = (face: string): number => Math.floor(draw(`dialect.lag.${face}`) ** 2 * SLOWEST_FACE_MS)
  return {
    point: lag('point'),
    list: lag('list'),
    history: lag('history'),
    executions: lag('executions'),
    positions: lag('positions'),
  }
}

function vocabulary(draw: Random): Pick<Dialect, 'words' | 'strangeWords'> {
  const taken = new Set<string>()
  const word = (): string => {
    for (;;) {
      const made = madeUpWord(draw)
      if (taken.has(made)) continue
      taken.add(made)
      return made
    }
  }
  const some = (): readonly string[] => (draw('dialect.synonyms') < 0.3 ? [word(), word()] : [word()])
  const words: Record<VenueState, readonly string[]> = {
    received: some(),
    open: some(),
    part: some(),
    filled: some(),
    cancelled: some(),
    rejected: some(),
    expired: some(),
  }
  return { words, strangeWords: Array.from({ length: STRANGE_WORDS }, word) }
}

function madeUpWord(draw: Random): string {
  const syllables = 2 + Math.floor(draw('dialect.syllables') * 2)
  let text = ''
  for (let n = 0; n < syllables; n += 1) {
    text += pick([...CONSONANTS], draw('dialect.consonant')) + pick([...VOWELS], draw('dialect.vowel'))
  }
  const spelling = draw('dialect.spelling')
  if (spelling < 0.3) return text.toUpperCase()
  return spelling < 0.5 ? `${text} ${text.slice(0, 2)}` : text
}

const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(at * from.length)] as T
const between = ({ least, most }: Span, at: number): number => least + Math.floor((most - least + 1) * at)
const spanUpTo = (most: number): Span => ({ least: Math.floor(most / 10), most: Math.floor(most) })
