import { numberIn, type Row, rowIn, rowsOf, textIn } from '../row.ts'
import { plainText } from '../text/plain-text.ts'
import { type TimeStyle, timeText } from '../text/time-text.ts'
import type { StyledLine } from './sync-text.ts'

/** The newest looks tell most; the API has them all. */
const LOOKS_SHOWN = 4

/** A case as a person reads it: what it is about, what was seen, what can be decided. */
export function caseText(found: Row, time: TimeStyle): readonly StyledLine[] {
  const id = textIn(found, 'id') ?? ''
  const isOpen = textIn(found, 'state') === 'open'
  const about = [textIn(found, 'symbol'), textIn(found, 'order_id') ?? textIn(found, 'subject')].filter(Boolean)
  const kind = (textIn(found, 'kind') ?? '').replaceAll('_', ' ')
  const opened = timeText(textIn(found, 'opened_at') ?? '', time)
  const head = `${kind}  ${about.join('  ')}  on ${textIn(found, 'account') ?? ''}, since ${opened}`
  return [
    { text: plainText(head), style: isOpen ? 'doubt' : 'faint' },
    { text: plainText(`  case ${id}${isOpen ? '' : `, closed: ${textIn(found, 'outcome') ?? ''}`}`), style: 'plain' },
    ...evidenceLines(found, time),
    ...decisionLines(rowIn(found, 'decision')),
    ...rowsOf(found.choices).map(choiceLine),
  ]
}

function evidenceLines(found: Row, time: TimeStyle): readonly StyledLine[] {
  const all = rowsOf(found.evidence)
  const shown = all.length <= LOOKS_SHOWN ? all : [...all.slice(0, 1), ...all.slice(1 - LOOKS_SHOWN)]
  const hidden = all.length - shown.length + (numberIn(found, 'evidence_left_out') ?? 0)
  const lines = shown.map((look) =>
    line(
      `${timeText(textIn(look, 'at') ?? '', time)}  ${textIn(look, 'channel') ?? ''}: ${textIn(look, 'summary') ?? ''}`,
    ),
  )
  return hidden === 0 ? lines : [...lines.slice(0, 1), line(`and ${hidden} more looks`), ...lines.slice(1)]
}

function decisionLines(decision: Row): readonly StyledLine[] {
  const choice = textIn(decision, 'choice')
  if (choice === undefined) return []
  const reason = textIn(decision, 'reason')
  const why = reason === undefined ? '' : `: ${reason}`
  return [line(`decided ${choice} by ${textIn(decision, 'by') ?? 'nobody'}${why}`)]
}

const choiceLine = (choice: Row): StyledLine => {
  const needs = Array.isArray(choice.needs) && choice.needs.includes('broker_order_id') ? ' --order ID' : ''
  return {
    text: plainText(`  ${textIn(choice, 'name') ?? ''}${needs}  ${textIn(choice, 'effect') ?? ''}`),
    style: 'plain',
  }
}
const line = (text: string): StyledLine => ({ text: plainText(`  ${text}`), style: 'faint' })
