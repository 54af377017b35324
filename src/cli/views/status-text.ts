import { numberIn, type Row, rowIn, rowsOf, textIn, textsIn } from '../row.ts'
import type { Paint, Style } from '../text/colour.ts'
import { count, grouped } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import { table } from '../text/table.ts'
import { spanText, type TimeStyle, timeText } from '../text/time-text.ts'
import { modeWords } from './mode-words.ts'

interface StatusStyle {
  readonly time: TimeStyle
  readonly columns: number
  readonly paint: Paint
}

export function statusText(status: Row, url: string, style: StatusStyle): string {
  const { paint, time } = style
  const mode = modeWords(textIn(status, 'mode') ?? 'unknown')
  const started = textIn(status, 'started_at')
  const up = started === undefined ? '' : `, up ${spanText(time.now - Date.parse(started))}`
  const head = `${paint(mode.style, ` ${mode.text} `)}  Surefill ${textIn(status, 'version') ?? ''} at ${url}${up}\n`
  return [
    head,
    haltLine(rowIn(status, 'halt'), style),
    readyLine(status, paint),
    selfCheckLines(rowIn(status, 'self_check'), paint),
    `\n${accountTable(rowsOf(status.accounts), style)}`,
    ...rowsOf(status.accounts).map((account) => tripLines(account, paint)),
    sinkTable(rowsOf(status.sinks), style),
  ].join('')
}

function haltLine(halt: Row, { paint, time }: StatusStyle): string {
  if (halt.halted !== true) return `${paint('good', 'trading')}: orders are sent\n`
  const since = textIn(halt, 'since')
  const words = [
    since === undefined ? '' : ` since ${timeText(since, time)}`,
    textIn(halt, 'by') === undefined ? '' : ` by ${textIn(halt, 'by')}`,
    textIn(halt, 'reason') === undefined ? '' : `: ${textIn(halt, 'reason')}`,
  ]
  return `${paint('alarm', ' HALTED ')}${plainText(words.join(''))}. "surefill resume" ends it.\n`
}

function readyLine(status: Row, paint: Paint): string {
  if (status.ready !== false) return `${paint('good', 'ready')}: signals are taken\n`
  const reasons = textsIn(status, 'not_ready').join(', ') || 'no reason given'
  return `${paint('bad', 'not ready')}: ${plainText(reasons)}\n`
}

/** Silent while every promise holds. */
function selfCheckLines(selfCheck: Row, paint: Paint): string {
  return rowsOf(selfCheck.violations)
    .map((found) => {
      const [account, invariant, message] = ['account', 'invariant', 'message'].map((name) => textIn(found, name) ?? '')
      return `${paint('alarm', ' SELF-CHECK ')} ${plainText(`${account} ${invariant}: ${message}`)}\n`
    })
    .join('')
}

/** Why the breaker is open, and what it takes to close it. */
function tripLines(account: Row, paint: Paint): string {
  return rowsOf(account.trips)
    .map((trip) => {
      const [trigger = '', value = '', limit = ''] = ['trigger', 'value', 'limit'].map((name) => textIn(trip, name))
      const cause = trip.over === true ? 'has passed' : 'holds'
      const next = textIn(trip, 'resumes') === 'operator' ? 'waits for "surefill resume"' : 'ends after quiet time'
      const name = `${textIn(account, 'name') ?? ''} ${trigger.replaceAll('_', ' ')}`
      return `${paint('doubt', 'breaker')}: ${plainText(`${name} ${value}, limit ${limit}; the cause ${cause}, it ${next}`)}\n`
    })
    .join('')
}

function accountTable(accounts: readonly Row[], { columns, paint }: StatusStyle): string {
  return table(
    accounts,
    [
      { header: 'ACCOUNT', value: (row) => textIn(row, 'name'), style: () => 'strong' },
      { header: 'VENUE', value: (row) => textIn(row, 'venue') },
      { header: 'OPEN', value: (row) => grouped(textIn(row, 'open_orders')), align: 'right' },
      {
        header: 'UNCONFIRMED',
        value: (row) => grouped(textIn(row, 'unconfirmed')),
        align: 'right',
        style: (row) => alarming(row, 'unconfirmed'),
      },
      { header: 'QUEUED', value: (row) => grouped(textIn(row, 'queued')), align: 'right' },
      { header: 'BREAKER', value: (row) => textIn(row, 'breaker')?.replaceAll('_', ' '), style: breakerStyle },
      {
        header: 'GATE',
        value: gateWords,
        style: (row) => (rowIn(row, 'gate').open === false ? 'bad' : 'good'),
        shrinkTo: 12,
      },
      { header: 'STREAM', value: streamWords, shrinkTo: 9 },
      { header: 'POLLS', value: pollWords, dispensable: 1, shrinkTo: 8 },
    ],
    { columns, paint },
  )
}

const alarming = (row: Row, name: string): Style => ((numberIn(row, name) ?? 0) > 0 ? 'doubt' : 'plain')
const CLOSED_BREAKER = new Set(['closed', 'open_for_business'])
const breakerStyle = (row: Row): Style => (CLOSED_BREAKER.has(textIn(row, 'breaker') ?? 'closed') ? 'good' : 'alarm')

function gateWords(row: Row): string {
  const gate = rowIn(row, 'gate')
  const reasons = textsIn(gate, 'closed_for').map((reason) => reason.replaceAll('_', ' '))
  return gate.open === false ? `closed: ${reasons.join(', ')}` : 'open'
}
function streamWords(row: Row): string {
  const stream = rowIn(row, 'stream')
  if (stream.enabled === false) return 'off'
  return textIn(stream, 'connected_since') === undefined ? 'down' : 'connected'
}
function pollWords(row: Row): string {
  const polling = rowIn(row, 'polling')
  const [cycles, errors] = [numberIn(polling, 'cycles') ?? 0, numberIn(polling, 'errors') ?? 0]
  return errors === 0 ? grouped(String(cycles)) : `${grouped(String(cycles))}, ${count(errors, 'error')}`
}

/** Sinks that have everything are the normal case: one line. */
function sinkTable(sinks: readonly Row[], { columns, paint }: StatusStyle): string {
  if (sinks.length === 0) return ''
  const late = sinks.filter((sink) => (numberIn(sink, 'behind') ?? 0) > 0 || textIn(sink, 'failing') !== undefined)
  if (late.length === 0)
    return `\nevery event has reached ${sinks.map((sink) => plainText(textIn(sink, 'sink') ?? '')).join(', ')}\n`
  const body = table(
    sinks,
    [
      { header: 'SINK', value: (sink) => textIn(sink, 'sink'), style: () => 'strong' },
      {
        header: 'BEHIND',
        value: (sink) => grouped(textIn(sink, 'behind')),
        align: 'right',
        style: (sink) => alarming(sink, 'behind'),
      },
      { header: 'FAILING', value: (sink) => textIn(sink, 'failing'), style: () => 'bad', shrinkTo: 20 },
    ],
    { columns, paint },
  )
  return `\n${body}`
}
