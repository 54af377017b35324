import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Between the daemon and the venue: what can go wrong with bytes on their way, and what a venue behind it cannot do.
 * Guarantees: a request that it does not strike passes as it is; what it strikes, it strikes so often as it was told.
 */
export const GATE_TROUBLES = {
  'connection-refused': 'nobody listens for a while',
  'reset-on-connect': 'the connection is reset before a byte of the request is read',
  'silence-on-connect': 'the connection is taken and nothing is ever read',
  'not-tls': 'something else than HTTP answers: an alert of a secure connection',
  'request-cut': 'the connection is reset when the request has come half way: the venue never sees it',
  'delayed-both-ways': 'request and answer each take their time',
  'answer-of-another': 'the answer names another order',
  'answer-twice': 'the same answer comes a second time, which nobody asked for',
  'repeated-first-answer': 'the request reaches the venue twice, and the first answer comes back',
  'repeated-last-answer': 'the request reaches the venue twice, and the last answer comes back',
  'head-cut': 'the connection ends in the middle of the head of the answer',
  'length-lies': 'the answer ends before the length it promised',
} as const
export type GateTrouble = keyof typeof GATE_TROUBLES
export const isGateTrouble = (name: string): name is GateTrouble => Object.hasOwn(GATE_TROUBLES, name)

interface Armed {
  readonly trouble: GateTrouble
  readonly method: string
  readonly path: RegExp
  readonly ms: number
  left: number
}
interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const LOOPBACK = '127.0.0.1'
/** A fatal alert, unexpected message. */
const TLS_ALERT = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a])
const CLOSED_MS = 2_000

export class FaultGate {
  readonly #venue: URL
  readonly #server = createServer((request, response) => void this.#pass(request, response))
  readonly #sockets = new Set<Socket>()
  #armed: Armed[] = []
  #port = 0
  struck = 0

  private constructor(venueUrl: string) {
    this.#venue = new URL(venueUrl)
    this.#server.on('connection', (socket) => this.#connected(socket))
    this.#server.on('upgrade', (request, socket: Socket, head) => this.#joinStream(request, socket, head))
  }
  static async open(venueUrl: string): Promise<FaultGate> {
    const gate = new FaultGate(venueUrl)
    await gate.#listen()
    return gate
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.#port}`
  }

  /** Connections that are kept for later end now, so that what comes next has to connect. */
  async arm(rule: Omit<Armed, 'left'> & { readonly times: number }): Promise<void> {
    if (rule.trouble === 'connection-refused') return this.#closeFor(rule.ms === 0 ? CLOSED_MS : rule.ms)
    this.#armed.push({ ...rule, left: rule.times })
    if (CONNECTING.has(rule.trouble)) this.#endConnections()
  }
  async close(): Promise<void> {
    this.#endConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, LOOPBACK, () => {
        this.#port = (this.#server.address() as AddressInfo).port
        this.#server.off('error', reject)
        resolve()
      })
    })
  }
  async #closeFor(ms: number): Promise<void> {
    this.struck += 1
    await this.close()
    void pause(ms).then(() => this.#listen())
  }
  #endConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    const armed = this.#armed.find(({ trouble, left }) => left > 0 && CONNECTING.has(trouble))
    if (armed === undefined) return
    armed.left -= 1
    this.struck += 1
    if (armed.trouble === 'reset-on-connect') socket.resetAndDestroy()
    else if (armed.trouble === 'not-tls') socket.end(TLS_ALERT)
    else {
      // Taken from the server that would read it.
      socket.removeAllListeners('data').removeAllListeners('readable')
      socket.pause()
    }
  }

  #strikes({ method = '', url = '' }: IncomingMessage): Armed | undefined {
    const armed = this.#armed.find(
      (rule) => rule.left > 0 && !CONNECTING.has(rule.trouble) && rule.method === method && rule.path.test(url),
    )
    if (armed === undefined) return undefined
    armed.left -= 1
    this.struck += 1
    return armed
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const armed = this.#strikes(request)
    if (armed?.trouble === 'request-cut') {
      request.once('data', () => request.socket.resetAndDestroy())
      request.once('end', () => request.socket.resetAndDestroy())
      request.resume()
      return
    }
    const body = await wholeText(request)
    try {
      if (armed?.trouble === 'delayed-both-ways') await pause(armed.ms)
      const first = await this.#ask(request, body)
      const last = REPEATING.has(armed?.trouble ?? '') ? await this.#ask(request, body) : first
      if (armed?.trouble === 'delayed-both-ways') await pause(armed.ms)
      answer(response, armed?.trouble === 'repeated-last-answer' ? last : first, armed?.trouble)
    } catch {
      response.destroy()
    }
  }

  #ask({ method, url, headers }: IncomingMessage, body: string): Promise<Told> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#venue
      const { connection: _, host: __, ...kept } = headers
      const call = forward({ hostname, port, method, path: url, headers: kept, agent: false }, (told) => {
        wholeText(told).then((text) => {
          const { connection: ___, 'transfer-encoding': ____, ...own } = told.headers
          const plain = Object.entries(own).map(([name, value]) => [name, String(value)])
          resolve({ status: told.statusCode ?? 502, headers: Object.fromEntries(plain), body: text })
        }, reject)
      })
      call.on('error', reject)
      call.end(body)
    })
  }

  /** The stream passes as bytes. */
  #joinStream({ url = '', rawHeaders }: IncomingMessage, socket: Socket, head: Buffer): void {
    const venue = connect(Number(this.#venue.port), this.#venue.hostname, () => {
      const lines = rawHeaders.flatMap((name, n) => (n % 2 === 0 ? [`${name}: ${rawHeaders[n + 1]}`] : []))
      venue.write(`GET ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      venue.write(head)
      venue.pipe(socket).pipe(venue)
    })
    const end = (): void => {
      venue.destroy()
      socket.destroy()
    }
    venue.on('error', end).on('close', end)
    socket.on('error', end).on('close', end)
  }
}

const CONNECTING: ReadonlySet<string> = new Set<GateTrouble>(['reset-on-connect', 'silence-on-connect', 'not-tls'])
const REPEATING: ReadonlySet<string> = new Set<GateTrouble>(['repeated-first-answer', 'repeated-last-answer'])

function answer(response: ServerResponse, told: Told, trouble: GateTrouble | undefined): void {
  const body = trouble === 'answer-of-another' ? ofAnother(told.body) : told.body
  if (trouble === 'head-cut') {
    response.socket?.end(`HTTP/1.1 ${told.status} OK\r\ncontent-ty`)
    return
  }
  const length = Buffer.byteLength(body)
  const headers = { ...told.headers, 'content-length': String(trouble === 'length-lies' ? length + 100 : length) }
  response.writeHead(told.status, told.status === 204 ? told.headers : headers)
  if (trouble === 'length-lies') {
    response.write(body, () => response.socket?.end())
    return
  }
  const { socket } = response
  response.end(body, () => {
    if (trouble !== 'answer-twice') return
    socket?.write(`HTTP/1.1 ${told.status} OK\r\ncontent-length: ${length}\r\n\r\n${body}`)
  })
}

/** Every id becomes one that nobody has given. */
const ofAnother = (body: string): string =>
  body
    .replace(/"client_order_id":"[^"]*"/g, '"client_order_id":"somebody-elses-order"')
    .replace(/"id":"[^"]*"/g, '"id":"00000000-0000-4000-8000-000000000000"')

async function wholeText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
