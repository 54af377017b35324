import type { CaseEvidence } from '../../core/case.ts'
import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { CaseFiles } from './case-files.ts'

/**
 * Sees to it that nobody overlooks a doubt. Guarantees:
 * - an order that stays `unconfirmed` for `DOUBT_ALARM_MS` becomes a case, whether or not the venue can be asked;
 * - the case knows what every look at the venue found, those before it was opened included;
 * - it closes in the moment the order is no longer in doubt, and says how it ended.
 */
export interface DoubtWatchDeps {
  readonly files: CaseFiles
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
}
type Look = Omit<CaseEvidence, 'at'>
interface Doubt {
  readonly timer: Timer
  readonly looks: Look[]
}

export const DOUBT_ALARM_MS = 60_000
const LOOKS_KEPT = 20

export class DoubtWatch {
  readonly #deps: DoubtWatchDeps
  readonly #doubts = new Map<OrderId, Doubt>()
  #isStopped = false

  constructor(deps: DoubtWatchDeps) {
    this.#deps = deps
  }

  /** Orders that were in doubt when the account was taken over, and cases that were open then. */
  start(orders: Iterable<Order>): void {
    const inDoubt = new Set<string>()
    for (const order of orders) {
      if (order.status !== 'unconfirmed') continue
      inDoubt.add(order.id)
      this.changed(order)
    }
    const { files } = this.#deps
    for (const { kind, subject } of files.open) {
      if (kind === 'unconfirmed' && !inDoubt.has(subject))
        files.settled(kind, subject, 'the order is no longer in doubt')
    }
  }
  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#doubts.values()) timer.cancel()
    this.#doubts.clear()
  }

  changed(order: Order): void {
    if (this.#isStopped) return
    if (order.status === 'unconfirmed') this.#begin(order)
    else if (order.status !== 'submitting') this.#end(order)
  }

  /** What a look at the venue found. */
  looked({ id }: Order, ...looks: readonly Look[]): void {
    const doubt = this.#doubts.get(id)
    if (doubt === undefined) {
      this.#deps.files.looked('unconfirmed', id, looks)
      return
    }
    doubt.looks.push(...looks)
    doubt.looks.splice(0, doubt.looks.length - LOOKS_KEPT)
  }
  /** The venue shows what only a human can tell apart: there is nothing to wait for. */
  cannotTell(order: Order, ...looks: readonly Look[]): void {
    this.looked(order, ...looks)
    if (this.#doubts.has(order.id)) this.#open(order)
  }

  #begin(order: Order): void {
    if (this.#doubts.has(order.id) || this.#deps.files.about('unconfirmed', order.id) !== undefined) return
    const since = order.lastRetryAttempt ?? order.submittedAt ?? order.updatedAt
    const left = Math.min(DOUBT_ALARM_MS, Math.max(0, since + DOUBT_ALARM_MS - this.#deps.clock.now()))
    const timer = this.#deps.timers.after(left, 'doubt.alarm', () => this.#open(order))
    this.#doubts.set(order.id, { timer, looks: [] })
  }

  #open(order: Order): void {
    const looks = this.#doubts.get(order.id)?.looks ?? []
    this.#forget(order.id)
    const { id, symbol, side, quantity, limitPrice, clientOrderId, reason, submittedAt } = order
    this.#deps.log.error('order.in_doubt', { order_id: id, symbol, client_order_id: clientOrderId, reason })
    const terms = { side, quantity: quantity?.toString(), symbol, limit_price: limitPrice?.toString() }
    const why: Look = {
      channel: 'submit',
      summary: `nobody knows whether the venue has it: ${reason ?? 'no answer'}`,
      raw: { ...terms, client_order_id: clientOrderId, submitted_at_ms: submittedAt },
    }
    this.#deps.files.found({ kind: 'unconfirmed', subject: id, symbol, orderId: id, evidence: [why, ...looks] })
  }

  /** A repeat of an order in doubt does not end the doubt; anything else does. */
  #end(order: Order): void {
    this.#forget(order.id)
    const { status, failureReason } = order
    const how = isFinal(status) && failureReason !== undefined ? `${status}: ${failureReason}` : status
    if (this.#deps.files.about('unconfirmed', order.id) === undefined) return
    // Behind the commit that tells what became of the order: a crash between the two must find the case still open.
    void Promise.resolve().then(() => this.#deps.files.settled('unconfirmed', order.id, `the order is ${how}`))
  }
  #forget(id: OrderId): void {
    this.#doubts.get(id)?.timer.cancel()
    this.#doubts.delete(id)
  }
}
