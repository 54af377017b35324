import { type Row, rowsOf, textIn, textsIn } from '../row.ts'
import type { Style } from '../text/colour.ts'
import { grouped } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'

export interface StyledLine {
  readonly text: string
  readonly style: Style
}

/** A sync's report: a line per account, and beneath it whatever a person should know. */
export function syncText(report: Row): readonly StyledLine[] {
  const lines = rowsOf(report.accounts).flatMap(accountLines)
  return lines.length > 0 ? lines : [{ text: 'no accounts', style: 'faint' }]
}

function accountLines(account: Row): readonly StyledLine[] {
  const name = textIn(account, 'account') ?? ''
  const failed = textIn(account, 'failed')
  if (failed !== undefined) return [{ text: plainText(`${name}  not synced: ${failed}`), style: 'bad' }]
  const found = [
    ['changed', textsIn(account, 'changed').length],
    ['adopted', textsIn(account, 'adopted').length],
    ['external executions', Number(textIn(account, 'external_executions') ?? 0)],
    ['cases opened', Number(textIn(account, 'cases_opened') ?? 0)],
  ] as const
  const counts = found.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
  const took = textIn(account, 'elapsed_ms') ?? '?'
  const summary = `${name}  ${textIn(account, 'checked') ?? 0} checked, ${counts.join(', ') || 'nothing new'}  ${took} ms`
  return [{ text: plainText(summary), style: 'plain' }, ...details(account)]
}

function details(account: Row): readonly StyledLine[] {
  const mismatches = rowsOf(account.mismatches)
  const stays = new Set(mismatches.map((row) => textIn(row, 'symbol')))
  const settling = rowsOf(account.differences).filter((row) => !stays.has(textIn(row, 'symbol')))
  return [
    ...textsIn(account, 'adopted').map((id) => line(`adopted  order ${id}`, 'doubt')),
    ...textsIn(account, 'opened').map((symbol) => line(`opening  ${symbol} taken over`, 'good')),
    ...textsIn(account, 'unreadable').map((id) => line(`unreadable  order ${id}, watched on`, 'bad')),
    ...rowsOf(account.foreign).map((order) => line(`foreign  ${orderWords(order)}`, 'doubt')),
    ...openCases(account),
    ...mismatches.map((row) => line(`MISMATCH  ${differenceWords(row)}; held back until it is settled`, 'alarm')),
    ...settling.map((row) => line(`differs  ${differenceWords(row)}; it may still settle`, 'doubt')),
  ]
}

function openCases(account: Row): readonly StyledLine[] {
  const open = Number(textIn(account, 'cases_open') ?? 0)
  const words = open === 1 ? '1 case waits' : `${open} cases wait`
  return open === 0 ? [] : [line(`${words} for a human: surefill cases`, 'doubt')]
}

const line = (text: string, style: Style): StyledLine => ({ text: plainText(`  ${text}`), style })

const differenceWords = (row: Row): string =>
  `${textIn(row, 'symbol') ?? ''}: ours ${grouped(textIn(row, 'ours'))}, the venue's ${grouped(textIn(row, 'theirs'))}`

const orderWords = (order: Row): string =>
  ['side', 'quantity', 'symbol', 'limit_price', 'broker_order_id', 'client_order_id']
    .map((field) => textIn(order, field))
    .filter((word) => word !== undefined)
    .join(' ')
