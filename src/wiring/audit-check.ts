import { type AuditLine, nextLine, readAuditLine } from '../core/audit-chain.ts'
import type { Violation } from '../flow/self-check/violation.ts'
import type { OrderStoreReader } from '../ports/order-store.ts'

/** Holds the newest lines of the audit log against the events they stand for, and each against the line before it (I-33). */
export const auditCheck =
  (store: Pick<OrderStoreReader, 'eventsAfter'>, tail: () => Promise<readonly string[]>) =>
  async (): Promise<readonly Violation[]> => {
    let before: AuditLine | undefined
    for (const text of await tail()) {
      const line = before === undefined ? readAuditLine(text) : nextLine(before, text)
      if (line === undefined) return [broken('a line was changed', text)]
      if (typeof line === 'string') return [broken(line, text)]
      if (!(await isInStore(line, store))) return [broken('the store holds no such event', text)]
      before = line
    }
    return []
  }

/** What the log says of itself is no event of the store. */
async function isInStore(
  { journal, accountSeq, eventId }: AuditLine,
  store: Pick<OrderStoreReader, 'eventsAfter'>,
): Promise<boolean> {
  if (accountSeq === undefined) return true
  const [event] = await store.eventsAfter(journal, accountSeq - 1, 1)
  return event?.eventId === eventId && event.accountSeq === accountSeq
}

const broken = (why: string, line: string): Violation => ({
  invariant: 'I-33',
  message: `the audit log is not what the store holds: ${why}`,
  evidence: { line },
})
