import { orderId } from '../../../core/ids.ts'
import type { StoredSignal } from '../../../ports/order-store.ts'
import type { SqlValue } from './commit-host.ts'
import { sideOf } from './side-column.ts'

export const SIGNAL_COLUMNS = `signal_id, account, strategy, symbol, side, content_hash, received_at, body, answer_status,
  answer_code, order_ids`

export const signalParams = (signal: StoredSignal): readonly SqlValue[] => [
  signal.signalId,
  signal.account,
  signal.strategy,
  signal.symbol,
  signal.side,
  signal.contentHash,
  Math.trunc(signal.receivedAt),
  signal.body,
  signal.answer.status,
  signal.answer.code ?? null,
  JSON.stringify(signal.orderIds),
]

export function signalFromRow(row: readonly SqlValue[]): StoredSignal {
  const [id, account, strategy, symbol, side, hash, received, body, status, code, orders] = row
  const ids: readonly string[] = JSON.parse(String(orders))
  return {
    signalId: String(id),
    account: String(account),
    strategy: String(strategy),
    symbol: String(symbol),
    side: sideOf(side),
    contentHash: String(hash),
    receivedAt: Number(received),
    body: String(body),
    answer: { status: Number(status), ...(code === null ? {} : { code: String(code) }) },
    orderIds: ids.map(orderId),
  }
}
