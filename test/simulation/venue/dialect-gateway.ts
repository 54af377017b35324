import { HeedingExchange } from '../../../src/adapters/brokers/heeding-exchange.ts'
import { OrderStatusError } from '../../../src/core/errors.ts'
import type { BrokerOrderId } from '../../../src/core/ids.ts'
import type { ReportChannel } from '../../../src/core/order-events.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { formatTime, type Instant } from '../../../src/core/time.ts'
import type {
  AnswerSigns,
  BrokerGateway,
  CancelOutcome,
  GatewayStreamListener,
  Instrument,
  LookUp,
  NoTrade,
  OrderRef,
  OutgoingOrder,
  Quote,
  ReadTurn,
  SubmitOutcome,
  VenueAccount,
  VenueCapabilities,
  VenueExecution,
  VenuePosition,
} from '../../../src/ports/broker-gateway.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { ExitPass } from '../../../src/ports/exit-pass.ts'
import type { HttpExchange, HttpRequest, StreamConnector } from '../../../src/ports/http.ts'
import type { Dialect } from './dialect.ts'
import { capabilitiesOf } from './dialect-capabilities.ts'
import {
  accountOf,
  instrumentOf,
  noTradeOf,
  orderReport,
  positionOf,
  quoteOf,
  receiptReport,
  type Told,
  venueExecutions,
  type WordTable,
  wordTable,
} from './dialect-decode.ts'
import { encodeOrder } from './dialect-encode.ts'
import { cancelOutcome, submitOutcome } from './dialect-outcomes.ts'
import { DialectReads } from './dialect-reads.ts'
import { type FieldReader, readBody } from './field-reader.ts'
import { TAG_HEADER } from './venue-wire.ts'

const WRITE_DEADLINE_MS = 10_000

export interface DialectGatewayOptions {
  readonly dialect: Dialect
  readonly account: string
  readonly exchange: HttpExchange
  readonly stream: StreamConnector
  readonly clock: Clock
}

/** A dialect venue behind the broker port. Where the wire has no place for our id it travels as the tag, which nobody reads back. */
export class DialectGateway implements BrokerGateway {
  readonly capabilities: VenueCapabilities
  readonly #options: DialectGatewayOptions
  readonly #exchange: HeedingExchange
  readonly #reads: DialectReads
  readonly #words: WordTable
  #onNoTrade: (row: NoTrade) => void = () => undefined

  constructor(options: DialectGatewayOptions) {
    this.#options = options
    this.capabilities = capabilitiesOf(options.dialect)
    this.#words = wordTable(options.dialect)
    this.#exchange = new HeedingExchange(options.exchange, options.clock, callClass)
    this.#reads = new DialectReads(this.#exchange, () => options.clock.now())
  }

  heedAnswers(listener: (signs: AnswerSigns) => void): void {
    this.#exchange.heed(listener)
  }
  heedNoTrades(listener: (row: NoTrade) => void): void {
    this.#onNoTrade = listener
  }
  paceReads(turn: ReadTurn): void {
    this.#exchange.pace(turn)
  }

