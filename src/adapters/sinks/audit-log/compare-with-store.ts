import type { AuditLine } from '../../../core/audit-chain.ts'
import { canonicalJson } from '../../../core/canonical-json.ts'
import { orderId } from '../../../core/ids.ts'
import type { Order } from '../../../core/order.ts'
import { orderToRecord, type PlainRecord } from '../../../core/order-record.ts'
import type { OrderStoreReader } from '../../../ports/order-store.ts'
import { OrderReplay } from './replay-orders.ts'

export interface Comparison {
  readonly orders: number
  /** Orders that begin before the oldest file that is left: nothing can be said of them. */
  readonly notComparable: number
  /** The first of them, in words. */
  readonly differences: readonly string[]
}

export type ComparedStore = Pick<OrderStoreReader, 'order' | 'orders' | 'eventsAfter'>

const MOST_DIFFERENCES = 100
const PAGE = 500

/** Lines told one by one, then held against the store: the same events, and the same orders made of them. */
export class StoreComparison {
  readonly #replay = new OrderReplay()
  readonly #last = new Map<string, AuditLine>()

  line(line: AuditLine): void {
    this.#replay.line(line)
    if (line.accountSeq !== undefined) this.#last.set(line.journal, line)
  }

  async finish(store: ComparedStore, isWhole: boolean): Promise<Comparison> {
    const { orders, problems, begunEarlier } = this.#replay
    const differences = [...problems]
    const full = (): boolean => differences.length >= MOST_DIFFERENCES
    for (const line of this.#last.values()) differences.push(...(await ends(line, store)))
    for (const replayed of orders.values()) {
      if (full()) break
      differences.push(...differs(replayed, await store.order(replayed.id)))
    }
    if (isWhole && !full()) differences.push(...(await this.#notInLog(store)))
    return {
      orders: orders.size,
      notComparable: begunEarlier.size,
      differences: differences.slice(0, MOST_DIFFERENCES),
    }
  }

  async #notInLog(store: ComparedStore): Promise<readonly string[]> {
    const missing: string[] = []
    for (let after: number | undefined, more = true; more && missing.length < MOST_DIFFERENCES; ) {
      const page = await store.orders({}, { limit: PAGE, ...(after === undefined ? {} : { after }) })
      for (const { id } of page.items) {
        if (!this.#replay.orders.has(orderId(id))) missing.push(`order ${id} is in the store and not in the log`)
      }
      after = page.next
      more = after !== undefined
    }
    return missing
  }
}

/** The log's last line of an account must be the store's event of that number, and its last one. */
async function ends(line: AuditLine, store: ComparedStore): Promise<readonly string[]> {
  const accountSeq = line.accountSeq ?? 0
  const [here, next] = await store.eventsAfter(line.journal, accountSeq - 1, 2)
  const where = `account ${line.journal}, number ${accountSeq}`
  if (here === undefined) return [`${where} (seq ${line.seq}) is in the log and not in the store`]
  if (here.eventId !== line.eventId) return [`${where} is ${line.eventId} in the log and ${here.eventId} in the store`]
  return next === undefined ? [] : [`${where} is the last in the log; the store has more`]
}

function differs(replayed: Order, stored: Order | undefined): readonly string[] {
  if (stored === undefined) return [`order ${replayed.id} is in the log and not in the store`]
  const [ours, theirs] = [orderToRecord(replayed), orderToRecord(stored)]
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const fields = [...names].filter((name) => textOf(ours, name) !== textOf(theirs, name))
  if (fields.length === 0) return []
  const told = fields.map((name) => `${name} ${textOf(ours, name)} in the log, ${textOf(theirs, name)} in the store`)
  return [`order ${replayed.id}: ${told.join('; ')}`]
}

const textOf = (record: PlainRecord, name: string): string => {
  const value = record[name]
  return value === undefined ? 'absent' : canonicalJson(value)
}
