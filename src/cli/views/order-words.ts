import { type Row, textIn } from '../row.ts'
import type { Style } from '../text/colour.ts'
import { grouped } from '../text/number-text.ts'

const STYLES: Readonly<Record<string, Style>> = {
  filled: 'good',
  partially_filled: 'busy',
  accepted: 'busy',
  submitted: 'busy',
  submitting: 'busy',
  unconfirmed: 'doubt',
  retry_pending: 'doubt',
  denied: 'bad',
  rejected: 'bad',
  failed: 'bad',
  cancelled: 'faint',
  expired: 'faint',
}
export const statusStyle = (status: string | undefined): Style => STYLES[status ?? ''] ?? 'plain'

/** As people write it: `partially filled`. */
export const spaced = (word: string | undefined): string => (word ?? '').replaceAll('_', ' ')

export const orderIdOf = (order: Row): string => textIn(order, 'order_id') ?? textIn(order, 'id') ?? ''
/** The end of an order's id, which is what tells it from others; every command takes it for the whole. */
export const shortId = (id: string): string => id.split('-').at(-1) ?? id

/** `buy 10 AAPL at 230.13 limit`. */
export function orderWords(order: Row): string {
  const limit = textIn(order, 'limit_price')
  const quantity = textIn(order, 'quantity')
  const amount = textIn(order, 'amount')
  const currency = textIn(order, 'currency') ?? ''
  const size =
    quantity === undefined ? (amount === undefined ? '' : `${grouped(amount)} ${currency} of`) : grouped(quantity)
  const price = limit === undefined ? (textIn(order, 'order_type') ?? '') : `at ${grouped(limit)} limit`
  return [textIn(order, 'side'), size, textIn(order, 'symbol'), price]
    .filter((word) => word !== '' && word !== undefined)
    .join(' ')
}

/** Why it is where it is, in the most telling of the words there are. */
export const reasonOf = (order: Row): string =>
  ['rejection_reason', 'failure_reason', 'cancelled_reason', 'reason']
    .map((name) => textIn(order, name))
    .find((text) => text !== undefined) ?? ''

/** How the price compares with what was expected: above zero is worse for the trader. */
export function slippageWords(order: Row): string | undefined {
  const pct = textIn(order, 'slippage_pct')
  if (pct === undefined) return undefined
  if (/^-?0(\.0+)?$/.test(pct)) return 'exactly at the reference'
  return pct.startsWith('-') ? `${pct.slice(1)} % better than the reference` : `${pct} % worse than the reference`
}
