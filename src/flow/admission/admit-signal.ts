import type { OrderId, SignalId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import { contentHash, type Signal } from '../../core/signal.ts'
import type { Instant } from '../../core/time.ts'
import type { Admission, SignalProblem, SignalRequest } from '../../ports/order-commands.ts'
import type { StoredSignal } from '../../ports/order-store.ts'
import type { Denial } from '../planning/plan-order.ts'
import { parseSignal } from './parse-signal.ts'

/**
 * Where every signal comes in, whoever brings it. Guarantees:
 * - a signal id makes one order for ever: a repeat is answered as the first was, another content is a conflict;
 * - the caller hears yes only once the intent is durable; a malformed signal leaves nothing behind.
 */
export interface TakenSignal {
  readonly order: Order
  readonly denial?: Denial
  /** An order that was adopted from the venue has this signal's name: the signal's own, or something else altogether. */
  readonly met?: 'adopted' | 'conflict'
}
export interface SignalTaker {
  /** Has it as many signals waiting as it may? Says nothing of other accounts. */
  readonly isFull: boolean
  take(signal: Signal, context: TakeContext): Promise<TakenSignal>
}
export interface TakeContext {
  readonly receivedAt: Instant
  readonly traceId: string
  readonly contentHash: string
  readonly by: string
}
export interface AdmissionDeps {
  /** The desk that owns the account a signal goes to. */
  readonly route: (signal: Signal) => { readonly taker: SignalTaker } | { readonly problem: SignalProblem }
  readonly storedSignal: (id: SignalId) => Promise<StoredSignal | undefined>
  readonly order: (id: OrderId) => Promise<Order | undefined>
  /** Why an order was denied, as it was recorded. */
  readonly denialOf: (order: Order) => Promise<Denial>
  readonly newTraceId: () => string
  /** Why no signal can be taken at all right now. */
  readonly unavailable: () => string | undefined
  readonly onRefused: (errors: readonly SignalProblem[], request: SignalRequest) => void
  readonly onDuplicate: (signal: Signal, order: Order) => void
}

const BUSY_RETRY_MS = 1_000

export class SignalAdmission {
  readonly #deps: AdmissionDeps
  readonly #underWay = new Map<SignalId, Promise<unknown>>()

  constructor(deps: AdmissionDeps) {
    this.#deps = deps
  }

  async admit(request: SignalRequest): Promise<Admission> {
    const parsed = parseSignal(request.body)
    if (parsed.kind === 'malformed') return this.#refuse(parsed.errors, request)
    const { signal } = parsed
    // Whoever brings the same id meanwhile waits for the first and is answered from what that became.
    for (
      let first = this.#underWay.get(signal.signalId);
      first !== undefined;
      first = this.#underWay.get(signal.signalId)
    ) {
      await first.catch(() => undefined)
    }
    const admission = this.#admitAlone(signal, request).catch(unavailableBy)
    this.#underWay.set(signal.signalId, admission)
    try {
      return await admission
    } finally {
      if (this.#underWay.get(signal.signalId) === admission) this.#underWay.delete(signal.signalId)
    }
  }

  async #admitAlone(signal: Signal, request: SignalRequest): Promise<Admission> {
    const { storedSignal, unavailable, route } = this.#deps
    const reason = unavailable()
    if (reason !== undefined) return { kind: 'unavailable', reason }
    const hash = contentHash(signal)
    const before = await storedSignal(signal.signalId)
    if (before !== undefined) return this.#repeat(signal, hash, before)
    const routed = route(signal)
    if ('problem' in routed) return this.#refuse([routed.problem], request)
    if (routed.taker.isFull) return { kind: 'busy', retryAfterMs: BUSY_RETRY_MS }
    const traceId = signal.traceId ?? request.traceId ?? this.#deps.newTraceId()
    const { receivedAt, by } = request
    const { order, denial, met } = await routed.taker.take(signal, { receivedAt, traceId, contentHash: hash, by })
    if (met === 'conflict') return { kind: 'conflict', signalId: signal.signalId, orderId: order.id }
    if (denial === undefined) return { kind: 'taken', order, orders: [order], duplicate: met !== undefined }
    return { kind: 'denied', ...denial, order, duplicate: false }
  }

  async #repeat(signal: Signal, hash: string, before: StoredSignal): Promise<Admission> {
    const orders = await Promise.all(before.orderIds.map((id) => this.#deps.order(id)))
    const [order] = orders
    if (order === undefined)
      return { kind: 'unavailable', reason: `the order of signal ${signal.signalId} cannot be read` }
    if (before.contentHash !== hash) return { kind: 'conflict', signalId: signal.signalId, orderId: order.id }
    this.#deps.onDuplicate(signal, order)
    if (before.answer.status === 202) {
      return { kind: 'taken', order, orders: orders.filter((one) => one !== undefined), duplicate: true }
    }
    const denial = await this.#deps.denialOf(order)
    return { kind: 'denied', ...denial, order, duplicate: true }
  }

  #refuse(errors: readonly SignalProblem[], request: SignalRequest): Admission {
    this.#deps.onRefused(errors, request)
    return { kind: 'malformed', errors }
  }
}

/** A store or a desk that fails says nothing about the signal: the same id may be brought again. */
const unavailableBy = (error: unknown): Admission => ({
  kind: 'unavailable',
  reason: error instanceof Error ? error.message : String(error),
})
