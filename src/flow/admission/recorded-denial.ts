import { isJsonObject, parseJsonText } from '../../core/json-text.ts'
import type { Order } from '../../core/order.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { Denial } from '../planning/plan-order.ts'

/** The denial as it was told the first time: read from the event, because limits may have changed since. */
export async function recordedDenial(order: Order, store: Pick<OrderStoreReader, 'orderEvents'>): Promise<Denial> {
  const events = await store.orderEvents(order.id)
  const line = parseJsonText(events.findLast(({ event }) => event === 'order.denied')?.line ?? '{}')
  const detail = isJsonObject(line) && isJsonObject(line.detail) ? line.detail : {}
  const text = (name: string): string | undefined => {
    const value = detail[name]
    return typeof value === 'string' ? value : undefined
  }
  const code = text('code') ?? order.reason ?? 'denied'
  const [value, limit] = [text('value'), text('limit')]
  return {
    code,
    message: text('message') ?? order.failureReason ?? code,
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined ? {} : { limit }),
  }
}
