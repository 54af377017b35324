import type { Instant } from '../../core/time.ts'

/**
 * The kill switch. Guarantees:
 * - it latches: the first halt keeps its time and reason however often it is asked again, and only `resume` ends it;
 * - the file `HALT` is another hand on the same switch: while it exists nobody resumes, and taking it away resumes nothing;
 * - who resumes one halt by name does not resume a later one;
 * - a stored switch that cannot be read is on.
 * What it says is durable once the caller has stored `toFact`, and the caller answers only then.
 */
export type HaltState =
  | { readonly halted: false }
  | { readonly halted: true; readonly since: Instant; readonly reason: string; readonly by: string }

export const RUNNING: HaltState = { halted: false }
export const HALT_FACT = 'halt'

export function halt(
  state: HaltState,
  { reason, by }: { readonly reason: string; readonly by: string },
  at: Instant,
): HaltState {
  return state.halted ? state : { halted: true, since: at, reason, by }
}

/** What the file says at this moment. */
export function noticeFile(state: HaltState, exists: boolean, at: Instant): HaltState {
  return exists ? halt(state, { reason: 'the file HALT exists in the data directory', by: 'file' }, at) : state
}

export type ResumeResult =
  | { readonly kind: 'resumed'; readonly state: HaltState }
  /** It was not halted: a repeated resume is no fault. */
  | { readonly kind: 'running'; readonly state: HaltState }
  | { readonly kind: 'refused'; readonly code: 'halt.file_present' | 'halt.other_since'; readonly message: string }

export function resume(
  state: HaltState,
  { since, fileExists }: { readonly since: Instant | undefined; readonly fileExists: boolean },
): ResumeResult {
  if (fileExists) {
    const message = 'the file HALT exists in the data directory; remove it first'
    return { kind: 'refused', code: 'halt.file_present', message }
  }
  if (!state.halted) return { kind: 'running', state }
  if (since !== undefined && since !== state.since) {
    return {
      kind: 'refused',
      code: 'halt.other_since',
      message: 'trading was halted at another time than the one named',
    }
  }
  return { kind: 'resumed', state: RUNNING }
}

export const toFact = (state: HaltState): string => JSON.stringify(state)

export function fromFact(fact: string | undefined, at: Instant): HaltState {
  if (fact === undefined) return RUNNING
  return parse(fact) ?? { halted: true, since: at, reason: 'the stored switch could not be read', by: 'recovery' }
}

function parse(fact: string): HaltState | undefined {
  try {
    const stored: unknown = JSON.parse(fact)
    if (typeof stored !== 'object' || stored === null || !('halted' in stored)) return undefined
    if (stored.halted === false) return RUNNING
    if (stored.halted !== true || !('since' in stored) || !('reason' in stored) || !('by' in stored)) return undefined
    const { since, reason, by } = stored
    const isWhole = typeof since === 'number' && typeof reason === 'string' && typeof by === 'string'
    return isWhole ? { halted: true, since, reason, by } : undefined
  } catch {
    return undefined
  }
}
