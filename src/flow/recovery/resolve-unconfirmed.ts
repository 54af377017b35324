import type { OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import { WaitedTooLong } from '../execution/rate-lanes.ts'
import type { ReportDoor } from '../fills/apply-report.ts'

/**
 * Finds out what became of an order whose submission got no answer. Guarantees:
 * - silence is never proof: an order leaves `unconfirmed` by the venue's word, or by absence that held long enough without
 *   a gap, and that the list of open orders bears out;
 * - it is sent again only where the venue itself refuses a repeated id, and then byte for byte the same;
 * - one search per order at a time, for as long as it takes.
 */
export interface ResolveDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly backOff: BackOff
  /** `false` once this owner has stopped or been replaced. */
  readonly isActive: () => boolean
  /** Says whether it was sent. */
  readonly resend: (order: Order) => Promise<boolean>
  /** May an order leave at all right now, and has it a try left? */
  readonly mayResend: (order: Order) => boolean
  readonly onResolved: (order: Order) => void
}

export class UnconfirmedResolver {
  readonly #deps: ResolveDeps
  readonly #searching = new Set<OrderId>()

  constructor(deps: ResolveDeps) {
    this.#deps = deps
  }

  get searching(): number {
    return this.#searching.size
  }

  /** Settles when the order is no longer in doubt. */
  async resolve(order: Order): Promise<void> {
    if (this.#searching.has(order.id)) return
    this.#searching.add(order.id)
    try {
      await this.#search(order)
    } finally {
      this.#searching.delete(order.id)
    }
    this.#deps.onResolved(this.#deps.books.current(order))
  }

  async #search(order: Order): Promise<void> {
    const { clock } = this.#deps
    let absentSince: number | undefined
    for (let attempt = 1; this.#isInDoubt(order); attempt += 1) {
      // An answer is as old as its question.
      const askedAt = clock.monotonic()
      const seen = await this.#look(order, () => this.#askAlone(order))
      if (!this.#isInDoubt(order)) return
      if (seen !== 'absent') absentSince = undefined
      else if (await this.#hasResent(order)) absentSince = undefined
      else {
        absentSince ??= clock.monotonic()
        if (await this.#isGone(order, askedAt - absentSince)) return
      }
      if (this.#isInDoubt(order)) await this.#pause(attempt)
    }
  }

  #isInDoubt(order: Order): boolean {
    return this.#deps.isActive() && this.#deps.books.current(order).status === 'unconfirmed'
  }

  async #look(order: Order, ask: () => Promise<OrderReport | undefined>): Promise<'found' | 'absent' | 'unreachable'> {
    const { door, log, isActive } = this.#deps
    try {
      const report = await ask()
      if (!isActive()) return 'unreachable'
      if (report === undefined) return 'absent'
      await door.applyTo(order, report).durable
      return 'found'
    } catch (error) {
      log.warn('resolve.look_up_failed', { order_id: order.id, error })
      return 'unreachable'
    }
  }

  async #askAlone(order: Order): Promise<OrderReport | undefined> {
    const { gateway, books } = this.#deps
    const answer = await gateway.lookUp(orderRef(books.current(order)))
    return answer.kind === 'found' ? answer.report : undefined
  }
  async #findInList(order: Order): Promise<OrderReport | undefined> {
    const open = await this.#deps.gateway.openOrders()
    return open.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
  }

  async #hasResent(order: Order): Promise<boolean> {
    const { gateway, books, resend, mayResend } = this.#deps
    const now = books.current(order)
    const isSafe = gateway.capabilities.clientOrderId.enforced === 'forever'
    if (!isSafe || now.cancelRequestedAt !== undefined || !mayResend(now)) return false
    try {
      return await resend(now)
    } catch (error) {
      if (error instanceof WaitedTooLong) return false
      throw error
    }
  }

  /** Absent for long enough, and the list does not show it either. */
  async #isGone(order: Order, absentForMs: number): Promise<boolean> {
    const { gateway, books, clock } = this.#deps
    if (absentForMs < gateway.capabilities.absenceSettlesMs) return false
    if ((await this.#look(order, () => this.#findInList(order))) !== 'absent' || !this.#isInDoubt(order)) return false
    const reason = `the venue has not known the order for ${Math.round(absentForMs)} ms`
    const command = { kind: 'fail', code: 'submit.absent', reason, proof: 'absent_after_settling' } as const
    await books.apply(order, command, clock.now())?.durable
    return true
  }

  async #pause(attempt: number): Promise<void> {
    const { timers, random, backOff } = this.#deps
    const delay = delayBefore(
      attempt + 1,
      { ...backOff, maxAttempts: Number.POSITIVE_INFINITY },
      random.draw('resolve.pause'),
    )
    await new Promise<void>((resume) => timers.after(delay ?? backOff.maxDelayMs, 'resolve.pause', resume))
  }
}
