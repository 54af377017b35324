import { type AuditLine, type ChainHead, CONTINUED } from '../../../core/audit-chain.ts'
import { AUDIT_VERSION } from '../../../core/audit-line.ts'
import { formatTime, type Instant } from '../../../core/time.ts'

/** `rotated` is the ordinary one; the others say that the log was touched by somebody else, or the store was. */
export type ContinuedReason = 'rotated' | 'removed' | 'changed' | 'store_behind'

export interface Continued {
  readonly reason: ContinuedReason
  /** Under which name the lines before stand, if they stand anywhere. */
  readonly file?: string
  readonly head: ChainHead
  /** The last number of each account before this line, so that nobody has to read the older files for them. */
  readonly positions: ReadonlyMap<string, number>
}

export function continuedBody(at: Instant, { reason, file, head, positions }: Continued): string {
  return JSON.stringify({
    v: AUDIT_VERSION,
    time: formatTime(at),
    event: CONTINUED,
    event_id: `audit-${head.seq + 1}`,
    reason,
    detail: { file, last_seq: head.seq, last_hash: head.hash, positions: [...positions] },
  })
}

/** Pairs, because an account may be called `__proto__` or `7`. */
export function continuedPositions(line: AuditLine): ReadonlyMap<string, number> {
  const detail = line.fields.get('detail')
  if (typeof detail !== 'object' || detail === null || !('positions' in detail)) return new Map()
  if (!Array.isArray(detail.positions)) return new Map()
  return new Map(detail.positions.filter(isPosition))
}

const isPosition = (pair: unknown): pair is [string, number] =>
  Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number'
