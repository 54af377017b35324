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
  type Looks,
  leavesOpen,
  moreLooks,
  NOTHING_SEEN,
  openCase,
  restBeforeWriting,
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
 * - what has settled itself closes by itself;
 * - that a look found something else is written at once while a case is young and ever more seldom after that: the looks
 *   between are kept in memory, and are in what is written next, its end at the latest.
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
  #opened = 0
  readonly #seen = new Map<CaseId, Looks>()
  /** On the monotonic clock. */
  readonly #writtenAt = new Map<CaseId, number>()

  constructor(deps: CaseFilesDeps) {
    this.#deps = deps
    for (const found of deps.open) this.#open.set(keyOf(found), found)
  }

  get open(): readonly Case[] {
    return [...this.#open.values()]
  }
  /** Since this owner began. */
  get opened(): number {
    return this.#opened
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

  /** Does an order that we took for ended live there? Then nobody knows what another one would come to. */
  holdsBack(symbol: string): boolean {
    for (const found of this.#open.values()) if (found.kind === 'reappeared' && found.symbol === symbol) return true
    return false
  }

  /** Opens it, or, where it is open, keeps what is new about it. */
  found({ evidence, ...finding }: CaseFinding): void {
    const { account, clock, log } = this.#deps
    const known = this.about(finding.kind, finding.subject)
    if (known !== undefined) {
      this.looked(finding.kind, finding.subject, evidence)
      return
    }
    this.#opened += 1
    const at = clock.now()
    const born = openCase({ ...finding, id: this.#newId(at), account, evidence: evidence.map(told(at)) }, at)
    log.error('case.opened', { account, case_id: born.id, kind: born.kind, subject: born.subject })
    this.#keep('case.opened', born)
  }

  /** Another look at an open case. That nothing is different is told once. */
  looked(kind: CaseKind, subject: string, evidence: readonly Omit<CaseEvidence, 'at'>[]): void {
    const known = this.about(kind, subject)
    if (known === undefined) return
    const { clock } = this.#deps
    const before = this.#seenOf(known)
    const fresh = evidence.filter((one) => !isLastWord([...known.evidence, ...before.evidence], one))
    const seen = moreLooks(before, fresh.map(told(clock.now())))
    if (seen.evidence.length === 0) return
    const rested = clock.monotonic() - (this.#writtenAt.get(known.id) ?? Number.NEGATIVE_INFINITY)
    if (rested < restBeforeWriting(known)) this.#seen.set(known.id, seen)
    else this.#quietly(this.#write(addEvidence(known, seen), []))
  }

  /** The matter has settled itself, or was settled by what an operator decided. */
  settled(kind: CaseKind, subject: string, outcome: string): void {
    const known = this.about(kind, subject)
    if (known !== undefined)
      this.#keep('case.closed', closeCase(known, outcome, this.#deps.clock.now(), this.#seenOf(known)))
  }

  /** Durable when it settles: only then may anything be done about it. */
  async decide(found: Case, decision: CaseDecision): Promise<Case> {
    const stands = this.#current(found)
    const decided = decideCase(stands, decision, this.#seenOf(stands))
    await this.#write(decided, [this.#entry('case.decided', decided)])
    return decided
  }
  /** The end of a case, and the facts that follow from it, in one commit. */
  async close(found: Case, outcome: string, facts?: Commit['facts']): Promise<Case> {
    const stands = this.#current(found)
    const closed = closeCase(stands, outcome, this.#deps.clock.now(), this.#seenOf(stands))
    await this.#write(closed, [this.#entry('case.closed', closed)], facts)
    return closed
  }

  /** Decided before the last owner ended, and perhaps not carried out. */
  get undone(): readonly Case[] {
    return this.open.filter(({ decision }) => decision !== undefined && !leavesOpen(decision.choice))
  }

  #seenOf({ id }: Case): Looks {
    return this.#seen.get(id) ?? NOTHING_SEEN
  }
  #current(found: Case): Case {
    return this.about(found.kind, found.subject) ?? found
  }
  #keep(event: string, found: Case): void {
    this.#quietly(this.#write(found, [this.#entry(event, found)]))
  }
  #write(found: Case, events: Commit['events'], facts?: Commit['facts']): Promise<Committed> {
    this.#seen.delete(found.id)
    this.#writtenAt.set(found.id, this.#deps.clock.monotonic())
    if (found.state === 'open') this.#open.set(keyOf(found), found)
    else this.#close(found)
    const cases = [{ found, expectedVersion: found.version - 1 }]
    return this.#deps.journal.commit({ events, cases, ...(facts === undefined ? {} : { facts }) }, [])
  }
  #close(found: Case): void {
    this.#open.delete(keyOf(found))
    this.#writtenAt.delete(found.id)
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
const isLastWord = (evidence: readonly CaseEvidence[], { channel, summary }: Omit<CaseEvidence, 'at'>): boolean =>
  evidence.findLast((one) => one.channel === channel)?.summary === summary
