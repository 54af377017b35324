import type { OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { Signal } from '../../core/signal.ts'
import type { Instant } from '../../core/time.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { HaltFile } from '../../ports/halt-file.ts'
import type { Log } from '../../ports/log.ts'
import type {
  AccountSyncFailure,
  AccountSyncReport,
  Admission,
  CancelAllRow,
  CancelAnswer,
  CancelFilter,
  CaseAnswer,
  CaseRequest,
  DaemonStatus,
  HaltAnswer,
  HaltState,
  OrderCommands,
  ResumeAnswer,
  SelfCheckStatus,
  SignalProblem,
  SignalRequest,
  SinkLag,
} from '../../ports/order-commands.ts'
import { type OrderStore, StoreError } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import { SignalAdmission } from '../admission/admit-signal.ts'
import { recordedDenial } from '../admission/recorded-denial.ts'
import { RefusalNotes } from '../admission/refusal-notes.ts'
import { type Journal, NO_ACCOUNT } from '../books/journal.ts'
import { HALT_FACT } from '../checks/halt-switch.ts'
import { type FinalWaiters, hasReached } from '../execution/final-waiters.ts'
import type { Violation } from '../self-check/violation.ts'
import type { AccountDesk } from './account-desk.ts'
import { KillSwitch } from './kill-switch.ts'

/**
 * All the desks of one daemon, and what belongs to no account: admission, the kill switch, the session. Guarantees:
 * - nothing is taken before recovery is done, and nothing while the store is in doubt;
 * - after a store error, whoever's write it was, the desks are thrown away and made anew from what the store holds, once it
 *   can be trusted again;
 * - a flush that failed, or a lease that is gone, ends the process.
 */
export interface FloorDeps {
  readonly about: Pick<DaemonStatus, 'mode' | 'version' | 'sessionId' | 'startedAt' | 'configVersion'>
  readonly accounts: readonly string[]
  readonly openDesk: (account: string, floor: TradingFloor) => Promise<AccountDesk>
  readonly openSystemJournal: (floor: TradingFloor) => Promise<Journal>
  readonly route: (signal: Signal) => { readonly account: string } | { readonly problem: SignalProblem }
  readonly store: OrderStore
  readonly haltFile: HaltFile
  readonly waiters: FinalWaiters
  readonly sinkLag: () => readonly SinkLag[]
  readonly selfCheck: () => SelfCheckStatus
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly onFatal: (cause: unknown) => void
}

const PROBE_EVERY_MS = 1_000
const WATCH_HALT_FILE_MS = 500
const SETTLE_CHECK_MS = 20

export class TradingFloor implements OrderCommands {
  readonly #deps: FloorDeps
  readonly #desks = new Map<string, AccountDesk>()
  readonly #admission: SignalAdmission
  readonly #switch: KillSwitch
  readonly #notes: RefusalNotes
  /** Until the daemon is started anew. */
  readonly #distrusted = new Set<string>()
  #system: Journal | undefined
  #watch: Timer | undefined
  #trouble: 'starting' | 'store' | 'stopping' | undefined = 'starting'
  #mending = false
  #mends = 0

  constructor(deps: FloorDeps) {
    this.#deps = deps
    const { store, clock } = deps
    const note: Journal['note'] = async (event, at, fields, facts) => this.#journal().note(event, at, fields, facts)
    this.#switch = new KillSwitch({ note, fileExists: () => deps.haltFile.exists(), clock })
    this.#notes = new RefusalNotes(note, clock)
    this.#admission = new SignalAdmission({
      route: (signal) => this.#route(signal),
      storedSignal: (id) => store.signal(id),
      order: (id) => this.order(id),
      denialOf: (order) => recordedDenial(order, store),
      newTraceId: () => this.#newTraceId(),
      unavailable: () => this.#unavailable(),
      onRefused: (errors, request) => this.#notes.refused(errors, request),
      onDuplicate: (signal, order) => this.#notes.duplicate(signal, order),
    })
  }

  get isHalted(): boolean {
    return this.#switch.state.halted
  }

  /** Opens every account; settles once recovery is done everywhere. */
  async start(): Promise<void> {
    const { store, clock, about } = this.#deps
    store.heedTrouble((cause) => this.lost(cause))
    await this.#open()
    this.#switch.restore(await store.fact(HALT_FACT))
    const detail = { version: about.version, config_version: about.configVersion, accounts: [...this.#deps.accounts] }
    await this.#journal().note('session.started', clock.now(), { detail })
    this.#watchHaltFile()
    await Promise.all([...this.#desks.values()].map((desk) => desk.start()))
    if (this.#trouble === 'starting') this.#trouble = undefined
  }

  /** Takes nothing more, lets nothing more out, waits for what is on the wire, writes the last line. */
  async stop(withinMs: number): Promise<void> {
    const { timers, clock } = this.#deps
    this.#trouble = 'stopping'
    this.#watch?.cancel()
    for (const desk of this.#desks.values()) desk.closeGate('stopping')
    const giveUpAt = clock.monotonic() + withinMs
    while ([...this.#desks.values()].some((desk) => desk.inFlight > 0) && clock.monotonic() < giveUpAt) {
      await new Promise<void>((resume) => timers.after(SETTLE_CHECK_MS, 'stop.settle', resume))
    }
    await Promise.all([...this.#desks.values()].map((desk) => desk.keep()))
    for (const desk of this.#desks.values()) desk.stop()
    await this.#system?.note('session.stopped', clock.now(), {}).catch(() => undefined)
  }

  admit(request: SignalRequest): Promise<Admission> {
    return this.#admission.admit(request)
  }

  async order(id: OrderId): Promise<Order | undefined> {
    for (const desk of this.#desks.values()) {
      const order = desk.order(id)
      if (order !== undefined) return order
    }
    return this.#deps.store.order(id)
  }

  async wait(id: OrderId, ms: number, until: 'final' | 'accepted'): Promise<Order | undefined> {
    const reached = this.#deps.waiters.wait(id, ms, until)
    // What memory holds is announced when it is durable; what it let go of is in the store already.
    const isOpen = [...this.#desks.values()].some((desk) => desk.order(id) !== undefined)
    const stored = isOpen ? undefined : await this.#deps.store.order(id)
    if (stored !== undefined && hasReached(stored, until)) return stored
    return (await reached) ?? this.order(id)
  }

  async cancel(id: OrderId, by: string): Promise<CancelAnswer> {
    const order = await this.order(id)
    if (order === undefined) return { kind: 'unknown_order' }
    const desk = this.#desks.get(order.account)
    if (desk === undefined) return { kind: 'already_final', order }
    const kind = await desk.cancel(order, by, 'requested')
    return { kind, order: (await this.order(id)) ?? order }
  }

  async cancelAll(filter: CancelFilter, by: string): Promise<readonly CancelAllRow[]> {
    const rows = await Promise.all([...this.#desks.values()].map((desk) => desk.cancelAll(filter, by, 'requested')))
    return rows.flat()
  }

  async halt({
    reason,
    by,
    cancelOpen,
  }: {
    readonly reason: string
    readonly by: string
    readonly cancelOpen: boolean
  }): Promise<HaltAnswer> {
    await this.#switch.halt(reason, by)
    const desks = [...this.#desks.values()]
    const denied = await Promise.all(desks.map((desk) => desk.denyUnsent('halted', `trading was halted: ${reason}`)))
    const cancelling = cancelOpen ? desks.flatMap((desk) => desk.openOrders({})).length : 0
    // The answer does not wait for the venue.
    if (cancelOpen) for (const desk of desks) void desk.cancelAll({}, by, 'halt').catch(() => undefined)
    return { ...this.#haltState(), denied: denied.reduce((sum, count) => sum + count, 0), cancelling }
  }

  /** Of the kill switch, and of every breaker that waits for an operator. */
  async resume({ by, since }: { readonly by: string; readonly since?: Instant }): Promise<ResumeAnswer> {
    const answer = await this.#switch.resume(by, since)
    if (answer.kind === 'resumed') await Promise.all([...this.#desks.values()].map((desk) => desk.resume()))
    return answer
  }

  /** A small durable fact that belongs to no account. */
  async remember(name: string, value: string): Promise<void> {
    await this.#journal().commit({ events: [], facts: { [name]: value } }, [])
  }

  async sync({
    adopt = false,
  }: {
    readonly adopt?: boolean
  } = {}): Promise<readonly (AccountSyncReport | AccountSyncFailure)[]> {
    const reason = this.#unavailable()
    if (reason !== undefined) throw new StoreError(reason, { fatal: false })
    const desks = [...this.#desks.values()]
    return Promise.all(
      desks.map((desk) => desk.sync(adopt).catch((error) => ({ account: desk.account, failed: textOf(error) }))),
    )
  }
  async resolveCase(request: CaseRequest): Promise<CaseAnswer> {
    const reason = this.#unavailable()
    if (reason !== undefined) throw new StoreError(reason, { fatal: false })
    const found = await this.#deps.store.case(request.id)
    const desk = found === undefined ? undefined : this.#desks.get(found.account)
    return found === undefined || desk === undefined ? { kind: 'unknown_case' } : desk.resolveCase(found, request)
  }
  isQuarantined(account: string, symbol: string): boolean {
    return this.#desks.get(account)?.isQuarantined(symbol) ?? false
  }

  marketPrice(account: string, symbol: string): string | undefined {
    return this.#desks.get(account)?.marketPrice(symbol)
  }

  status(): DaemonStatus {
    const notReady = this.#notReady()
    return {
      ...this.#deps.about,
      halt: this.#haltState(),
      accounts: [...this.#desks.values()].map((desk) => desk.status()),
      sinks: this.#deps.sinkLag(),
      selfCheck: this.#deps.selfCheck(),
      ready: notReady.length === 0,
      notReady,
    }
  }

  /** A promise was found broken: nothing more leaves for this account, and everything is watched on. */
  distrust(account: string, { invariant, message, evidence }: Violation): void {
    const { log, clock, accounts } = this.#deps
    log.error('self_check.failed', { account, invariant, message, evidence })
    for (const one of account === NO_ACCOUNT ? accounts : [account]) {
      this.#distrusted.add(one)
      this.#desks.get(one)?.closeGate('self_check')
    }
    const detail = { account, invariant, message, evidence }
    // A store that cannot take it has its own alarm.
    this.#system?.note('self_check.failed', clock.now(), { reason: invariant, detail }).catch(() => undefined)
  }

  /** The store could not take a change: memory may be ahead of the disk. */
  lost(cause: unknown): void {
    const { log, onFatal } = this.#deps
    const isFatal = cause instanceof StoreError && cause.fatal
    for (const desk of this.#desks.values()) desk.closeGate('store')
    // What the desks that are thrown away still run into is no news; that the store will never be fit again is.
    if (this.#mending && !isFatal) return
    log.error('store.lost', { error: cause })
    if (this.#trouble === 'stopping') return
    this.#trouble = 'store'
    if (isFatal || !(cause instanceof StoreError)) {
      onFatal(cause)
      return
    }
    this.#mending = true
    this.#mends += 1
    void this.#mend(this.#mends).catch(onFatal)
  }

  /** Write, sync, reopen, read; then everything from the beginning. */
  async #mend(mend: number): Promise<void> {
    const { store, timers, log } = this.#deps
    do {
      await new Promise<void>((resume) => timers.after(PROBE_EVERY_MS, 'store.probe', resume))
      if (this.#trouble !== 'store') return
    } while (!(await store.probe()))
    for (const desk of this.#desks.values()) desk.stop()
    await this.#open()
    this.#mending = false
    if (this.#trouble !== 'store') return
    await Promise.all([...this.#desks.values()].map((desk) => desk.start()))
    // Lost again meanwhile, or stopping: then this is no longer ours to say.
    if (this.#trouble !== 'store' || mend !== this.#mends) return
    this.#trouble = undefined
    log.info('store.mended')
  }

  async #open(): Promise<void> {
    this.#system = await this.#deps.openSystemJournal(this)
    for (const account of this.#deps.accounts) {
      const desk = await this.#deps.openDesk(account, this)
      if (this.#distrusted.has(account)) desk.closeGate('self_check')
      this.#desks.set(account, desk)
    }
  }

  #journal(): Journal {
    if (this.#system === undefined) throw new StoreError('the store is not open yet', { fatal: false })
    return this.#system
  }

  #route(signal: Signal): { readonly taker: AccountDesk } | { readonly problem: SignalProblem } {
    const routed = this.#deps.route(signal)
    if ('problem' in routed) return routed
    const taker = this.#desks.get(routed.account)
    if (taker === undefined) throw new StoreError(`account ${routed.account} is not open`, { fatal: false })
    return { taker }
  }

  #unavailable(): string | undefined {
    switch (this.#trouble) {
      case 'starting':
        return 'recovery is not done yet'
      case 'store':
        return 'the store is not available'
      case 'stopping':
        return 'the daemon is stopping'
      default:
        return undefined
    }
  }
  #notReady(): readonly string[] {
    const trouble = this.#unavailable()
    const desks = [...this.#desks.values()]
      .filter((desk) => !desk.isReady)
      .map((desk) => `account ${desk.account} is not ready`)
    return trouble === undefined ? desks : [trouble, ...desks]
  }

  #haltState(): HaltState {
    const { state } = this.#switch
    return state.halted ? { halted: true, since: state.since, reason: state.reason, by: state.by } : { halted: false }
  }

  #watchHaltFile(): void {
    this.#watch = this.#deps.timers.after(WATCH_HALT_FILE_MS, 'halt.file', () => {
      void this.#switch
        .noticeFile()
        .then((noticed) => (noticed ? this.#denyUnsent() : undefined))
        .catch((error) => this.#deps.log.error('halt.file_failed', { error }))
      this.#watchHaltFile()
    })
  }
  async #denyUnsent(): Promise<void> {
    for (const desk of this.#desks.values())
      await desk.denyUnsent('halted', 'the file HALT exists in the data directory')
  }

  #newTraceId(): string {
    const word = (): string =>
      Math.floor(this.#deps.random.draw('trace.id') * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return `${word()}${word()}${word()}${word()}`
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
