import type { OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { SelfCheckStatus } from '../../ports/order-commands.ts'
import type { AccountSnapshot, OrderStoreReader, StoredEvent } from '../../ports/order-store.ts'
import { NO_ACCOUNT } from '../books/journal.ts'
import { FillFetches } from './fill-fetches.ts'
import { OrderHistories } from './order-histories.ts'
import { PositionSums } from './position-sums.ts'
import { type Departure, SendLedger } from './send-ledger.ts'
import { checkStored } from './stored-orders.ts'
import type { Violation } from './violation.ts'

/**
 * Holds the running daemon to its own promises. Guarantees:
 * - it learns from what became durable and from what left, never from what the daemon believes;
 * - it changes nothing: what it finds goes to its owner, who closes the gate and keeps watching;
 * - every request that leaves and every change of every order is looked at; of what has to be read back from the store, a
 *   few orders a second, and how many requests were marked there against how many have left (I-41);
 * - it says each thing once: a promise that is broken for an account stays so until the daemon is started anew.
 */
export interface SelfCheckDeps {
  readonly store: Pick<OrderStoreReader, 'order' | 'fills' | 'orderEvents' | 'marksAfter'>
  readonly clock: Clock
  readonly timers: Timers
  /** As the store says at the start. */
  readonly wasHalted: boolean
  /** The newest lines of the audit log beside the events they stand for; absent where there is no log. */
  readonly checkAudit?: () => Promise<readonly Violation[]>
  readonly onViolation: (account: string, violation: Violation) => void
}

const READ_BACK_EVERY_MS = 1_000
const READ_BACK_AT_ONCE = 4
const READ_BACK_WAITING = 256
const AUDIT_EVERY = 10

interface Account {
  readonly histories: OrderHistories
  readonly sums: PositionSums
  readonly ledger: SendLedger
  readonly fetches: FillFetches
  /** What the store was read to hold, since the owner began: marks, and the last event looked at. */
  readonly stored: { marks: number; upTo: number }
}

export class SelfCheck {
  readonly #deps: SelfCheckDeps
  readonly #accounts = new Map<string, Account>()
  readonly #unread = new Map<OrderId, string>()
  readonly #found = new Map<string, SelfCheckStatus['violations'][number]>()
  #checked = 0
  #rounds = 0
  #isHalted: boolean
  #timer: Timer | undefined
  #isStopped = false

  constructor(deps: SelfCheckDeps) {
    this.#deps = deps
    this.#isHalted = deps.wasHalted
  }

  get status(): SelfCheckStatus {
    return { checked: this.#checked, violations: [...this.#found.values()] }
  }

  /** The store has given the account to a new owner, with this in it. */
  opened(account: string, { epoch, accountSeq, orders, positions }: AccountSnapshot): void {
    this.#accounts.get(account)?.ledger.ownedFrom(epoch)
    this.#accounts.set(account, {
      histories: new OrderHistories(orders),
      sums: new PositionSums(positions),
      ledger: new SendLedger(epoch),
      fetches: new FillFetches(),
      stored: { marks: 0, upTo: accountSeq },
    })
  }

  /** In the order in which it became durable. */
  committed(name: string, events: readonly StoredEvent[], orders: readonly Order[]): void {
    for (const { event } of events) this.#noticeHalt(event)
    const account = this.#accounts.get(name)
    if (account === undefined) return
    for (const order of orders) this.#changed(name, account, order, events)
    this.#positionsTold(name, account, events, orders.length > 0)
  }

  left(account: string, departure: Departure): void {
    this.#checked += 1
    this.#arm()
    const ledger = this.#accounts.get(account)?.ledger
    for (const violation of ledger?.left(departure, this.#isHalted) ?? []) this.#tell(account, violation)
  }

  /** What a venue said of an order of ours, and the order as it stands after that. */
  heard(account: string, order: Order, report: OrderReport): void {
    this.#accounts.get(account)?.fetches.heard(order, report, this.#deps.clock.monotonic())
    this.#arm()
  }
  /** An order is asked for by name. */
  asked(account: string, id: OrderId | undefined): void {
    this.#accounts.get(account)?.fetches.asked(id, this.#deps.clock.monotonic())
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #changed(name: string, account: Account, order: Order, events: readonly StoredEvent[]): void {
    this.#checked += 1
    const kinds: string[] = []
    for (const { orderId, event } of events) if (orderId === order.id && event.startsWith('order.')) kinds.push(event)
    const { violation, filledBefore } = account.histories.committed(order, kinds)
    account.ledger.committed(order)
    account.fetches.committed(order)
    account.sums.filled(order, filledBefore)
    if (violation !== undefined) this.#tell(name, violation)
    if (this.#unread.size < READ_BACK_WAITING) this.#unread.set(order.id, name)
    this.#arm()
  }

  #positionsTold(name: string, account: Account, events: readonly StoredEvent[], isOfOrder: boolean): void {
    const last = events.findLast(({ event }) => event === 'position.changed')
    if (last === undefined) return
    const others = isOfOrder ? [] : events.filter((event) => event.event === 'position.changed' && event !== last)
    for (const event of [...others, last]) {
      const violation = account.sums.told(event, isOfOrder)
      if (violation !== undefined) this.#tell(name, violation)
    }
  }

  #noticeHalt(event: string): void {
    if (event === 'halt.on') this.#isHalted = true
    else if (event === 'halt.off') this.#isHalted = false
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#isStopped) return
    this.#timer = this.#deps.timers.after(READ_BACK_EVERY_MS, 'self_check', () => {
      this.#timer = undefined
      // A store that cannot be read has its own alarm.
      this.#readBack().catch(() => undefined)
    })
  }

  async #readBack(): Promise<void> {
    this.#rounds += 1
    for (const [name, account] of this.#accounts) await this.#compare(name, account)
    const some = [...this.#unread].slice(0, READ_BACK_AT_ONCE)
    for (const [id, account] of some) {
      this.#unread.delete(id)
      for (const violation of await checkStored(id, this.#deps.store)) this.#tell(account, violation)
    }
    if (this.#rounds % AUDIT_EVERY === 0) {
      // One log for all accounts.
      for (const violation of (await this.#deps.checkAudit?.()) ?? []) this.#tell(NO_ACCOUNT, violation)
    }
    const isLacking = [...this.#accounts.values()].some(({ fetches }) => fetches.isLacking)
    if (this.#unread.size > 0 || isLacking) this.#arm()
  }

  /** Two counters that know nothing of each other. What left is counted first: its mark is older. */
  async #compare(name: string, { ledger, stored, fetches }: Account): Promise<void> {
    const left = ledger.leftSoFar
    const { marks, upTo } = await this.#deps.store.marksAfter(name, stored.upTo)
    stored.marks += marks
    stored.upTo = upTo
    if (left > stored.marks) {
      const message = `${left} order requests have left, and the store holds ${stored.marks} marks`
      this.#tell(name, { invariant: 'I-41', message, evidence: { left, marks: stored.marks, up_to: upTo } })
    }
    const overdue = fetches.overdue(this.#deps.clock.monotonic())
    if (overdue !== undefined) this.#tell(name, overdue)
  }

  #tell(account: string, violation: Violation): void {
    const key = `${account} ${violation.invariant}`
    if (this.#found.has(key) || this.#isStopped) return
    const { invariant, message } = violation
    this.#found.set(key, { account, invariant, message, at: this.#deps.clock.now() })
    this.#deps.onViolation(account, violation)
  }
}
