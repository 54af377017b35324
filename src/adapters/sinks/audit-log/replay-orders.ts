import { AssertionFailed } from '../../../core/assert.ts'
import { type AuditLine, readAuditLine } from '../../../core/audit-chain.ts'
import { evolve } from '../../../core/evolve.ts'
import type { Order } from '../../../core/order.ts'
import { eventFromDetail, type PlainRecord } from '../../../core/order-record.ts'
import { parseTime } from '../../../core/time.ts'

/** The orders as the log tells their lives, and what in it could not be. */
export class OrderReplay {
  readonly orders = new Map<string, Order>()
  /** Orders that begin before the log does, so that it cannot tell what they are. */
  readonly begunEarlier = new Set<string>()
  readonly problems: string[] = []

  line(line: AuditLine): void {
    const id = line.fields.get('order_id')
    if (!line.event.startsWith('order.') || typeof id !== 'string' || this.begunEarlier.has(id)) return
    const kind = line.event.slice('order.'.length)
    const before = this.orders.get(id)
    if (before === undefined && kind !== 'created') {
      this.begunEarlier.add(id)
      return
    }
    const at = parseTime(line.time)
    const detail = line.fields.get('detail')
    if (at === undefined || !isRecord(detail)) {
      this.problems.push(`seq ${line.seq}: no order event can be read out of it`)
      return
    }
    try {
      const after = evolve(before, eventFromDetail(kind, at, detail, Object.fromEntries(line.fields) as PlainRecord))
      const orderSeq = line.fields.get('order_seq')
      if (after.orderSeq !== orderSeq)
        this.problems.push(`seq ${line.seq}: order_seq ${orderSeq} where ${after.orderSeq} follows`)
      this.orders.set(id, after)
    } catch (error) {
      if (!(error instanceof AssertionFailed)) throw error
      this.problems.push(`seq ${line.seq}: ${error.message}`)
    }
  }
}

/** `lines` are without their line feeds and already verified. */
export function replayOrders(lines: Iterable<string>): ReadonlyMap<string, Order> {
  const replay = new OrderReplay()
  for (const text of lines) {
    const line = readAuditLine(text)
    if (line !== undefined) replay.line(line)
  }
  return replay.orders
}

const isRecord = (value: unknown): value is PlainRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
