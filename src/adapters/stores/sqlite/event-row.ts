import { orderId } from '../../../core/ids.ts'
import type { JournalEntry, StoredEvent } from '../../../ports/order-store.ts'
import type { SqlValue } from './commit-host.ts'

export const EVENT_COLUMNS = 'account, account_seq, event, event_id, order_id, order_seq, at, line'

/** `fromLast` is how many events of the same commit come after this one. */
export const eventParams = (account: string, entry: JournalEntry, fromLast: number): readonly SqlValue[] => [
  fromLast,
  entry.event,
  entry.eventId,
  entry.orderId ?? null,
  entry.orderSeq ?? null,
  Math.trunc(entry.at),
  entry.line,
  account,
]

export function eventFromRow(row: readonly SqlValue[]): StoredEvent {
  const [account, accountSeq, event, eventId, order, orderSeq, at, line] = row
  return {
    account: String(account),
    accountSeq: Number(accountSeq),
    event: String(event),
    eventId: String(eventId),
    ...(order === null ? {} : { orderId: orderId(String(order)) }),
    ...(orderSeq === null ? {} : { orderSeq: Number(orderSeq) }),
    at: Number(at),
    line: String(line),
  }
}
