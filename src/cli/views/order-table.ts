import { type Row, textIn } from '../row.ts'
import { atMost, grouped } from '../text/number-text.ts'
import { type Column, type TableOptions, table } from '../text/table.ts'
import { type TimeStyle, timeColumn } from '../text/time-text.ts'
import { orderIdOf, reasonOf, shortId, spaced, statusStyle } from './order-words.ts'

const ROOM_FOR_WHOLE_IDS = 130
const PRICE_DIGITS = 6

export function orderTable(orders: readonly Row[], time: TimeStyle, options: TableOptions): string {
  return table(orders, orderColumns(orders, time, options.columns), options)
}

function orderColumns(orders: readonly Row[], time: TimeStyle, columns: number): readonly Column<Row>[] {
  const at = timeColumn(
    orders.map((order) => textIn(order, 'created_at')),
    time,
  )
  const id = columns >= ROOM_FOR_WHOLE_IDS ? (whole: string): string => whole : shortId
  return [
    { header: 'CREATED', value: (order) => at(textIn(order, 'created_at')), style: () => 'faint' },
    { header: 'SYMBOL', value: (order) => textIn(order, 'symbol'), style: () => 'strong' },
    { header: 'SIDE', value: (order) => textIn(order, 'side') },
    { header: 'QUANTITY', value: (order) => grouped(textIn(order, 'quantity')), align: 'right' },
    { header: 'LIMIT', value: (order) => grouped(textIn(order, 'limit_price')), align: 'right' },
    { header: 'FILLED', value: filled, align: 'right' },
    {
      header: 'AVERAGE',
      value: (order) => atMost(textIn(order, 'average_fill_price'), PRICE_DIGITS),
      align: 'right',
      dispensable: 1,
    },
    { header: 'STATUS', value: statusOf, style: (order) => statusStyle(textIn(order, 'status')) },
    { header: 'REASON', value: shownReason, shrinkTo: 10, dispensable: 2, style: () => 'faint' },
    { header: 'STRATEGY', value: (order) => textIn(order, 'strategy'), shrinkTo: 8, dispensable: 3 },
    { header: 'ACCOUNT', value: (order) => textIn(order, 'account'), shrinkTo: 7, dispensable: 4 },
    { header: 'ORDER', value: (order) => id(orderIdOf(order)), style: () => 'faint' },
  ]
}

function filled(order: Row): string {
  const quantity = textIn(order, 'filled_quantity')
  return quantity === undefined || quantity === '0' ? '' : grouped(quantity)
}
/** A cancel in flight is no state, but whoever asked for it looks for it here. */
const statusOf = (order: Row): string =>
  spaced(textIn(order, 'status')) +
  (textIn(order, 'cancel_requested_at') !== undefined && textIn(order, 'closed_at') === undefined ? ', cancelling' : '')
const shownReason = (order: Row): string => (textIn(order, 'status') === 'filled' ? '' : reasonOf(order))
