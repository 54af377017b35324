import { type Row, textIn } from '../row.ts'
import { UNPAINTED } from '../text/colour.ts'
import { count, money, sumOf } from '../text/number-text.ts'
import type { TableOptions } from '../text/table.ts'
import { spanText, type TimeStyle, zoneName } from '../text/time-text.ts'
import { orderTable } from '../views/order-table.ts'
import { pnlStyle, positionTable } from '../views/position-table.ts'

export interface DemoFacts {
  readonly url: string
  readonly elapsedMs: number
  readonly sent: number
  readonly orders: readonly Row[]
  readonly positions: readonly Row[]
  readonly time: TimeStyle
}
export interface ScreenSize extends TableOptions {
  readonly rows: number
}

const OTHER_LINES = 8

/** One screen: how it stands, what is held, the newest orders as far as there is room for them. */
export function demoScreen(facts: DemoFacts, size: ScreenSize): string {
  const { paint = UNPAINTED, rows } = size
  const { url, elapsedMs, sent, orders, positions, time } = facts
  const held = positions.filter((position) => textIn(position, 'quantity') !== '0')
  const room = Math.max(3, rows - OTHER_LINES - Math.max(1, held.length))
  const newest = orders.slice(0, room)
  const profit = sumOf(
    positions.flatMap((position) => [textIn(position, 'realised_pnl'), textIn(position, 'unrealised_pnl')]),
  )
  const head = [
    paint('good', ' SUREFILL DEMO, play money '),
    `${spanText(elapsedMs)}`,
    count(sent, 'signal'),
    `profit ${paint(pnlStyle(profit), money(profit, 'signed'))} USD`,
  ].join('  ')
  return [
    `${head}\n`,
    `${paint('faint', `${url}  times in ${zoneName(time)}  Ctrl-C ends it`)}\n\n`,
    newest.length === 0 ? 'no orders yet\n' : orderTable(newest, time, size),
    '\n',
    held.length === 0 ? `${paint('faint', 'nothing is held')}\n` : positionTable(held, size),
  ].join('')
}
