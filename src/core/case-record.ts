import { type Case, type CaseDecision, type CaseEvidence, type CaseKind, type CaseNeed, caseId } from './case.ts'
import { type OrderId, orderId } from './ids.ts'
import type { Plain } from './order-events.ts'
import { formatTime, type Instant, parseTime } from './time.ts'

export interface EvidenceRecord {
  readonly at: string
  readonly channel: string
  readonly summary: string
  readonly raw?: Plain
}
export interface DecisionRecord {
  readonly choice: string
  readonly by: string
  readonly at: string
  readonly reason?: string
  readonly given?: Readonly<Partial<Record<CaseNeed, string>>>
}
/** A case as plain data: one form for the store, the events and the API. */
export interface CaseRecord {
  readonly id: string
  readonly kind: CaseKind
  readonly subject: string
  readonly state: Case['state']
  readonly version: number
  readonly account: string
  readonly symbol?: string
  readonly order_id?: OrderId
  readonly opened_at: string
  readonly closed_at?: string
  readonly outcome?: string
  readonly evidence: readonly EvidenceRecord[]
  readonly evidence_left_out: number
  readonly decision?: DecisionRecord
}

export const caseToRecord = (found: Case): CaseRecord => ({
  id: found.id,
  kind: found.kind,
  subject: found.subject,
  state: found.state,
  version: found.version,
  account: found.account,
  ...(found.symbol === undefined ? {} : { symbol: found.symbol }),
  ...(found.orderId === undefined ? {} : { order_id: found.orderId }),
  opened_at: formatTime(found.openedAt),
  ...(found.closedAt === undefined ? {} : { closed_at: formatTime(found.closedAt) }),
  ...(found.outcome === undefined ? {} : { outcome: found.outcome }),
  evidence: found.evidence.map((one) => ({ ...one, at: formatTime(one.at) })),
  evidence_left_out: found.evidenceLeftOut,
  ...(found.decision === undefined ? {} : { decision: decisionToRecord(found.decision) }),
})
export const decisionToRecord = (decision: CaseDecision): DecisionRecord => ({
  ...decision,
  at: formatTime(decision.at),
})

export const caseFromRecord = (record: CaseRecord): Case => ({
  id: caseId(record.id),
  kind: record.kind,
  subject: record.subject,
  state: record.state,
  version: record.version,
  account: record.account,
  ...(record.symbol === undefined ? {} : { symbol: record.symbol }),
  ...(record.order_id === undefined ? {} : { orderId: orderId(record.order_id) }),
  openedAt: instantOf(record.opened_at),
  ...(record.closed_at === undefined ? {} : { closedAt: instantOf(record.closed_at) }),
  ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  evidence: record.evidence.map((one): CaseEvidence => ({ ...one, at: instantOf(one.at) })),
  evidenceLeftOut: record.evidence_left_out,
  ...(record.decision === undefined ? {} : { decision: { ...record.decision, at: instantOf(record.decision.at) } }),
})

const instantOf = (text: string): Instant => parseTime(text) ?? 0
