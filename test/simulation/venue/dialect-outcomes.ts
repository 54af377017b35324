import type { OrderReport } from '../../../src/core/order-report.ts'
import type { CancelOutcome, OutgoingOrder, SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { NotSent } from '../../../src/ports/exit-pass.ts'
import type { HttpResult } from '../../../src/ports/http.ts'
import { readBody } from './field-reader.ts'

/** What an answer proves, as data. First match wins; what no row proves is `unknown`. */
interface RefusedRow {
  readonly status: number
  readonly code: string
  readonly passing: boolean
  readonly proof: string
}
const RULES = 'the rules are read before an order is made: read-order-request.ts'
const DOOR = 'the door stands before the order desk: dialect-venue.ts'
const REFUSED: readonly RefusedRow[] = [
  { status: 422, code: 'no_such_symbol', passing: false, proof: RULES },
  { status: 422, code: 'quantity_rule', passing: false, proof: RULES },
  { status: 422, code: 'price_rule', passing: false, proof: RULES },
  { status: 422, code: 'not_enough_money', passing: true, proof: RULES },
  { status: 400, code: 'bad_field', passing: false, proof: RULES },
  { status: 429, code: 'too_many', passing: true, proof: DOOR },
  { status: 401, code: 'session_over', passing: true, proof: DOOR },
]
const DUPLICATE = { status: 409, code: 'id_taken' }

export function submitOutcome(
  result: HttpResult,
  order: OutgoingOrder,
  decode: (body: string) => OrderReport | undefined,
): SubmitOutcome {
  if (result.kind === 'failed') return failedSubmit(result)
  const { status, body } = result
  const evidence = { status, body: body.slice(0, 2_000) }
  const report = status === 201 ? decode(body) : undefined
  if (report !== undefined && isAbout(report, order)) return { kind: 'accepted', report }
  const said = refusalIn(body)
  if (said === undefined) return { kind: 'unknown', phase: 'body_in', reason: `${status} proves nothing`, evidence }
  const { code, message: reason } = said
  if (status === DUPLICATE.status && code === DUPLICATE.code) return { kind: 'duplicate_id', reason, evidence }
  const row = REFUSED.find((one) => one.status === status && one.code === code)
  if (row === undefined)
    return { kind: 'unknown', phase: 'body_in', reason: `${status} ${code} proves nothing`, evidence }
  return { kind: 'refused', code: `venue.${code}`, reason, proof: row.proof, passing: row.passing, evidence }
}

/** An answer that names another order, or other terms, was for somebody else. */
function isAbout({ clientOrderId, symbol, side, quantity }: OrderReport, order: OutgoingOrder): boolean {
  if (clientOrderId !== undefined && clientOrderId !== order.clientOrderId) return false
  return symbol === order.symbol && side === order.side && (quantity?.equals(order.quantity) ?? false)
}

function failedSubmit({ phase, cause, error }: Extract<HttpResult, { kind: 'failed' }>): SubmitOutcome {
  if (phase !== 'not_sent') return { kind: 'unknown', phase, reason: cause }
  return error instanceof NotSent
    ? { kind: 'not_sent', code: error.code, reason: error.message }
    : { kind: 'not_sent', code: 'broker.unreachable', reason: cause }
}

export function cancelOutcome(
  result: HttpResult,
  decode: {
    readonly order: (body: string) => OrderReport | undefined
    readonly over: (body: string) => OrderReport | undefined
  },
): CancelOutcome {
  if (result.kind === 'failed') {
    const kind = result.phase === 'not_sent' ? 'not_sent' : 'unknown'
    return { kind, reason: result.cause }
  }
  const { status, body } = result
  const said = refusalIn(body)
  const order = status === 202 ? decode.order(body) : undefined
  if (order !== undefined) return { kind: 'asked', report: order }
  if (status === 409 && said?.code === 'too_late') {
    const report = decode.over(body)
    return report === undefined ? { kind: 'already_final' } : { kind: 'already_final', report }
  }
  if (status === 404 && said?.code === 'no_such_order') return { kind: 'absent', reason: said.message }
  if (said !== undefined && (status === 429 || status === 401)) {
    return { kind: 'refused', code: `venue.${said.code}`, reason: said.message }
  }
  return { kind: 'unknown', reason: `${status} proves nothing` }
}

export const refusalIn = (body: string): { readonly code: string; readonly message: string } | undefined =>
  readBody(body, (fields) => ({ code: fields.text('code'), message: fields.text('message') }))
