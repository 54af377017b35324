import {
  addEvidence,
  type Case,
  type CaseBirth,
  type CaseDecision,
  type CaseEvidence,
  type CaseId,
  type CaseKind,
  caseId,
  closeCase,
  decideCase,
  leavesOpen,
  openCase,
} from '../../core/case.ts'
import { newOrderId } from '../../core/ids.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Commit, Committed } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import type { Journal } from '../books/journal.ts'
import { caseFields } from './case-line.ts'

/**
 * What one account's owner asks a human. Guarantees:
 * - a case and the event that tells of it are one commit, and so are its end and whatever that settles;
 * - one case is open per kind and subject, however often it is found;
 * - what has settled itself closes by itself.
 */
export interface CaseFilesDeps {
  readonly account: string
  readonly journal: Pick<Journal, 'commit' | 'entry'>
  /** As the store has them. */
  readonly open: readonly Case[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}
export type CaseFinding = Omit<CaseBirth, 'id' | 'account' | 'evidence'> & {
  readonly evidence: readonly Omit<CaseEvidence, 'at'>[]
}

const CLOSED_KEPT = 100

export class CaseFiles {
  readonly #deps: CaseFilesDeps
  readonly #open = new Map<string, Case>()
  readonly #closed = new Map<CaseId, Case>()

  constructor(deps: CaseFilesDeps) {
    this.#deps = deps
    for (const found of deps.open) this.#open.set(keyOf(found), found)
  }

  get open(): readonly Case[] {
    return [...this.#open.values()]
  }
  byId(id: CaseId): Case | undefined {
    return this.open.find((found) => found.id === id)
  }
  /** As it stands, also when it has been closed lately. */
  latest(found: Case): Case {
    return this.byId(found.id) ?? this.#closed.get(found.id) ?? found
  }
  about(kind: CaseKind, subject: string): Case | undefined {
    return this.#open.get(keyOf({ kind, subject }))
  }

  /** Opens it, or, where it is open, keeps what is new about it. */
  found({ evidence, ...finding }: CaseFinding): void {
    const { account, clock, log } = this.#deps
    const known = this.about(finding.kind, finding.subject)
    if (known !== undefined) {
      this.looked(finding.kind, finding.subject, evidence)
      return
    }
    const at = clock.now()
    const born = openCase({ ...finding, id: this.#newId(at), account, evidence: evidence.map(told(at)) }, at)
    log.error('case.opened', { account, case_id: born.id, kind: born.kind, subject: born.subject })
    this.#keep('case.opened', born)
  }

  /** Another look at an open case. That nothing is different is told once. */
  looked(kind: CaseKind, subject: string, evidence: readonly Omit<CaseEvidence, 'at'>[]): void {
    const known = this.about(kind, subject)
    const fresh = evidence.filter((one) => known !== undefined && !isLastWord(known, one))
    if (known === undefined || fresh.length === 0) return
    const now = this.#deps.clock.now()
    this.#quietly(this.#write(addEvidence(known, fresh.map(told(now))), []))
  }

  /** The matter has settled itself, or was settled by what an operator decided. */
  settled(kind: CaseKind, subject: string, outcome: string): void {
    const known = this.about(kind, subject)
    if (known !== undefined) this.#keep('case.closed', closeCase(known, outcome, this.#deps.clock.now()))
  }

  /** Durable when it settles: only then may anything be done about it. */
  async decide(found: Case, decision: CaseDecision): Promise<Case> {
    const decided = decideCase(this.#current(found), decision)
    await this.#write(decided, [this.#entry('case.decided', decided)])
    return decided
  }
  /** The end of a case, and the facts that follow from it, in one commit. */
  async close(found: Case, outcome: string, facts?: Commit['facts']): Promise<Case> {
    const closed = closeCase(this.#current(found), outcome, this.#deps.clock.now())
    await this.#write(closed, [this.#entry('case.closed', closed)], facts)
    return closed
  }

  /** Decided before the last owner ended, and perhaps not carried out. */
  get undone(): readonly Case[] {
    return this.open.filter(({ decision }) => decision !== undefined && !leavesOpen(decision.choice))
  }

  #current(found: Case): Case {
    return this.about(found.kind, found.subject) ?? found
  }
  #keep(event: string, found: Case): void {
    this.#quietly(this.#write(found, [this.#entry(event, found)]))
  }
  #write(found: Case, events: Commit['events'], facts?: Commit['facts']): Promise<Committed> {
    if (found.state === 'open') this.#open.set(keyOf(found), found)
    else this.#close(found)
    const cases = [{ found, expectedVersion: found.version - 1 }]
    return this.#deps.journal.commit({ events, cases, ...(facts === undefined ? {} : { facts }) }, [])
  }
  #close(found: Case): void {
    this.#open.delete(keyOf(found))
    this.#closed.set(found.id, found)
    const [oldest] = this.#closed.keys()
    if (this.#closed.size > CLOSED_KEPT && oldest !== undefined) this.#closed.delete(oldest)
  }
  /** A store that fails is told to its owner by the journal. */
  #quietly(durable: Promise<unknown>): void {
    durable.catch(() => undefined)
  }
  #entry(event: string, found: Case) {
    return this.#deps.journal.entry(event, this.#deps.clock.now(), caseFields(event, found))
  }
  #newId(at: number): CaseId {
    return caseId(newOrderId(at, () => this.#deps.random.draw('case.id')))
  }
}

const keyOf = ({ kind, subject }: Pick<Case, 'kind' | 'subject'>): string => `${kind} ${subject}`
const told =
  (at: number) =>
  (evidence: Omit<CaseEvidence, 'at'>): CaseEvidence => ({ at, ...evidence })
const isLastWord = ({ evidence }: Case, { channel, summary }: Omit<CaseEvidence, 'at'>): boolean =>
  evidence.findLast((one) => one.channel === channel)?.summary === summary
