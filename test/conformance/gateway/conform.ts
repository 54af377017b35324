import process from 'node:process'
import { parseArgs } from 'node:util'
import { DECK, fullName } from './deck.ts'
import { judge, type VenueUnderTest, type Verdict } from './run-card.ts'
import { alpacaAccount, NotAPaperAccount, paperAccountFrom } from './venues/alpaca-account.ts'
import { VENUES } from './venues-under-test.ts'

const USAGE = `npm run conform -- --venue ${VENUES.map(({ name }) => name).join('|')} [--card NAME] [--json]
  at a paper account of your own: --venue alpaca --account-from-env --record DIR [--stand-in URL]`

/** Ends with 1 when a card fails, with 2 when it was not told what to do or may not do it. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      venue: { type: 'string' },
      card: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      'account-from-env': { type: 'boolean', default: false },
      record: { type: 'string' },
      'stand-in': { type: 'string' },
    },
  })
  const { card, json, venue: name = '', record } = values
  const isOfAccount = values['account-from-env']
  const venue = isOfAccount ? accountVenue(name, record, values['stand-in']) : VENUES.find((one) => one.name === name)
  const cards = DECK.filter((one) => fullName(one).includes(card))
  if (venue === undefined || cards.length === 0) throw new Usage(venue === undefined ? USAGE : `no card has "${card}"`)
  return run(venue, cards, json)
}

class Usage extends Error {}
const ACCOUNTS_OF = 'alpaca'

function accountVenue(name: string, record: string | undefined, standIn: string | undefined): VenueUnderTest {
  if (name !== ACCOUNTS_OF || record === undefined) throw new Usage(USAGE)
  return alpacaAccount(paperAccountFrom(process.env, standIn), record)
}

async function run(venue: VenueUnderTest, cards: typeof DECK, json: boolean): Promise<number> {
  const rows: { readonly card: string; readonly verdict: Verdict }[] = []
  for (const card of cards) {
    const verdict = await judge(card, venue)
    rows.push({ card: fullName(card), verdict })
    if (!json) process.stdout.write(`${lineOf(fullName(card), verdict)}\n`)
  }
  const count = (kind: Verdict['kind']): number => rows.filter(({ verdict }) => verdict.kind === kind).length
  const [passed, failed, excused] = [count('passed'), count('failed'), count('not applicable')]
  const totals = { venue: venue.name, cards: rows.length, passed, failed, not_applicable: excused }
  const last = json
    ? JSON.stringify({ ...totals, rows }, undefined, 2)
    : `${venue.name}: ${rows.length} cards, ${passed} passed, ${failed} failed, ${excused} not applicable`
  process.stdout.write(`${last}\n`)
  return failed > 0 ? 1 : 0
}

const MARK_WIDTH = 14
function lineOf(card: string, verdict: Verdict): string {
  const mark = verdict.kind.padEnd(MARK_WIDTH)
  if (verdict.kind === 'failed') return `${mark}  ${card}\n${verdict.why.replaceAll(/^/gm, '    ')}`
  return verdict.kind === 'passed' ? `${mark}  ${card}` : `${mark}  ${card} (${verdict.reasons.join('; ')})`
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof Usage || error instanceof NotAPaperAccount)) throw error
  process.stderr.write(`${error.message}\n`)
  return 2
})
