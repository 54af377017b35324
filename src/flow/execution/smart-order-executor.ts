import { OrderStatusError } from '../../core/errors.ts'
import { orderId } from '../../core/ids.ts'
import { isFinal, type Order, type OrderStatus } from '../../core/order.ts'
import { formatTime } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { CancelFilter, OrderCommands } from '../../ports/order-commands.ts'
import type { OrderEnvelope } from './order-envelope.ts'
import type { CancelAllEnvelope, OrderManager, OrderRequest } from './order-manager.ts'

/** How a trade ended, or how it stands when nobody could end it in time. */
export interface FillResult {
  readonly order_id: string
  readonly client_order_id: string
  readonly signal_id: string
  /** Completely filled. */
  readonly filled: boolean
  /** Nothing more can happen to it. When false it is still watched, and may still fill. */
  readonly final: boolean
  readonly status: OrderStatus
  /** What was filled, in part or whole; `0` when nothing was. */
  readonly quantity: string
  /** Average price of what was filled. */
  readonly price?: string
  /** Of the last execution. */
  readonly time?: string
  /** The witnesses that proved the fill. */
  readonly methods: readonly string[]
  readonly confidence: string
  /** Until the fill was detected, else until we gave up. */
  readonly elapsed_ms: number
  readonly checks: number
  /** Signed: above zero is worse than the reference. */
  readonly slippage_pct?: string
  readonly reason?: string
}

export interface ExecuteOptions {
  readonly timeoutMs: number
}

export interface SmartOrderExecutorDeps {
  readonly manager: OrderManager
  readonly commands: Pick<OrderCommands, 'wait' | 'order' | 'sync' | 'cancel'>
  readonly clock: Clock
  readonly log: Log
  readonly by: string
  /** How long the venue may take over a cancel before the answer is given without its end. */
  readonly cancelWithinMs?: number
}

const CANCEL_WITHIN_MS = 10_000
const DRY_RUN = 'mode.dry_run'
const TIMED_OUT = 'timeout'

/**
 * Submits and waits for the fill, in one call. Guarantees:
 * - at the time-out the venue is asked once more, then the order is cancelled, and a fill that won the race is the answer;
 * - an order that could not be ended in time is never called cancelled: the result says that it is not final;
 * - in dry run nothing is waited for, since nothing was sent.
 * What `OrderManager.placeOrder` throws goes up to the caller.
 */
export class SmartOrderExecutor {
  readonly #deps: SmartOrderExecutorDeps

  constructor(deps: SmartOrderExecutorDeps) {
    this.#deps = deps
  }

  async executeTrade(request: OrderRequest, { timeoutMs }: ExecuteOptions): Promise<FillResult> {
    const { manager, clock, log } = this.#deps
    const startedAt = clock.monotonic()
    const envelope = await manager.placeOrder(request)
    const { order_id, signal_id, limit_price, mode } = envelope
    log.info('trade.submitted', { order_id, signal_id, limit_price, mode })
    const { order, isLate } = await this.#watch(envelope, timeoutMs)
    const result = fillResult(order, isLate, Math.round(clock.monotonic() - startedAt))
    log.info(envelope.reason === DRY_RUN ? 'trade.dry_run' : 'trade.ended', { ...result })
    return result
  }

  cancelAllOpenOrders(filter: CancelFilter = {}): Promise<CancelAllEnvelope> {
    return this.#deps.manager.cancelAll(filter)
  }

  async #watch({ order_id }: OrderEnvelope, timeoutMs: number): Promise<{ order: Order; isLate: boolean }> {
    const { commands, by } = this.#deps
    const id = orderId(order_id)
    const watched = await this.#asked(() => commands.wait(id, timeoutMs, 'final'), order_id)
    if (isFinal(watched.status)) return { order: watched, isLate: false }
    const checked = await this.#onceMore(order_id)
    if (isFinal(checked.status)) return { order: checked, isLate: false }
    await this.#asked(async () => {
      const answer = await commands.cancel(id, by)
      return answer.kind === 'unknown_order' ? undefined : answer.order
    }, order_id)
    const withinMs = this.#deps.cancelWithinMs ?? CANCEL_WITHIN_MS
    return { order: await this.#asked(() => commands.wait(id, withinMs, 'final'), order_id), isLate: true }
  }

  /** A venue that cannot be asked does not keep the order from being cancelled. */
  async #onceMore(order_id: string): Promise<Order> {
    const { commands, log } = this.#deps
    await commands.sync().catch((error: unknown) => log.warn('trade.check_failed', { order_id, error }))
    return this.#asked(() => commands.order(orderId(order_id)), order_id)
  }

  /** The order is out: whoever gets this error asks for its fate by the id in it. */
  async #asked(ask: () => Promise<Order | undefined>, order_id: string): Promise<Order> {
    const context = { order_id }
    const order = await ask().catch((error: unknown) => {
      throw new OrderStatusError(`order ${order_id} was placed, but cannot be followed`, { cause: error, context })
    })
    if (order === undefined) throw new OrderStatusError(`order ${order_id} is gone`, { code: 'order.unknown', context })
    return order
  }
}

function fillResult(order: Order, isLate: boolean, elapsedMs: number): FillResult {
  const { status, averageFillPrice, executionTime, detection, slippagePct } = order
  const filled = status === 'filled'
  const timedOut = isLate && (status === 'cancelled' || !isFinal(status))
  const reason = timedOut ? TIMED_OUT : filled ? undefined : order.reason
  return {
    order_id: order.id,
    client_order_id: order.clientOrderId,
    signal_id: order.signalId,
    filled,
    final: isFinal(status),
    status,
    quantity: order.filledQuantity.toString(),
    ...(averageFillPrice === undefined ? {} : { price: averageFillPrice.toString() }),
    ...(executionTime === undefined ? {} : { time: formatTime(executionTime) }),
    methods: detection?.methods ?? [],
    confidence: String(detection?.confidence ?? 0),
    elapsed_ms: detection?.elapsedMs ?? elapsedMs,
    checks: detection?.checks ?? 0,
    ...(slippagePct === undefined ? {} : { slippage_pct: slippagePct.toString() }),
    ...(reason === undefined ? {} : { reason }),
  }
}
