import { oneLine } from '../../../core/audit-chain.ts'
import type { StoredEvent } from '../../../ports/order-store.ts'

/** What a line of the trades log takes over from the event's line, before the trade's own fields. */
const FIELDS = ['time', 'event_id', 'mode', 'account', 'venue', 'order_id', 'signal_id', 'strategy', 'symbol'] as const

/** The line of an event that reduced a position; `undefined` for every other event. */
export function tradeLine({ event, line, account, accountSeq }: StoredEvent): string | undefined {
  if (event !== 'position.changed' || !line.includes('"closed_trade":')) return undefined
  const fields = membersOf(JSON.parse(line))
  const detail = membersOf(fields.get('detail'))
  const trade = membersOf(detail.get('closed_trade'))
  if (trade.size === 0) return undefined
  const about = FIELDS.map((name) => [name, fields.get(name)] as const)
  return oneLine(
    JSON.stringify({
      v: 1,
      ...Object.fromEntries(about),
      account,
      account_seq: accountSeq,
      execution_id: detail.get('execution_id'),
      ...Object.fromEntries(trade),
      currency: detail.get('currency'),
    }),
  )
}

export interface WrittenTrade {
  readonly eventId: string
  readonly account: string
  readonly accountSeq: number
  readonly time: string
}

export function readTradeLine(text: string): WrittenTrade | undefined {
  const fields = parsed(text)
  const [eventId, account, time] = ['event_id', 'account', 'time'].map((name) => fields.get(name))
  const accountSeq = fields.get('account_seq')
  if (typeof eventId !== 'string' || typeof account !== 'string' || typeof accountSeq !== 'number') return undefined
  return { eventId, account, accountSeq, time: typeof time === 'string' ? time : '' }
}

function parsed(text: string): ReadonlyMap<string, unknown> {
  try {
    return membersOf(JSON.parse(text))
  } catch {
    return new Map()
  }
}

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map()
