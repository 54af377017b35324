import { z } from 'zod'
import type { StoredEvent } from '../../ports/order-store.ts'
import { ORDER_EXAMPLE } from './order-example.ts'

export const EVENT = z
  .looseObject({
    account_seq: z.int().meta({ description: 'Counts the events of the account from 1 without a gap.' }),
    v: z.int(),
    time: z.string(),
    event: z.string(),
    event_id: z.string(),
    order_seq: z.int().optional(),
    detail: z.unknown().optional(),
  })
  .meta({ id: 'Event', description: "A line of the audit log, without the log's own seq, prev and hash." })

export const EVENT_EXAMPLE = {
  account_seq: 17,
  v: 1,
  time: ORDER_EXAMPLE.accepted_at,
  event: 'order.accepted',
  event_id: `${ORDER_EXAMPLE.id}-4`,
  order_seq: 4,
  mode: 'paper',
  session_id: ORDER_EXAMPLE.session_id,
  trace_id: ORDER_EXAMPLE.trace_id,
  account: 'paper',
  venue: 'paper',
  order_id: ORDER_EXAMPLE.id,
  symbol: 'AAPL',
  side: 'buy',
  status: 'accepted',
  previous_status: 'submitted',
  detail: { broker_order_id: 'paper-1042' },
}

/** The stored line as it is, with its number in front: nothing is read and written again that could come out otherwise. */
export const eventText = ({ accountSeq, line }: StoredEvent): string => `{"account_seq":${accountSeq},${line.slice(1)}`
