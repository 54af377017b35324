import {
  BrokerConnectionError,
  BrokerRateLimitError,
  BrokerTimeoutError,
  OrderStatusError,
} from '../../../core/errors.ts'
import type { BrokerOrderId } from '../../../core/ids.ts'
import type { JsonValue } from '../../../core/json-text.ts'
import type { ReportChannel } from '../../../core/order-events.ts'
import type { OrderReport } from '../../../core/order-report.ts'
import type { Instant } from '../../../core/time.ts'
import type {
  AnswerSigns,
  BrokerGateway,
  CancelOutcome,
  GatewayStreamListener,
  Instrument,
  LookUp,
  OrderRef,
  OutgoingOrder,
  Quote,
  ReadTurn,
  SubmitOutcome,
  VenueAccount,
  VenueExecution,
  VenuePosition,
} from '../../../ports/broker-gateway.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { ExitPass } from '../../../ports/exit-pass.ts'
import type { HttpExchange, HttpRequest, StreamConnector } from '../../../ports/http.ts'
import { HeedingExchange } from '../heeding-exchange.ts'
import { PAPER_CAPABILITIES } from './capabilities.ts'
import {
  decodeAccount,
  decodeExecutions,
  decodeInstrument,
  decodeOrder,
  decodeOrders,
  decodePositions,
  decodeQuote,
  decodeRefusal,
  decodeStreamMessage,
  type Page,
  parseBody,
  type ReportContext,
} from './decode.ts'
import { encodeOrder } from './encode.ts'
import { cancelOutcome, submitOutcome } from './outcomes.ts'

const WRITE_DEADLINE_MS = 10_000
const READ_DEADLINE_MS = 5_000
const PAGE = 500
const MAX_PAGES = 400

export interface PaperGatewayOptions {
  readonly account: string
  readonly exchange: HttpExchange
  readonly stream: StreamConnector
  readonly clock: Clock
}

/** The paper venue behind the broker port; whether it lives in a thread, a process or a simulation is the exchange's affair. */
export class PaperGateway implements BrokerGateway {
  readonly capabilities = PAPER_CAPABILITIES
  readonly #options: PaperGatewayOptions
  readonly #heeding: HeedingExchange

  constructor(options: PaperGatewayOptions) {
    this.#heeding = new HeedingExchange(options.exchange, options.clock, callClassOf)
    this.#options = { ...options, exchange: this.#heeding }
  }

  heedAnswers(listener: (signs: AnswerSigns) => void): void {
    this.#heeding.heed(listener)
  }
  paceReads(turn: ReadTurn): void {
    this.#heeding.pace(turn)
  }

  payloadOf(order: OutgoingOrder): string {
    return encodeOrder(order)
  }

