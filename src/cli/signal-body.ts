import { CliFailure, EXIT } from './cli-failure.ts'

export interface SignalOptions {
  readonly id?: string
  readonly strategy?: string
  readonly symbol?: string
  readonly side?: string
  readonly quantity?: string
  readonly amount?: string
  readonly account?: string
  readonly type?: string
  readonly limit?: string
  readonly reference?: string
  readonly referenceTime?: string
  readonly timeInForce?: string
  readonly urgency?: string
  readonly confidence?: string
  readonly generatedAt?: string
  readonly expiresAt?: string
  readonly reduceOnly?: boolean
  readonly traceId?: string
  readonly metadata?: string
}

/** Flags under the names that a signal has on the wire. */
export function signalBody(options: SignalOptions): Readonly<Record<string, unknown>> {
  const { id, type, limit, reference, referenceTime, timeInForce, generatedAt, expiresAt, reduceOnly, traceId } =
    options
  const { strategy, symbol, side, quantity, amount, account, urgency, confidence, metadata } = options
  const fields = {
    signal_id: id,
    strategy,
    symbol,
    side,
    quantity,
    amount,
    account,
    order_type: type,
    limit_price: limit,
    reference_price: reference,
    reference_time: referenceTime,
    time_in_force: timeInForce,
    urgency,
    confidence,
    generated_at: generatedAt,
    expires_at: expiresAt,
    reduce_only: reduceOnly,
    trace_id: traceId,
    metadata: metadata === undefined ? undefined : jsonOption(metadata),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function jsonOption(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CliFailure(EXIT.usage, '--metadata takes JSON such as \'{"note":"rebalance"}\'.')
  }
}
