import { z } from 'zod'
import { type BrokerOrderId, brokerOrderId } from '../../../core/ids.ts'
import { JsonNumber, type JsonValue } from '../../../core/json-text.ts'
import type { OrderReport } from '../../../core/order-report.ts'
import type { CancelOutcome, SubmitOutcome } from '../../../ports/broker-gateway.ts'
import { NotSent } from '../../../ports/exit-pass.ts'
import type { HttpResult } from '../../../ports/http.ts'
import { readAll } from './decode.ts'
import { IN_OTHER_WORDS, proofOf, refusalFor } from './refusals.ts'
import { decodeRefusal, parseBody, type Refusal, rawEvidence } from './wire.ts'

/**
 * What an answer proves. Guarantees:
 * - what no row proves is `unknown`: a 401, 403 or 404 without a code, a 408, a 429, any 5xx, HTML, a body that is cut or
 *   about another order, silence;
 * - 429 is no proof that nothing was made, so whoever was answered with it keeps his id.
 */
type Failed = Extract<HttpResult, { kind: 'failed' }>
type Answer = Extract<HttpResult, { kind: 'answer' }>

const REQUEST_ID = 'x-request-id'
const evidenceOf = ({ status, body, headers }: Answer) => rawEvidence(status, body, headers[REQUEST_ID])

/** `decode` gives the order of the answer, where it is the one that was sent. */
export function submitOutcome(result: HttpResult, decode: (body: string) => OrderReport | undefined): SubmitOutcome {
  if (result.kind === 'failed') return failedSubmit(result)
  const evidence = evidenceOf(result)
  if (result.status === 200 || result.status === 201) {
    const report = decode(result.body)
    return report === undefined ? unknownAnswer(result) : { kind: 'accepted', report }
  }
  const refusal = decodeRefusal(result.body)
  const row = refusal === undefined ? undefined : refusalFor(result.status, refusal.code, refusal.message)
  if (refusal === undefined || row === undefined) return unknownAnswer(result)
  if (row.proves === 'duplicate_id') return { kind: 'duplicate_id', reason: refusal.message, evidence }
  const passing = row.passing === true
  return { kind: 'refused', code: row.code, reason: refusal.message, proof: proofOf(row), passing, evidence }
}

const unknownAnswer = (answer: Answer): SubmitOutcome => ({
  kind: 'unknown',
  phase: 'body_in',
  reason: provesNothing(answer),
  evidence: evidenceOf(answer),
})

function failedSubmit({ phase, cause, error }: Failed): SubmitOutcome {
  if (phase !== 'not_sent') return { kind: 'unknown', phase, reason: cause }
  return error instanceof NotSent
    ? { kind: 'not_sent', code: error.code, reason: error.message }
    : { kind: 'not_sent', code: 'broker.unreachable', reason: cause }
}

const NOT_FOUND = 40410000
const ALREADY = /already in "?(\w+)"? state/i
const ENDS: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected'])

/** An empty 2xx is a request that was taken, not an order that is gone. */
export function cancelOutcome(result: HttpResult): CancelOutcome {
  if (result.kind === 'failed') {
    const { phase, cause } = result
    return phase === 'not_sent' ? { kind: 'not_sent', reason: cause } : { kind: 'unknown', reason: cause }
  }
  if (result.status >= 200 && result.status < 300) return { kind: 'asked' }
  const refusal = decodeRefusal(result.body)
  return (
    (refusal === undefined ? undefined : refusedCancel(result.status, refusal)) ?? {
      kind: 'unknown',
      reason: provesNothing(result),
    }
  )
}

function refusedCancel(status: number, { code, message }: Refusal): CancelOutcome | undefined {
  if (status === 404 && code === NOT_FOUND) return { kind: 'absent', reason: 'the venue does not know the order' }
  if (status !== 422 || code === undefined) return undefined
  const state = ALREADY.exec(message)?.[1]?.toLowerCase()
  if (state === 'pending_cancel') return { kind: 'asked' }
  if (state !== undefined && ENDS.has(state)) return { kind: 'already_final' }
  return { kind: 'refused', code: 'venue.not_cancelable', reason: message }
}

