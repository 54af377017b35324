import { type Row, rowIn, textIn } from '../row.ts'
import type { Style } from '../text/colour.ts'
import { atMost, grouped, money, signOf } from '../text/number-text.ts'
import { type Column, type TableOptions, table } from '../text/table.ts'

const PRICE_DIGITS = 6

export const pnlStyle = (amount: string | undefined): Style => {
  const sign = signOf(amount)
  return sign > 0 ? 'good' : sign < 0 ? 'bad' : 'plain'
}
const pnlColumn = (header: string, field: string): Column<Row> => ({
  header,
  value: (row) => money(textIn(row, field), 'signed'),
  style: (row) => pnlStyle(textIn(row, field)),
  align: 'right',
})

export const positionTable = (positions: readonly Row[], options: TableOptions): string =>
  table(
    positions,
    [
      { header: 'SYMBOL', value: (row) => textIn(row, 'symbol'), style: () => 'strong' },
      { header: 'QUANTITY', value: (row) => grouped(textIn(row, 'quantity')), align: 'right' },
      { header: 'AVERAGE', value: (row) => atMost(textIn(row, 'average_price'), PRICE_DIGITS), align: 'right' },
      { header: 'MARKET', value: (row) => atMost(textIn(row, 'market_price'), PRICE_DIGITS), align: 'right' },
      pnlColumn('UNREALISED', 'unrealised_pnl'),
      pnlColumn('REALISED', 'realised_pnl'),
      { header: '', value: (row) => textIn(row, 'currency'), style: () => 'faint' },
      { header: 'ACCOUNT', value: (row) => textIn(row, 'account'), shrinkTo: 7, dispensable: 1 },
      {
        header: 'NOTE',
        value: (row) => (row.quarantined === true ? 'in doubt: differs from the venue' : ''),
        style: () => 'doubt',
        shrinkTo: 8,
      },
    ],
    options,
  )

export const pnlTable = (items: readonly Row[], group: string, options: TableOptions): string =>
  table(
    items,
    [
      { header: group.toUpperCase(), value: (row) => textIn(row, group), style: () => 'strong' },
      pnlColumn('REALISED', 'realised'),
      pnlColumn('UNREALISED', 'unrealised'),
      { header: 'COMMISSION', value: commissionsOf, align: 'right' },
      { header: '', value: (row) => textIn(row, 'currency'), style: () => 'faint' },
      { header: 'TRADES', value: (row) => grouped(textIn(row, 'trades')), align: 'right' },
      { header: 'WON', value: winRate, align: 'right' },
    ],
    options,
  )

/** What was taken in other currencies is in no sum, and has no cents. */
function commissionsOf(row: Row): string {
  const others = rowIn(row, 'other_commissions')
  const told = Object.keys(others).map((currency) => `${grouped(textIn(others, currency))} ${currency}`)
  return [money(textIn(row, 'commission')), ...told].join(' + ')
}

function winRate(row: Row): string {
  const [trades, wins] = [Number(textIn(row, 'trades') ?? 0), Number(textIn(row, 'wins') ?? 0)]
  return trades === 0 ? '' : `${wins} (${Math.round((100 * wins) / trades)} %)`
}
