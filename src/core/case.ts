import type { OrderId } from './ids.ts'
import type { Plain } from './order-events.ts'
import type { Instant } from './time.ts'

/**
 * What only a human can settle. Guarantees:
 * - what it is about never changes: one kind, one subject, one account;
 * - evidence is only added; where there is too much of it, the first looks and the newest ones are kept, and the number of
 *   those between them is told;
 * - a decision is one of the choices of its kind, with everything that choice needs.
 */
export type CaseKind =
  | 'unconfirmed'
  | 'mismatch'
  | 'foreign_order'
  | 'other_installation'
  | 'reappeared'
  | 'stuck_cancel'
  | 'undone_execution'
export type CaseState = 'open' | 'closed'
export type CaseNeed = 'broker_order_id'

export interface CaseChoice {
  readonly name: string
  readonly effect: string
  readonly needs: readonly CaseNeed[]
}
export interface CaseEvidence {
  readonly at: Instant
  /** Where it was seen: `look_up`, `recent_orders`, `positions`, `operator` ... */
  readonly channel: string
  readonly summary: string
  readonly raw?: Plain
}
export interface CaseDecision {
  readonly choice: string
  readonly by: string
  readonly at: Instant
  readonly reason?: string
  /** What the choice needed. */
  readonly given?: Readonly<Partial<Record<CaseNeed, string>>>
}
export type CaseId = string & { readonly case: unique symbol }
export const caseId = (text: string): CaseId => text as CaseId

export interface Case {
  readonly id: CaseId
  readonly account: string
  readonly kind: CaseKind
  /** One case is open per account, kind and subject: an order's id, a symbol, an order at the venue. */
  readonly subject: string
  readonly state: CaseState
  /** Counts its changes from 1: the version an update expects. */
  readonly version: number
  readonly symbol?: string
  readonly orderId?: OrderId
  readonly openedAt: Instant
  readonly closedAt?: Instant
  /** Why it is closed, in a few words. */
  readonly outcome?: string
  readonly evidence: readonly CaseEvidence[]
  /** Looks that stand no longer in the evidence. */
  readonly evidenceLeftOut: number
  readonly decision?: CaseDecision
}

export const CHOICES: Readonly<Record<CaseKind, readonly CaseChoice[]>> = {
  unconfirmed: [
    {
      name: 'confirm_absent',
      effect: 'You have seen that the venue never took the order: it ends as failed, and its room is free again.',
      needs: [],
    },
    {
      name: 'adopt',
      effect: "The venue's order that you name is this order: it is read and followed from now on.",
      needs: ['broker_order_id'],
    },
    { name: 'keep_watching', effect: 'Nothing changes: the venue is asked on and on.', needs: [] },
  ],
  mismatch: [
    { name: 'accept_venue', effect: "The venue's figure becomes ours, as a booking of its own.", needs: [] },
    {
      name: 'keep_ours',
      effect: 'The difference is known and stays; the symbol trades again for as long as it is exactly this one.',
      needs: [],
    },
    { name: 'wait', effect: 'Nothing changes: the symbol stays held back until both agree.', needs: [] },
  ],
  foreign_order: [
    {
      name: 'acknowledge',
      effect: 'You know whose order it is: it is shown on, and no longer asked about.',
      needs: [],
    },
    { name: 'wait', effect: 'Nothing changes: the case stays open until the order is gone.', needs: [] },
  ],
  other_installation: [
    {
      name: 'acknowledge',
      effect: 'No other daemon trades this account any more: the orders found so far no longer keep the gate shut.',
      needs: [],
    },
    { name: 'wait', effect: 'Nothing changes: nothing is sent on this account.', needs: [] },
  ],
  reappeared: [
    {
      name: 'cancel',
      effect:
        'The venue is asked to cancel the order. What it has executed stays booked; the case closes when it is over.',
      needs: [],
    },
    {
      name: 'acknowledge',
      effect: 'You know that it lives: what it executes is booked, and it is no longer asked about.',
      needs: [],
    },
    { name: 'wait', effect: 'Nothing changes: its symbol stays held back until the order is over.', needs: [] },
  ],
  stuck_cancel: [
    { name: 'acknowledge', effect: 'You know: the venue is asked on, and you are not told again.', needs: [] },
    { name: 'wait', effect: 'Nothing changes: the order is watched, and the venue asked on and on.', needs: [] },
  ],
  undone_execution: [
    {
      name: 'acknowledge',
      effect: 'You know: what is booked stays booked, and a position that differs is a case of its own.',
      needs: [],
    },
    { name: 'wait', effect: 'Nothing changes: the venue is asked in every sync.', needs: [] },
  ],
}
/** These leave everything as it is, and the case open. */
const PATIENT: ReadonlySet<string> = new Set(['keep_watching', 'wait'])
export const leavesOpen = (choice: string): boolean => PATIENT.has(choice)

