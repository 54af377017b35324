import type { ReportedFill, TakenOver } from '../../core/fill.ts'
import type { OrderId } from '../../core/ids.ts'
import type { Side } from '../../core/order.ts'
import type { Plain } from '../../core/order-events.ts'
import { averagePrice, type ClosedTrade, type Position } from '../../core/position.ts'
import { formatTime } from '../../core/time.ts'

/** Where a fill comes from: an order of ours, somebody else's, or an operator who took over what the venue holds. */
export interface FillSource {
  readonly id: OrderId
  readonly symbol: string
  readonly side: Side
  readonly reason: 'fill' | 'correction' | 'external' | TakenOver
  readonly signalId?: string
  readonly strategy?: string
  /** Of the event that tells it, where that follows from what it tells. */
  readonly eventId?: string
}

/** What `position.changed` tells beside the envelope. */
export const positionFields = (
  source: FillSource,
  position: Position,
  closed: ClosedTrade | undefined,
  fill: ReportedFill,
): Record<string, Plain | undefined> => ({
  order_id: source.reason === 'fill' || source.reason === 'correction' ? source.id : undefined,
  signal_id: source.signalId,
  strategy: source.strategy,
  symbol: source.symbol,
  reason: source.reason,
  detail: {
    quantity: position.quantity.toString(),
    average_price: averagePrice(position)?.toString(),
    realised_pnl: position.realisedPnl.toString(),
    commission: position.commission.toString(),
    currency: position.currency,
    execution_id: fill.executionId,
    closed_trade: closed === undefined ? undefined : tradeFields(closed),
  },
})

const tradeFields = (trade: ClosedTrade): Plain => ({
  direction: trade.direction,
  quantity: trade.quantity.toString(),
  entry_price: trade.entryPrice.toString(),
  exit_price: trade.exitPrice.toString(),
  opened_at: formatTime(trade.openedAt),
  closed_at: formatTime(trade.closedAt),
  gross_pnl: trade.grossPnl.toString(),
  commission: trade.commission.toString(),
  realised_pnl: trade.realisedPnl.toString(),
})
