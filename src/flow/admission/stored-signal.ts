import type { Order } from '../../core/order.ts'
import { type Signal, signalContent } from '../../core/signal.ts'
import type { StoredSignal } from '../../ports/order-store.ts'
import type { TakeContext } from './admit-signal.ts'

/** A signal as it was taken, with the order it became. */
export function storedSignal(
  signal: Signal,
  context: TakeContext,
  order: Order,
  answer: StoredSignal['answer'],
  account: string,
): StoredSignal {
  const metadata = signal.metadata === undefined ? {} : { metadata: signal.metadata }
  return {
    signalId: signal.signalId,
    account,
    strategy: signal.strategy,
    symbol: signal.symbol,
    side: signal.side,
    contentHash: context.contentHash,
    receivedAt: context.receivedAt,
    body: JSON.stringify({ ...signalContent(signal), trace_id: context.traceId, ...metadata }),
    answer,
    orderIds: [order.id],
  }
}
