import { type Decimal, ZERO } from '../../../core/money.ts'
import { uuidFrom } from './identifiers.ts'
import { limitOf, listOf, oneOf, stampIn } from './list-orders.ts'
import { type AlpacaOrder, type Execution, filledQty, remainingAt } from './order.ts'
import { malformed } from './refused.ts'
import { microsText, millisOf, newYork, readStamp, type Stamp } from './stamps.ts'
import type { VenueParts } from './venue-parts.ts'

/** Besides fills the venue has none to tell of, and knows the names of the others. */
const KNOWN_TYPES: ReadonlySet<string> = new Set(
  'FILL TRANS MISC ACATC ACATS CFEE CSD CSW DIV DIVCGL DIVCGS DIVFEE DIVFT DIVNRA DIVROC DIVTW DIVTXEX FEE FOPT INT INTNRA INTTW JNL JNLC JNLS MA NC OPASN OPCA OPCSH OPEXC OPEXP OPTRD OPXRC PTC PTR REORG SPIN SPLIT'.split(
    ' ',
  ),
)
const HIGHEST_PAGE = 100
const DIRECTIONS = ['asc', 'desc'] as const
const CATEGORIES = ['', 'trade_activity', 'non_trade_activity'] as const

interface Fill {
  readonly order: AlpacaOrder
  readonly execution: Execution
  readonly cumQty: Decimal
  readonly id: string
}

/** `GET /v2/account/activities` and its form for one type: newest first, a page at a time. */
export function listActivities(parts: VenueParts, query: URLSearchParams, type?: string): readonly unknown[] {
  const types = type === undefined ? listOf(query, 'activity_types') : [type]
  const unknown = types.find((name) => !KNOWN_TYPES.has(name))
  if (unknown !== undefined) throw malformed(`invalid activity type: ${unknown}`)
  const category = oneOf(query, 'category', CATEGORIES, '')
  if (category !== '' && types.length > 0) throw malformed('only one of category and activity_types is accepted')
  if (category === 'non_trade_activity' || (types.length > 0 && !types.includes('FILL'))) return []
  const newestFirst = oneOf(query, 'direction', DIRECTIONS, 'desc') === 'desc'
  const told = fillsToldBy(parts).filter((fill) => isWanted(fill, query))
  const ordered = newestFirst ? told.reverse() : told
  return afterToken(ordered, query.get('page_token'))
    .slice(0, limitOf(query, HIGHEST_PAGE, HIGHEST_PAGE, 'page_size'))
    .map(fillJson)
}

/** A fill shows up a little after it happened. */
function fillsToldBy(parts: VenueParts): Fill[] {
  const { activity_delay_ms } = parts.switches
  // Stamps made within one millisecond run ahead of the clock a little.
  const latest = activity_delay_ms === 0 ? Number.POSITIVE_INFINITY : parts.now() - activity_delay_ms
  return parts.store.all
    .flatMap((order) => fillsOf(parts, order))
    .filter(({ execution }) => millisOf(execution.at) <= latest)
    .sort((a, b) => Number(a.execution.at - b.execution.at))
}

function fillsOf({ switches }: VenueParts, order: AlpacaOrder): readonly Fill[] {
  let cumQty: Decimal = ZERO
  return order.executions.map((execution) => {
    cumQty = cumQty.plus(execution.qty)
    const uuid = switches.activity_uuid === 'execution' ? execution.id : uuidFrom(`activity ${execution.id}`)
    return { order, execution, cumQty, id: `${digitsOf(execution.at)}::${uuid}` }
  })
}
/** The time in New York down to the millisecond, without anything between. */
const digitsOf = (at: Stamp): string =>
  newYork(at).toString({ smallestUnit: 'millisecond', offset: 'never', timeZoneName: 'never' }).replace(/\D/g, '')

function isWanted({ order, execution }: Fill, query: URLSearchParams): boolean {
  const orderId = query.get('order_id')
  if (orderId !== null && orderId !== '' && order.id !== orderId) return false
  const date = query.get('date')
  if (date !== null && date !== '') return newYork(execution.at).toPlainDate().toString() === dayOf(date)
  const [after, until] = [stampIn(query, 'after'), stampIn(query, 'until')]
  return (after === undefined || execution.at > after) && (until === undefined || execution.at < until)
}
function dayOf(text: string): string {
  const stamp = readStamp(text)
  if (stamp === undefined) throw malformed(`invalid date: ${text}`)
  return newYork(stamp).toPlainDate().toString()
}

function afterToken(fills: readonly Fill[], token: string | null): readonly Fill[] {
  if (token === null || token === '') return fills
  return fills.slice(fills.findIndex(({ id }) => id === token) + 1)
}

function fillJson({ order, execution, cumQty, id }: Fill): Record<string, unknown> {
  const isLast = order.executions.at(-1) === execution
  const isWhole = isLast && order.status === 'filled'
  const atThatTime = filledQty(order).minus(cumQty)
  return {
    id,
    activity_type: 'FILL',
    transaction_time: microsText(execution.at),
    type: isWhole ? 'fill' : 'partial_fill',
    price: execution.price,
    qty: execution.qty,
    side: order.positionIntent === 'sell_to_open' ? 'sell_short' : order.side,
    symbol: order.asset.symbol,
    leaves_qty: order.notional === undefined ? atThatTime.plus(remainingAt(order, execution.price)) : atThatTime,
    order_id: order.id,
    cum_qty: cumQty,
    order_status: isWhole ? 'filled' : 'partially_filled',
    ...(order.asset.assetClass === 'crypto' ? { swap_rate: '1' } : {}),
  }
}
