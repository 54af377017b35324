import type { Case } from '../../../core/case.ts'
import { type CaseRecord, caseFromRecord, caseToRecord } from '../../../core/case-record.ts'
import type { SqlValue } from './commit-host.ts'

/** The record is the case; the columns beside it only find it. */
const moving = (found: Case): readonly SqlValue[] => [
  found.version,
  found.state === 'open' ? 1 : 0,
  JSON.stringify(caseToRecord(found)),
]

export const newCaseParams = (found: Case): readonly SqlValue[] => [
  ...moving(found),
  found.id,
  found.account,
  found.kind,
  found.subject,
]
export const changedCaseParams = (found: Case, expectedVersion: number): readonly SqlValue[] => [
  ...moving(found),
  found.id,
  expectedVersion,
]

export function caseFromText(text: SqlValue | undefined): Case {
  const record: CaseRecord = JSON.parse(String(text))
  return caseFromRecord(record)
}
