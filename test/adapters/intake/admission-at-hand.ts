import { evolve } from '../../../src/core/evolve.ts'
import { clientOrderId, newOrderId, type OrderId } from '../../../src/core/ids.ts'
import type { Order } from '../../../src/core/order.ts'
import type { Signal } from '../../../src/core/signal.ts'
import { SignalAdmission, type TakeContext, type TakenSignal } from '../../../src/flow/admission/admit-signal.ts'
import type { Admission, SignalRequest } from '../../../src/ports/order-commands.ts'
import type { StoredSignal } from '../../../src/ports/order-store.ts'
import { anOrder, T0 } from '../../support/orders.ts'

/** The real admission over a desk that takes everything but the symbol NOSUCH, with a memory where the store is. */
export class AdmissionAtHand {
  readonly requests: SignalRequest[] = []
  /** Signal ids in the order in which they became orders. */
  readonly orders: string[] = []
  /** Given instead of the real answer, one after the other. */
  readonly instead: (Admission | Error)[] = []
  readonly #signals = new Map<string, StoredSignal>()
  readonly #byId = new Map<OrderId, Order>()
  readonly #admission: SignalAdmission
  #held: PromiseWithResolvers<void> | undefined
  #asked = Promise.withResolvers<void>()

  constructor() {
    this.#admission = new SignalAdmission({
      route: () => ({ taker: { isFull: false, take: (signal, context) => this.#take(signal, context) } }),
      storedSignal: async (id) => this.#signals.get(id),
      order: async (id) => this.#byId.get(id),
      denialOf: async (order: Order) => ({ code: order.reason ?? '', message: order.failureReason ?? '' }),
      newTraceId: () => 'trace',
      unavailable: () => undefined,
      onRefused: () => undefined,
      onDuplicate: () => undefined,
    })
  }

  readonly admit = async (request: SignalRequest): Promise<Admission> => {
    this.requests.push(request)
    this.#asked.resolve()
    const instead = this.instead.shift()
    if (instead instanceof Error) throw instead
    if (instead !== undefined) return instead
    await this.#held?.promise
    return this.#admission.admit(request)
  }

  /** Answers nothing until released; settles once somebody asked. */
  hold(): { readonly asked: Promise<void>; release: () => void } {
    const held = Promise.withResolvers<void>()
    this.#held = held
    this.#asked = Promise.withResolvers<void>()
    return {
      asked: this.#asked.promise,
      release: () => {
        this.#held = undefined
        held.resolve()
      },
    }
  }

  async #take(signal: Signal, context: TakeContext): Promise<TakenSignal> {
    const n = this.#signals.size + 1
    const created = anOrder({
      id: newOrderId(T0, () => (n % 1_000) / 1_000),
      signalId: signal.signalId,
      symbol: signal.symbol,
      clientOrderId: clientOrderId(`sf-${n}`),
    })
    const denial = { code: 'symbol.unknown', message: 'no such symbol' }
    const isDenied = signal.symbol === 'NOSUCH'
    const order = isDenied ? evolve(created, { kind: 'denied', at: T0, ...denial }) : created
    this.#byId.set(order.id, order)
    this.#signals.set(signal.signalId, {
      signalId: signal.signalId,
      account: order.account,
      strategy: signal.strategy,
      symbol: signal.symbol,
      side: signal.side,
      contentHash: context.contentHash,
      receivedAt: context.receivedAt,
      body: '',
      answer: { status: isDenied ? 403 : 202 },
      orderIds: [order.id],
    })
    if (!isDenied) this.orders.push(signal.signalId)
    return isDenied ? { order, denial } : { order }
  }
}

export const signalLine = (id: string, over: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ signal_id: id, symbol: 'AAPL', side: 'buy', quantity: '1', ...over })
export const signalLines = (...ids: string[]): string => ids.map((id) => `${signalLine(id)}\n`).join('')
