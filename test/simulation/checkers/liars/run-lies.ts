import { newCheckers } from '../new-checkers.ts'
import { DoubleDaemon } from './double-daemon.ts'
import { honestLife } from './honest-life.ts'
import type { Lie } from './lie.ts'
import { LIES_ABOUT_ORDERS, settledFor } from './lies-about-orders.ts'
import { LIES_ABOUT_RATES } from './lies-about-rates.ts'
import { LIES_ABOUT_SENDING } from './lies-about-sending.ts'
import { LIES_ABOUT_TELLING } from './lies-about-telling.ts'

export const LIES: readonly Lie[] = [
  ...LIES_ABOUT_SENDING,
  ...LIES_ABOUT_RATES,
  ...LIES_ABOUT_ORDERS,
  ...LIES_ABOUT_TELLING,
]
export const CHECKERS: readonly string[] = newCheckers().map(({ name }) => name)

export interface Verdict {
  /** The checkers that failed, each with the first thing it said. */
  readonly failed: ReadonlyMap<string, string>
  /** Those that had nothing to judge, or missed a part of the evidence. */
  readonly idle: readonly string[]
}

/** An honest life, with a lie in it or without: quiet, a start, and quiet again. */
export function live(lie?: Lie): Verdict {
  const daemon = new DoubleDaemon()
  honestLife(daemon)
  settledFor(daemon)
  if (lie?.late !== true) lie?.told(daemon)
  daemon.look('quiet')
  daemon.restart()
  if (lie?.late === true) lie.told(daemon)
  daemon.look('quiet')
  const failed = new Map<string, string>()
  for (const { checker, text } of daemon.found) if (!failed.has(checker)) failed.set(checker, text)
  const idle = daemon.checkers.filter(({ judged, lacked }) => judged === 0 || lacked.size > 0)
  return { failed, idle: idle.map(({ name }) => name) }
}

/** It reads everything for itself once more, so it may object to any lie that is still there in the end. */
const SECOND_OPINION = 'perfect knowledge'

/** What is wrong with how the checkers took a lie; nothing when only the one it was told to found it. */
export function misjudged(lie: Lie, { failed }: Verdict): readonly string[] {
  const wrong = failed.has(lie.checker) ? [] : [`${lie.checker} believes ${lie.tells}`]
  for (const [name, text] of failed)
    if (name !== lie.checker && name !== SECOND_OPINION && !lie.also?.includes(name))
      wrong.push(`${name} fails at ${lie.tells}: ${text}`)
  return wrong
}
