import { type AdoptionPlace, adoptionEvents } from '../../core/adopt-order.ts'
import { evolveAll } from '../../core/evolve.ts'
import { sha256 } from '../../core/hash.ts'
import { newOrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { StoredSignal } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'

/**
 * Takes in orders of ours that only the venue remembers. Guarantees: each becomes an order once; that the account has
 * such orders is durable before the first of them, so that a signal that comes again is always held against them.
 */
export interface AdopterDeps {
  readonly books: AccountBooks
  readonly journal: Pick<Journal, 'commit'>
  readonly place: Omit<AdoptionPlace, 'id'>
  /** Has the account ever adopted an order? */
  readonly hasAdopted: boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export const adoptedFact = (account: string): string => `adopted_orders.${account}`

/** In the place of the signal that made it, which nobody has: whoever asks for it by its name is told so. */
function signalOf(order: Order, at: Instant): StoredSignal {
  const { signalId, account, strategy, symbol, side, quantity, limitPrice, orderType, timeInForce } = order
  const body = JSON.stringify({
    signal_id: signalId,
    strategy,
    symbol,
    side,
    quantity: quantity?.toString(),
    limit_price: limitPrice?.toString(),
    order_type: orderType,
    time_in_force: timeInForce,
    metadata: { adopted: true },
  })
  const answer = { status: 202 }
  return {
    signalId,
    account,
    strategy,
    symbol,
    side,
    contentHash: sha256(body),
    receivedAt: at,
    body,
    answer,
    orderIds: [order.id],
  }
}

export class OrderAdopter {
  readonly #deps: AdopterDeps
  #hasAdopted: boolean

  constructor(deps: AdopterDeps) {
    this.#deps = deps
    this.#hasAdopted = deps.hasAdopted
  }

  get hasAdopted(): boolean {
    return this.#hasAdopted
  }

  /** `undefined` when the venue tells too little, or the order has become known meanwhile. */
  async adopt(report: OrderReport): Promise<Order | undefined> {
    const { books, place, clock, random, log } = this.#deps
    if (report.clientOrderId === undefined || (await books.find(report.clientOrderId)) !== undefined) return undefined
    const at = clock.now()
    const id = newOrderId(at, () => random.draw('order.id'))
    const events = adoptionEvents(report, { ...place, id }, at)
    if (events === undefined) {
      log.error('sync.cannot_adopt', { client_order_id: report.clientOrderId, raw_status: report.rawStatus })
      return undefined
    }
    await this.#remember()
    const adopted = evolveAll(undefined, events)
    const { order, durable } = books.record(undefined, events, adopted && signalOf(adopted, at))
    log.warn('sync.order_adopted', { order_id: order.id, client_order_id: order.clientOrderId })
    await durable
    return order
  }

  async #remember(): Promise<void> {
    if (this.#hasAdopted) return
    await this.#deps.journal.commit({ events: [], facts: { [adoptedFact(this.#deps.place.account)]: 'true' } }, [])
    this.#hasAdopted = true
  }
}
