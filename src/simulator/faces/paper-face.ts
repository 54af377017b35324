import type { Answer, Venue } from '../venue.ts'
import type { VenueOrder } from '../venue-order.ts'
import {
  accountJson,
  eventText,
  executionOfJson,
  instrumentJson,
  orderJson,
  positionJson,
  quoteJson,
  timeText,
} from './paper-json.ts'
import { BadRequest, readOrder, readOrderPage, readPage, readReplacement } from './paper-requests.ts'

/**
 * Our own small protocol over one venue. Guarantees: every request gets one answer, at once; 201 and 202 are given after
 * the venue has booked; what is refused with 4xx has changed nothing; every event of the venue is one message, in order.
 */
export interface PaperRequest {
  readonly method: string
  /** May end in a query. Parts are percent-encoded. */
  readonly path: string
  readonly query?: string
  readonly body?: string
}
export interface PaperAnswer {
  readonly status: number
  /** JSON. */
  readonly body: string
}
export interface PaperFace {
  handle(request: PaperRequest): PaperAnswer
  /** Each message is one JSON text without line breaks. */
  subscribe(listener: (message: string) => void): () => void
}

interface Call {
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly body: string | undefined
}
type Handler = (venue: Venue, call: Call, currency: string) => PaperAnswer

export function paperFace(venue: Venue): PaperFace {
  const { currency } = venue.account()
  return {
    handle: (request) => {
      try {
        return route(venue, request, currency)
      } catch (error) {
        if (error instanceof BadRequest) return refusal(400, 'bad_request', error.message)
        throw error
      }
    },
    subscribe: (listener) =>
      venue.subscribe((event) => {
        const message = eventText(event, currency)
        if (message !== undefined) listener(message)
      }),
  }
}

/** `*` stands for one part of the path. */
const ROUTES: readonly (readonly [method: string, path: string, Handler])[] = [
  ['POST', 'orders', submit],
  [
    'GET',
    'orders/by-client-id/*',
    (venue, { parts }, currency) => found(venue.orderByClientId(parts[2] ?? ''), currency),
  ],
  ['GET', 'orders/*', (venue, { parts }, currency) => found(venue.orderById(parts[1] ?? ''), currency)],
  ['GET', 'orders', listOrders],
  ['POST', 'orders/*/cancel', (venue, { parts }, currency) => changed(202, venue.cancel(parts[1] ?? ''), currency)],
  ['DELETE', 'orders', (venue, _, currency) => items(202, venue.cancelAll(), (order) => orderJson(order, currency))],
  ['PATCH', 'orders/*', replace],
  ['GET', 'executions', listExecutions],
  ['GET', 'positions', listPositions],
  ['GET', 'account', (venue) => json(200, accountJson(venue.account()))],
  ['GET', 'quotes/*', quote],
  ['GET', 'instruments/*', instrument],
  ['GET', 'instruments', (venue) => items(200, venue.instruments(), instrumentJson)],
  ['GET', 'clock', clock],
]
const BY_METHOD = Map.groupBy(
  ROUTES.map(([method, path, handler]) => ({ method, pattern: path.split('/'), handler })),
  ({ method }) => method,
)

function route(venue: Venue, { method, path, query, body }: PaperRequest, currency: string): PaperAnswer {
  const [place = '', asked = ''] = path.split('?', 2)
  const parts = place.startsWith('/v1/') ? place.slice(4).split('/').map(decodePart) : []
  const row = BY_METHOD.get(method)?.find(({ pattern }) => fits(pattern, parts))
  if (row === undefined) return refusal(404, 'not_found', `no ${method} ${place} here`)
  return row.handler(venue, { parts, query: new URLSearchParams(query ?? asked), body }, currency)
}

const fits = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length && pattern.every((one, at) => one === '*' || one === parts[at])

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new BadRequest('the path is not percent-encoded text')
  }
}

function submit(venue: Venue, { body }: Call, currency: string): PaperAnswer {
  return changed(201, venue.submit(readOrder(body)), currency)
}
function replace(venue: Venue, { parts, body }: Call, currency: string): PaperAnswer {
  return changed(200, venue.replace(parts[1] ?? '', readReplacement(body)), currency)
}

function changed(status: number, answer: Answer, currency: string): PaperAnswer {
  if (answer.kind === 'done') return json(status, orderJson(answer.order, currency))
  const { code, message } = answer.broken
  const refusedWith = code === 'order_not_found' ? 404 : code === 'order_final' ? 409 : 422
  const order = answer.order === undefined ? undefined : orderJson(answer.order, currency)
  // A cancel that came too late is answered with the order as it ended, and why.
  return json(refusedWith, refusedWith === 409 ? { ...order, code, message, order } : { code, message, order })
}

const found = (order: VenueOrder | undefined, currency: string): PaperAnswer =>
  order === undefined ? refusal(404, 'order_not_found', 'no such order here') : json(200, orderJson(order, currency))

function listOrders(venue: Venue, { query }: Call, currency: string): PaperAnswer {
  const page = readOrderPage(query)
  const orders = venue.orders(page)
  return json(200, {
    items: orders.map((order) => orderJson(order, currency)),
    next: orders.length < page.limit ? null : `${orders.at(-1)?.seq}`,
  })
}
function listExecutions(venue: Venue, { query }: Call, currency: string): PaperAnswer {
  const page = readPage(query)
  const executions = venue.executions(page)
  return json(200, {
    items: executions.map(({ order, execution }) => executionOfJson(order, execution, currency)),
    next: executions.length < page.limit ? null : `${executions.at(-1)?.execution.seq}`,
  })
}
function listPositions(venue: Venue): PaperAnswer {
  return items(200, venue.positions(), (position) => positionJson(position, venue.quote(position.symbol)?.last))
}
function quote(venue: Venue, { parts }: Call): PaperAnswer {
  const standing = venue.quote(parts[1] ?? '')
  return standing === undefined ? refusal(404, 'unknown_symbol', 'no such symbol here') : json(200, quoteJson(standing))
}
function instrument(venue: Venue, { parts }: Call): PaperAnswer {
  const known = venue.instrument(parts[1] ?? '')
  return known === undefined ? refusal(404, 'unknown_symbol', 'no such symbol here') : json(200, instrumentJson(known))
}
function clock(venue: Venue): PaperAnswer {
  const { now, isOpen, nextOpen } = venue.clock()
  return json(200, {
    now: timeText(now),
    is_open: isOpen,
    next_open: nextOpen === undefined ? undefined : timeText(nextOpen),
  })
}

const json = (status: number, value: unknown): PaperAnswer => ({ status, body: JSON.stringify(value) })
const items = <T>(status: number, rows: readonly T[], encode: (row: T) => unknown): PaperAnswer =>
  json(status, { items: rows.map(encode) })
const refusal = (status: number, code: string, message: string): PaperAnswer => json(status, { code, message })
