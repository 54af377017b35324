import { Decimal, type Price, type Quantity } from '../../core/money.ts'
import type { OrderPage, Page } from '../venue-journal.ts'
import type { OrderRequest } from '../venue-order.ts'

/** A request that is not of its form. What is of its form and still not acceptable is for the venue to refuse. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
}

type Fields = Readonly<Record<string, unknown>>

const CLIENT_ORDER_ID = /^[A-Za-z0-9._:-]{1,64}$/
const SIDES = ['buy', 'sell'] as const
const TYPES = ['limit', 'market'] as const
const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok'] as const
const ORDER_FIELDS = ['client_order_id', 'symbol', 'side', 'type', 'time_in_force', 'quantity', 'limit_price']

export function readOrder(body: string | undefined): OrderRequest {
  const fields = readFields(body, ORDER_FIELDS)
  const type = oneOf(fields, 'type', TYPES)
  const clientOrderId = text(fields, 'client_order_id')
  if (!CLIENT_ORDER_ID.test(clientOrderId)) throw new BadRequest('client_order_id: 1 to 64 of A-Z a-z 0-9 . _ : -')
  const limitPrice = fields.limit_price === undefined ? undefined : (decimal(fields, 'limit_price') as Price)
  if ((type === 'limit') !== (limitPrice !== undefined))
    throw new BadRequest('limit_price: with every limit order, with no other')
  return {
    clientOrderId,
    symbol: text(fields, 'symbol'),
    side: oneOf(fields, 'side', SIDES),
    type,
    timeInForce: oneOf(fields, 'time_in_force', TIMES_IN_FORCE),
    quantity: decimal(fields, 'quantity') as Quantity,
    limitPrice,
  }
}

export function readReplacement(body: string | undefined): {
  readonly quantity?: Quantity
  readonly limitPrice?: Price
} {
  const fields = readFields(body, ['quantity', 'limit_price'])
  if (Object.keys(fields).length === 0) throw new BadRequest('quantity, limit_price or both')
  return {
    ...(fields.quantity === undefined ? {} : { quantity: decimal(fields, 'quantity') as Quantity }),
    ...(fields.limit_price === undefined ? {} : { limitPrice: decimal(fields, 'limit_price') as Price }),
  }
}

const STATUSES = ['open', 'closed', 'all'] as const
const FLAGS = ['true', 'false'] as const
const MOST = 500
const USUAL = 100

export function readOrderPage(query: URLSearchParams): OrderPage {
  return { status: oneOf({ status: query.get('status') ?? 'all' }, 'status', STATUSES), ...readPage(query, ['status']) }
}
export function readPage(query: URLSearchParams, others: readonly string[] = []): Page {
  for (const name of query.keys()) {
    if (![...others, 'after', 'limit', 'newest_first'].includes(name))
      throw new BadRequest(`${name}: no such parameter`)
  }
  const limit = wholeNumber(query, 'limit', USUAL)
  if (limit < 1 || limit > MOST) throw new BadRequest(`limit: 1 to ${MOST}`)
  const newestFirst = oneOf({ newest_first: query.get('newest_first') ?? 'false' }, 'newest_first', FLAGS)
  return { after: wholeNumber(query, 'after', 0), limit, ...(newestFirst === 'true' ? { newestFirst: true } : {}) }
}

function readFields(body: string | undefined, known: readonly string[]): Fields {
  const value = parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest('the body is not a JSON object')
  for (const name of Object.keys(value)) if (!known.includes(name)) throw new BadRequest(`${name}: no such field`)
  return value as Fields
}
function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    throw new BadRequest('the body is not JSON')
  }
}

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || value === '') throw new BadRequest(`${name}: a text`)
  return value
}
function decimal(fields: Fields, name: string): Decimal {
  const value = Decimal.parse(text(fields, name))
  if (value === undefined) throw new BadRequest(`${name}: a decimal as text`)
  return value
}
function oneOf<const W extends string>(fields: Fields, name: string, words: readonly W[]): W {
  const word = words.find((one) => one === fields[name])
  if (word === undefined) throw new BadRequest(`${name}: one of ${words.join(', ')}`)
  return word
}
function wholeNumber(query: URLSearchParams, name: string, usual: number): number {
  const value = query.get(name)
  if (value === null) return usual
  if (!/^\d{1,15}$/.test(value)) throw new BadRequest(`${name}: a whole number`)
  return Number(value)
}
