import { type Case, CHOICES } from '../../core/case.ts'
import { caseToRecord, decisionToRecord } from '../../core/case-record.ts'
import type { Plain } from '../../core/order-events.ts'

/** What the events of a case tell beside the envelope: the evidence once, when it is opened. */
export function caseFields(event: string, found: Case): Record<string, Plain | undefined> {
  const { id, kind, subject, symbol, orderId, decision, outcome } = found
  return {
    order_id: orderId,
    symbol,
    reason: event === 'case.decided' ? decision?.choice : (outcome ?? kind),
    detail: {
      case_id: id,
      kind,
      subject,
      choices: CHOICES[kind].map(({ name }) => name),
      decision: decision === undefined ? undefined : { ...decisionToRecord(decision) },
      evidence: event === 'case.opened' ? caseToRecord(found).evidence.map((one) => ({ ...one })) : undefined,
    },
  }
}
