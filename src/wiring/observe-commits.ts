import type { SurefillMetrics } from '../api/metrics.ts'
import type { Order } from '../core/order.ts'
import type { TradingHost } from './trading-host.ts'

type Observer = NonNullable<TradingHost['onCommitted']>

/** Measures what became durable. */
export const observeCommits =
  (metrics: SurefillMetrics): Observer =>
  (events, orders) => {
    const byId = new Map(orders.map((order) => [order.id, order]))
    for (const { event, account, orderId } of events) {
      const order = orderId === undefined ? undefined : byId.get(orderId)
      if (order === undefined || !event.startsWith('order.')) continue
      metrics.order(account, event.slice('order.'.length))
      observe(metrics, event, order)
    }
  }

function observe(metrics: SurefillMetrics, event: string, order: Order): void {
  const { account } = order
  switch (event) {
    case 'order.denied':
      metrics.denial(account, order.reason ?? 'unknown')
      break
    case 'order.submitted':
      metrics.submission(account, 'accepted', order.latencyMs)
      break
    case 'order.rejected':
      metrics.submission(account, 'refused')
      break
    case 'order.unconfirmed':
      metrics.submission(account, 'unknown')
      break
    case 'order.filled':
      if (order.submittedAt !== undefined) metrics.fill(account, Math.max(0, order.updatedAt - order.submittedAt))
      break
  }
}
