import { marketData, trading } from '@alpacahq/alpaca-trade-api'
import {
  BrokerConnectionError,
  BrokerRateLimitError,
  BrokerTimeoutError,
  OrderError,
  OrderStatusError,
} from '../../../core/errors.ts'
import type { JsonValue } from '../../../core/json-text.ts'
import { parseRetryAfter } from '../../../core/retry-policy.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { HttpExchange, HttpRequest, HttpResult } from '../../../ports/http.ts'
import { type AlpacaKeys, type SdkParameters, sdkCall } from './sdk-call.ts'
import { decodeRefusal, parseBody } from './wire.ts'

const WRITE_DEADLINE_MS = 10_000
const READ_DEADLINE_MS = 5_000

export interface AlpacaCallsOptions {
  readonly keys: AlpacaKeys
  readonly trading: HttpExchange
  /** Market data has a host and a budget of its own. */
  readonly data: HttpExchange
  readonly clock: Clock
}
export interface ReadAnswer {
  readonly status: number
  readonly body: JsonValue | undefined
  readonly text: string
}
type Query = Readonly<Record<string, string>>

/** The SDK's endpoints over our transport: reads throw what says whether trying again may help, writes tell what happened. */
export class AlpacaCalls {
  readonly #options: AlpacaCallsOptions

  constructor(options: AlpacaCallsOptions) {
    this.#options = options
  }

  write(
    beforeDispatch: NonNullable<HttpRequest['beforeDispatch']>,
    run: (orders: trading.OrdersApi) => Promise<unknown>,
  ): Promise<HttpResult> {
    const { keys, trading: exchange } = this.#options
    const call = { deadlineMs: WRITE_DEADLINE_MS, beforeDispatch }
    return sdkCall(exchange, keys, call, (own) => run(new trading.OrdersApi(new trading.Configuration(own))))
  }

  readOrders(what: string, run: (orders: trading.OrdersApi) => Promise<unknown>): Promise<ReadAnswer> {
    return this.read(what, (own) => run(new trading.OrdersApi(own)))
  }
  read(what: string, run: (own: trading.Configuration) => Promise<unknown>, query?: Query): Promise<ReadAnswer> {
    return this.#ask(this.#options.trading, what, (own) => run(new trading.Configuration(own)), query)
  }
  readData(what: string, run: (own: marketData.Configuration) => Promise<unknown>): Promise<ReadAnswer> {
    return this.#ask(this.#options.data, what, (own) => run(new marketData.Configuration(own)))
  }

  async #ask(
    exchange: HttpExchange,
    what: string,
    run: (parameters: SdkParameters) => Promise<unknown>,
    query?: Query,
  ): Promise<ReadAnswer> {
    const call = { deadlineMs: READ_DEADLINE_MS, ...(query === undefined ? {} : { query }) }
    const result = await sdkCall(exchange, this.#options.keys, call, run)
    if (result.kind === 'failed') {
      if (result.error instanceof OrderError) throw result.error
      throw new BrokerConnectionError(`${what}: ${result.cause}`)
    }
    const { status, body } = result
    if (status === 200 || status === 404) return { status, body: parseBody(body), text: body }
    throw this.#faultOf(what, result)
  }

  #faultOf(what: string, { status, headers, body }: Extract<HttpResult, { kind: 'answer' }>): OrderError {
    const said = decodeRefusal(body)?.message
    const text = `${what} was answered with ${status}${said === undefined ? '' : `: ${said}`}`
    const requestId = headers['x-request-id']
    const details = requestId === undefined ? {} : { context: { request_id: requestId } }
    if (status === 429) {
      const wait = headers['retry-after']
      const now = this.#options.clock.now()
      return new BrokerRateLimitError(text, wait === undefined ? undefined : parseRetryAfter(wait, now), details)
    }
    if (status >= 500 || status === 408) return new BrokerTimeoutError(text, details)
    if (status === 401) return new OrderStatusError(`${text}; check the keys, and that they are for this host`, details)
    return new OrderStatusError(text, details)
  }
}

const NOT_FOUND = 40410000
/** Absence is the venue's own word for it; a 404 alone may come from anything between us and the venue. */
export const isNotFound = ({ status, text }: ReadAnswer): boolean =>
  status === 404 && decodeRefusal(text)?.code === NOT_FOUND

export const unreadable = (what: string): OrderStatusError =>
  new OrderStatusError(`the venue's answer is not ${what} as we know it`)

export function found<T>(what: string, { status }: ReadAnswer, value: T | undefined): T {
  if (status !== 200) throw new OrderStatusError(`${what} was answered with ${status}, which says nothing about it`)
  if (value === undefined) throw unreadable(what)
  return value
}
