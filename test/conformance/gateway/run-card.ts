import { Bench } from './bench.ts'
import { type Card, missing, type VenueRecord } from './card.ts'
import type { ConformanceVenue, VenueHands } from './conformance-venue.ts'

/** A venue that can be opened: once for every card, so that no card sees what another one left. */
export interface VenueUnderTest {
  readonly name: string
  readonly record: VenueRecord
  open(keepsHours: boolean): Promise<ConformanceVenue>
}
export type Verdict =
  | { readonly kind: 'passed'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly tookMs: number; readonly why: string }
  | { readonly kind: 'not applicable'; readonly reasons: readonly string[] }

/** Every line of the record that the card needs and does not find; none where it applies. */
export const whyNot = (card: Card, record: VenueRecord): readonly string[] =>
  card.needs.flatMap((need) => missing(need, record) ?? [])

export async function judge(card: Card, venue: VenueUnderTest): Promise<Verdict> {
  const reasons = whyNot(card, venue.record)
  if (reasons.length > 0) return { kind: 'not applicable', reasons }
  const startedAt = performance.now()
  const took = () => Math.round(performance.now() - startedAt)
  try {
    await playCard(card, venue)
    return { kind: 'passed', tookMs: took() }
  } catch (error) {
    return { kind: 'failed', tookMs: took(), why: briefly(error) }
  }
}

const MOST_SHOWN = 1_200
const briefly = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MOST_SHOWN).trimEnd()

export async function playCard(card: Card, { open }: VenueUnderTest): Promise<void> {
  const venue = await open(card.keepsHours === true)
  const bench = new Bench(venue, handsFor(card, venue.hands))
  try {
    await card.steps(bench)
  } finally {
    bench.leave()
    await venue.close()
  }
}

/** A hand that a card uses and does not ask for would make it fail where it is not applicable. */
function handsFor(card: Card, hands: VenueHands): VenueHands {
  const asked = new Set<string>(card.needs)
  return new Proxy(hands, {
    get: (own, name: keyof VenueHands & string) => {
      if (!asked.has(`hand:${name}`)) throw new Error(`the card uses hand:${name} and does not ask for it`)
      return own[name].bind(own)
    },
  })
}