export const FIRST_EVIDENCE_KEPT = 10
export const LAST_EVIDENCE_KEPT = 40

export interface CaseBirth {
  readonly id: CaseId
  readonly account: string
  readonly kind: CaseKind
  readonly subject: string
  readonly symbol?: string
  readonly orderId?: OrderId
  readonly evidence: readonly CaseEvidence[]
}

export const openCase = ({ evidence, ...birth }: CaseBirth, at: Instant): Case =>
  withEvidence({ ...birth, state: 'open', version: 1, openedAt: at, evidence: [], evidenceLeftOut: 0 }, evidence)

export const addEvidence = (found: Case, looks: Looks): Case => changed(withLooks(found, looks))

export const decideCase = (found: Case, decision: CaseDecision, looks: Looks = NOTHING_SEEN): Case =>
  changed({ ...withLooks(found, looks), decision })

export const closeCase = (found: Case, outcome: string, at: Instant, looks: Looks = NOTHING_SEEN): Case =>
  changed({ ...withLooks(found, looks), state: 'closed', closedAt: at, outcome })

/** What was seen since a case was last written. */
export interface Looks {
  readonly evidence: readonly CaseEvidence[]
  /** Earlier ones that nobody kept. */
  readonly leftOut: number
}
export const NOTHING_SEEN: Looks = { evidence: [], leftOut: 0 }

/** Too many to keep: the newest are. */
export function moreLooks({ evidence, leftOut }: Looks, more: readonly CaseEvidence[]): Looks {
  const all = [...evidence, ...more]
  const kept = all.slice(-LAST_EVIDENCE_KEPT)
  return { evidence: kept, leftOut: leftOut + all.length - kept.length }
}

/** How often a case is rewritten for what is seen alone: at once while it is young, and ever more seldom after that. */
export const restBeforeWriting = ({ version }: Case): number =>
  version < WRITTEN_AT_ONCE ? 0 : Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (version - WRITTEN_AT_ONCE))
const WRITTEN_AT_ONCE = 12
const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 600_000

const withLooks = (found: Case, { evidence, leftOut }: Looks): Case => {
  const seen = withEvidence(found, evidence)
  return leftOut === 0 ? seen : { ...seen, evidenceLeftOut: seen.evidenceLeftOut + leftOut }
}

const changed = (next: Case): Case => ({ ...next, version: next.version + 1 })

function withEvidence(found: Case, more: readonly CaseEvidence[]): Case {
  const all = [...found.evidence, ...more]
  const excess = all.length - FIRST_EVIDENCE_KEPT - LAST_EVIDENCE_KEPT
  if (excess <= 0) return { ...found, evidence: all }
  const evidence = [...all.slice(0, FIRST_EVIDENCE_KEPT), ...all.slice(FIRST_EVIDENCE_KEPT + excess)]
  return { ...found, evidence, evidenceLeftOut: found.evidenceLeftOut + excess }
}

export type ChoiceProblem =
  | { readonly kind: 'closed' }
  | { readonly kind: 'unknown_choice'; readonly choices: readonly string[] }
  | { readonly kind: 'missing'; readonly need: CaseNeed }
  | { readonly kind: 'not_needed'; readonly need: CaseNeed }

/** What stands against deciding this case so. */
export function choiceProblem(
  found: Case,
  choice: string,
  given: Readonly<Partial<Record<CaseNeed, string>>>,
): ChoiceProblem | undefined {
  if (found.state === 'closed') return { kind: 'closed' }
  const choices = CHOICES[found.kind]
  const chosen = choices.find(({ name }) => name === choice)
  if (chosen === undefined) return { kind: 'unknown_choice', choices: choices.map(({ name }) => name) }
  const missing = chosen.needs.find((need) => given[need] === undefined)
  if (missing !== undefined) return { kind: 'missing', need: missing }
  const extra = (Object.keys(given) as CaseNeed[]).find((need) => !chosen.needs.includes(need))
  return extra === undefined ? undefined : { kind: 'not_needed', need: extra }
}
