import { z } from 'zod'
import { brokerOrderId, executionId } from '../../../core/ids.ts'
import type { JsonValue } from '../../../core/json-text.ts'
import { type Amount, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import { type Instant, parseTime } from '../../../core/time.ts'
import type { NoTrade, VenueExecution } from '../../../ports/broker-gateway.ts'
import { readAll, sideOf } from './decode.ts'
import { decimal, orNothing, time } from './wire.ts'

const FILL = z.object({
  id: z.string().min(1),
  activity_type: z.literal('FILL'),
  order_id: z.string().min(1),
  symbol: z.string().min(1),
  side: z.string().transform((word, context) => {
    const side = sideOf(word)
    if (side !== undefined) return side
    context.addIssue({ code: 'custom', message: 'not a side' })
    return z.NEVER
  }),
  qty: decimal,
  price: decimal,
  cum_qty: decimal,
  transaction_time: time,
})
export type FillActivity = z.infer<typeof FILL>

/** `undefined` when a single row does not fit: half a list is no list. */
export function readFills(body: JsonValue | undefined): readonly FillActivity[] | undefined {
  return readAll(body, (item) => {
    const parsed = FILL.safeParse(item)
    return parsed.success ? parsed.data : undefined
  })
}

/** What stands before the colons is New York time to the millisecond and none of our business. */
export const executionPartOf = ({ id }: FillActivity): string => id.slice(id.indexOf('::') + 2)

/** Its own name is the venue's for one listing only: in an order of ours it counts by how far it brought it. */
export const executionOf = (fill: FillActivity): VenueExecution => ({
  executionId: executionId(fill.id),
  brokerOrderId: brokerOrderId(fill.order_id),
  symbol: fill.symbol,
  side: fill.side,
  quantity: fill.qty as Quantity,
  price: fill.price as Price,
  time: fill.transaction_time,
  cumulativeQuantity: fill.cum_qty as Quantity,
  commission: ZERO as Amount,
  commissionCurrency: 'USD',
  synthetic: true,
})

/**
 * The executions of one order that lead without a gap up to `filled`, oldest first; none where the list does not get
 * there, as it may lag.
 */
export function ladderTo(filled: Quantity, fills: readonly FillActivity[]): readonly FillActivity[] {
  const rungs = [...new Map(fills.map((fill) => [fill.cum_qty.toString(), fill])).values()].toSorted((a, b) =>
    a.cum_qty.compare(b.cum_qty),
  )
  let reached = ZERO
  for (const { qty, cum_qty } of rungs) {
    reached = reached.plus(qty)
    if (!reached.equals(cum_qty)) return []
  }
  return reached.equals(filled) ? rungs : []
}

const OTHER = z.object({
  id: z.string().min(1),
  activity_type: z.string().min(1),
  date: orNothing(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)),
  symbol: orNothing(z.string()),
  qty: orNothing(decimal),
  net_amount: orNothing(decimal),
  description: orNothing(z.string()),
})
export type OtherActivity = z.infer<typeof OTHER>
/** Fees, dividends, splits, transfers, and whatever else there will be. */
export function readOthers(body: JsonValue | undefined): readonly OtherActivity[] | undefined {
  return readAll(body, (item) => {
    const parsed = OTHER.safeParse(item)
    return parsed.success ? parsed.data : undefined
  })
}

export const noTradeOf = ({ id, activity_type, date, symbol, ...told }: OtherActivity, now: Instant): NoTrade => ({
  id,
  type: activity_type,
  at: (date === undefined ? undefined : parseTime(`${date}T00:00:00Z`)) ?? now,
  ...(symbol === undefined ? {} : { symbol }),
  evidence: { qty: told.qty?.toString(), net_amount: told.net_amount?.toString(), description: told.description },
})
