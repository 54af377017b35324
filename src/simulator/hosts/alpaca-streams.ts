import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { decode, encode } from '@msgpack/msgpack'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { AlpacaVenue } from '../faces/alpaca/alpaca-venue.ts'
import { entryOf, type Headers } from '../faces/alpaca/authentication.ts'
import { TradeStream } from '../faces/alpaca/trade-stream.ts'

const PING_EVERY_MS = 10_000
const LARGEST_MESSAGE = 64 * 1024

/** The WebSocket end of the trade stream: hand-shake, frames in three codes, keep-alive. */
export class AlpacaStreams {
  readonly #venue: () => AlpacaVenue
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE })
  readonly #alive = new WeakSet<WebSocket>()
  readonly #sockets = new WeakMap<WebSocket, Duplex>()
  readonly #pinging: NodeJS.Timeout

  constructor(venue: () => AlpacaVenue) {
    this.#venue = venue
    this.#pinging = setInterval(() => this.#ping(), PING_EVERY_MS)
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const venue = this.#venue()
    const path = (request.url ?? '').split('?', 1)[0]
    if (path !== '/stream') {
      refuse(socket, '404 Not Found')
      return
    }
    const orders = venue.ordersForConnection()
    if (orders.strike('upgrade-refused') !== undefined) {
      venue.parts.truth.note('misbehaviour', { name: 'upgrade-refused' })
      refuse(socket, '429 Too Many Requests')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const packed = request.headers['content-type'] === 'application/msgpack'
      const isAuthorized = entryOf(headersOf(request), venue.parts.options) === 'known'
      const wire = {
        send: (text: string) => this.#send(client, text, packed),
        end: (how: Ending) => this.#end(client, how),
      }
      const stream = new TradeStream(venue, wire, { isAuthorized, orders })
      this.#sockets.set(client, socket)
      this.#alive.add(client)
      client.on('pong', () => this.#alive.add(client))
      client.on('message', (data, isBinary) => stream.receive(read(data, isBinary && packed)))
      client.on('close', () => stream.closed())
      client.on('error', () => client.terminate())
    })
  }

  closeAll(how: Ending): number {
    const clients = [...this.#server.clients]
    for (const client of clients) this.#end(client, how)
    return clients.length
  }
  stop(): void {
    clearInterval(this.#pinging)
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
  }

  #end(client: WebSocket, how: Ending): void {
    const socket = this.#sockets.get(client)
    if (how === 'closed') client.close(NORMAL_CLOSURE)
    else if (socket instanceof Socket) socket.resetAndDestroy()
    else client.terminate()
  }
  #send(client: WebSocket, text: string, packed: boolean): void {
    if (client.readyState !== client.OPEN) return
    if (packed) client.send(encode(JSON.parse(text)), { binary: true })
    else if (this.#venue().parts.switches.stream_frames === 'binary') client.send(Buffer.from(text), { binary: true })
    else client.send(text)
  }
  #ping(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client)) client.terminate()
      this.#alive.delete(client)
      client.ping()
    }
  }
}

type Ending = 'closed' | 'reset'
const NORMAL_CLOSURE = 1000
/** `undefined` for what cannot be read. */
function read(data: RawData, packed: boolean): unknown {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
  try {
    return packed ? decode(bytes) : JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export const headersOf = ({ headers }: IncomingMessage): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
