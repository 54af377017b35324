import type { TrueOrder } from '../evidence.ts'
import { readOnce } from '../read-once.ts'

/** Which orders of ours a message is about, by the venue's own ids in it: a list carries those that it lists. */
export class CarriedOrders {
  readonly #orders: readonly TrueOrder[]
  readonly #tags = new Map<string, string>()
  #read = 0

  constructor(orders: readonly TrueOrder[]) {
    this.#orders = orders
  }

  tagOf(brokerOrderId: string): string | undefined {
    for (; this.#read < this.#orders.length; this.#read += 1) {
      const { brokerOrderId: id, tag } = this.#orders[this.#read] as TrueOrder
      if (tag === undefined) this.#tags.delete(id)
      else this.#tags.set(id, tag)
    }
    return this.#tags.get(brokerOrderId)
  }

  in(text: string): readonly string[] {
    const tags = new Set<string>()
    for (const id of idsIn(text)) {
      const tag = this.tagOf(id)
      if (tag !== undefined) tags.add(tag)
    }
    return [...tags]
  }
}
const ORDER_ID = /"(?:order_)?id":"([^"]+)"/g
const idsIn = readOnce((text) => [...new Set(Array.from(text.matchAll(ORDER_ID), ([, id = '']) => id))])

/** What a read tells of all orders at once. */
const LISTS = /^\/(?:v1\/)?(?:orders\?status|open-orders|history|executions)/
export const isList = (path: string): boolean => LISTS.test(path)

const OPEN = /^\/(?:v1\/)?(?:orders\?status=open|open-orders)/
export const isOpenList = (path: string): boolean => OPEN.test(path)

const ONE = /\/orders\/([^/?]+)/
export function brokerIdIn(path: string): string | undefined {
  const id = ONE.exec(path)?.[1]
  return id === undefined ? undefined : decodeURIComponent(id)
}
const CLIENT_ID = /(?:[?&]client_id=|\/by-client-id\/)([^&/?]+)/
export function clientIdIn(path: string): string | undefined {
  const id = CLIENT_ID.exec(path)?.[1]
  return id === undefined ? undefined : decodeURIComponent(id)
}
