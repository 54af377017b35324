import { PAPER_CAPABILITIES } from '../../src/adapters/brokers/paper/capabilities.ts'
import { type BrokerOrderId, brokerOrderId, type ClientOrderId } from '../../src/core/ids.ts'
import { amount, price, type Quantity, quantity } from '../../src/core/money.ts'
import type { OrderReport, ReportedStatus } from '../../src/core/order-report.ts'
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
  SubmitOutcome,
  VenueAccount,
  VenueCapabilities,
  VenueExecution,
  VenuePosition,
} from '../../src/ports/broker-gateway.ts'
import { type ExitPass, NotSent } from '../../src/ports/exit-pass.ts'
import { T0 } from './orders.ts'

type Answer<T> = T | Promise<T>
/** A broker that says what the test tells it to, and keeps what it was asked. */
export class ScriptedGateway implements BrokerGateway {
  readonly capabilities: VenueCapabilities
  /** The bytes that left, in order. */
  readonly wire: string[] = []
  readonly cancels: OrderRef[] = []
  readonly lookUps: OrderRef[] = []
  readonly listeners: GatewayStreamListener[] = []
  lists = 0
  /** What it has told of executions, and so what it lists and holds unless a test says otherwise. */
  readonly executionsTold = new Map<string, VenueExecution>()
  readonly #sent = new Map<string, OutgoingOrder>()
  closedStreams = 0
  onSubmit: (order: OutgoingOrder, nth: number) => Answer<SubmitOutcome> = (order) => accepted(order.clientOrderId)
  /** Stands where the connection is made: before the pass, before the first byte. */
  beforeWire: (order: OutgoingOrder) => Answer<SubmitOutcome | undefined> = () => undefined
  onCancel: (order: OrderRef, nth: number) => Answer<CancelOutcome> = () => ({ kind: 'asked' })
  onLookUp: (order: OrderRef, nth: number) => Answer<LookUp> = () => ({ kind: 'absent' })
  onFirstName: (order: BrokerOrderId) => Answer<ClientOrderId | undefined> = () => undefined
  onList: (nth: number) => Answer<readonly OrderReport[]> = () => []
  onRecent: (since: number) => Answer<readonly OrderReport[]> = () => []
  onExecutions: (since: number) => Answer<readonly VenueExecution[]> = () => [...this.executionsTold.values()]
  onPositions: () => Answer<readonly VenuePosition[]> = () => this.#held()
  onAccount: () => Answer<VenueAccount> = () => theAccount('1000')
  onQuote: (symbol: string) => Answer<Quote | undefined> = theQuote
  onInstrument: (symbol: string) => Answer<Instrument | undefined> = theInstrument

  constructor(capabilities: Partial<VenueCapabilities> = {}) {
    this.capabilities = { ...PAPER_CAPABILITIES, ...capabilities }
  }

