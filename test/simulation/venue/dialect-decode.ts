import type { ReportedFill } from '../../../src/core/fill.ts'
import { brokerOrderId, clientOrderId, executionId } from '../../../src/core/ids.ts'
import { Decimal, type Price, type Quantity } from '../../../src/core/money.ts'
import type { ReportChannel } from '../../../src/core/order-events.ts'
import type { OrderReport, ReportedStatus } from '../../../src/core/order-report.ts'
import type { Instant } from '../../../src/core/time.ts'
import type {
  Instrument,
  NoTrade,
  Quote,
  VenueAccount,
  VenueExecution,
  VenuePosition,
} from '../../../src/ports/broker-gateway.ts'
import { type Dialect, MEANINGS, type VenueState } from './dialect.ts'
import type { FieldReader } from './field-reader.ts'

/** What a dialect venue says, in our words. */
export interface Told {
  readonly account: string
  readonly channel: ReportChannel
  readonly at: Instant
  readonly latencyMs?: number
}
export type WordTable = ReadonlyMap<string, ReportedStatus>

export function wordTable({ words }: Dialect): WordTable {
  const states = Object.keys(words) as VenueState[]
  return new Map(states.flatMap((state) => words[state].map((word) => [word, MEANINGS[state]] as const)))
}

type Tale = Omit<OrderReport, keyof Told>
/** One word means one thing at one venue only. */
const talesByWords = new WeakMap<WordTable, WeakMap<object, Tale>>()
export function orderReport(row: FieldReader, words: WordTable, told: Told): OrderReport {
  const tales = talesByWords.get(words) ?? new WeakMap<object, Tale>()
  talesByWords.set(words, tales)
  const tale = tales.get(row.fields) ?? taleOf(row, words)
  tales.set(row.fields, tale)
  return { ...told, ...tale }
}

function taleOf(row: FieldReader, words: WordTable): Tale {
  const rawStatus = row.text('status')
  return {
    status: words.get(rawStatus) ?? 'unknown',
    rawStatus,
    ...namesOf(row),
    symbol: row.text('symbol'),
    side: row.one('side', SIDES),
    quantity: row.number<Quantity>('qty'),
    orderType: row.one('kind', KINDS),
    timeInForce: row.one('tif', TIMES),
    takenAt: row.time('taken_at'),
    cumulativeQuantity: row.number<Quantity>('filled'),
    fills: row.has('executions') ? row.list('executions').flatMap(tradeOf) : [],
    ...(row.has('limit') ? { limitPrice: row.number<Price>('limit') } : {}),
    ...(row.has('avg') ? { averagePrice: row.number<Price>('avg') } : {}),
    ...(row.has('last_fill_at') ? { filledAt: row.time('last_fill_at') } : {}),
    ...(row.has('why') ? { reason: row.text('why') } : {}),
    evidence: { id: row.text('id'), status: rawStatus, filled: row.text('filled') },
  }
}

/** It came in, and that is all. */
export function receiptReport(row: FieldReader, words: WordTable, told: Told): OrderReport {
  const rawStatus = row.text('status')
  return {
    ...told,
    status: words.get(rawStatus) ?? 'unknown',
    rawStatus,
    ...namesOf(row),
    symbol: row.text('symbol'),
    side: row.one('side', SIDES),
    quantity: row.number<Quantity>('qty'),
    fills: [],
    evidence: { id: row.text('id'), status: rawStatus },
  }
}

const SIDES = ['buy', 'sell'] as const
const KINDS = ['limit', 'market'] as const
const TIMES = ['day', 'gtc', 'ioc', 'fok'] as const

const namesOf = (row: FieldReader): Pick<OrderReport, 'brokerOrderId' | 'clientOrderId'> => ({
  brokerOrderId: brokerOrderId(row.text('id')),
  ...(row.has('client_id') ? { clientOrderId: clientOrderId(row.text('client_id')) } : {}),
})

/** What is no trade, and none that was undone or put right, is no execution of ours. */
const TRADES: ReadonlySet<string> = new Set(['trade', 'bust', 'correct'])
const tradeOf = (row: FieldReader): readonly ReportedFill[] =>
  TRADES.has(row.text('type')) ? [fillOf(row, row.text('id'))] : []

const fillOf = (row: FieldReader, id: string): ReportedFill => ({
  executionId: executionId(id),
  quantity: row.number('qty'),
  price: row.number('price'),
  time: row.time('at'),
  commission: row.number('fee'),
  commissionCurrency: row.text('fee_currency'),
  ...(row.has('changed_at') ? { correctedAt: row.time('changed_at') } : {}),
})

/** A row that is no trade, as it is. */
export function noTradeOf(row: FieldReader): NoTrade | undefined {
  const type = row.text('type')
  if (TRADES.has(type)) return undefined
  const id = row.has('id') ? row.text('id') : `${row.text('order_id')}@${row.text('at')}`
  return {
    id,
    type,
    at: row.time('at'),
    symbol: row.text('symbol'),
    brokerOrderId: brokerOrderId(row.text('order_id')),
  }
}

/** A venue that names none still tells them apart: by the order, how far each brought it, and when. */
export function venueExecutions(row: FieldReader): readonly VenueExecution[] {
  const known = executions.get(row.fields) ?? executionsOf(row)
  executions.set(row.fields, known)
  return known
}
const executions = new WeakMap<object, readonly VenueExecution[]>()

function executionsOf(row: FieldReader): readonly VenueExecution[] {
  if (!TRADES.has(row.text('type'))) return []
  const order = row.text('order_id')
  const isNamed = row.has('id')
  const id = isNamed ? row.text('id') : `${order}@${row.text('cum')}@${row.text('at')}`
  return [
    {
      ...fillOf(row, id),
      symbol: row.text('symbol'),
      side: row.one('side', SIDES),
      brokerOrderId: brokerOrderId(order),
      ...(row.has('client_id') ? { clientOrderId: clientOrderId(row.text('client_id')) } : {}),
      ...(isNamed ? {} : { synthetic: true, cumulativeQuantity: row.number<Quantity>('cum') }),
    },
  ]
}

export function quoteOf(row: FieldReader, receivedAt: Instant): Quote {
  return {
    symbol: row.text('symbol'),
    bid: row.number('bid'),
    ask: row.number('ask'),
    last: row.number('last'),
    time: row.time('at'),
    receivedAt,
  }
}

export function instrumentOf(row: FieldReader): Instrument {
  const lot = row.number<Quantity>('lot')
  return {
    symbol: row.text('symbol'),
    currency: row.text('currency'),
    ticks: [{ from: Decimal.of(0n, 0) as Price, tick: row.number<Price>('tick') }],
    lot,
    minQuantity: lot,
    shortable: true,
  }
}

export const accountOf = (row: FieldReader, readAt: Instant): VenueAccount => ({
  cash: row.number('cash'),
  buyingPower: row.number('can_buy'),
  currency: row.text('currency'),
  readAt,
})

export const positionOf = (row: FieldReader): VenuePosition => ({
  symbol: row.text('symbol'),
  quantity: row.number('qty'),
})
