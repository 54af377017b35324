import type { FaultPlan } from '../faults/fault-plan.ts'

/** What becomes of a request on its way. */
export type Course =
  /** Refused before any byte left. */
  | { readonly kind: 'not_sent'; readonly cause: string }
  /** Arrives after `delayMs` and is answered, the answer taking `answerMs` more. */
  | { readonly kind: 'whole'; readonly delayMs: number; readonly answerMs: number }
  /** Nothing comes back; it may arrive, at once or late. */
  | { readonly kind: 'unanswered'; readonly arrivesMs: number | undefined }
  /** The connection breaks and says so. */
  | { readonly kind: 'cut'; readonly phase: 'dispatched' | 'headers_in' | 'body_in'; readonly arrives: boolean }
  /** Something in front of the venue answers in its place. */
  | { readonly kind: 'edge'; readonly status: number; readonly headers: Record<string, string>; readonly body: string }

type Answered = Omit<Extract<Course, { kind: 'edge' }>, 'kind'>

export interface CourseQuestion {
  readonly faults: FaultPlan
  readonly about: string | (() => readonly string[])
  readonly isWrite: boolean
  readonly deadlineMs: number
  readonly weather: 'fair' | 'refused' | 'silent' | 'brown_out'
  /** What the same question was answered a moment ago. */
  readonly cached?: Answered | undefined
  /** How far the daemon's clock is from the venue's. */
  readonly skewMs: number
  /** What is absent for so long never comes: the venue's word, which a request on its way keeps too. */
  readonly settlesMs: number
}

const SIGNATURE_WINDOW_MS = 5_000
const LATEST_MS = 300_000
/** The venue may take as long again before it shows the order. */
const LATE_SHARE = 0.4
const SLOWEST_ANSWER_MS = 3_000

export function courseOf(question: CourseQuestion): Course | undefined {
  return weathered(question) ?? refusedAtEdge(question) ?? brokenOff(question)
}

function weathered({ faults, about, weather }: CourseQuestion): Course | undefined {
  if (weather === 'fair') return faults.strikes('F-33', about) ? { kind: 'not_sent', cause: 'ECONNREFUSED' } : undefined
  const isHit = weather !== 'brown_out' || faults.draw('F-50', 'brown_out') < 0.3
  if (!isHit) return undefined
  faults.struck('F-50', typeof about === 'function' ? about() : [about])
  if (weather === 'refused') return { kind: 'not_sent', cause: 'EHOSTUNREACH' }
  if (weather === 'silent') return { kind: 'unanswered', arrivesMs: undefined }
  return { kind: 'edge', status: 503, headers: {}, body: '<html>service unavailable</html>' }
}

function refusedAtEdge({ faults, about, skewMs, cached }: CourseQuestion): Course | undefined {
  if (Math.abs(skewMs) > SIGNATURE_WINDOW_MS && faults.strikes('F-29', about)) {
    return { kind: 'edge', status: 400, headers: {}, body: '{"code":"outside_window","message":"timestamp"}' }
  }
  if (cached !== undefined && faults.strikes('F-49', about)) {
    const fate = faults.draw('F-49', 'fate')
    if (fate < 0.6) return { kind: 'edge', ...cached }
    return fate < 0.8
      ? { kind: 'edge', status: 304, headers: { etag: '"1"' }, body: '' }
      : { kind: 'edge', status: 200, headers: {}, body: '<html>try another cache</html>' }
  }
  if (!faults.strikes('F-42', about)) return undefined
  const wait = RETRY_AFTER[Math.floor(faults.draw('F-42', 'header') * RETRY_AFTER.length)]
  return { kind: 'edge', status: 429, headers: wait === undefined ? {} : { 'retry-after': wait }, body: '' }
}
const RETRY_AFTER = [undefined, '1', '0', '-3', 'soon', '1000000000', 'Mon, 02 Mar 2026 14:31:00 GMT']

function brokenOff({ faults, about, isWrite, deadlineMs, settlesMs }: CourseQuestion): Course | undefined {
  if (faults.strikes('F-34', about)) {
    const fate = faults.draw('F-34', 'fate')
    if (fate < 0.35) return { kind: 'unanswered', arrivesMs: undefined }
    if (fate < 0.7 || !isWrite) return { kind: 'unanswered', arrivesMs: 0 }
    const latestMs = Math.min(LATEST_MS, LATE_SHARE * settlesMs)
    return { kind: 'unanswered', arrivesMs: deadlineMs + faults.draw('F-34', 'late') * latestMs }
  }
  if (faults.strikes('F-36', about)) {
    const fate = faults.draw('F-36', 'fate')
    if (fate < 0.5) return { kind: 'cut', phase: 'dispatched', arrives: fate < 0.25 }
    return { kind: 'cut', phase: fate < 0.75 ? 'headers_in' : 'body_in', arrives: true }
  }
  if (!faults.strikes('F-78', about)) return undefined
  return {
    kind: 'whole',
    delayMs: 0,
    answerMs: faults.draw('F-78', 'ms') * Math.min(SLOWEST_ANSWER_MS, deadlineMs / 2),
  }
}
