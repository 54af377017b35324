import { assert } from './assert.ts'
import { type Decimal, decimal } from './money.ts'
import type { Order, OrderDraft } from './order.ts'
import type { OrderEvent, Plain } from './order-events.ts'
import { formatTime, type Instant, parseTime } from './time.ts'

export { orderToRecord } from './write-order.ts'

/**
 * Orders and events as plain records: snake_case names, decimals as text, times as RFC 3339. One form for the store,
 * the audit log, the messages and the API, so that none can tell another story than the others.
 */
type Shape =
  | 'text'
  | 'number'
  | 'decimal'
  | 'time'
  | 'flag'
  | 'plain'
  | 'fill'
  | 'draft'
  | 'detection'
  | 'broker_orders'
export type PlainRecord = { readonly [key: string]: Plain | undefined }

const ORDER_SHAPE: Readonly<Record<keyof Order, Shape>> = {
  id: 'text',
  account: 'text',
  venue: 'text',
  currency: 'text',
  mode: 'text',
  sessionId: 'text',
  traceId: 'text',
  configVersion: 'text',
  signalId: 'text',
  leg: 'number',
  strategy: 'text',
  symbol: 'text',
  side: 'text',
  orderType: 'text',
  timeInForce: 'text',
  quantity: 'decimal',
  amount: 'decimal',
  limitPrice: 'decimal',
  referencePrice: 'decimal',
  clientOrderId: 'text',
  expiresAt: 'time',
  reduceOnly: 'flag',
  status: 'text',
  orderSeq: 'number',
  generation: 'number',
  attempt: 'number',
  payloadHash: 'text',
  brokerOrderId: 'text',
  brokerOrders: 'broker_orders',
  filledQuantity: 'decimal',
  filledNotional: 'decimal',
  averageFillPrice: 'decimal',
  commission: 'decimal',
  createdAt: 'time',
  updatedAt: 'time',
  submittedAt: 'time',
  acceptedAt: 'time',
  closedAt: 'time',
  cancelRequestedAt: 'time',
  cancelReason: 'text',
  lastStatusCheck: 'time',
  executionTime: 'time',
  slippagePct: 'decimal',
  latencyMs: 'number',
  reason: 'text',
  failureReason: 'text',
  rejectionReason: 'text',
  cancelledReason: 'text',
  firstFailedAt: 'time',
  lastRetryAttempt: 'time',
  retryCount: 'number',
  retryExpiresAt: 'time',
  shortfall: 'decimal',
  detection: 'detection',
  opensAt: 'time',
}

/** Of a draft, what every line of the order tells anyway. */
const LINE_DRAFT_FIELDS = [
  'id',
  'account',
  'venue',
  'mode',
  'sessionId',
  'traceId',
  'signalId',
  'strategy',
  'symbol',
  'side',
  'orderType',
  'timeInForce',
  'quantity',
  'limitPrice',
  'referencePrice',
  'clientOrderId',
] as const satisfies readonly (keyof OrderDraft)[]
const LINE_DRAFT_SHAPE: Readonly<Record<string, Shape>> = Object.fromEntries(
  LINE_DRAFT_FIELDS.map((field) => [field, ORDER_SHAPE[field]]),
)
const DRAFT_SHAPE: Readonly<Record<Exclude<keyof OrderDraft, (typeof LINE_DRAFT_FIELDS)[number]>, Shape>> = {
  currency: 'text',
  configVersion: 'text',
  leg: 'number',
  amount: 'decimal',
  expiresAt: 'time',
  reduceOnly: 'flag',
}

/** An event's own payload; its kind, order and time stand beside it in the line. */
const EVENT_SHAPE: Readonly<Record<string, Shape>> = {
  draft: 'draft',
  why: 'plain',
  code: 'text',
  message: 'text',
  value: 'text',
  limit: 'text',
  wouldSend: 'plain',
  opensAt: 'time',
  attempt: 'number',
  generation: 'number',
  clientOrderId: 'text',
  payloadHash: 'text',
  limiterWaitMs: 'number',
  sentFrom: 'time',
  channel: 'text',
  evidence: 'plain',
  brokerOrderId: 'text',
  latencyMs: 'number',
  phase: 'text',
  reason: 'text',
  fill: 'fill',
  replaces: 'fill',
  detection: 'detection',
  witnesses: 'plain',
  slippagePct: 'decimal',
  by: 'text',
  proof: 'text',
  expiresAt: 'time',
  shortfall: 'decimal',
  limitPrice: 'decimal',
  quantity: 'decimal',
  status: 'text',
}

