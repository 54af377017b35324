import { hash } from 'node:crypto'
import type { Instant } from '../../core/time.ts'

/** What stands directly before a position: the last line taken and, as far as they are known, those before it. */
export interface Anchor {
  readonly length: number
  readonly hash: string
}
export const NO_ANCHOR: Anchor = { length: 0, hash: '' }

/** How far a file has been taken. Everything before `offset` is settled, nothing after it. */
export interface FilePosition {
  /** Device and inode: tells the file from another by the same name. */
  readonly identity: string
  readonly offset: number
  readonly anchor: Anchor
  /** What lies after the offset was written no earlier than this. */
  readonly writtenSince: Instant
}

export const MAX_ANCHOR_BYTES = 4_096

/** `settled` ends where the position stands. */
export function anchorOf(settled: Uint8Array): Anchor {
  const bytes = settled.subarray(Math.max(0, settled.length - MAX_ANCHOR_BYTES))
  return { length: bytes.length, hash: digest(bytes) }
}

/** Does what was read from `offset - anchor.length` on begin as it was left? */
export const anchorHolds = (anchor: Anchor, bytes: Uint8Array): boolean =>
  bytes.length >= anchor.length && (anchor.length === 0 || digest(bytes.subarray(0, anchor.length)) === anchor.hash)

export const positionToFact = (position: FilePosition): string => JSON.stringify(position)

/** `undefined` for anything else than what `positionToFact` wrote. */
export function positionFromFact(fact: string): FilePosition | undefined {
  const stored = parsed(fact)
  if (!isRecord(stored)) return undefined
  const { identity, offset, writtenSince, anchor } = stored
  if (!isRecord(anchor)) return undefined
  const { length, hash: anchorHash } = anchor
  if (typeof identity !== 'string' || typeof anchorHash !== 'string') return undefined
  if (!isCount(offset) || !isCount(length) || length > offset || length > MAX_ANCHOR_BYTES) return undefined
  if (typeof writtenSince !== 'number') return undefined
  return { identity, offset, anchor: { length, hash: anchorHash }, writtenSince }
}

const digest = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
function parsed(fact: string): unknown {
  try {
    return JSON.parse(fact)
  } catch {
    return undefined
  }
}
