import { z } from 'zod'
import { executionUpTo, type ReportedFill } from '../../../core/fill.ts'
import type { JsonValue } from '../../../core/json-text.ts'
import { type Amount, type Price, type Quantity, ZERO } from '../../../core/money.ts'
import type { OrderReport } from '../../../core/order-report.ts'
import { type AlpacaOrder, type ReportContext, readOrder, reportOf } from './decode.ts'
import { decimal, orNothing, parseBody, time } from './wire.ts'

/**
 * What a frame of the order stream tells. Events whose name we do not know are read by their snapshot of the order; an
 * execution is told beside it only where the snapshot ends with that very execution.
 */
export type StreamWord =
  | { readonly kind: 'report'; readonly report: OrderReport; readonly executionId?: string | undefined }
  /** An execution that was told earlier is undone or put right. */
  | { readonly kind: 'corrected'; readonly report: OrderReport; readonly correction: Correction }
  /** Hand-shake, listening, errors of the channel: nothing about an order. */
  | { readonly kind: 'control' }
  /** It may have told something: what cannot be read must be asked for. */
  | { readonly kind: 'unreadable'; readonly why: string }

export interface Correction {
  readonly order: AlpacaOrder
  /** The venue's own name of the execution that is meant. */
  readonly previousExecutionId: string
  /** The name it has from now on, where it was put right. */
  readonly executionId: string | undefined
  /** What counts now; zero when it is undone. */
  readonly quantity: Quantity
  readonly price: Price
  readonly at: number
}

const FRAME = z.object({ stream: z.string(), data: z.unknown().optional() })
const UPDATE = z.object({
  event: z.string(),
  event_id: orNothing(z.string()),
  execution_id: orNothing(z.string()),
  previous_execution_id: orNothing(z.string()),
  timestamp: orNothing(time),
  price: orNothing(decimal),
  qty: orNothing(decimal),
  order: z.unknown(),
})
type Update = z.infer<typeof UPDATE>

export function decodeFrame(text: string, context: ReportContext): StreamWord {
  const body = parseBody(text)
  if (body === undefined) return { kind: 'unreadable', why: 'a frame that is not JSON' }
  const frame = FRAME.safeParse(body)
  if (!frame.success || frame.data.stream !== 'trade_updates') return { kind: 'control' }
  const update = UPDATE.safeParse(frame.data.data)
  if (!update.success) return { kind: 'unreadable', why: 'a trade update that is not of its form' }
  const order = readOrder(update.data.order as JsonValue | undefined)
  if (order === undefined) return { kind: 'unreadable', why: `the order of a ${update.data.event} update` }
  return decodeUpdate(update.data, order, context)
}

function decodeUpdate(update: Update, order: AlpacaOrder, context: ReportContext): StreamWord {
  const told = reportOf(order, context, executionOf(update, order))
  const words = { event: update.event, event_id: update.event_id, execution_id: update.execution_id }
  const report = { ...told, evidence: { ...words, order: told.evidence } }
  const correction = correctionOf(update, order)
  if (correction !== undefined) return { kind: 'corrected', report, correction }
  const isExecution = report.fills.length > 0 && update.execution_id !== undefined
  return { kind: 'report', report, ...(isExecution ? { executionId: update.execution_id } : {}) }
}

/** The snapshot may be ahead of its event: then what it counts is not what this execution brought it to. */
const ENDS_WITH: Readonly<Record<string, string>> = { fill: 'filled', partial_fill: 'partially_filled' }

function executionOf({ event, qty, price, timestamp }: Update, order: AlpacaOrder): readonly ReportedFill[] {
  const endsWithIt = Object.hasOwn(ENDS_WITH, event) && ENDS_WITH[event] === order.status
  if (!endsWithIt || qty === undefined || price === undefined || timestamp === undefined) return []
  return [fillUpTo(order.client_order_id, order.filled_qty as Quantity, { qty, price, time: timestamp })]
}

const CORRECTIONS: ReadonlySet<string> = new Set(['trade_bust', 'trade_correct'])
function correctionOf(update: Update, order: AlpacaOrder): Correction | undefined {
  const { event, previous_execution_id: previous, price, qty, timestamp } = update
  if (!CORRECTIONS.has(event) || previous === undefined || price === undefined || timestamp === undefined) return
  const isBust = event === 'trade_bust'
  if (!isBust && qty === undefined) return
  return {
    order,
    previousExecutionId: previous,
    executionId: isBust ? undefined : update.execution_id,
    quantity: (isBust ? ZERO : (qty ?? ZERO).abs()) as Quantity,
    price: price as Price,
    at: timestamp,
  }
}

export const fillUpTo = (
  clientOrderId: string,
  cumulative: Quantity,
  { qty, price, time: at }: { readonly qty: Quantity; readonly price: Price; readonly time: number },
): ReportedFill => ({
  executionId: executionUpTo(clientOrderId, cumulative),
  quantity: qty,
  price,
  time: at,
  // Alpaca takes none with the fill: fees come later, as activities of their own.
  commission: ZERO as Amount,
  commissionCurrency: 'USD',
})
