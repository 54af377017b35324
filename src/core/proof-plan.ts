import type { Instant } from './time.ts'

/** How the fate of an order in doubt is found out at a venue, and whether the order may be sent again meanwhile. */
export interface ProofPlan {
  /** `same_day`: the venue refuses a repeated id within one of its days, and takes it as new on the next. */
  readonly resend: 'any_time' | 'same_day' | 'never'
  /** `terms`: nothing of ours stands on the order there, so what it says has to tell it from the others. */
  readonly findBy: 'name' | 'terms'
}
export interface NameRule {
  readonly enforced: 'forever' | 'day' | 'while_open' | 'never'
  /** Does the order carry our id at the venue at all? Where nothing is said, it does. */
  readonly isCarried?: boolean
}

const RESENDS = { forever: 'any_time', day: 'same_day', while_open: 'never', never: 'never' } as const

export const proofPlan = ({ enforced, isCarried = true }: NameRule): ProofPlan =>
  isCarried ? { resend: RESENDS[enforced], findBy: 'name' } : { resend: 'never', findBy: 'terms' }

/** So far from the end of the venue's day nothing is sent again: a request takes time, and no clock is exact. */
export const DAY_MARGIN_MS = 5 * 60_000

/** May the same id go out again, by the venue's clock? `doubtMs` is how far that clock may be off what we take it for. */
export function mayRepeat(
  { resend }: ProofPlan,
  time: { readonly sentAt: Instant; readonly now: Instant; readonly doubtMs: number },
  dayOf: (at: Instant) => string,
): boolean {
  if (resend !== 'same_day') return resend === 'any_time'
  const margin = DAY_MARGIN_MS + time.doubtMs
  return dayOf(time.sentAt - margin) === dayOf(time.now + margin)
}
