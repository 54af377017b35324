import { noteLine } from '../../src/core/audit-line.ts'
import type { Plain } from '../../src/core/order-events.ts'
import type { StoredEvent } from '../../src/ports/order-store.ts'

export const AT = Date.parse('2026-03-02T14:30:00.000Z')

/** Event number `accountSeq` of an account; the same number always gives the same event. */
export function storedEvent(account: string, accountSeq: number, fields: Record<string, Plain> = {}): StoredEvent {
  const eventId = `${account}-${accountSeq}`
  const event = 'sync.completed'
  const at = AT + accountSeq
  const context = { mode: 'paper', sessionId: 's1', ...(account === '_' ? {} : { account }) } as const
  return { event, eventId, at, account, accountSeq, line: noteLine(event, eventId, at, context, fields) }
}

export const storedEvents = (account: string, from: number, to: number): StoredEvent[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => storedEvent(account, from + n))
