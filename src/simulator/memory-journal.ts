import type { Money, Position } from './account-book.ts'
import type { ExecutionOf, OrderPage, Page, VenueJournal, VenueMemory, VenueRecord } from './venue-journal.ts'
import { isOpen, type VenueOrder } from './venue-order.ts'

/** Lives as long as the object: for tests, simulations, and a venue that may forget. Keeps every order. */
export class MemoryJournal implements VenueJournal {
  #opened: { readonly at: number; readonly money: Money } | undefined
  #money: Money | undefined
  #seq = 0
  readonly #positions = new Map<string, Position>()
  /** By place; an order keeps its place in the map when it is written again. */
  readonly #orders = new Map<string, VenueOrder>()
  readonly #open = new Map<string, VenueOrder>()
  readonly #byClientId = new Map<string, string>()
  readonly #executions: { readonly seq: number; readonly orderId: string }[] = []

  load(): VenueMemory | undefined {
    if (this.#opened === undefined) return undefined
    return {
      openedAt: this.#opened.at,
      seq: this.#seq,
      money: this.#money ?? this.#opened.money,
      positions: [...this.#positions.values()],
      openOrders: [...this.#open.values()],
    }
  }

  append(records: readonly VenueRecord[]): void {
    for (const record of records) {
      if (record.kind === 'opened') this.#opened = record
      else this.#put(record)
    }
  }
  #put({ order, settlement }: Extract<VenueRecord, { kind: 'order' }>): void {
    this.#seq = order.updatedSeq
    this.#orders.set(order.id, order)
    this.#byClientId.set(order.clientOrderId, order.id)
    if (isOpen(order)) this.#open.set(order.id, order)
    else this.#open.delete(order.id)
    if (settlement === undefined) return
    this.#money = settlement
    this.#positions.set(settlement.position.symbol, settlement.position)
    this.#executions.push({ seq: order.updatedSeq, orderId: order.id })
  }

  orderById(id: string): VenueOrder | undefined {
    return this.#orders.get(id)
  }
  orderByClientId(clientOrderId: string): VenueOrder | undefined {
    const id = this.#byClientId.get(clientOrderId)
    return id === undefined ? undefined : this.#orders.get(id)
  }
  orders({ status, after, limit }: OrderPage): readonly VenueOrder[] {
    const from = status === 'open' ? this.#open : this.#orders
    return [...from.values()]
      .filter((order) => order.seq > after && (status !== 'closed' || !isOpen(order)))
      .slice(0, limit)
  }
  executions({ after, limit }: Page): readonly ExecutionOf[] {
    const found = this.#executions.filter(({ seq }) => seq > after).slice(0, limit)
    return found.flatMap(({ seq, orderId }) => {
      const order = this.#orders.get(orderId)
      const execution = order?.executions.find((one) => one.seq === seq)
      return order === undefined || execution === undefined ? [] : [{ order, execution }]
    })
  }
}