  payloadOf(order: OutgoingOrder): string {
    return encodeOrder(order, this.#options.dialect)
  }

  async submit(order: OutgoingOrder, pass: ExitPass): Promise<SubmitOutcome> {
    const { clock, dialect } = this.#options
    let sentAt = clock.monotonic()
    const result = await this.#exchange.exchange({
      method: 'POST',
      path: '/orders',
      headers: { [TAG_HEADER]: order.clientOrderId },
      body: this.payloadOf(order),
      deadlineMs: WRITE_DEADLINE_MS,
      beforeDispatch: (body) => {
        pass.use(body)
        sentAt = clock.monotonic()
      },
    })
    const told = { ...this.#told('answer'), latencyMs: Math.round(clock.monotonic() - sentAt) }
    const decode = dialect.submitAnswer === 'order' ? orderReport : receiptReport
    return submitOutcome(result, order, (body) => readBody(body, (row) => decode(row, this.#words, told)))
  }

  async cancel(order: OrderRef, pass: ExitPass): Promise<CancelOutcome> {
    const found = order.brokerOrderId ?? (await this.#idOf(order))
    if (typeof found !== 'string') return found
    const result = await this.#exchange.exchange({
      method: 'POST',
      path: `/orders/${encodeURIComponent(found)}/cancel`,
      headers: { [TAG_HEADER]: order.clientOrderId },
      deadlineMs: WRITE_DEADLINE_MS,
      beforeDispatch: (body) => pass.use(body),
    })
    return cancelOutcome(result, {
      order: (body) => this.#about(order, readBody(body, this.#row('answer'))),
      over: (body) =>
        this.#about(
          order,
          readBody(body, (row) => this.#row('answer')(row.object('order'))),
        ),
    })
  }

  async lookUp(order: OrderRef): Promise<LookUp> {
    const { dialect } = this.#options
    const report = dialect.resendClass === 'D' ? await this.#byBrokerId(order) : await this.#byClientId(order)
    return report === undefined ? { kind: 'absent' } : { kind: 'found', report }
  }

  openOrders(): Promise<readonly OrderReport[]> {
    return this.#reads.whole('/open-orders', nameOfOrder, this.#row('poll'))
  }
  recentOrders(since: Instant): Promise<readonly OrderReport[]> {
    return this.#reads.whole(`/history?since=${formatTime(since)}`, nameOfOrder, this.#row('poll'))
  }
  async executions(since: Instant): Promise<readonly VenueExecution[]> {
    const rows = await this.#reads.whole(`/executions?since=${formatTime(since)}`, nameOfExecution, (row) => ({
      trades: venueExecutions(row),
      noTrade: noTradeOf(row),
    }))
    for (const { noTrade } of rows) if (noTrade !== undefined) this.#onNoTrade(noTrade)
    return rows.flatMap(({ trades }) => trades)
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return this.#must('/positions', (row) => row.list('items').map(positionOf))
  }
  async account(): Promise<VenueAccount> {
    return this.#must('/account', (row) => accountOf(row, this.#options.clock.now()))
  }
  quote(symbol: string): Promise<Quote | undefined> {
    const read = (row: FieldReader): Quote => quoteOf(row, this.#options.clock.now())
    return this.#reads.one(`/quotes/${encodeURIComponent(symbol)}`, 'no_such_symbol', read)
  }
  instrument(symbol: string): Promise<Instrument | undefined> {
    return this.#reads.one(`/instruments/${encodeURIComponent(symbol)}`, 'no_such_symbol', instrumentOf)
  }

  openStream(listener: GatewayStreamListener): { close(): void } {
    return this.#options.stream.open('/stream', {
      opened: () => listener.opened(),
      message: (text) => {
        const report = readBody(text, (frame) => this.#row('stream')(frame.object('order')))
        if (report !== undefined) listener.report(report)
      },
      closed: (cause) => listener.closed(cause),
    })
  }

  /** Several may bear one id where nobody refuses it: the one taken first is ours for certain. */
  async #byClientId(order: OrderRef): Promise<OrderReport | undefined> {
    const path = `/orders?client_id=${encodeURIComponent(order.clientOrderId)}`
    const read = (row: FieldReader): readonly OrderReport[] => row.list('items').map(this.#row('look_up'))
    const reports = (await this.#reads.one(path, 'no_such_order', read, order.clientOrderId)) ?? []
    if (reports.some((report) => report.clientOrderId !== order.clientOrderId)) throw misdirected(order)
    const known = reports.find((report) => report.brokerOrderId === order.brokerOrderId)
    return known ?? reports[0]
  }

  /** Without the venue's own id there is only the list to look at, and nothing on it bears a name of ours. */
  async #byBrokerId(order: OrderRef): Promise<OrderReport | undefined> {
    const { brokerOrderId, symbol } = order
    if (brokerOrderId === undefined) {
      await this.openOrders()
      return undefined
    }
    const path = `/orders/${encodeURIComponent(brokerOrderId)}`
    const report = await this.#reads.one(path, 'no_such_order', this.#row('look_up'), order.clientOrderId)
    if (report !== undefined && (report.brokerOrderId !== brokerOrderId || report.symbol !== symbol)) {
      throw misdirected(order)
    }
    return report
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

  async #must<T>(path: string, read: (row: FieldReader) => T): Promise<T> {
    const value = await this.#reads.one(path, 'nothing is missing here', read)
    if (value === undefined) throw new OrderStatusError(`GET ${path} has no answer`)
    return value
  }

  #row(channel: ReportChannel): (row: FieldReader) => OrderReport {
    return (row) => orderReport(row, this.#words, this.#told(channel))
  }
  #told(channel: ReportChannel): Told {
    const { account, clock } = this.#options
    return { account, channel, at: clock.now() }
  }
  #about({ brokerOrderId, clientOrderId }: OrderRef, report: OrderReport | undefined): OrderReport | undefined {
    const isOther = brokerOrderId !== undefined && report?.brokerOrderId !== brokerOrderId
    const isNamedOther = report?.clientOrderId !== undefined && report.clientOrderId !== clientOrderId
    return isOther || isNamedOther ? undefined : report
  }
}

const callClass = ({ method, path }: HttpRequest): AnswerSigns['callClass'] =>
  method === 'GET' ? 'read' : path === '/orders' ? 'order' : 'cancel'

/** The venue's ids may come again another day. */
const nameOfOrder = (row: FieldReader): string => `${row.text('id')} ${row.text('taken_at')}`
const nameOfExecution = (row: FieldReader): string =>
  row.has('id')
    ? `${row.text('id')} ${row.text('type')}`
    : `${row.text('order_id')} ${row.text('cum')} ${row.text('at')}`

const misdirected = (order: OrderRef): OrderStatusError =>
  new OrderStatusError(`the answer to the look-up of ${order.clientOrderId} is about another order`)
