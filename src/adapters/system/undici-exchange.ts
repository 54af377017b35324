import { type Dispatcher, Pool } from 'undici'
import { NotSent } from '../../ports/exit-pass.ts'
import type {
  HttpExchange,
  HttpPhase,
  HttpRequest,
  HttpResult,
  MessageStream,
  StreamConnector,
  StreamListener,
} from '../../ports/http.ts'

/**
 * Requests over real sockets. Guarantees:
 * - the phase told with a failure is the furthest the request can have reached;
 * - `beforeDispatch` runs between the connection being ready and the first byte, once: a second start of the same
 *   request, however the library comes to it, ends here and not on the wire;
 * - no redirect is followed, nothing is repeated, an answer has a size and a deadline.
 */
export interface UndiciOptions {
  readonly origin: string
  readonly headers?: Readonly<Record<string, string>>
  readonly connections?: number
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 5_000
const MAX_MESSAGE_CHARS = 4 * 1024 * 1024

export class UndiciExchange implements HttpExchange, StreamConnector {
  readonly #pool: Pool
  readonly #headers: Readonly<Record<string, string>>

  constructor({ origin, headers = {}, connections = 64 }: UndiciOptions) {
    this.#headers = headers
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      allowH2: false,
    })
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  exchange(request: HttpRequest): Promise<HttpResult> {
    return new Promise((resolve) => {
      const handler = new ExchangeHandler(request, resolve)
      try {
        this.#pool.dispatch({ ...this.#options(request), headersTimeout: 0, bodyTimeout: 0 }, handler)
      } catch (error) {
        handler.fail(error)
      }
    })
  }

  /** Newline-delimited messages in one long answer. */
  open(path: string, listener: StreamListener): MessageStream {
    const handler = new StreamHandler(listener)
    this.#pool.dispatch(
      { ...this.#options({ method: 'GET', path }), headersTimeout: CONNECT_TIMEOUT_MS, bodyTimeout: 0 },
      handler,
    )
    return handler
  }

  #options({
    method,
    path,
    headers,
    body,
  }: Pick<HttpRequest, 'method' | 'path' | 'headers' | 'body'>): Dispatcher.DispatchOptions {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    return { method, path, headers: { ...this.#headers, ...type, ...headers }, body: body ?? null }
  }
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest
  readonly #resolve: (result: HttpResult) => void
  readonly #deadline: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | undefined
  #phase: HttpPhase = 'not_sent'
  #size = 0
  #expired = false
  #status = 0
  readonly #headers: Record<string, string> = {}

  constructor(request: HttpRequest, resolve: (result: HttpResult) => void) {
    this.#request = request
    this.#resolve = resolve
    this.#deadline = setTimeout(() => this.#expire(), request.deadlineMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#phase !== 'not_sent') throw new Error('a request is started once')
    // It waited for a connection until its time was up: it must not start after all.
    if (this.#expired) throw new NotSent('deadline', 'the deadline passed before the request could start')
    this.#request.beforeDispatch?.(this.#request.body ?? '')
    this.#phase = 'dispatched'
  }
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#phase = 'headers_in'
    this.#status = status
    for (const [name, value] of Object.entries(headers)) this.#headers[name.toLowerCase()] = String(value ?? '')
  }
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > MAX_ANSWER_BYTES)
      controller.abort(new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`))
    else this.#chunks.push(chunk)
  }
  onResponseEnd(): void {
    clearTimeout(this.#deadline)
    const [only, ...more] = this.#chunks
    const body = (only === undefined || more.length > 0 ? Buffer.concat(this.#chunks) : only).toString('utf8')
    this.#resolve({ kind: 'answer', status: this.#status, headers: this.#headers, body })
  }
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  fail(error: unknown): void {
    clearTimeout(this.#deadline)
    const cause = error instanceof Error ? error.message : String(error)
    this.#resolve({ kind: 'failed', phase: this.#phase, cause, error })
  }

  #expire(): void {
    const expired = new Error(`no complete answer within ${this.#request.deadlineMs} ms`)
    this.#expired = true
    this.#controller?.abort(expired)
    this.fail(expired)
  }
}

class StreamHandler implements Dispatcher.DispatchHandler, MessageStream {
  readonly #listener: StreamListener
  readonly #decoder = new TextDecoder()
  #controller: Dispatcher.DispatchController | undefined
  #rest = ''
  #closed = false

  constructor(listener: StreamListener) {
    this.#listener = listener
  }
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#closed) controller.abort(new Error('closed before it was opened'))
  }
  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status === 200) this.#listener.opened()
    else controller.abort(new Error(`the stream was answered with ${status}`))
  }
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > MAX_MESSAGE_CHARS) controller.abort(new Error('a message of the stream is too long'))
    for (const line of lines) if (line !== '' && !this.#closed) this.#listener.message(line)
  }
  onResponseEnd(): void {
    this.#end('the venue ended the stream')
  }
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error.message)
  }
  close(): void {
    this.#closed = true
    this.#controller?.abort(new Error('closed by us'))
  }
  #end(cause: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#listener.closed(cause)
  }
}
