import { evolve } from '../../src/core/evolve.ts'
import type { ReportedFill } from '../../src/core/fill.ts'
import { brokerOrderId, clientOrderId, executionId, orderId, signalId } from '../../src/core/ids.ts'
import { amount, price, quantity } from '../../src/core/money.ts'
import type { Order, OrderDraft } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'

export const T0 = Date.UTC(2026, 2, 2, 15)

export const draftOf = (over: Partial<OrderDraft> = {}): OrderDraft => ({
  id: orderId('019c0000-0000-7000-8000-000000000001'),
  account: 'paper',
  venue: 'paper',
  currency: 'USD',
  mode: 'paper',
  sessionId: 's1',
  traceId: 't1',
  configVersion: 'c1',
  signalId: signalId('sig-1'),
  leg: 1,
  strategy: 'default',
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'day',
  quantity: quantity('10'),
  limitPrice: price('101'),
  referencePrice: price('100'),
  clientOrderId: clientOrderId('sf-one'),
  ...over,
})
export const created = (over: Partial<OrderDraft> = {}): OrderEvent => ({
  kind: 'created',
  at: T0,
  draft: draftOf(over),
})
export const anOrder = (over: Partial<OrderDraft> = {}): Order => evolve(undefined, created(over))

export const fillOf = (size: string, at: string, { id = 'e1', commission = '0', time = T0 } = {}): ReportedFill => ({
  executionId: executionId(id),
  quantity: quantity(size),
  price: price(at),
  time,
  commission: amount(commission),
  commissionCurrency: 'USD',
})

/** One plain event of each kind, for stories where only the kind matters. */
export function eventOf(kind: string): OrderEvent {
  const at = T0
  const events: Record<string, OrderEvent> = {
    created: created(),
    denied: { kind: 'denied', at, code: 'halted', message: 'halted' },
    held: { kind: 'held', at },
    released: { kind: 'released', at },
    submitting: {
      kind: 'submitting',
      at,
      attempt: 1,
      generation: 1,
      clientOrderId: clientOrderId('sf-one'),
      payloadHash: 'h1',
    },
    submitted: { kind: 'submitted', at, brokerOrderId: brokerOrderId('b1'), latencyMs: 1.5 },
    accepted: { kind: 'accepted', at, brokerOrderId: brokerOrderId('b1') },
    unconfirmed: { kind: 'unconfirmed', at, phase: 'dispatched', reason: 'no answer' },
    partially_filled: { kind: 'partially_filled', at, fill: fillOf('1', '100') },
    filled: {
      kind: 'filled',
      at,
      fill: fillOf('10', '100'),
      detection: { methods: ['status'], confidence: 1, elapsedMs: 1, checks: 1 },
    },
    cancel_requested: { kind: 'cancel_requested', at, by: 'me', reason: 'requested' },
    cancelled: { kind: 'cancelled', at, reason: 'requested' },
    rejected: { kind: 'rejected', at, code: 'venue.x', reason: 'x' },
    expired: { kind: 'expired', at, reason: 'day' },
    failed: { kind: 'failed', at, code: 'broker.unreachable', reason: 'x', proof: 'not_sent' },
    adopted: { kind: 'adopted', at, channel: 'recovery', brokerOrderId: brokerOrderId('b1') },
    retry_scheduled: { kind: 'retry_scheduled', at, reason: 'funds', expiresAt: at + 1 },
    retry_dropped: { kind: 'retry_dropped', at, reason: 'x' },
  }
  const event = events[kind]
  if (event === undefined) throw new Error(`no plain event ${kind}`)
  return event
}
