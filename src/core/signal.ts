import { sha256 } from './hash.ts'
import type { SignalId } from './ids.ts'
import { canonicalJson } from './json-text.ts'
import type { Decimal, Price } from './money.ts'
import type { OrderType, Side, TimeInForce } from './order.ts'
import type { SizeWish } from './sizing.ts'
import { formatTime, type Instant } from './time.ts'

export type Urgency = 'low' | 'normal' | 'immediate'

/** What a trader asks, validated as far as the body alone can tell. */
export interface Signal {
  readonly signalId: SignalId
  readonly strategy: string
  readonly symbol: string
  readonly side: Side
  readonly size: SizeWish
  readonly account?: string
  readonly orderType?: OrderType
  readonly limitPrice?: Price
  readonly referencePrice?: Price
  readonly referenceTime?: Instant
  readonly timeInForce?: TimeInForce
  readonly urgency?: Urgency
  readonly confidence?: Decimal
  readonly generatedAt?: Instant
  readonly expiresAt?: Instant
  readonly reduceOnly?: boolean
  readonly traceId?: string
  /** Kept as it came; never read. */
  readonly metadata?: unknown
}

/** The signal as plain data, decimals normalised, times in UTC. */
export function signalContent(signal: Signal): Readonly<Record<string, string | boolean | undefined>> {
  const { size } = signal
  return {
    signal_id: signal.signalId,
    strategy: signal.strategy,
    symbol: signal.symbol,
    side: signal.side,
    quantity: size.by === 'quantity' ? size.quantity.toString() : undefined,
    amount: size.by === 'amount' ? size.amount.toString() : undefined,
    account: signal.account,
    order_type: signal.orderType,
    limit_price: signal.limitPrice?.toString(),
    reference_price: signal.referencePrice?.toString(),
    reference_time: timeText(signal.referenceTime),
    time_in_force: signal.timeInForce,
    urgency: signal.urgency,
    confidence: signal.confidence?.toString(),
    generated_at: timeText(signal.generatedAt),
    expires_at: timeText(signal.expiresAt),
    reduce_only: signal.reduceOnly,
  }
}

/** Tells a repeat from a conflict: everything but `trace_id` and `metadata`. */
export const contentHash = (signal: Signal): string => sha256(canonicalJson(signalContent(signal)))

const timeText = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : formatTime(at))
