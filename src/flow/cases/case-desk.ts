import { type Case, type ChoiceProblem, choiceProblem, leavesOpen } from '../../core/case.ts'
import { OrderCancellationError, OrderError } from '../../core/errors.ts'
import { brokerOrderId, orderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { BrokerGateway, CancelOutcome } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { CaseAnswer, CaseRequest } from '../../ports/order-commands.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import { firstSentAt } from '../recovery/search-venue.ts'
import { type SettledForeigners, settledKey } from '../recovery/settled-foreigners.ts'
import type { CaseFiles } from './case-files.ts'
import { findNamedOrder } from './find-named-order.ts'

/**
 * Does what operators decide. Guarantees:
 * - a decision is durable, with the name of whoever made it, before anything is done about it;
 * - one that a crash kept from being carried out is carried out by the next owner;
 * - what a choice needs is looked at before it is taken: a choice that cannot be carried out changes nothing.
 */
export interface CaseDeskDeps {
  readonly account: string
  readonly files: CaseFiles
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly settled: SettledForeigners
  readonly apply: (order: Order, report: OrderReport) => Promise<unknown>
  /** Asks the venue once to cancel an order of ours, however it stands with us. */
  readonly callOff: (order: Order) => Promise<CancelOutcome>
  /** Orders that ended as never received and that the venue shows. */
  readonly reappeared: { readonly orders: readonly Order[] }
  readonly syncs: {
    acceptVenue(symbol: string): Promise<void>
    keepOurs(symbol: string): Promise<void>
    settleOtherInstallations(): Promise<void>
    hasForeign(key: string): boolean
    isQuarantined(symbol: string): boolean
    readonly hasOtherInstallation: boolean
  }
  readonly clock: Clock
  readonly log: Log
}
type Deed = () => Promise<void>
type Prepared = { readonly kind: 'ready'; readonly act: Deed } | Extract<CaseAnswer, { kind: 'refused' }>

export class CaseDesk {
  readonly #deps: CaseDeskDeps
  readonly #underway = new Set<string>()

  constructor(deps: CaseDeskDeps) {
    this.#deps = deps
  }

  /** The venue has been read: what settled itself while nobody watched is closed, what was decided is done. */
  async start(): Promise<void> {
    const { files, syncs, log } = this.#deps
    for (const { kind, subject } of files.open) {
      const isOver =
        (kind === 'mismatch' && !syncs.isQuarantined(subject)) ||
        (kind === 'foreign_order' && !syncs.hasForeign(subject)) ||
        (kind === 'other_installation' && !syncs.hasOtherInstallation)
      if (isOver) files.settled(kind, subject, 'it was over at the next start')
    }
    for (const found of files.undone) {
      await this.#carryOut(found).catch((error) => log.error('case.not_carried_out', { case_id: found.id, error }))
    }
  }

  async resolve(found: Case, { choice, by, reason, given }: CaseRequest): Promise<CaseAnswer> {
    const { files, clock } = this.#deps
    const stands = files.byId(found.id) ?? found
    const problem = choiceProblem(stands, choice, given)
    if (problem !== undefined) return refusalOf(problem)
    if (this.#underway.has(found.id)) return refused('case.underway', 'an earlier decision is being carried out')
    this.#underway.add(found.id)
    try {
      const decision = { choice, by, at: clock.now(), ...(reason === undefined ? {} : { reason }), given }
      const prepared = await unlessUnreadable(() => this.#prepare({ ...stands, decision }))
      if (prepared.kind === 'refused') return prepared
      // The matter may have settled itself while the venue was asked.
      if (files.byId(found.id) === undefined) return refusalOf({ kind: 'closed' })
      const decided = await files.decide(stands, decision)
      const late = await unlessUnreadable(async () => prepared.act())
      if (late?.kind === 'refused') return { ...late, code: 'case.not_carried_out' }
      return { kind: 'decided', found: files.latest(decided) }
    } finally {
      this.#underway.delete(found.id)
    }
  }

  async #carryOut(found: Case): Promise<void> {
    const prepared = await this.#prepare(found)
    if (prepared.kind === 'ready') return prepared.act()
    this.#deps.files.looked(found.kind, found.subject, [{ channel: 'operator', summary: prepared.message }])
  }

  #prepare(found: Case): Promise<Prepared> | Prepared {
    const { syncs } = this.#deps
    const choice = found.decision?.choice ?? ''
    if (leavesOpen(choice)) return ready(() => Promise.resolve())
    switch (found.kind) {
      case 'unconfirmed':
        return choice === 'adopt' ? this.#adopt(found) : this.#confirmAbsent(found)
      case 'mismatch':
        return ready(() =>
          choice === 'accept_venue' ? syncs.acceptVenue(found.subject) : syncs.keepOurs(found.subject),
        )
      case 'foreign_order':
        return ready(() => this.#acknowledge(found, 'an operator knows whose order it is'))
      case 'reappeared':
        return choice === 'cancel'
          ? this.#callOff(found)
          : ready(() => this.#acknowledge(found, 'an operator knows that it lives'))
      case 'undone_execution':
        return ready(() => this.#acknowledge(found, 'an operator knows of it'))
      case 'stuck_cancel':
        return ready(() => this.#acknowledge(found, 'an operator knows that it lives'))
      case 'other_installation':
        return ready(() => syncs.settleOtherInstallations())
    }
  }

  #orderOf({ subject }: Case): Order | undefined {
    const order = this.#deps.books.pending.byId(orderId(subject))
    return order?.status === 'unconfirmed' ? order : undefined
  }

  #confirmAbsent(found: Case): Prepared {
    const order = this.#orderOf(found)
    if (order === undefined) return notInDoubt()
    const { books, clock } = this.#deps
    const by = found.decision?.by ?? 'an operator'
    const reason = `${by} has confirmed that the venue never took it`
    const given = found.decision?.reason
    return ready(async () => {
      const command = {
        kind: 'fail',
        code: 'operator.confirmed_absent',
        reason: given === undefined ? reason : `${reason}: ${given}`,
        proof: 'operator',
        evidence: { by, case_id: found.id },
      } as const
      await books.apply(order, command, clock.now())?.durable
    })
  }

  async #adopt(found: Case): Promise<Prepared> {
    const { gateway, books, apply } = this.#deps
    const order = this.#orderOf(found)
    const named = found.decision?.given?.broker_order_id
    if (order === undefined || named === undefined) return notInDoubt()
    const since = firstSentAt(order) - LISTED_BEFORE_MS
    const answer = await findNamedOrder(order, brokerOrderId(named), { gateway, books, since })
    if (answer.kind === 'refused') return answer
    return ready(async () => {
      await apply(order, { ...answer.report, channel: 'look_up' })
    })
  }

  /** Asked once: whether it has ended the venue says in its own time, and the case stays open until then. */
  #callOff(found: Case): Prepared {
    const { reappeared, callOff, apply, gateway } = this.#deps
    const order = reappeared.orders.find(({ id }) => id === found.subject)
    if (order === undefined) return refused('case.closed', 'the order is over')
    return ready(async () => {
      const outcome = await callOff(order)
      const { kind } = outcome
      if (kind !== 'asked' && kind !== 'already_final')
        throw new OrderCancellationError(`the venue did not take the cancel: ${outcome.reason}`)
      const answer = await gateway.lookUp(orderRef(order))
      if (answer.kind === 'found') await apply(order, answer.report)
    })
  }

  async #acknowledge(found: Case, outcome: string): Promise<void> {
    const { settled, account, files } = this.#deps
    settled.add([settledKey(found)])
    await files.close(found, outcome, settled.fact(account))
  }
}

/** However far the two clocks are apart, the order is not older than that. */
const LISTED_BEFORE_MS = 10 * 60_000

/** A venue that cannot be read now is no fault of the choice, nor of ours. */
async function unlessUnreadable<T>(ask: () => Promise<T> | T): Promise<T | Extract<CaseAnswer, { kind: 'refused' }>> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof OrderError)) throw error
    return refused('venue.unreadable', error.message)
  }
}

const ready = (act: Deed): Prepared => ({ kind: 'ready', act })
const refused = (code: string, message: string): Extract<CaseAnswer, { kind: 'refused' }> => ({
  kind: 'refused',
  code,
  message,
})
const notInDoubt = () => refused('case.closed', 'the order is no longer in doubt')

function refusalOf(problem: ChoiceProblem): CaseAnswer {
  switch (problem.kind) {
    case 'closed':
      return refused('case.closed', 'the case is closed')
    case 'unknown_choice':
      return refused('case.choice', `this case can be decided by ${problem.choices.join(', ')}`)
    case 'missing':
      return refused('case.choice', `this choice needs ${problem.need}`)
    case 'not_needed':
      return refused('case.choice', `this choice takes no ${problem.need}`)
  }
}
