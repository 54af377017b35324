import type { Paint } from '../text/colour.ts'
import { displayWidth } from '../text/display-width.ts'
import { fields } from './fields.ts'
import { modeWords } from './mode-words.ts'

export interface StartFacts {
  readonly version: string
  readonly mode: string
  readonly accounts: readonly {
    readonly name: string
    readonly venue: string
    readonly environment: string
    readonly currency: string
  }[]
  readonly url: string
  /** Where the key is; never the key itself. */
  readonly key: string
  readonly auditLog: string
  readonly store: string
  readonly config: string
  readonly halted?: { readonly reason?: string; readonly since?: string }
  /** How the command line is called here: `surefill`, or `npx surefill` in a checkout. */
  readonly program: string
  readonly columns: number
  readonly paint: Paint
}

const WIDEST = 100

/** Everything one has to know on the first day, on one screen. */
export function startScreen(facts: StartFacts): string {
  const { paint, mode, url, program } = facts
  const width = Math.min(facts.columns, WIDEST)
  const words = modeWords(mode)
  const banner = `  ${words.text}`
  const bar = paint(words.style, mode === 'live' ? banner.padEnd(width) : banner)
  const title = `${paint('strong', 'Surefill')} ${facts.version}`
  const rule = paint('faint', '─'.repeat(Math.max(0, Math.min(width, 72))))
  const body = fields(
    [
      ['accounts', facts.accounts.map(accountWords).join('; ')],
      ['API', url],
      ['dashboard', `${url}/`],
      ['key', facts.key],
      ['audit log', facts.auditLog],
      ['store', facts.store],
      ['configuration', facts.config],
    ],
    { columns: width - 2, paint },
  )
  const halted = facts.halted === undefined ? '' : `\n  ${paint('alarm', ' HALTED ')} ${haltWords(facts.halted)}\n`
  return `\n${indented(`${title}\n`)}${bar}\n  ${rule}\n${indented(body)}${halted}\n${indented(tryText(program, mode, width, paint))}\n`
}

const accountWords = ({ name, venue, environment, currency }: StartFacts['accounts'][number]): string =>
  `${name} (${venue === environment ? venue : `${venue} ${environment}`}, ${currency})`

const haltWords = ({ reason, since }: NonNullable<StartFacts['halted']>): string =>
  `nothing is sent${since === undefined ? '' : ` since ${since}`}${reason === undefined ? '' : `: ${reason}`}`

function tryText(program: string, mode: string, width: number, paint: Paint): string {
  const command =
    mode === 'live' ? `${program} status` : `${program} submit --symbol AAPL --side buy --quantity 1 --wait 10`
  const ask = 'try, in another terminal:'
  const together = `${ask}  ${command}`
  const line =
    displayWidth(together) + 2 <= width
      ? `${ask}  ${paint('strong', command)}`
      : `${ask}\n  ${paint('strong', command)}`
  return `${line}\n${paint('faint', 'Ctrl-C stops it: what is on the wire is settled first.')}\n`
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')