  async submit(order: OutgoingOrder, pass: ExitPass): Promise<SubmitOutcome> {
    const { clock, exchange } = this.#options
    let sentAt = clock.monotonic()
    const result = await exchange.exchange({
      method: 'POST',
      path: '/v1/orders',
      body: encodeOrder(order),
      deadlineMs: WRITE_DEADLINE_MS,
      beforeDispatch: (body) => {
        pass.use(body)
        sentAt = clock.monotonic()
      },
    })
    const latencyMs = Math.round((clock.monotonic() - sentAt) * 1_000) / 1_000
    const context = { ...this.#context('answer'), latencyMs }
    return submitOutcome(result, (body) => ownOrder(body, order.clientOrderId, context))
  }

  async cancel(order: OrderRef, pass: ExitPass): Promise<CancelOutcome> {
    const found = order.brokerOrderId ?? (await this.#idOf(order))
    if (typeof found !== 'string') return found
    const result = await this.#options.exchange.exchange({
      method: 'POST',
      path: `/v1/orders/${encodeURIComponent(found)}/cancel`,
      deadlineMs: WRITE_DEADLINE_MS,
      beforeDispatch: (body) => pass.use(body),
    })
    return cancelOutcome(result, (body) => decodeOrder(parseBody(body), this.#context('answer')))
  }

  async lookUp(order: OrderRef): Promise<LookUp> {
    const answer = await this.#get(`/v1/orders/by-client-id/${encodeURIComponent(order.clientOrderId)}`)
    if (isNotFound(answer, 'order_not_found')) return { kind: 'absent' }
    const report = decodeOrder(answer.body, this.#context('look_up'))
    if (report?.clientOrderId !== order.clientOrderId) throw unreadable(`the order ${order.clientOrderId}`)
    return { kind: 'found', report }
  }

  openOrders(): Promise<readonly OrderReport[]> {
    return this.#orderList('the list of open orders', '/v1/orders?status=open')
  }
  recentOrders(since: Instant): Promise<readonly OrderReport[]> {
    const path = '/v1/orders?status=all&newest_first=true'
    return this.#orderList('the list of recent orders', path, ({ takenAt }) => takenAt !== undefined && takenAt < since)
  }
  executions(since: Instant): Promise<readonly VenueExecution[]> {
    const path = '/v1/executions?newest_first=true'
    return this.#allPages('the list of executions', path, decodeExecutions, ({ time }) => time < since)
  }

  #orderList(what: string, path: HttpRequest['path'], isOld?: (report: OrderReport) => boolean) {
    return this.#allPages(what, path, (body) => decodeOrders(body, this.#context('poll')), isOld)
  }

  /** Every page there is, or up to the first row that is older than asked for. */
  async #allPages<T>(
    what: string,
    path: HttpRequest['path'],
    decode: (body: JsonValue | undefined) => Page<T> | undefined,
    isOld: (item: T) => boolean = () => false,
  ): Promise<readonly T[]> {
    const all: T[] = []
    let after: string | undefined
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
      const list = decode((await this.#get(`${path}&limit=${PAGE}${query}`)).body)
      if (list === undefined) throw unreadable(what)
      const young = list.items.filter((item) => !isOld(item))
      all.push(...young)
      if (list.next === undefined || young.length < list.items.length) return all
      after = list.next
    }
    throw new OrderStatusError(`${what} has more than ${MAX_PAGES} pages`)
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return decodeAs('the positions', decodePositions((await this.#get('/v1/positions')).body))
  }
  async account(): Promise<VenueAccount> {
    return decodeAs('the account', decodeAccount((await this.#get('/v1/account')).body, this.#options.clock.now()))
  }
  async quote(symbol: string): Promise<Quote | undefined> {
    const answer = await this.#get(`/v1/quotes/${encodeURIComponent(symbol)}`)
    return isNotFound(answer, 'unknown_symbol')
      ? undefined
      : decodeAs('a quote', decodeQuote(answer.body, this.#options.clock.now()))
  }
  async instrument(symbol: string): Promise<Instrument | undefined> {
    const answer = await this.#get(`/v1/instruments/${encodeURIComponent(symbol)}`)
    return isNotFound(answer, 'unknown_symbol') ? undefined : decodeAs('an instrument', decodeInstrument(answer.body))
  }

  openStream(listener: GatewayStreamListener): { close(): void } {
    return this.#options.stream.open('/v1/stream', {
      opened: () => listener.opened(),
      message: (text) => {
        const report = decodeStreamMessage(text, this.#context('stream'))
        if (report === undefined) listener.missed?.('a message that is not an order as we know it')
        else listener.report(report)
      },
      closed: (cause) => listener.closed(cause),
    })
  }

  #context(channel: ReportChannel): ReportContext {
    const { account, clock } = this.#options
    return { account, channel, at: clock.now() }
  }

  async #idOf(order: OrderRef): Promise<BrokerOrderId | CancelOutcome> {
    try {
      const found = await this.lookUp(order)
      const id = found.kind === 'found' ? found.report.brokerOrderId : undefined
      return id ?? { kind: 'absent', reason: 'the venue does not know the order' }
    } catch (error) {
      return { kind: 'not_sent', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #get(path: HttpRequest['path']): Promise<ReadAnswer> {
    const result = await this.#options.exchange.exchange({ method: 'GET', path, deadlineMs: READ_DEADLINE_MS })
    if (result.kind === 'failed') throw new BrokerConnectionError(`GET ${path}: ${result.cause}`)
    const { status, body } = result
    if (status === 200 || status === 404) return { status, body: parseBody(body) }
    if (status === 429) throw new BrokerRateLimitError(`GET ${path} was answered with 429`)
    if (status >= 500) throw new BrokerTimeoutError(`GET ${path} was answered with ${status}`)
    throw new OrderStatusError(`GET ${path} was answered with ${status}`)
  }
}

/** An answer about another order says nothing about this one. */
function ownOrder(body: string, name: string, context: ReportContext): OrderReport | undefined {
  const report = decodeOrder(parseBody(body), context)
  return report?.clientOrderId === name ? report : undefined
}

function callClassOf({ method, path }: HttpRequest): AnswerSigns['callClass'] {
  if (method === 'GET') return 'read'
  return path.endsWith('/cancel') ? 'cancel' : 'order'
}

interface ReadAnswer {
  readonly status: number
  readonly body: JsonValue | undefined
}
/** Absence is the venue's own word for it; a 404 alone may come from anything between us and the venue. */
const isNotFound = ({ status, body }: ReadAnswer, code: string): boolean =>
  status === 404 && decodeRefusal(body)?.code === code

const unreadable = (what: string): OrderStatusError =>
  new OrderStatusError(`the venue's answer is not ${what} as we know it`)

function decodeAs<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw unreadable(what)
  return value
}
