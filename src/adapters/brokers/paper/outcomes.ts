import type { OrderReport } from '../../../core/order-report.ts'
import type { CancelOutcome, SubmitOutcome } from '../../../ports/broker-gateway.ts'
import { NotSent } from '../../../ports/exit-pass.ts'
import type { HttpResult } from '../../../ports/http.ts'
import { decodeRefusal, parseBody, rawEvidence } from './decode.ts'

/** Codes with which the paper venue refuses before it creates anything: proven by `test/simulator`. */
const REFUSALS: ReadonlyMap<string, { readonly passing: boolean }> = new Map([
  ['unknown_symbol', { passing: false }],
  ['insufficient_funds', { passing: true }],
  ['short_not_allowed', { passing: false }],
  ['invalid_quantity', { passing: false }],
  ['invalid_price', { passing: false }],
  ['market_closed', { passing: true }],
  ['bad_request', { passing: false }],
])
const DUPLICATE = 'duplicate_client_order_id'
const PROOF = 'the paper venue refuses before it creates anything'

/** First match wins; what no row proves is `unknown`. */
export function submitOutcome(result: HttpResult, decode: (body: string) => OrderReport | undefined): SubmitOutcome {
  if (result.kind === 'failed') return failedSubmit(result)
  const { status, body } = result
  const evidence = rawEvidence(status, body)
  const report = status === 201 ? decode(body) : undefined
  if (report !== undefined) return { kind: 'accepted', report }
  const refusal = status === 422 || status === 400 ? decodeRefusal(parseBody(body)) : undefined
  if (refusal?.code === DUPLICATE) return { kind: 'duplicate_id', reason: refusal.message, evidence }
  const row = refusal === undefined ? undefined : REFUSALS.get(refusal.code)
  if (refusal !== undefined && row !== undefined) {
    return {
      kind: 'refused',
      code: `venue.${refusal.code}`,
      reason: refusal.message,
      proof: PROOF,
      passing: row.passing,
      evidence,
    }
  }
  return { ...provesNothing(status), phase: 'body_in', evidence }
}

function failedSubmit({ phase, cause, error }: Extract<HttpResult, { kind: 'failed' }>): SubmitOutcome {
  if (phase !== 'not_sent') return { kind: 'unknown', phase, reason: cause }
  return error instanceof NotSent
    ? { kind: 'not_sent', code: error.code, reason: error.message }
    : { kind: 'not_sent', code: 'broker.unreachable', reason: cause }
}

export function cancelOutcome(result: HttpResult, decode: (body: string) => OrderReport | undefined): CancelOutcome {
  if (result.kind === 'failed') {
    return result.phase === 'not_sent'
      ? { kind: 'not_sent', reason: result.cause }
      : { kind: 'unknown', reason: result.cause }
  }
  const report = decode(result.body)
  switch (result.status) {
    case 202:
      return { kind: 'asked', ...(report === undefined ? {} : { report }) }
    case 409:
      return { kind: 'already_final', ...(report === undefined ? {} : { report }) }
    case 404:
      if (decodeRefusal(parseBody(result.body))?.code !== 'order_not_found') return provesNothing(result.status)
      return { kind: 'absent', reason: 'the venue does not know the order' }
    default:
      return provesNothing(result.status)
  }
}

const provesNothing = (status: number): { readonly kind: 'unknown'; readonly reason: string } => ({
  kind: 'unknown',
  reason: `an answer with status ${status} proves nothing`,
})