/** What the bulk call says of every order it found; one that it does not name it has not asked for. */
export type CancelAllOutcome =
  | { readonly kind: 'asked'; readonly orders: readonly BulkCancel[] }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
export interface BulkCancel {
  readonly brokerOrderId: BrokerOrderId
  readonly outcome: CancelOutcome
}

export function cancelAllOutcome(result: HttpResult): CancelAllOutcome {
  if (result.kind === 'failed') {
    const { phase, cause } = result
    return phase === 'not_sent' ? { kind: 'not_sent', reason: cause } : { kind: 'unknown', reason: cause }
  }
  const rows = result.status === 207 || result.status === 200 ? readBulk(parseBody(result.body)) : undefined
  if (rows === undefined) return { kind: 'unknown', reason: provesNothing(result) }
  const orders = rows.map(({ id, status, body }) => ({
    brokerOrderId: brokerOrderId(id),
    outcome: cancelOutcome({ kind: 'answer', status, headers: {}, body: JSON.stringify(body ?? null) }),
  }))
  return { kind: 'asked', orders }
}

const BULK = z.object({ id: z.string().min(1), status: z.instanceof(JsonNumber), body: z.unknown().optional() })
const readBulk = (body: JsonValue | undefined) =>
  readAll(body, (item) => {
    const parsed = BULK.safeParse(item)
    return parsed.success ? { ...parsed.data, status: Number(parsed.data.status.text) } : undefined
  })

/** A replacement is an order of its own: it may trade, and so may the one it replaces, until the venue says which. */
export type ReplaceOutcome =
  | { readonly kind: 'asked'; readonly replacement: OrderReport }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string; readonly proof: string }
  | { readonly kind: 'already_final'; readonly reason: string }
  | { readonly kind: 'absent'; readonly reason: string }
  /** Its name is taken: by our own earlier attempt, most likely. */
  | { readonly kind: 'duplicate_id'; readonly reason: string }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

const REPLACE_PROOF = 'the order stands as it was: 422 with a code refuses the change itself (reported)'

export function replaceOutcome(result: HttpResult, decode: (body: string) => OrderReport | undefined): ReplaceOutcome {
  if (result.kind === 'failed') {
    const { phase, cause } = result
    return phase === 'not_sent' ? { kind: 'not_sent', reason: cause } : { kind: 'unknown', reason: cause }
  }
  if (result.status === 200) {
    const replacement = decode(result.body)
    return replacement === undefined
      ? { kind: 'unknown', reason: provesNothing(result) }
      : { kind: 'asked', replacement }
  }
  const refusal = decodeRefusal(result.body)
  return (
    (refusal === undefined ? undefined : refusedReplace(result.status, refusal)) ?? {
      kind: 'unknown',
      reason: provesNothing(result),
    }
  )
}

function refusedReplace(status: number, { code, message }: Refusal): ReplaceOutcome | undefined {
  if (status === 404 && code === NOT_FOUND) return { kind: 'absent', reason: 'the venue does not know the order' }
  const row = refusalFor(status, code, message)
  if (row?.proves === 'duplicate_id') return { kind: 'duplicate_id', reason: message }
  // A chain that is moving, by our own earlier attempt perhaps: which link lives has to be looked up.
  if (/already replaced|chain not fully replaced/i.test(message)) return { kind: 'unknown', reason: message }
  if (status !== 422 && row === undefined) return undefined
  if (/not open|already in/i.test(message)) return { kind: 'already_final', reason: message }
  if (/cannot replace order in (pending_replace|replaced)/i.test(message)) return { kind: 'unknown', reason: message }
  if (code === undefined) return undefined
  const known = row === undefined || row.code === IN_OTHER_WORDS ? 'venue.not_replaceable' : row.code
  return { kind: 'refused', code: known, reason: message, proof: REPLACE_PROOF }
}

const provesNothing = ({ status }: Answer): string => `an answer with status ${status} proves nothing`
