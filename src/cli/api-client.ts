import type { IncomingMessage } from 'node:http'
import { CliFailure, EXIT } from './cli-failure.ts'
import type { DaemonPlace } from './find-daemon.ts'
import { type HttpRequest, httpRequest, textOf } from './http-request.ts'
import { problemText } from './problem-text.ts'
import { type Row, rowOf, textIn } from './row.ts'

export interface ApiAnswer {
  readonly status: number
  readonly ok: boolean
  /** As it came, for `--json`. */
  readonly text: string
  readonly body: Row
}
export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Sent as it is when it is text: numbers in it keep every digit. */
  readonly body?: string | Readonly<Record<string, unknown>>
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** The daemon did not answer. Whether it has heard us is another question: `connected` is false when it cannot have. */
export class Unreachable extends CliFailure {
  readonly connected: boolean
  constructor(message: string, connected: boolean) {
    super(EXIT.unreachable, message)
    this.connected = connected
  }
}

const TIMEOUT_MS = 15_000
const OK = 200
const REDIRECTED = 300

/** Speaks to one daemon. Redirects are not followed: the key is meant for the address that was named, for no other. */
export class ApiClient {
  readonly place: DaemonPlace

  constructor(place: DaemonPlace) {
    this.place = place
  }

  get(path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    return this.#send('GET', path, request)
  }
  post(path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    return this.#send('POST', path, request)
  }

  /** Throws what a person has to know when the answer is a refusal. */
  async read(path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    return accepted(await this.get(path, request))
  }
  async ask(path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    return accepted(await this.post(path, request))
  }

  /** An answer whose body is still coming. */
  async open(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    const message = await this.#request(path, { method: 'GET', headers: { ...this.#headers(), ...headers }, signal })
    if (message.statusCode !== OK) accepted(await this.#answer(message))
    return message
  }

  async #send(method: 'GET' | 'POST', path: string, request: ApiRequest): Promise<ApiAnswer> {
    const { body, query = {}, timeoutMs = TIMEOUT_MS, signal } = request
    const timeout = AbortSignal.timeout(timeoutMs)
    const message = await this.#request(path + queryText(query), {
      method,
      headers: { ...this.#headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    return this.#answer(message)
  }

  #headers(): Record<string, string> {
    const { key } = this.place
    return { accept: 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) }
  }

  async #request(path: string, request: HttpRequest): Promise<IncomingMessage> {
    try {
      return await httpRequest(this.place.url + path, request)
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  async #answer(message: IncomingMessage): Promise<ApiAnswer> {
    const { statusCode: status = 0 } = message
    let text: string
    try {
      text = await textOf(message)
    } catch (error) {
      throw this.#unreachable(error)
    }
    const body = jsonIn(text)
    if (body !== undefined) return { status, ok: status >= OK && status < REDIRECTED, text, body }
    throw new Unreachable(`Something answers at ${this.place.url}, but it is not Surefill (HTTP ${status}).`, true)
  }

  #unreachable(error: unknown): Unreachable {
    const { url } = this.place
    if (isTimeout(error)) return new Unreachable(`The daemon at ${url} does not answer in time.`, true)
    const code = codeOf(error)
    const advice = this.place.isNamed
      ? 'Is it running, and is this its address?'
      : 'Start one with "surefill start", or name its address with --url or SUREFILL_URL.'
    if (NEVER_CONNECTED.has(code)) return new Unreachable(`No daemon answers at ${url} (${code}). ${advice}`, false)
    return new Unreachable(`The connection to ${url} broke before there was an answer (${code}).`, true)
  }
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'EPROTO',
])

function accepted(answer: ApiAnswer): ApiAnswer {
  if (!answer.ok) throw new CliFailure(EXIT.failed, problemText(answer.body))
  return answer
}

function jsonIn(text: string): Row | undefined {
  try {
    return rowOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function queryText(query: NonNullable<ApiRequest['query']>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one)
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** An aborted request carries what aborted it. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || (error.name === 'AbortError' && isTimeout(error.cause)))

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return textIn(rowOf(error), 'code') ?? (error instanceof Error ? error.message : 'unknown')
}
