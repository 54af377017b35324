/**
 * The venue of the measurements: the paper venue's protocol, answered at once by one process that does nothing else.
 * - An order is acknowledged as `new` and remembered; a known client order id is refused, so a double send shows.
 * - Nothing fills until `POST /control {"fill": true}`; from then on each order fills whole, right after its answer.
 * - `GET /control` tells what arrived: requests, orders, duplicates, and when the last order came (`process.hrtime`,
 *   one clock for all processes of a machine).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'

const { values: args } = parseArgs({ options: { port: { type: 'string', default: '0' } } })

interface Execution {
  readonly id: string
  readonly quantity: string
  readonly price: string
  readonly time: string
  readonly commission: string
  readonly commission_currency: string
}
interface VenueOrder {
  readonly id: string
  readonly client_order_id: string
  readonly symbol: string
  readonly side: string
  readonly quantity: string
  readonly limit_price: string
  status: 'new' | 'filled' | 'cancelled'
  filled_quantity: string
  updated_at: string
  seq: number
  executions: Execution[]
  average_fill_price?: string
  filled_at?: string
  cancel_reason?: string
}
const byId = new Map<string, VenueOrder>()
const open = new Map<string, VenueOrder>()
const byClientId = new Map<string, VenueOrder>()
const executions: { seq: number; order_id: string; symbol: string; side: string; execution: Execution }[] = []
const positions = new Map<string, bigint>()
const streams = new Set<ServerResponse>()
const counts = { requests: 0, orders: 0, duplicates: 0, last_order_ns: '0' }
let fill = false
let seq = 0

const PRICE = '230'
const now = (): string => new Date().toISOString()

interface Answer {
  readonly status: number
  readonly body: unknown
}
const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (status: number, code: string, order?: VenueOrder): Answer => ({
  status,
  body: { code, message: code.replaceAll('_', ' '), order },
})

function place(text: string): Answer {
  const request = JSON.parse(text)
  counts.orders += 1
  counts.last_order_ns = process.hrtime.bigint().toString()
  const known = byClientId.get(request.client_order_id)
  if (known !== undefined) {
    counts.duplicates += 1
    return refused(422, 'duplicate_client_order_id', known)
  }
  const time = now()
  seq += 1
  const order: VenueOrder = {
    ...request,
    id: `bench-${seq}`,
    status: 'new',
    filled_quantity: '0',
    created_at: time,
    updated_at: time,
    seq,
    executions: [],
  }
  byId.set(order.id, order)
  byClientId.set(order.client_order_id, order)
  open.set(order.id, order)
  if (fill) setImmediate(fillWhole, order)
  return { status: 201, body: order }
}

function fillWhole(order: VenueOrder): void {
  if (!open.delete(order.id)) return
  seq += 1
  const time = now()
  const price = order.limit_price ?? PRICE
  const execution = {
    id: `x-${seq}`,
    quantity: order.quantity,
    price,
    time,
    commission: '0',
    commission_currency: 'USD',
  }
  order.status = 'filled'
  order.filled_quantity = order.quantity
  order.average_fill_price = price
  order.filled_at = time
  order.updated_at = time
  order.seq = seq
  order.executions = [execution]
  // The load sends whole shares; anything else is a mistake of the measurement and should be loud.
  const signed = order.side === 'buy' ? BigInt(order.quantity) : -BigInt(order.quantity)
  positions.set(order.symbol, (positions.get(order.symbol) ?? 0n) + signed)
  executions.push({ seq, order_id: order.id, symbol: order.symbol, side: order.side, execution })
  tell({ type: 'execution', order, execution, seq })
}

function cancel(order: VenueOrder | undefined): Answer {
  if (order === undefined) return refused(404, 'order_not_found')
  if (order.status !== 'new') return refused(409, 'order_final', order)
  seq += 1
  open.delete(order.id)
  order.status = 'cancelled'
  order.cancel_reason = 'requested'
  order.updated_at = now()
  order.seq = seq
  tell({ type: 'order', order, seq })
  return { status: 202, body: order }
}

function tell(message: object): void {
  const line = `${JSON.stringify(message)}\n`
  for (const stream of streams) stream.write(line)
}

/** `items` stand in the order of `seq`. */
function page(items: readonly { seq: number }[], query: URLSearchParams): Answer {
  const after = Number(query.get('after') ?? 0)
  const limit = Math.min(Number(query.get('limit') ?? 100), 500)
  const from = firstAfter(items, after)
  const found = items.slice(from, from + limit)
  return ok({ items: found, next: from + limit < items.length ? `${found.at(-1)?.seq}` : null })
}

