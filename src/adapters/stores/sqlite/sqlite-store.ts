import type { CaseId } from '../../../core/case.ts'
import type { BrokerOrderId, ExecutionId, OrderId } from '../../../core/ids.ts'
import type { Instant } from '../../../core/time.ts'
import {
  type AccountSnapshot,
  type CaseFilter,
  type Commit,
  type Committed,
  type OrderFilter,
  type OrderStore,
  type Page,
  StoreError,
} from '../../../ports/order-store.ts'
import type { MemberResult } from './commit-host.ts'
import { encodeCommit, encodeRenewal, encodeSinkPositions, encodeTakeOver } from './encode-commit.ts'
import type { GroupCommit, StoreMetrics } from './group-commit.ts'
import type { Reader } from './reader.ts'

/**
 * The store behind the port. Guarantees:
 * - a promise of a write settles once no crash can undo it, or once it is certain that it was refused;
 * - whoever takes an account over shuts out whoever held it, from that commit on.
 */
export interface SqliteStoreDeps {
  readonly installation: string
  readonly commits: GroupCommit
  readonly reader: Reader
  /** Lets go of everything else, after the last commit. */
  readonly release: () => Promise<void>
}

export class SqliteStore implements OrderStore, AsyncDisposable {
  readonly installation: string
  readonly #deps: SqliteStoreDeps
  #closing: Promise<void> | undefined

  constructor(deps: SqliteStoreDeps) {
    this.installation = deps.installation
    this.#deps = deps
  }

  async commit(commit: Commit): Promise<Committed> {
    const result = await this.#deps.commits.submit(encodeCommit(commit))
    if (result.kind === 'conflict') return conflictOf(result.what)
    return { kind: 'committed', firstAccountSeq: firstNumber(result) - commit.events.length + 1 }
  }

  probe(): Promise<boolean> {
    return this.#deps.commits.probe()
  }

  heedTrouble(listener: (cause: StoreError) => void): void {
    this.#deps.commits.heedTrouble(listener)
  }

  async openAccount(account: string): Promise<AccountSnapshot> {
    return this.#snapshot(account, await this.#deps.commits.submit(encodeTakeOver(account)))
  }

  async reopenAccount(account: string, epoch: number): Promise<AccountSnapshot | undefined> {
    const renewed = await this.#deps.commits.submit(encodeRenewal(account, epoch))
    return renewed.kind === 'conflict' ? undefined : this.#snapshot(account, renewed)
  }

  async #snapshot(account: string, taken: MemberResult): Promise<AccountSnapshot> {
    const [epoch, accountSeq] = taken.kind === 'done' ? (taken.rows[0] ?? []) : []
    const { reader } = this.#deps
    const [orders, fills, positions] = await Promise.all([
      reader.openOrders(account),
      reader.openOrdersFills(account),
      reader.positionsOf(account),
    ])
    return { epoch: Number(epoch), accountSeq: Number(accountSeq), orders, fills, positions }
  }

  openCases(account: string) {
    return this.#deps.reader.openCases(account)
  }
  marksAfter(account: string, accountSeq: number) {
    return this.#deps.reader.marksAfter(account, accountSeq)
  }
  strategyFills(account: string) {
    return this.#deps.reader.strategyFills(account)
  }
  sinkPositions(sink: string): Promise<ReadonlyMap<string, number>> {
    return this.#deps.reader.sinkPositions(sink)
  }
  async saveSinkPositions(sink: string, positions: ReadonlyMap<string, number>): Promise<void> {
    if (positions.size > 0) await this.#deps.commits.submit(encodeSinkPositions(sink, positions))
  }

  order(id: OrderId) {
    return this.#deps.reader.order(id)
  }
  orderByClientId(account: string, clientOrderId: string) {
    return this.#deps.reader.orderByClientId(account, clientOrderId)
  }
  orders(filter: OrderFilter, page: Page) {
    return this.#deps.reader.orders(filter, page)
  }
  knownClientOrderIds(account: string, ids: readonly string[]) {
    return this.#deps.reader.knownClientOrderIds(account, ids)
  }
  closedByBrokerIds(account: string, ids: readonly BrokerOrderId[]) {
    return this.#deps.reader.closedByBrokerIds(account, ids)
  }
  bookedExecutions(account: string, ids: readonly ExecutionId[]) {
    return this.#deps.reader.bookedExecutions(account, ids)
  }
  fills(orderId: OrderId) {
    return this.#deps.reader.fills(orderId)
  }
  fillsOfSymbol(account: string, symbol: string) {
    return this.#deps.reader.fillsOfSymbol(account, symbol)
  }
  fillsBetween(account: string | undefined, from: Instant, to: Instant) {
    return this.#deps.reader.fillsBetween(account, from, to)
  }
  orderEvents(orderId: OrderId) {
    return this.#deps.reader.orderEvents(orderId)
  }
  eventsAfter(account: string, accountSeq: number, limit: number) {
    return this.#deps.reader.eventsAfter(account, accountSeq, limit)
  }
  signal(signalId: string) {
    return this.#deps.reader.signal(signalId)
  }
  positions() {
    return this.#deps.reader.positions()
  }
  fact(name: string) {
    return this.#deps.reader.fact(name)
  }

  case(id: CaseId) {
    return this.#deps.reader.case(id)
  }
  cases(filter: CaseFilter, page: Page) {
    return this.#deps.reader.cases(filter, page)
  }

  metrics(): StoreMetrics {
    return this.#deps.commits.metrics()
  }

  close(): Promise<void> {
    this.#closing ??= this.#deps.commits.close().then(this.#deps.release)
    return this.#closing
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function conflictOf(what: string): Committed {
  switch (what) {
    case 'signal':
    case 'order':
    case 'fill':
    case 'position':
    case 'case':
    case 'epoch':
      return { kind: 'conflict', what }
    default:
      throw new StoreError(`the writer named a conflict that is none: ${what}`, { fatal: false })
  }
}

const firstNumber = (result: MemberResult): number =>
  result.kind === 'done' ? Number(result.rows[0]?.[0]) : Number.NaN
