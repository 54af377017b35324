import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { freePort } from '../child.ts'
import { orderRow } from './order-row.ts'

/**
 * As much of Alpaca as a daemon needs to start, to have orders taken and to hear what became of them. What it streams its
 * lists would tell too. The frames of a burst are written beforehand, so that sending them costs nothing but the sending.
 */
interface Held {
  readonly id: string
  readonly client_order_id: string
  readonly symbol: string
  readonly qty: string
  readonly limit_price: string
  readonly at: string
  filled: number
}

const PRICE = '230'
const now = (): string => new Date().toISOString().replace('Z', '000000Z')

export class StreamingVenue {
  readonly url: string
  requests = 0
  /** How often somebody began to listen. */
  listened = 0
  readonly #server: Server
  readonly #orders = new Map<string, Held>()
  readonly #fills: object[] = []
  readonly #sockets = new Set<WebSocket>()

  private constructor(port: number, server: Server) {
    this.url = `http://127.0.0.1:${port}`
    this.#server = server
  }

  static async open(): Promise<StreamingVenue> {
    const port = await freePort()
    const server = createServer((request, response) => venue.#serve(request, response))
    const venue = new StreamingVenue(port, server)
    new WebSocketServer({ server, path: '/stream' }).on('connection', (socket) => venue.#listen(socket))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return venue
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  get orderIds(): readonly string[] {
    return [...this.#orders.keys()]
  }
  get listeners(): number {
    return this.#sockets.size
  }

  /** The next `quantity` of an order trades; what the stream would say of it. */
  fillFrame(id: string, quantity: number): string {
    const order = this.#orders.get(id)
    if (order === undefined) throw new Error(`no order ${id}`)
    order.filled += quantity
    const at = now()
    const serial = String(this.#fills.length).padStart(12, '0')
    const execution = `d7c605aa-d766-4586-aa42-${serial}`
    const isWhole = order.filled === Number(order.qty)
    const { symbol } = order
    this.#fills.push({
      id: `20260311103007220::${execution}`,
      activity_type: 'FILL',
      transaction_time: at,
      type: isWhole ? 'fill' : 'partial_fill',
      price: PRICE,
      qty: `${quantity}`,
      side: 'buy',
      symbol,
      leaves_qty: `${Number(order.qty) - order.filled}`,
      order_id: id,
      cum_qty: `${order.filled}`,
      order_status: isWhole ? 'filled' : 'partially_filled',
    })
    const data = {
      at,
      event_id: `01KKEMW4KP5K8Q${serial}`,
      event: isWhole ? 'fill' : 'partial_fill',
      execution_id: execution,
      timestamp: at,
      price: PRICE,
      qty: `${quantity}`,
      position_qty: `${order.filled}`,
      order: this.#row(order),
    }
    return JSON.stringify({ stream: 'trade_updates', data })
  }

  send(frame: string): void {
    for (const socket of this.#sockets) socket.send(Buffer.from(frame))
  }

  #row(order: Held): object {
    const isWhole = order.filled === Number(order.qty)
    const status = order.filled === 0 ? 'new' : isWhole ? 'filled' : 'partially_filled'
    const traded = order.filled === 0 ? {} : { filled_qty: `${order.filled}`, filled_avg_price: PRICE }
    return orderRow(order, order.at, { ...traded, status, filled_at: isWhole ? order.at : null })
  }

  #listen(socket: WebSocket): void {
    const say = (stream: string, data: object): void => socket.send(Buffer.from(JSON.stringify({ stream, data })))
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('message', (frame) => {
      const { action } = JSON.parse(String(frame))
      if (action !== 'listen') return say('authorization', { action: 'authenticate', status: 'authorized' })
      say('listening', { streams: ['trade_updates'] })
      this.listened += 1
      this.#sockets.add(socket)
    })
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const { method = 'GET', url = '/' } = request
      const body = method === 'POST' ? this.#place(text) : this.#read(new URL(url, this.url))
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body ?? { code: 40410000, message: 'order not found' }))
    })
  }

  #place(text: string): object {
    const { client_order_id, symbol, qty, limit_price } = JSON.parse(text)
    const id = `9e3779b1-9e37-4007-a00d-${String(this.#orders.size).padStart(12, '0')}`
    const order: Held = { id, client_order_id, symbol, qty, limit_price, at: now(), filled: 0 }
    this.#orders.set(id, order)
    return this.#row(order)
  }

  #read({ pathname, searchParams }: URL): object | undefined {
    if (pathname === '/v2/account') return { currency: 'USD', cash: '1000000000', buying_power: '1000000000' }
    if (pathname === '/v2/positions') return this.#positions()
    if (pathname === '/v2/orders') return this.#listed(searchParams)
    if (pathname.startsWith('/v2/account/activities')) return this.#activities(searchParams)
    const name = decodeURIComponent(pathname.split('/').at(-1) ?? '')
    if (pathname.startsWith('/v2/assets/')) return asset(name)
    if (pathname.endsWith('/quotes/latest')) return { quote: { ap: '230.01', bp: PRICE, t: now() } }
    if (pathname.endsWith('/trades/latest')) return { trade: { p: PRICE, t: now() } }
    const asked = searchParams.get('client_order_id')
    const order = [...this.#orders.values()].find((one) => one.client_order_id === asked) ?? this.#orders.get(name)
    return order === undefined ? undefined : this.#row(order)
  }

  #listed(query: URLSearchParams): readonly object[] {
    const after = query.get('after_order_id')
    const rows = [...this.#orders.values()]
    const from = after === null ? 0 : rows.findIndex(({ id }) => id === after) + 1
    const wanted = query.get('status') === 'open' ? rows.filter(isOpen) : rows
    return wanted
      .filter((order) => rows.indexOf(order) >= from)
      .slice(0, 500)
      .map((order) => this.#row(order))
  }
  #activities(query: URLSearchParams): readonly object[] {
    if (query.get('category') !== null) return []
    const token = query.get('page_token')
    const from = token === null ? 0 : this.#fills.findIndex((fill) => 'id' in fill && fill.id === token) + 1
    return this.#fills.slice(from, from + 100)
  }
  #positions(): readonly object[] {
    const held = new Map<string, number>()
    for (const { symbol, filled } of this.#orders.values()) held.set(symbol, (held.get(symbol) ?? 0) + filled)
    return [...held]
      .filter(([, qty]) => qty > 0)
      .map(([symbol, qty]) => ({
        asset_id: `a-${symbol}`,
        symbol,
        asset_class: 'us_equity',
        qty: `${qty}`,
        avg_entry_price: PRICE,
      }))
  }
}

const isOpen = ({ filled, qty }: Held): boolean => filled < Number(qty)

const asset = (symbol: string): object => ({
  id: `a-${symbol}`,
  class: 'us_equity',
  symbol,
  name: symbol,
  status: 'active',
  tradable: true,
  shortable: true,
  fractionable: true,
})
