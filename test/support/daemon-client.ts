import { Client, type Dispatcher, Pool } from 'undici'

/** What tests read of an order. */
export interface OrderView {
  readonly id: string
  readonly status: string
  readonly signal_id: string
  readonly symbol: string
  readonly client_order_id: string
  readonly attempt: number
  readonly quantity?: string
  readonly limit_price?: string
  readonly filled_quantity?: string
  readonly reason?: string
  readonly [field: string]: unknown
}
/** Every answer of the API, whichever it is: problem fields and result fields, all of them optional. */
export interface Body {
  readonly order: OrderView
  readonly items: readonly OrderView[]
  readonly duplicate?: boolean
  readonly order_id?: string
  readonly type?: string
  readonly title?: string
  readonly status?: unknown
  readonly detail?: string
  readonly code?: string
  readonly trace_id?: string
  readonly value?: string
  readonly limit?: string
  readonly errors?: readonly Readonly<Record<'path' | 'code' | 'message' | 'expected' | 'found', string>>[]
  readonly [field: string]: unknown
}
export interface Answer {
  readonly status: number
  readonly body: Body
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
export type SignalText = Readonly<Record<string, unknown>>
export interface RawRequest {
  readonly method: Dispatcher.HttpMethod
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

const CONNECTIONS = 64
const PIPELINE = 100_000

/** The API as a strategy calls it: over as many connections as it takes, and with a key of its own. */
export class DaemonClient {
  readonly url: string
  readonly key: string | undefined
  readonly #pool: Pool

  constructor(url: string, key: string | undefined) {
    this.url = url
    this.key = key
    this.#pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  }

  send(signal: SignalText, query = ''): Promise<Answer> {
    return this.post(`/v1/signals${query}`, signal)
  }
  get(path: string): Promise<Answer> {
    return this.raw({ method: 'GET', path, headers: this.#credentials() })
  }
  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.raw({ method: 'POST', path, headers: this.#json(), body: JSON.stringify(body) })
  }
  /** Nothing is added: no key, no content type. */
  async raw({ method, path, headers = {}, body }: RawRequest): Promise<Answer> {
    return readAnswer(await this.#pool.request({ method, path, headers: { ...headers }, body: body ?? null }))
  }

  /**
   * All of them down one connection, none waiting for the answer to the one before. What got no answer is `undefined`;
   * `onAnswer` is told of each as it comes.
   */
  async burst(
    signals: readonly SignalText[],
    onAnswer: (answer: Answer, signal: SignalText) => void = () => undefined,
  ): Promise<readonly (Answer | undefined)[]> {
    const connection = new Client(this.url, { pipelining: PIPELINE })
    try {
      return await Promise.all(
        signals.map(async (signal) => {
          const request = { method: 'POST', path: '/v1/signals', idempotent: true } as const
          try {
            const answer = await connection
              .request({ ...request, headers: this.#json(), body: JSON.stringify(signal) })
              .then(readAnswer)
            onAnswer(answer, signal)
            return answer
          } catch {
            return undefined
          }
        }),
      )
    } finally {
      await connection.destroy()
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  #credentials(): Record<string, string> {
    return this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }
  }
  #json(): Record<string, string> {
    return { ...this.#credentials(), 'content-type': 'application/json' }
  }
}

async function readAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const text = await body.text()
  return { status: statusCode, headers, text, body: isJson(headers['content-type']) ? JSON.parse(text) : {} }
}

const isJson = (type: string | string[] | undefined): boolean => typeof type === 'string' && /[/+]json/.test(type)
