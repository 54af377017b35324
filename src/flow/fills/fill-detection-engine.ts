import type { OrderId } from '../../core/ids.ts'
import { isFinal, mayBeAtVenue, type Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import type { ReportDoor } from './apply-report.ts'
import {
  afterChange,
  afterQuietCheck,
  freshPoll,
  LEAST_INTERVAL_MS,
  type PollingConfig,
  type PollState,
} from './polling-schedule.ts'

/**
 * Watches every order of one account until its end is proven. Guarantees:
 * - one list query per cycle for all open orders, not one per order, and never two cycles within half a second unless
 *   somebody asks; only what is due and missing from the list is asked for alone;
 * - fresh orders are looked at often, quiet ones seldom, any change starts afresh;
 * - missing from a list ends nothing: only the venue's word about that very order does;
 * - no error ends the watch.
 */
export interface EngineDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly polling: PollingConfig
  /** Called for each order a cycle has looked at: its time-out may be due. */
  readonly onChecked: (order: Order) => void
}

export interface EngineCounts {
  cycles: number
  calls: number
  errors: number
  lastCycleMs: number
}

export class FillDetectionEngine {
  readonly #deps: EngineDeps
  readonly #polls = new Map<OrderId, PollState>()
  readonly counts: EngineCounts = { cycles: 0, calls: 0, errors: 0, lastCycleMs: 0 }
  #timer: { readonly at: number; readonly timer: Timer } | undefined
  #cycle: Promise<void> | undefined
  #startedAt = Number.NEGATIVE_INFINITY
  #stopped = false

  constructor(deps: EngineDeps) {
    this.#deps = deps
  }

  get watched(): number {
    return this.#polls.size
  }

  checksOf(order: Order): number {
    return this.#polls.get(order.id)?.checks ?? 0
  }

  /** Called whenever an order has changed; takes it on, starts it afresh, or lets it go. */
  changed(order: Order): void {
    if (!mayBeAtVenue(order.status)) {
      this.#polls.delete(order.id)
      return
    }
    const { polling, clock } = this.#deps
    const known = this.#polls.get(order.id)
    const state =
      known === undefined ? freshPoll(polling, clock.monotonic()) : afterChange(known, polling, clock.monotonic())
    this.#polls.set(order.id, state)
    this.#arm(state.dueAt)
  }

  /** Looks at every order now: after a reconnect, when the stream falls silent, on demand. What began before does not count. */
  async checkAll(): Promise<void> {
    await this.#cycle
    for (const [id, state] of this.#polls) this.#polls.set(id, { ...state, dueAt: Number.NEGATIVE_INFINITY })
    await this.#runCycle()
  }

  /** One order by name, whether or not it is watched; a venue that cannot be read is asked again by whoever wants it. */
  async ask(order: Order): Promise<void> {
    const { gateway, door } = this.#deps
    try {
      const answer = await gateway.lookUp(orderRef(order))
      if (!this.#stopped && answer.kind === 'found') await door.applyTo(order, answer.report).durable
    } catch (error) {
      this.#failed('poll.look_up_failed', error)
    }
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.timer.cancel()
    this.#timer = undefined
  }

  #arm(dueAt: number): void {
    if (this.#stopped || this.#cycle !== undefined) return
    const at = Math.max(dueAt, this.#startedAt + LEAST_INTERVAL_MS)
    if (this.#timer !== undefined && this.#timer.at <= at) return
    this.#timer?.timer.cancel()
    const wait = Math.max(0, at - this.#deps.clock.monotonic())
    const run = (): void => {
      this.#timer = undefined
      void this.#runCycle()
    }
    this.#timer = { at, timer: this.#deps.timers.after(wait, 'fills.poll', run) }
  }

  #runCycle(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    this.#cycle ??= this.#look().finally(() => {
      this.#cycle = undefined
      let next = Number.POSITIVE_INFINITY
      for (const { dueAt } of this.#polls.values()) next = Math.min(next, dueAt)
      if (next < Number.POSITIVE_INFINITY) this.#arm(next)
    })
    return this.#cycle
  }

  async #look(): Promise<void> {
    const { gateway, clock, log, books } = this.#deps
    this.#startedAt = clock.monotonic()
    const due = this.#due(this.#startedAt)
    if (due.size === 0) return
    this.counts.calls += 1
    try {
      const open = await gateway.openOrders()
      await this.#applyListed(open, due)
    } catch (error) {
      this.#failed('poll.list_failed', error)
      for (const id of due) this.#quiet(id)
      due.clear()
    }
    const ids = due.values()
    const lookers = Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (const id of ids) {
        const order = books.pending.byId(id)
        if (order !== undefined && !this.#stopped) await this.#checkAlone(order)
      }
    })
    await Promise.all(lookers)
    this.counts.cycles += 1
    this.counts.lastCycleMs = clock.monotonic() - this.#startedAt
    log.debug('poll.cycle', { checked: this.#polls.size, ms: this.counts.lastCycleMs })
  }

  #due(now: number): Set<OrderId> {
    const due = new Set<OrderId>()
    for (const [id, state] of this.#polls) {
      if (this.#deps.books.pending.byId(id) === undefined) this.#polls.delete(id)
      else if (state.dueAt <= now) due.add(id)
    }
    return due
  }

  /** Everything the list tells is heard, due or not; who was due and is in it has been checked. */
  async #applyListed(open: readonly OrderReport[], due: Set<OrderId>): Promise<void> {
    const { timers } = this.#deps
    for (const [n, report] of open.entries()) {
      if (n > 0 && n % WITHOUT_A_BREAK === 0)
        await new Promise<void>((resume) => timers.after(0, 'fills.break', resume))
      if (this.#stopped) return
      const order = this.#deps.door.open(report)
      if (order === undefined) continue
      try {
        const applied = this.#deps.door.applyTo(order, report)
        // Asked for by name, the venue shows its executions.
        if (applied.missingExecutions) due.add(order.id)
        else if (due.delete(order.id)) this.#checked(applied.order, applied.changed)
      } catch (error) {
        this.#failed('poll.order_failed', error)
        if (due.delete(order.id)) this.#quiet(order.id)
      }
    }
  }

  /** A list may lag: whoever is missing from it is asked for by name, and silence ends nothing. */
  async #checkAlone(order: Order): Promise<void> {
    this.counts.calls += 1
    try {
      const answer = await this.#deps.gateway.lookUp(orderRef(order))
      if (this.#stopped) return
      const applied = answer.kind === 'found' ? this.#deps.door.applyTo(order, answer.report) : undefined
      this.#checked(applied?.order ?? order, applied?.changed === true)
    } catch (error) {
      this.#failed('poll.look_up_failed', error)
      this.#quiet(order.id)
    }
  }

  #checked(order: Order, changed: boolean): void {
    if (!changed) this.#quiet(order.id)
    const now = this.#deps.books.current(order)
    if (!isFinal(now.status)) this.#deps.onChecked(now)
  }

  #quiet(id: OrderId): void {
    const state = this.#polls.get(id)
    if (state !== undefined) {
      this.#polls.set(id, afterQuietCheck(state, this.#deps.polling, this.#deps.clock.monotonic()))
    }
  }

  #failed(event: string, error: unknown): void {
    this.counts.errors += 1
    this.#deps.log.warn(event, { error })
  }
}

/** Orders asked for by name at the same time. */
const SIDE_BY_SIDE = 8
/** Reports applied before the loop may turn. */
const WITHOUT_A_BREAK = 200
