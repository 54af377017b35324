import {
  OrderCancellationError,
  type OrderError,
  OrderStatusError,
  OrderSubmissionError,
  OrderValidationError,
} from '../../core/errors.ts'
import { type OrderId, orderId } from '../../core/ids.ts'
import { type JsonValue, parseJsonText } from '../../core/json-text.ts'
import type { Order, OrderType, Side, TimeInForce } from '../../core/order.ts'
import type { Urgency } from '../../core/signal.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { CancelAllRow, CancelFilter, OrderCommands } from '../../ports/order-commands.ts'
import { admissionError } from './admission-error.ts'
import { type OrderEnvelope, orderEnvelope } from './order-envelope.ts'

/** The fields of a signal, as on the wire; prices, quantities and money are text, never binary floats. */
export interface LimitOrderRequest {
  /** Unique for ever: the same one again is the same order. */
  readonly signal_id: string
  readonly symbol: string
  /** One of `quantity` and `amount`. */
  readonly quantity?: string
  readonly amount?: string
  /** Without it the limit is computed from the reference price and the configured offset. */
  readonly limit_price?: string
  readonly reference_price?: string
  readonly reference_time?: string
  readonly time_in_force?: TimeInForce
  readonly account?: string
  readonly strategy?: string
  readonly urgency?: Urgency
  readonly confidence?: string
  readonly generated_at?: string
  readonly expires_at?: string
  readonly reduce_only?: boolean
  readonly trace_id?: string
  readonly metadata?: unknown
}
export interface OrderRequest extends LimitOrderRequest {
  readonly side: Side
  /** Chosen by the configuration when absent. */
  readonly order_type?: OrderType
}

export interface CancelAllEnvelope {
  readonly items: readonly {
    readonly order_id: string
    readonly result: CancelAllRow['result']
    readonly code?: string
  }[]
  readonly asked: number
  readonly failed: number
}

export interface OrderManagerDeps {
  readonly commands: OrderCommands
  readonly clock: Clock
  readonly log: Log
  /** Who places the orders: stands in the audit log beside what was asked. */
  readonly by: string
}

/**
 * The order manager for a program that embeds it. Guarantees:
 * - an envelope means that the order is durable and will be sent or held, or, in dry run, was recorded and went no further;
 * - whatever is no envelope is thrown as one of the errors of `core/errors.ts`, with a code to branch on;
 * - a call whose answer got lost is repeated with the same `signal_id`, and there is still one order.
 */
export class OrderManager {
  readonly #deps: OrderManagerDeps

  constructor(deps: OrderManagerDeps) {
    this.#deps = deps
  }

  placeLimitBuy(request: LimitOrderRequest): Promise<OrderEnvelope> {
    return this.placeLimitOrder({ ...request, side: 'buy' })
  }

  placeLimitSell(request: LimitOrderRequest): Promise<OrderEnvelope> {
    return this.placeLimitOrder({ ...request, side: 'sell' })
  }

  placeLimitOrder(request: LimitOrderRequest & { readonly side: Side }): Promise<OrderEnvelope> {
    return this.placeOrder({ ...request, order_type: 'limit' })
  }

  /** Any type; one that is not enabled throws `UnsupportedOrderTypeError`. */
  async placeOrder(request: OrderRequest): Promise<OrderEnvelope> {
    const { commands, clock, log, by } = this.#deps
    const body = bodyOf(request)
    const admission = await commands.admit({ body, receivedAt: clock.now(), by }).catch((error: unknown) => {
      const message = 'no answer; the order may be recorded, and the same signal_id again tells'
      throw this.#refused(request, new OrderSubmissionError(message, { code: 'store.unavailable', cause: error }))
    })
    if (admission.kind !== 'taken') throw this.#refused(request, admissionError(admission))
    const envelope = orderEnvelope(admission.order, admission.duplicate)
    log.info('order.placed', { by, ...envelope })
    return envelope
  }

  /** Ours only, each by itself; what could not be asked stands in its row. */
  async cancelAll(filter: CancelFilter = {}): Promise<CancelAllEnvelope> {
    const { commands, log, by } = this.#deps
    const rows = await commands.cancelAll(filter, by).catch((error: unknown) => {
      throw new OrderCancellationError('the open orders could not be cancelled', { cause: error })
    })
    const items = rows.map(({ orderId: id, ...row }) => ({ order_id: id, ...row }))
    const having = (result: CancelAllRow['result']): number => rows.filter((row) => row.result === result).length
    const answer = { items, asked: having('asked'), failed: having('error') }
    log.info('order.cancel_all', { by, ...filter, orders: rows.length, asked: answer.asked, failed: answer.failed })
    return answer
  }

  async getStatus(id: string): Promise<OrderEnvelope> {
    return orderEnvelope(await this.#order(orderId(id)))
  }

  /** Compares every open order with its venue; settles once the answers are applied. */
  async synchronizeOpenOrders(): Promise<{ readonly open_orders: number; readonly unconfirmed: number }> {
    const { commands, log, by } = this.#deps
    await commands.sync().catch((error: unknown) => {
      throw new OrderStatusError('the open orders could not be compared with the venue', { cause: error })
    })
    const { accounts } = commands.status()
    const sum = (count: (account: (typeof accounts)[number]) => number): number =>
      accounts.reduce((total, account) => total + count(account), 0)
    const left = {
      open_orders: sum((account) => account.openOrders),
      unconfirmed: sum((account) => account.unconfirmed),
    }
    log.info('order.synchronized', { by, ...left })
    return left
  }

  async #order(id: OrderId): Promise<Order> {
    const order = await this.#deps.commands.order(id).catch((error: unknown) => {
      throw new OrderStatusError(`order ${id} could not be read`, { cause: error })
    })
    if (order === undefined) throw new OrderStatusError(`there is no order ${id}`, { code: 'order.unknown' })
    return order
  }

  #refused(request: OrderRequest, error: OrderError): OrderError {
    const { log, by } = this.#deps
    const { signal_id, symbol, side } = request
    log.warn('order.not_placed', {
      by,
      ...error.context,
      signal_id,
      symbol,
      side,
      code: error.code,
      message: error.message,
    })
    return error
  }
}

/** Through text, so that it is read as strictly as a signal from outside. */
function bodyOf(request: OrderRequest): JsonValue {
  try {
    return parseJsonText(JSON.stringify(request))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new OrderValidationError(`the request cannot be written as JSON: ${message}`, {
      code: 'json.invalid',
      cause: error,
    })
  }
}
