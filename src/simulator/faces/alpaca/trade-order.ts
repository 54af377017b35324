import { decimal, min, type Price, type Quantity } from '../../../core/money.ts'
import { endLegs, legsAfterFill } from './legs.ts'
import { type AlpacaOrder, type Execution, isOpen, remainingAt } from './order.ts'
import { dateAt, nextTradingDay } from './sessions.ts'
import { change, doesWith, now, tell, type VenueParts } from './venue-parts.ts'

/** One execution. What is left decides whether the order is done; a partial leaves a cancel under way as it is. */
export function tradeOrder(parts: VenueParts, order: AlpacaOrder, price: Price, atMost: Quantity): AlpacaOrder {
  const left = remainingAt(order, price)
  const qty = min(atMost, left)
  if (!qty.isPositive || !isOpen(order)) return order
  const at = parts.stamps.next()
  const execution: Execution = { id: parts.ids.uuid(), orderId: order.id, qty, price, at }
  const isWhole = qty.equals(left)
  const status = isWhole ? 'filled' : isPending(order) ? order.status : 'partially_filled'
  const after = change(parts, order, {
    status,
    statusBefore: isWhole ? order.statusBefore : 'partially_filled',
    executions: [...order.executions, execution],
    filledAt: at,
  })
  const position = parts.ledger.trade(order.asset, order.side, qty, price)
  parts.truth.note('execution', {
    id: execution.id,
    order_id: order.id,
    client_order_id: order.clientOrderId,
    symbol: order.asset.symbol,
    side: order.side,
    qty,
    price,
    position_qty: position,
  })
  const isDone = after.status === 'filled'
  tell(parts, isDone ? 'fill' : 'partial_fill', after, {
    timestamp: at,
    execution_id: execution.id,
    more: { price, qty, position_qty: position, ...settlementOf(parts, order) },
  })
  if (isDone) legsAfterFill(parts, after)
  return amendLater(parts, after)
}

const isPending = ({ status }: AlpacaOrder): boolean => status === 'pending_cancel' || status === 'pending_replace'

export function settlementOf(parts: VenueParts, { asset }: AlpacaOrder): Readonly<Record<string, unknown>> {
  const today = dateAt(parts.now())
  if (asset.assetClass === 'crypto') return { swap_rate: '1', settle_date: today.toString() }
  return { settle_date: nextTradingDay(today).date }
}

const AMENDED_AFTER_MS = 50
const ONE_PERCENT = decimal('0.01')
/** Some trades do not stand: told apart from the execution, so that the client has already believed it. */
function amendLater(parts: VenueParts, order: AlpacaOrder): AlpacaOrder {
  if (order.status !== 'filled') return order
  const last = order.executions.at(-1)
  if (last === undefined) return order
  if (doesWith(parts, order, 'bust')) {
    parts.timers.after(AMENDED_AFTER_MS, () => bustExecution(parts, now(parts, order), last.id))
  }
  if (doesWith(parts, order, 'correction')) {
    const corrected = last.price.minus(last.price.scaledBy(ONE_PERCENT))
    parts.timers.after(AMENDED_AFTER_MS, () =>
      correctExecution(parts, now(parts, order), last.id, { price: corrected, qty: last.qty }),
    )
  }
  return order
}

/** The trade never was: the order keeps its end, and loses the quantity. */
export function bustExecution(parts: VenueParts, order: AlpacaOrder, executionId: string): AlpacaOrder {
  const busted = order.executions.find(({ id }) => id === executionId)
  if (busted === undefined) return order
  const executions = order.executions.filter(({ id }) => id !== executionId)
  const losesItsEnd = order.status === 'filled' && executions.length > 0
  const shown = change(parts, order, {
    executions,
    ...(losesItsEnd ? { status: 'partially_filled', tradesNoMore: true } : {}),
  })
  const position = parts.ledger.undo(order.asset, order.side, busted.qty, busted.price)
  parts.truth.note('bust', { order_id: order.id, execution_id: executionId, qty: busted.qty, price: busted.price })
  tell(parts, 'trade_bust', shown, {
    more: {
      previous_execution_id: executionId,
      price: busted.price,
      qty: busted.qty.negated(),
      position_qty: position,
      ...settlementOf(parts, order),
    },
  })
  return shown
}

/** The trade was another one than told. */
export function correctExecution(
  parts: VenueParts,
  order: AlpacaOrder,
  executionId: string,
  { price, qty }: { readonly price: Price; readonly qty: Quantity },
): AlpacaOrder {
  const wrong = order.executions.find(({ id }) => id === executionId)
  if (wrong === undefined) return order
  const right: Execution = { ...wrong, id: parts.ids.uuid(), price, qty, at: parts.stamps.next() }
  const after = change(parts, order, {
    executions: order.executions.map((one) => (one.id === executionId ? right : one)),
  })
  parts.ledger.undo(order.asset, order.side, wrong.qty, wrong.price)
  const position = parts.ledger.trade(order.asset, order.side, qty, price)
  parts.truth.note('execution', {
    id: right.id,
    corrects: executionId,
    order_id: order.id,
    client_order_id: order.clientOrderId,
    symbol: order.asset.symbol,
    side: order.side,
    qty,
    price,
    position_qty: position,
  })
  tell(parts, 'trade_correct', after, {
    execution_id: right.id,
    more: { previous_execution_id: executionId, price, qty, position_qty: position, ...settlementOf(parts, order) },
  })
  return after
}

/** The order is over without another trade. */
export function endOrder(
  parts: VenueParts,
  order: AlpacaOrder,
  status: 'canceled' | 'expired' | 'rejected',
): AlpacaOrder {
  if (!isOpen(order)) return order
  const at = parts.stamps.next()
  const when = { canceled: { canceledAt: at }, expired: { expiredAt: at }, rejected: { failedAt: at } }[status]
  const after = change(parts, order, { status, ...when })
  tell(parts, status, after, { timestamp: at })
  endLegs(parts, after)
  return after
}
