import { executionUpTo, type ReportedFill } from '../../../core/fill.ts'
import { type BrokerOrderId, brokerOrderId, type ClientOrderId } from '../../../core/ids.ts'
import { type Amount, type Quantity, ZERO } from '../../../core/money.ts'
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
  NoTrade,
  OrderRef,
  OutgoingOrder,
  Quote,
  ReadTurn,
  SubmitOutcome,
  VenueAccount,
  VenueExecution,
  VenuePosition,
} from '../../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../../ports/clock.ts'
import type { ExitPass } from '../../../ports/exit-pass.ts'
import type { HttpExchange, HttpRequest } from '../../../ports/http.ts'
import { HeedingExchange } from '../heeding-exchange.ts'
import { AlpacaCalls } from './calls.ts'
import { ALPACA_CAPABILITIES } from './capabilities.ts'
import { type AlpacaOrder, decodeOrder, type ReportContext, reportOf } from './decode.ts'
import type { MarketClock, TradingDay } from './decode-account.ts'
import { executionOf, executionPartOf, noTradeOf } from './decode-executions.ts'
import { type Correction, decodeFrame } from './decode-stream.ts'
import { encodeOrder, encodeReplace, orderRequest, type ReplaceTerms, replaceRequest } from './encode.ts'
import { firstNameIn } from './first-name.ts'
import { fillsOfOrder, fillsSince, openOrderRows, orderRowsSince, othersSince } from './lists.ts'
import { findOrder, reportOfChain } from './look-up.ts'
import { AlpacaMarket, type DataFeed } from './market.ts'
import {
  type CancelAllOutcome,
  cancelAllOutcome,
  cancelOutcome,
  type ReplaceOutcome,
  replaceOutcome,
  submitOutcome,
} from './outcomes.ts'
import { Remembered } from './remembered.ts'
import type { AlpacaKeys } from './sdk-call.ts'
import { openAlpacaStream } from './stream.ts'
import { parseBody } from './wire.ts'

const MOST_REMEMBERED = 10_000

export interface AlpacaGatewayOptions {
  readonly account: string
  readonly keys: AlpacaKeys
  readonly trading: HttpExchange
  readonly data: HttpExchange
  readonly streamUrl: string
  readonly feed: DataFeed
  readonly clock: Clock
  readonly timers: Timers
}

/** Alpaca behind the broker port: shares and crypto, paper money and real money alike. */
export class AlpacaGateway implements BrokerGateway {
  readonly capabilities = ALPACA_CAPABILITIES
  readonly #options: AlpacaGatewayOptions
  readonly #heeding: HeedingExchange
  readonly #calls: AlpacaCalls
  readonly #market: AlpacaMarket
  /** The order that lives now, of those that somebody replaced. */
  readonly #heads = new Remembered<string, BrokerOrderId>(MOST_REMEMBERED)
  /** What the chain of an order began with; that never changes. */
  readonly #firstNames = new Remembered<BrokerOrderId, ClientOrderId>(MOST_REMEMBERED)
  /** How far an execution brought its order, by the name the stream gave it. */
  readonly #reached = new Remembered<string, Quantity>(MOST_REMEMBERED)

  #tellNoTrade: ((row: NoTrade) => void) | undefined

  constructor(options: AlpacaGatewayOptions) {
    const { keys, data, clock, feed } = options
    this.#options = options
    this.#heeding = new HeedingExchange(options.trading, clock, callClassOf)
    this.#calls = new AlpacaCalls({ keys, trading: this.#heeding, data, clock })
    this.#market = new AlpacaMarket(this.#calls, clock, feed)
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
    const { clock } = this.#options
    let sentAt = clock.monotonic()
    const leave = (body: string): void => {
      pass.use(body)
      sentAt = clock.monotonic()
    }
    const result = await this.#calls.write(leave, (orders) =>
      orders.postOrderRaw({ postOrderRequest: orderRequest(order) }),
    )
    const latencyMs = Math.round((clock.monotonic() - sentAt) * 1_000) / 1_000
    const context = { ...this.#context('answer'), latencyMs }
    return submitOutcome(result, (body) => ownOrder(body, order.clientOrderId, context))
  }

