import type { CaseEvidence } from '../../core/case.ts'
import type { OrderId } from '../../core/ids.ts'
import type { Order, OrderStatus } from '../../core/order.ts'
import { formatTime } from '../../core/time.ts'
import type { CancelOutcome } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type SettledForeigners, settledKey } from '../recovery/settled-foreigners.ts'
import type { CaseFiles } from './case-files.ts'

/**
 * Sees to it that nobody takes an order for called off that the venue keeps open. Guarantees:
 * - an order that still lives `CANCEL_ALARM_MS` after its cancel was asked for becomes a case, whatever the venue answered;
 * - it stays live and is watched, and the venue is asked on; the case closes in the moment it ends.
 */
export interface CancelWatchDeps {
  readonly files: CaseFiles
  readonly settled: Pick<SettledForeigners, 'has'>
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
}
type Look = Omit<CaseEvidence, 'at'>
interface Wish {
  readonly timer: Timer
  last: Look | undefined
}

export const CANCEL_ALARM_MS = 60_000
const KIND = 'stuck_cancel'
const LIVE: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['submitted', 'accepted', 'partially_filled'])

export class CancelWatch {
  readonly #deps: CancelWatchDeps
  readonly #wishes = new Map<OrderId, Wish>()
  #isStopped = false

  constructor(deps: CancelWatchDeps) {
    this.#deps = deps
  }

  /** Orders that were called off when the account was taken over, and cases that were open then. */
  start(orders: Iterable<Order>): void {
    const calledOff = new Set<string>()
    for (const order of orders) {
      if (order.cancelRequestedAt === undefined) continue
      calledOff.add(order.id)
      this.changed(order)
    }
    for (const { kind, subject } of this.#deps.files.open) {
      if (kind === KIND && !calledOff.has(subject)) this.#deps.files.settled(kind, subject, 'the order has ended')
    }
  }
  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#wishes.values()) timer.cancel()
    this.#wishes.clear()
  }

  changed(order: Order): void {
    if (this.#isStopped || order.cancelRequestedAt === undefined) return
    if (LIVE.has(order.status)) this.#begin(order, order.cancelRequestedAt)
    else this.#end(order)
  }

  /** What the venue said when it was asked. */
  heard({ id }: Order, outcome: CancelOutcome): void {
    const look = { channel: 'cancel', summary: summaryOf(outcome) }
    const wish = this.#wishes.get(id)
    if (wish === undefined) this.#deps.files.looked(KIND, id, [look])
    else wish.last = look
  }

  #begin(order: Order, since: number): void {
    const { files, settled, timers, clock } = this.#deps
    if (this.#wishes.has(order.id) || files.about(KIND, order.id) !== undefined) return
    if (settled.has(settledKey({ kind: KIND, subject: order.id }))) return
    const left = Math.min(CANCEL_ALARM_MS, Math.max(0, since + CANCEL_ALARM_MS - clock.now()))
    const timer = timers.after(left, 'cancel.alarm', () => this.#open(order))
    this.#wishes.set(order.id, { timer, last: undefined })
  }

  #open(order: Order): void {
    const last = this.#wishes.get(order.id)?.last
    this.#wishes.delete(order.id)
    const { id, symbol, cancelRequestedAt, cancelReason, status, brokerOrderId } = order
    this.#deps.log.error('order.stuck_cancel', { order_id: id, symbol, reason: cancelReason })
    const asked = cancelRequestedAt === undefined ? '' : ` since ${formatTime(cancelRequestedAt)}`
    const why: Look = {
      channel: 'order',
      summary: `called off${asked} (${cancelReason ?? 'requested'}), and it lives at the venue`,
      raw: { status, broker_order_id: brokerOrderId },
    }
    const evidence = [why, last ?? { channel: 'cancel', summary: 'the venue has not answered' }]
    this.#deps.files.found({ kind: KIND, subject: id, symbol, orderId: id, evidence })
  }

  #end({ id, status }: Order): void {
    this.#wishes.get(id)?.timer.cancel()
    this.#wishes.delete(id)
    const { files } = this.#deps
    if (files.about(KIND, id) === undefined) return
    // Behind the commit that tells what became of the order: a crash between the two must find the case still open.
    void Promise.resolve().then(() => files.settled(KIND, id, `the order is ${status}`))
  }
}

function summaryOf(outcome: CancelOutcome): string {
  switch (outcome.kind) {
    case 'asked':
      return 'the venue has taken the cancel'
    case 'already_final':
      return 'the venue says that the order has ended'
    case 'refused':
      return `the venue refuses it: ${outcome.reason} (${outcome.code})`
    case 'absent':
      return `the venue does not know the order: ${outcome.reason}`
    case 'not_sent':
      return `it could not be sent: ${outcome.reason}`
    case 'unknown':
      return `no answer that tells: ${outcome.reason}`
  }
}
