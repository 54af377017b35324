import type { BrokerOrderId } from '../../core/ids.ts'
import type { Instant } from '../../core/time.ts'
import type {
  AnswerSigns,
  BrokerGateway,
  GatewayStreamListener,
  NoTrade,
  OrderRef,
  OutgoingOrder,
  ReadTurn,
} from '../../ports/broker-gateway.ts'
import type { ExitPass } from '../../ports/exit-pass.ts'

export type ReadCall =
  | 'lookUp'
  | 'openOrders'
  | 'recentOrders'
  | 'executions'
  | 'positions'
  | 'account'
  | 'quote'
  | 'instrument'

/** A gateway in front of another: reads go through `around`, everything else passes untouched. */
export abstract class GatewayAroundReads implements BrokerGateway {
  readonly #inner: BrokerGateway

  constructor(inner: BrokerGateway) {
    this.#inner = inner
  }

  protected abstract around<T>(call: ReadCall, read: () => Promise<T>): Promise<T>

  get capabilities() {
    return this.#inner.capabilities
  }
  payloadOf(order: OutgoingOrder) {
    return this.#inner.payloadOf(order)
  }
  submit(order: OutgoingOrder, pass: ExitPass) {
    return this.#inner.submit(order, pass)
  }
  cancel(order: OrderRef, pass: ExitPass) {
    return this.#inner.cancel(order, pass)
  }
  openStream(listener: GatewayStreamListener) {
    return this.#inner.openStream(listener)
  }
  heedAnswers(listener: (signs: AnswerSigns) => void) {
    this.#inner.heedAnswers?.(listener)
  }
  heedNoTrades(listener: (row: NoTrade) => void) {
    this.#inner.heedNoTrades?.(listener)
  }
  paceReads(turn: ReadTurn) {
    this.#inner.paceReads?.(turn)
  }

  lookUp(order: OrderRef) {
    return this.around('lookUp', () => this.#inner.lookUp(order))
  }
  async firstNameOf(order: BrokerOrderId) {
    const { firstNameOf } = this.#inner
    return firstNameOf === undefined ? undefined : this.around('lookUp', () => firstNameOf.call(this.#inner, order))
  }
  openOrders() {
    return this.around('openOrders', () => this.#inner.openOrders())
  }
  recentOrders(since: Instant) {
    return this.around('recentOrders', () => this.#inner.recentOrders(since))
  }
  executions(since: Instant) {
    return this.around('executions', () => this.#inner.executions(since))
  }
  positions() {
    return this.around('positions', () => this.#inner.positions())
  }
  account() {
    return this.around('account', () => this.#inner.account())
  }
  quote(symbol: string) {
    return this.around('quote', () => this.#inner.quote(symbol))
  }
  instrument(symbol: string) {
    return this.around('instrument', () => this.#inner.instrument(symbol))
  }
}