  async cancel(order: OrderRef, pass: ExitPass): Promise<CancelOutcome> {
    const id = await this.#idOf(order)
    if (typeof id !== 'string') return id
    const result = await this.#calls.write(
      (body) => pass.use(body),
      (orders) => orders.deleteOrderByOrderIDRaw({ orderId: id }),
    )
    return cancelOutcome(result)
  }

  /** Calls off whatever is open, whosever it is: only for an account in which everything open is ours. */
  async cancelEverything(pass: ExitPass): Promise<CancelAllOutcome> {
    const result = await this.#calls.write(
      (body) => pass.use(body),
      (orders) => orders.deleteAllOrdersRaw(),
    )
    return cancelAllOutcome(result)
  }

  /** The exact bytes that change an order. */
  replacementOf(terms: ReplaceTerms): string {
    return encodeReplace(terms)
  }
  /** The order as it would be: one of its own, which may be refused while the first lives on. */
  async replace(order: OrderRef, terms: ReplaceTerms, pass: ExitPass): Promise<ReplaceOutcome> {
    const id = await this.#idOf(order)
    if (typeof id !== 'string') return { kind: 'not_sent', reason: 'the order has no id of the venue that is known' }
    const result = await this.#calls.write(
      (body) => pass.use(body),
      (orders) => orders.patchOrderByOrderIdRaw({ orderId: id, patchOrderRequest: replaceRequest(terms) }),
    )
    return replaceOutcome(result, (body) => ownOrder(body, terms.clientOrderId, this.#context('answer')))
  }

  async lookUp(order: OrderRef): Promise<LookUp> {
    const [first, ...replacements] = await findOrder(this.#calls, order)
    if (first === undefined) return { kind: 'absent' }
    const last = replacements.at(-1)
    if (last !== undefined) this.#heads.keep(order.clientOrderId, brokerOrderId(last.id))
    return {
      kind: 'found',
      report: await reportOfChain(this.#calls, [first, ...replacements], this.#context('look_up')),
    }
  }

  async firstNameOf(order: BrokerOrderId): Promise<ClientOrderId | undefined> {
    const name = this.#firstNames.get(order) ?? (await firstNameIn(this.#calls, order))
    if (name !== undefined) this.#firstNames.keep(order, name)
    return name
  }
  async openOrders(): Promise<readonly OrderReport[]> {
    return this.#reports(await openOrderRows(this.#calls))
  }
  async recentOrders(since: Instant): Promise<readonly OrderReport[]> {
    return this.#reports(await orderRowsSince(this.#calls, since))
  }
  /** Told of every row that is no trade, as often as it is read. */
  heedNoTrades(listener: (row: NoTrade) => void): void {
    this.#tellNoTrade = listener
  }
  async executions(since: Instant): Promise<readonly VenueExecution[]> {
    const [fills] = await Promise.all([fillsSince(this.#calls, since), this.#lookForOthers(since)])
    return fills.map(executionOf).filter(({ time }) => time >= since)
  }

  positions(): Promise<readonly VenuePosition[]> {
    return this.#market.positions()
  }
  account(): Promise<VenueAccount> {
    return this.#market.account()
  }
  quote(symbol: string): Promise<Quote | undefined> {
    return this.#market.quote(symbol)
  }
  instrument(symbol: string): Promise<Instrument | undefined> {
    return this.#market.instrument(symbol)
  }
  marketClock(): Promise<MarketClock> {
    return this.#market.marketClock()
  }
  tradingDays(from: string, to: string): Promise<readonly TradingDay[]> {
    return this.#market.tradingDays(from, to)
  }

  openStream(listener: GatewayStreamListener): { close(): void } {
    const { streamUrl: url, keys, timers } = this.#options
    return openAlpacaStream(
      { url, keys, timers },
      {
        opened: () => listener.opened(),
        message: (text) => this.#told(text, listener),
        closed: (cause) => listener.closed(cause),
      },
    )
  }

  #told(text: string, listener: GatewayStreamListener): void {
    const word = decodeFrame(text, this.#context('stream'))
    if (word.kind === 'unreadable') listener.missed?.(word.why)
    if (word.kind === 'corrected') void this.#correct(word.report, word.correction, listener)
    if (word.kind !== 'report') return
    if (word.executionId !== undefined && word.report.cumulativeQuantity !== undefined)
      this.#reached.keep(word.executionId, word.report.cumulativeQuantity)
    listener.report(word.report)
  }

  /** A correction names its execution as only the venue does: how far that brought the order has to be found. */
  async #correct(report: OrderReport, correction: Correction, listener: GatewayStreamListener): Promise<void> {
    const upTo = this.#reached.get(correction.previousExecutionId) ?? (await this.#listedUpTo(correction))
    if (upTo === undefined) {
      listener.missed?.(`execution ${correction.previousExecutionId} is corrected, and no list names it`)
      return listener.report(report)
    }
    const fill: ReportedFill = {
      executionId: executionUpTo(correction.order.client_order_id, upTo),
      quantity: correction.quantity,
      price: correction.price,
      time: correction.at,
      commission: ZERO as Amount,
      commissionCurrency: 'USD',
      correctedAt: correction.at,
    }
    listener.report({ ...report, fills: [fill] })
  }

  /** One that was undone may be listed no longer: then nobody can tell which it was, and nothing is guessed. */
  async #listedUpTo({ order, previousExecutionId, executionId }: Correction): Promise<Quantity | undefined> {
    const fills = await fillsOfOrder(this.#calls, order).catch(() => [])
    const isMeant = (name: string): boolean => name === previousExecutionId || name === executionId
    return fills.find((fill) => isMeant(executionPartOf(fill)))?.cum_qty as Quantity | undefined
  }

  /** They explain a difference and move nothing here: a list of them that cannot be read holds nothing up. */
  async #lookForOthers(since: Instant): Promise<void> {
    const tell = this.#tellNoTrade
    if (tell === undefined) return
    const now = this.#options.clock.now()
    const rows = await othersSince(this.#calls, since).catch(() => [])
    for (const row of rows) if (row.activity_type !== 'FILL') tell(noTradeOf(row, now))
  }

  #reports(rows: readonly AlpacaOrder[]): readonly OrderReport[] {
    const context = this.#context('poll')
    return rows.map((row) => reportOf(row, context))
  }

  #context(channel: ReportChannel): ReportContext {
    const { account, clock } = this.#options
    return { account, channel, at: clock.now() }
  }

  async #idOf(order: OrderRef): Promise<BrokerOrderId | CancelOutcome> {
    const known = this.#heads.get(order.clientOrderId) ?? order.brokerOrderId
    if (known !== undefined) return known
    try {
      const looked = await this.lookUp(order)
      const id = looked.kind === 'found' ? looked.report.brokerOrderId : undefined
      return id ?? { kind: 'absent', reason: 'the venue does not know the order' }
    } catch (error) {
      return { kind: 'not_sent', reason: error instanceof Error ? error.message : String(error) }
    }
  }
}

/** An answer about another order says nothing about this one. */
function ownOrder(body: string, name: string, context: ReportContext): OrderReport | undefined {
  const report = decodeOrder(parseBody(body), context)
  return report?.clientOrderId === name ? report : undefined
}

const CALL_CLASSES: Readonly<Record<HttpRequest['method'], AnswerSigns['callClass']>> = {
  GET: 'read',
  DELETE: 'cancel',
  POST: 'order',
  PATCH: 'order',
  PUT: 'order',
}
const callClassOf = ({ method }: HttpRequest): AnswerSigns['callClass'] => CALL_CLASSES[method]
