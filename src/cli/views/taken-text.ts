import { type Row, rowsOf, textIn } from '../row.ts'
import { type Paint, UNPAINTED } from '../text/colour.ts'
import { atMost, grouped } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import type { TableOptions } from '../text/table.ts'
import { orderIdOf, orderWords, reasonOf, slippageWords, spaced, statusStyle } from './order-words.ts'
import { wrappedText } from './wrapped.ts'

const DRY_RUN = 'mode.dry_run'
const BAD_ENDS = new Set(['denied', 'rejected', 'failed'])

/** Did it end in a way that nobody asked for? In dry run every order is denied, and that was asked for. */
export const isBadEnd = (order: Row): boolean =>
  BAD_ENDS.has(textIn(order, 'status') ?? '') && textIn(order, 'reason') !== DRY_RUN

/** What became of a signal so far. */
export function takenText(taken: Row, { columns, paint = UNPAINTED }: TableOptions): string {
  const orders = rowsOf(taken.orders)
  const repeated = taken.duplicate === true ? `${paint('doubt', 'came before')}: nothing new was sent\n` : ''
  return repeated + orders.map((order) => orderText(order, columns, paint)).join('')
}

function orderText(order: Row, columns: number, paint: Paint): string {
  const status = textIn(order, 'status')
  const lines = [
    `${paint('faint', 'order ')}  ${plainText(orderIdOf(order))}`,
    wrappedText(`${spaced(status)}: ${plainText(outcomeWords(order))}`, columns).replace(
      spaced(status),
      paint(statusStyle(status), spaced(status)),
    ),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function outcomeWords(order: Row): string {
  const filled = textIn(order, 'filled_quantity')
  const parts = [
    orderWords(order),
    filled === undefined || filled === '0'
      ? undefined
      : `filled ${grouped(filled)} at ${atMost(textIn(order, 'average_fill_price'), 6)}`,
    slippageWords(order),
    textIn(order, 'status') === 'filled' ? undefined : reasonOf(order),
  ]
  return parts.filter((part) => part !== undefined && part !== '').join(', ')
}