  payloadOf(order: OutgoingOrder): string {
    return JSON.stringify(order)
  }
  async submit(order: OutgoingOrder, pass: ExitPass): Promise<SubmitOutcome> {
    const early = await this.beforeWire(order)
    if (early !== undefined) return early
    const bytes = this.payloadOf(order)
    try {
      pass.use(bytes)
    } catch (error) {
      if (error instanceof NotSent) return { kind: 'not_sent', code: error.code, reason: error.message }
      throw error
    }
    this.wire.push(bytes)
    this.#sent.set(order.clientOrderId, order)
    const outcome = await this.onSubmit(order, this.wire.length)
    if (outcome.kind === 'accepted') this.#heard(outcome.report)
    return outcome
  }
  async cancel(order: OrderRef, pass: ExitPass): Promise<CancelOutcome> {
    pass.use('')
    this.cancels.push(order)
    const outcome = await this.onCancel(order, this.cancels.length)
    if ('report' in outcome && outcome.report !== undefined) this.#heard(outcome.report)
    return outcome
  }
  async firstNameOf(order: BrokerOrderId): Promise<ClientOrderId | undefined> {
    return this.onFirstName(order)
  }
  async lookUp(order: OrderRef): Promise<LookUp> {
    this.lookUps.push(order)
    const answer = await this.onLookUp(order, this.lookUps.length)
    if (answer.kind === 'found') this.#heard(answer.report)
    return answer
  }
  async openOrders(): Promise<readonly OrderReport[]> {
    this.lists += 1
    return (await this.onList(this.lists)).map((report) => this.#heard(report))
  }
  async recentOrders(since: number): Promise<readonly OrderReport[]> {
    return (await this.onRecent(since)).map((report) => this.#heard(report))
  }
  async executions(since: number): Promise<readonly VenueExecution[]> {
    return this.onExecutions(since)
  }
  async positions(): Promise<readonly VenuePosition[]> {
    return this.onPositions()
  }
  async account(): Promise<VenueAccount> {
    return this.onAccount()
  }
  async quote(symbol: string): Promise<Quote | undefined> {
    return this.onQuote(symbol)
  }
  async instrument(symbol: string): Promise<Instrument | undefined> {
    return this.onInstrument(symbol)
  }
  /** What its answers say of its clock and of our budget. */
  signs: (signs: AnswerSigns) => void = () => undefined
  heedAnswers(listener: (signs: AnswerSigns) => void): void {
    this.signs = listener
  }
  noTrade: (row: NoTrade) => void = () => undefined
  heedNoTrades(listener: (row: NoTrade) => void): void {
    this.noTrade = listener
  }
  openStream(listener: GatewayStreamListener): { close(): void } {
    this.listeners.push({ ...listener, report: (report) => listener.report(this.#heard(report)) })
    return {
      close: () => {
        this.closedStreams += 1
      },
    }
  }

  #heard(report: OrderReport): OrderReport {
    const { clientOrderId, brokerOrderId } = report
    const { symbol, side } = { symbol: 'AAPL', side: 'buy' as const, ...this.#sent.get(clientOrderId ?? '') }
    const of = { symbol, side, ...(clientOrderId && { clientOrderId }), ...(brokerOrderId && { brokerOrderId }) }
    for (const fill of report.fills) this.executionsTold.set(fill.executionId, { ...fill, ...of })
    return report
  }
  #held(): readonly VenuePosition[] {
    const held = new Map<string, Quantity>()
    for (const { symbol, side, quantity: size } of this.executionsTold.values()) {
      held.set(symbol, (held.get(symbol) ?? quantity('0')).plus(side === 'buy' ? size : size.negated()))
    }
    return [...held].map(([symbol, size]) => ({ symbol, quantity: size }))
  }
}

export const reportOf = (
  clientOrderId: ClientOrderId,
  status: ReportedStatus,
  over: Partial<OrderReport> = {},
): OrderReport => ({
  channel: 'answer',
  account: 'paper',
  at: T0,
  clientOrderId,
  brokerOrderId: brokerOrderId(`b-${clientOrderId}`),
  status,
  rawStatus: status,
  fills: [],
  ...over,
})
export const accepted = (id: ClientOrderId): SubmitOutcome => ({ kind: 'accepted', report: reportOf(id, 'working') })
export const silence: SubmitOutcome = { kind: 'unknown', phase: 'dispatched', reason: 'no answer in time' }
export const unreachable: SubmitOutcome = { kind: 'not_sent', code: 'broker.unreachable', reason: 'connection refused' }
export const refused = (code = 'venue.insufficient_funds'): SubmitOutcome => ({
  kind: 'refused',
  code,
  reason: 'the venue says no',
  proof: 'its table',
  passing: false,
})

export const theAccount = (buyingPower: string): VenueAccount => ({
  cash: amount(buyingPower),
  buyingPower: amount(buyingPower),
  currency: 'USD',
  readAt: T0,
})
export const theQuote = (symbol: string): Quote => ({
  symbol,
  bid: price('99.98'),
  ask: price('100'),
  last: price('99.99'),
  time: T0,
  receivedAt: T0,
})
export const theInstrument = (symbol: string): Instrument => ({
  symbol,
  currency: 'USD',
  ticks: [{ from: price('0'), tick: price('0.01') }],
  lot: quantity('1'),
  minQuantity: quantity('1'),
  shortable: false,
})