/** By halves: a poll must cost the same however long the history is. */
function firstAfter(items: readonly { seq: number }[], after: number): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.seq ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

function ordersWith(status: string): VenueOrder[] {
  // An open order keeps the number it came with, so these are in order as they stand.
  if (status === 'open') return [...open.values()]
  const wanted = [...byId.values()].filter((order) => status === 'all' || order.status !== 'new')
  return wanted.sort((a, b) => a.seq - b.seq)
}

function instrument(symbol: string): object {
  return {
    symbol,
    name: symbol,
    tick: '0.01',
    lot: '1',
    min_quantity: '1',
    min_notional: '0',
    fractional: false,
    shortable: false,
    currency: 'USD',
    asset_class: 'equity',
  }
}

function read(path: string, query: URLSearchParams): Answer {
  const [, , kind = '', name = '', key = ''] = path.split('/').map(decodeURIComponent)
  if (path === '/v1/orders') return page(ordersWith(query.get('status') ?? 'open'), query)
  if (path === '/v1/executions') return page(executions, query)
  if (path === '/v1/clock') return ok({ time: now(), is_open: true })
  if (path === '/v1/account') {
    const cash = '1000000000000'
    return ok({ currency: 'USD', cash, buying_power: cash, equity: cash, commission: '0', allow_short: false })
  }
  if (path === '/v1/positions') {
    const items = [...positions].map(([symbol, quantity]) => ({
      symbol,
      quantity: `${quantity}`,
      average_price: PRICE,
    }))
    return ok({ items })
  }
  if (path === '/v1/instruments') return ok({ items: [] })
  if (kind === 'instruments') return ok(instrument(name))
  if (kind === 'quotes') {
    return ok({
      symbol: name,
      bid: '229.99',
      ask: '230.01',
      bid_size: '1000',
      ask_size: '1000',
      last: PRICE,
      time: now(),
    })
  }
  if (kind === 'orders') {
    const order = name === 'by-client-id' ? byClientId.get(key) : byId.get(name)
    return order === undefined ? refused(404, 'order_not_found') : ok(order)
  }
  return refused(404, 'not_found')
}

function answerTo(method: string, url: string, text: string): Answer {
  if (method === 'POST' && url === '/v1/orders') return place(text)
  const { pathname, searchParams } = new URL(url, 'http://venue')
  if (pathname === '/control') {
    if (method === 'POST') fill = JSON.parse(text).fill === true
    return ok({ ...counts, fill, open: open.size })
  }
  if (method === 'GET') return read(pathname, searchParams)
  if (method === 'POST' && pathname.endsWith('/cancel')) return cancel(byId.get(pathname.split('/')[3] ?? ''))
  if (method === 'DELETE' && pathname === '/v1/orders') {
    return ok({ items: ordersWith('open').map((order) => cancel(order).body) })
  }
  return refused(404, 'not_found')
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  counts.requests += 1
  const { method = 'GET', url = '/' } = request
  if (url.startsWith('/v1/stream')) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
    streams.add(response)
    response.on('close', () => streams.delete(response))
    return
  }
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => {
    const { status, body } = answerTo(method, url, text)
    const json = JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) })
    response.end(json)
  })
}

const server = createServer({ keepAliveTimeout: 600_000, connectionsCheckingInterval: 600_000 }, handle)
server.listen(Number(args.port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
