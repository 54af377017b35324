import type { AuditVerdict } from '../daemon-port.ts'
import { type Row, textIn } from '../row.ts'
import { type Paint, UNPAINTED } from '../text/colour.ts'
import { count, money, sumOf } from '../text/number-text.ts'
import { spanText } from '../text/time-text.ts'
import { fields } from '../views/fields.ts'
import { spaced } from '../views/order-words.ts'
import { pnlStyle } from '../views/position-table.ts'
import type { DemoCounts } from './demo-trader.ts'

export interface SummaryFacts {
  readonly elapsedMs: number
  readonly counts: DemoCounts
  readonly orders: readonly Row[]
  readonly positions: readonly Row[]
  readonly auditLog: string
  readonly verdict: AuditVerdict
}

export function demoSummary(
  facts: SummaryFacts,
  { columns, paint = UNPAINTED }: { readonly columns: number; readonly paint?: Paint },
): string {
  const { counts, orders, positions, verdict, auditLog, elapsedMs } = facts
  const realised = sumOf(positions.map((position) => textIn(position, 'realised_pnl')))
  const unrealised = sumOf(positions.map((position) => textIn(position, 'unrealised_pnl')))
  const chain = verdict.ok
    ? `verified, ${count(verdict.lines, 'line')}`
    : `NOT VERIFIED: ${verdict.problem?.problem ?? 'it differs from the store'}`
  const body = fields(
    [
      ['sent', `${count(counts.sent, 'signal')} in ${spanText(elapsedMs)}`],
      ['orders', statusWords(orders)],
      ['answer', `${middleOf(counts.answerMs)} ms in the middle, from signal out to a durable order`],
      ['fill', fillWords(orders)],
      ['profit', `${money(realised, 'signed')} USD realised, ${money(unrealised, 'signed')} USD open`],
      ['audit log', auditLog],
      ['chain', chain],
    ],
    { columns, paint },
  )
  const title = paint(verdict.ok ? pnlStyle('1') : 'alarm', 'The demo has ended.')
  return `\n${title}\n${body}`
}

function statusWords(orders: readonly Row[]): string {
  const counts = Map.groupBy(orders, (order) => textIn(order, 'status') ?? 'unknown')
  return [...counts].map(([status, { length }]) => `${length} ${spaced(status)}`).join(', ') || 'none'
}

function fillWords(orders: readonly Row[]): string | undefined {
  const times = orders.flatMap((order) => {
    const took = Date.parse(textIn(order, 'closed_at') ?? '') - Date.parse(textIn(order, 'created_at') ?? '')
    return textIn(order, 'status') === 'filled' && !Number.isNaN(took) ? [took] : []
  })
  return times.length === 0 ? undefined : `${middleOf(times)} ms in the middle, from order to proven fill`
}

function middleOf(values: readonly number[]): string {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
  return middle === undefined ? '?' : middle < 10 ? middle.toFixed(1) : String(Math.round(middle))
}
