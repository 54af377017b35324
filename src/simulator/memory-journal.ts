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
  orders({ status, ...page }: OrderPage): readonly VenueOrder[] {
    const from = status === 'open' ? this.#open : this.#orders
    return pageOf([...from.values()], page, (order) => status !== 'closed' || !isOpen(order))
  }
  executions(page: Page): readonly ExecutionOf[] {
    const found = pageOf(this.#executions, page)
    return found.flatMap(({ seq, orderId }) => {
      const order = this.#orders.get(orderId)
      const execution = order?.executions.find((one) => one.seq === seq)
      return order === undefined || execution === undefined ? [] : [{ order, execution }]
    })
  }
}

/** Walks from the end that is asked for and stops when the page is full. */
function pageOf<T extends { readonly seq: number }>(
  rows: readonly T[],
  { after, limit, newestFirst }: Page,
  wanted: (row: T) => boolean = () => true,
): readonly T[] {
  const page: T[] = []
  const last = rows.length - 1
  for (let n = 0; n <= last && page.length < limit; n += 1) {
    const row = rows[newestFirst ? last - n : n]
    if (row === undefined || !wanted(row)) continue
    if (newestFirst ? after === 0 || row.seq < after : row.seq > after) page.push(row)
  }
  return page
}
