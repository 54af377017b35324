import type { Order } from '../core/order.ts'
import type { StoredEvent } from '../ports/order-store.ts'
import { remedyOf } from './problem.ts'

/**
 * Why an order is what it is: read off its stored events, in the words in which it was decided then. Nothing is computed
 * again, so a configuration that changed since tells no other story.
 */
export interface Explanation {
  readonly order_id: string
  readonly signal_id: string
  readonly status: string
  readonly reason?: string
  /** Price inputs, offsets, rounding, size, and every risk rule with value and limit. */
  readonly decided?: unknown
  readonly denial?: Line
  readonly attempts: readonly Line[]
  readonly witnesses: readonly Line[]
}
type Line = Readonly<Record<string, unknown>>

export function explainOrder(order: Order, events: readonly StoredEvent[]): Explanation {
  const lines = events.map(({ line }) => asLine(JSON.parse(line)))
  const detailOf = (event: string): Line | undefined => {
    const line = lines.find((one) => one.event === event)
    return line === undefined ? undefined : asLine(line.detail)
  }
  const why = detailOf('order.created')?.why
  const denied = lines.find((line) => line.event === 'order.denied')
  return {
    order_id: order.id,
    signal_id: order.signalId,
    status: order.status,
    ...(order.reason === undefined ? {} : { reason: order.reason }),
    ...(why === undefined ? {} : { decided: decidedFrom(asLine(why)) }),
    ...(denied === undefined ? {} : { denial: denialFrom(denied) }),
    attempts: attemptsIn(lines),
    witnesses: lines.filter((line) => FILLS.has(String(line.event))).map(witnessFrom),
  }
}

/** What stands where in a stored rule. */
function decidedFrom({ risk, ...steps }: Line): Line {
  const rules = Array.isArray(risk) ? risk.map(ruleFrom) : []
  return { ...steps, risk: rules }
}
function ruleFrom(stored: unknown): Line {
  const [rule, code, value, limit, note]: unknown[] = Array.isArray(stored) ? stored : []
  return { rule, code, value, limit, ok: note !== 'failed', ...(note === 'exempt' ? { exempt: true } : {}) }
}

const FILLS = new Set(['order.partially_filled', 'order.filled'])
const OUTCOMES = new Set([
  'order.submitted',
  'order.accepted',
  'order.unconfirmed',
  'order.rejected',
  'order.failed',
  'order.retry_scheduled',
])

function denialFrom(line: Line): Line {
  const { code, message, value, limit } = asLine(line.detail)
  return present({ at: line.time, code, message, value, limit, remedy: remedyOf(String(code)) })
}

/** Every send, how long it waited for the venue's budget, and what the venue said to it. */
function attemptsIn(lines: readonly Line[]): Line[] {
  const attempts: { send: Line; outcomes: Line[] }[] = []
  for (const line of lines) {
    if (line.event === 'order.submitting') attempts.push({ send: line, outcomes: [] })
    else if (OUTCOMES.has(String(line.event))) attempts.at(-1)?.outcomes.push(line)
  }
  return attempts.map(({ send, outcomes }) => {
    const { attempt, generation, client_order_id, payload_hash, limiter_wait_ms } = asLine(send.detail)
    return present({
      at: send.time,
      attempt,
      generation,
      client_order_id,
      payload_hash,
      limiter_wait_ms,
      answers: outcomes.map(answerFrom),
    })
  })
}

function answerFrom(line: Line): Line {
  const { evidence, channel, phase, code, reason, proof, broker_order_id } = asLine(line.detail)
  const latency_ms = line.latency_ms
  return present({
    at: line.time,
    event: line.event,
    broker_order_id,
    latency_ms,
    channel,
    phase,
    code,
    reason,
    proof,
    evidence,
  })
}

function witnessFrom(line: Line): Line {
  const { fill, detection, witnesses, slippage_pct, channel, evidence } = asLine(line.detail)
  return present({ at: line.time, event: line.event, channel, fill, detection, witnesses, slippage_pct, evidence })
}

const asLine = (value: unknown): Line => (typeof value === 'object' && value !== null ? { ...value } : {})
const present = (line: Line): Line =>
  Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined))
