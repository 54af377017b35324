import type { Dialect } from './dialect.ts'
import { asOf, type DialectOrder, isLive, newest, type Trade, type Version } from './dialect-order.ts'
import type { View } from './order-words.ts'
import type { FaultSource } from './venue-wire.ts'

/**
 * What each face of the venue shows of an order. Guarantees:
 * - a face shows what was true at some moment, never a mixture;
 * - every lie about an order ends by itself, within the time in which the venue settles or within minutes.
 */
export type Face = 'point' | 'list' | 'history'

export interface FacesDeps {
  readonly dialect: Dialect
  readonly now: () => number
  readonly faults: FaultSource
}

/** Hidden for at most this share of the settling time, so that settled absence is true. */
const HIDDEN_SHARE = 0.35
const LONGEST_HIDING_MS = 60_000
const LONGEST_STANDSTILL_MS = 300_000
const LONGEST_STRANGENESS_MS = 30_000

export class Faces {
  readonly #deps: FacesDeps
  constructor(deps: FacesDeps) {
    this.#deps = deps
  }

  /** `undefined`: this face does not know the order yet. `behind` is how much staler than usual the whole face is. */
  seen(face: Face, order: DialectOrder, behind = 0): View | undefined {
    const { dialect, now } = this.#deps
    if (this.#isHidden(face, order)) return undefined
    const moment = this.#momentOf(order, now() - dialect.lags[face] - behind)
    const version = asOf(order, moment)
    if (version === undefined) return undefined
    return { version, trades: this.#known(version), word: this.strangeWord(order) }
  }

  #known({ trades }: Version): readonly Trade[] {
    const { dialect, now } = this.#deps
    const known = now() - dialect.lags.executions
    const isKnown = (trade: Trade): boolean => (trade.change?.at ?? trade.at) <= known
    return trades.every(isKnown) ? trades : trades.filter(isKnown)
  }

  /** F-51: for a while the venue uses a word that stands in no table; the order's end always has a proper one. */
  strangeWord(order: DialectOrder): string | undefined {
    const { dialect, faults, now } = this.#deps
    const { lies } = order
    if (lies.strange !== undefined) {
      if (lies.strange.until > now()) return lies.strange.word
      lies.strange = undefined
    }
    if (!faults.strikes('F-51', order.tag)) return undefined
    const word = dialect.strangeWords[Math.floor(faults.draw('F-51', 'word') * dialect.strangeWords.length)]
    const until = now() + faults.draw('F-51', 'long') * LONGEST_STRANGENESS_MS
    lies.strange = word === undefined ? undefined : { word, until }
    return word
  }

  /** F-83: taken, and for a while this face does not know it. */
  #isHidden(face: Face, order: DialectOrder): boolean {
    const { dialect, faults, now } = this.#deps
    const age = now() - (order.versions[0]?.at ?? 0)
    const longest = Math.min(LONGEST_HIDING_MS, dialect.settlesMs * HIDDEN_SHARE)
    if (age >= longest) return false
    const { hiddenUntil } = order.lies
    if (hiddenUntil[face] === 0 && faults.strikes('F-83', order.tag)) {
      hiddenUntil[face] = now() + faults.draw('F-83', face) * (longest - age)
    }
    return hiddenUntil[face] > now()
  }

  /** F-82: the stream has gone on and REST stands still, with the order as it was one step before. */
  #momentOf(order: DialectOrder, usual: number): number {
    const { faults, now } = this.#deps
    const { lies, versions } = order
    if (lies.frozen !== undefined) {
      if (lies.frozen.until > now()) return Math.min(usual, lies.frozen.asOf)
      lies.frozen = undefined
    }
    const before = versions.at(-2)
    const isNews = before !== undefined && before.at <= usual && newest(order).at <= usual
    if (!isNews || isLong(order, now()) || !faults.strikes('F-82', order.tag)) return usual
    const until = now() + faults.draw('F-82', 'long') * LONGEST_STANDSTILL_MS
    lies.frozen = { asOf: newest(order).at - 1, until }
    return lies.frozen.asOf
  }
}

/** Over for so long that a face which forgets it now would be of another kind. */
const isLong = (order: DialectOrder, now: number): boolean =>
  !isLive(newest(order)) && now - newest(order).at > LONGEST_STRANGENESS_MS