const FILL_SHAPE: Readonly<Record<string, Shape>> = {
  executionId: 'text',
  quantity: 'decimal',
  price: 'decimal',
  time: 'time',
  commission: 'decimal',
  commissionCurrency: 'text',
  synthetic: 'flag',
  correctedAt: 'time',
}
const DETECTION_SHAPE: Readonly<Record<string, Shape>> = {
  methods: 'plain',
  confidence: 'number',
  elapsedMs: 'number',
  checks: 'number',
}
const BROKER_ORDER_SHAPE: Readonly<Record<string, Shape>> = {
  generation: 'number',
  clientOrderId: 'text',
  brokerOrderId: 'text',
  status: 'text',
  filledQuantity: 'decimal',
  filledNotional: 'decimal',
}

export const orderFromRecord = (record: PlainRecord): Order => read(record, ORDER_SHAPE) as unknown as Order

export const eventToDetail = (event: OrderEvent): PlainRecord => write(event, EVENT_SHAPE)
/** `line` is where the detail was found: a `created` says only what the line itself does not. */
export function eventFromDetail(kind: string, at: Instant, detail: PlainRecord, line: PlainRecord): OrderEvent {
  const event = { kind, at, ...read(detail, EVENT_SHAPE) }
  if (kind !== 'created') return event as unknown as OrderEvent
  const draft = {
    ...read(renamed(line), LINE_DRAFT_SHAPE),
    ...read(isRecord(detail.draft) ? detail.draft : {}, ORDER_SHAPE),
  }
  return { ...event, draft } as unknown as OrderEvent
}

const isRecord = (value: Plain | undefined): value is PlainRecord => typeof value === 'object' && !Array.isArray(value)
const renamed = ({ order_id, ...line }: PlainRecord): PlainRecord => ({ ...line, id: order_id })

type Field = { readonly camel: string; readonly snake: string; readonly how: Shape }
const fieldsByShape = new WeakMap<object, readonly Field[]>()
function fieldsOf(shape: Readonly<Record<string, Shape>>): readonly Field[] {
  let fields = fieldsByShape.get(shape)
  if (fields === undefined) {
    fields = Object.entries(shape).map(([camel, how]) => ({ camel, snake: snakeCase(camel), how }))
    fieldsByShape.set(shape, fields)
  }
  return fields
}
export const snakeCase = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function write(value: object, shape: Readonly<Record<string, Shape>>): PlainRecord {
  const record: Record<string, Plain> = {}
  for (const { camel, snake, how } of fieldsOf(shape)) {
    const field = (value as Record<string, unknown>)[camel]
    if (field !== undefined) record[snake] = writeField(field, how)
  }
  return record
}
function writeField(field: unknown, how: Shape): Plain {
  switch (how) {
    case 'decimal':
      return (field as Decimal).toString()
    case 'time':
      return formatTime(field as Instant)
    case 'fill':
      return write(field as object, FILL_SHAPE) as Plain
    case 'draft':
      return write(field as object, DRAFT_SHAPE) as Plain
    case 'detection':
      return write(field as object, DETECTION_SHAPE) as Plain
    default:
      return field as Plain
  }
}

function read(record: PlainRecord, shape: Readonly<Record<string, Shape>>): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const { camel, snake, how } of fieldsOf(shape)) {
    const field = record[snake]
    if (field !== undefined) value[camel] = readField(field, how)
  }
  return value
}
function readField(field: Plain, how: Shape): unknown {
  switch (how) {
    case 'decimal':
      return decimal(field as string)
    case 'time':
      return instantOf(field as string)
    case 'fill':
      return read(field as PlainRecord, FILL_SHAPE)
    case 'draft':
      return read(field as PlainRecord, ORDER_SHAPE)
    case 'detection':
      return read(field as PlainRecord, DETECTION_SHAPE)
    case 'broker_orders':
      return (field as readonly PlainRecord[]).map((one) => read(one, BROKER_ORDER_SHAPE))
    default:
      return field
  }
}
function instantOf(text: string): Instant {
  const at = parseTime(text)
  assert(at !== undefined, `a stored time is RFC 3339: ${text}`)
  return at
}
