import { type AlpacaOrder, isOpen, type Side } from './order.ts'
import { millisOf } from './stamps.ts'

/** Every order the venue ever took, in the order in which it took them. A client order id stays taken for ever. */
export class OrderStore {
  readonly #orders = new Map<string, AlpacaOrder>()
  readonly #clientIds = new Map<string, string>()
  readonly #open = new Map<string, AlpacaOrder>()
  #openNow: readonly AlpacaOrder[] | undefined
  /** What each order has been, oldest first: for lists that are behind. */
  readonly #versions = new Map<string, AlpacaOrder[]>()
  readonly #hiddenUntil = new Map<string, number>()

  get(id: string): AlpacaOrder | undefined {
    return this.#orders.get(id)
  }
  byClientId(clientOrderId: string): AlpacaOrder | undefined {
    const id = this.#clientIds.get(clientOrderId)
    return id === undefined ? undefined : this.get(id)
  }
  put(order: AlpacaOrder): void {
    this.#orders.set(order.id, order)
    this.#clientIds.set(order.clientOrderId, order.id)
    this.#versions.set(order.id, [...(this.#versions.get(order.id) ?? []), order])
    this.#openNow = undefined
    if (isOpen(order)) this.#open.set(order.id, order)
    else this.#open.delete(order.id)
  }

  get all(): readonly AlpacaOrder[] {
    return [...this.#orders.values()]
  }
  get size(): number {
    return this.#orders.size
  }
  get open(): readonly AlpacaOrder[] {
    this.#openNow ??= [...this.#open.values()]
    return this.#openNow
  }
  /** The order as a reader sees it at this time, who may be shown the past; `undefined` while it is not to be seen. */
  seenAt(order: AlpacaOrder, now: number, asOf = now): AlpacaOrder | undefined {
    if (now < (this.#hiddenUntil.get(order.id) ?? 0)) return undefined
    if (asOf >= now) return order
    return this.#versions.get(order.id)?.findLast(({ updatedAt }) => millisOf(updatedAt) <= asOf)
  }
  hide({ id, legIds }: AlpacaOrder, until: number): void {
    for (const hidden of [id, ...legIds]) this.#hiddenUntil.set(hidden, until)
  }
  openOf(symbol: string, side: Side): readonly AlpacaOrder[] {
    return this.open.filter((order) => order.asset.symbol === symbol && order.side === side)
  }
  legsOf({ legIds }: AlpacaOrder): readonly AlpacaOrder[] {
    return legIds.flatMap((id) => this.get(id) ?? [])
  }
  /** The other exits of the same parent; for the two halves of an OCO the other half. */
  siblingsOf(order: AlpacaOrder): readonly AlpacaOrder[] {
    const parent = order.parentId === undefined ? order : this.get(order.parentId)
    if (parent === undefined) return []
    const family = parent.orderClass === 'oco' ? [parent, ...this.legsOf(parent)] : this.legsOf(parent)
    return family.filter(({ id }) => id !== order.id)
  }
}
