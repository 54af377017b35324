import type { Config } from '../config/config.ts'
import { accountFor } from '../config/config-for.ts'
import { configVersion } from '../config/config-version.ts'
import { sessionAt } from '../core/market-session.ts'
import type { Order } from '../core/order.ts'
import type { Signal } from '../core/signal.ts'
import { formatTime } from '../core/time.ts'
import { DayResult } from '../flow/books/day-result.ts'
import { Journal, NO_ACCOUNT } from '../flow/books/journal.ts'
import { fromFact, HALT_FACT } from '../flow/checks/halt-switch.ts'
import { AccountDesk } from '../flow/desk/account-desk.ts'
import { TradingFloor } from '../flow/desk/trading-floor.ts'
import { type AccountLease, LeaseLost } from '../flow/execution/account-lease.ts'
import { FinalWaiters } from '../flow/execution/final-waiters.ts'
import type { KeptBudget } from '../flow/execution/kept-budget.ts'
import { Outbox } from '../flow/outbox/drain-outbox.ts'
import { EventFeed } from '../flow/outbox/event-feed.ts'
import { readRemembered } from '../flow/recovery/remembered.ts'
import { SelfCheck } from '../flow/self-check/self-check.ts'
import type { BrokerGateway } from '../ports/broker-gateway.ts'
import type { SignalProblem } from '../ports/order-commands.ts'
import type { AccountSnapshot, OrderStore, StoredEvent } from '../ports/order-store.ts'
import { auditCheck } from './audit-check.ts'
import { deskSettings } from './desk-settings.ts'
import { guardsFor } from './guards-for.ts'
import type { TradingHost } from './trading-host.ts'

/** Everything that trades, from signal to sink, on whatever host: the daemon's inside and the simulation's subject. */
export interface Trading {
  readonly floor: TradingFloor
  readonly store: OrderStore
  readonly feed: EventFeed
  readonly outbox: Outbox
  stop(withinMs: number): Promise<void>
}

const STOP_OUTBOX_MS = 3_000

export async function assembleTrading(config: Config, host: TradingHost, version: string): Promise<Trading> {
  const { clock, timers, random, log, haltFile } = host
  const store = await host.openStore()
  const accounts = Object.keys(config.accounts)
  const session = {
    mode: config.mode,
    version,
    sessionId: newSessionId(clock.now(), random),
    startedAt: clock.now(),
    configVersion: configVersion(config),
  }
  const snapshots = new Map<string, AccountSnapshot>()
  for (const account of [...accounts, NO_ACCOUNT]) snapshots.set(account, await store.openAccount(account))
  const heads = new Map([...snapshots].map(([account, { accountSeq }]) => [account, accountSeq]))
  const feed = new EventFeed({ store, heads })
  const outbox = new Outbox([feed, ...(await host.openSinks(store, heads))], { store, timers, random, log })
  await outbox.start(heads)

  const waiters = new FinalWaiters(timers)
  const gateways = new Map<string, BrokerGateway>()
  for (const account of accounts) gateways.set(account, await host.openGateway(account))
  const budgets = new Map<string, KeptBudget>()
  const selfCheck = new SelfCheck({
    store,
    clock,
    timers,
    wasHalted: fromFact(await store.fact(HALT_FACT), clock.now()).halted,
    ...(host.auditTail === undefined ? {} : { checkAudit: auditCheck(store, host.auditTail) }),
    onViolation: (account, violation) => {
      floor.distrust(account, violation)
      host.keepEvidence?.(violation.invariant, JSON.stringify({ account, at: clock.now(), ...violation }))
    },
  })
  const onCommitted = (account: string, events: readonly StoredEvent[], orders: readonly Order[]): void => {
    selfCheck.committed(account, events, orders)
    outbox.committed(account, events)
    for (const order of orders) waiters.committed(order)
    host.onCommitted?.(events, orders)
  }
  const snapshotOf = snapshotsOf(store, snapshots)
  const journalFor = (floor: TradingFloor, account: string, epoch: number, lease?: AccountLease): Journal => {
    const venue = config.accounts[account]?.venue
    const context = {
      mode: session.mode,
      sessionId: session.sessionId,
      account,
      ...(venue === undefined ? {} : { venue }),
    }
    const held = lease === undefined ? {} : { lease }
    return new Journal({ context, epoch, ...held, store, onCommitted, onLost: (cause) => floor.lost(cause) })
  }

  const floor: TradingFloor = new TradingFloor({
    selfCheck: () => selfCheck.status,
    about: session,
    accounts,
    store,
    haltFile,
    waiters,
    clock,
    timers,
    random,
    log,
    route: (signal) => route(config, signal),
    sinkLag: () =>
      outbox.lag().map(({ sink, behind, lastError }) => ({
        sink,
        behind,
        ...(lastError === undefined ? {} : { failing: lastError }),
      })),
    onFatal: host.onFatal,
    openSystemJournal: async (owner) => journalFor(owner, NO_ACCOUNT, (await snapshotOf(NO_ACCOUNT)).epoch),
    openDesk: async (account, owner) => {
      const gateway = gateways.get(account)
      if (gateway === undefined) throw new Error(`no gateway for ${account}`)
      const snapshot = await snapshotOf(account)
      const settings = deskSettings(config, account, {
        id: store.installation,
        sessionId: session.sessionId,
        configVersion: session.configVersion,
      })
      selfCheck.opened(account, snapshot)
      const { epoch } = snapshot
      const guards = await guardsFor(settings, { store, budgets, clock, timers })
      return new AccountDesk({
        ...guards,
        settings,
        gateway,
        store,
        journal: journalFor(owner, account, snapshot.epoch, guards.lease),
        snapshot,
        day: DayResult.from(await store.fact(DayResult.factName(account))),
        remembered: await readRemembered(store, account),
        waiters,
        haltFile,
        isHalted: () => owner.isHalted,
        onPassed: (order, payloadHash) => selfCheck.left(account, { order, payloadHash, epoch }),
        onReport: (order, report) => selfCheck.heard(account, order, report),
        onLookUp: (id) => selfCheck.asked(account, id),
        tradingDateOf: (at) => sessionAt(settings.calendar, at).tradingDate,
        clock,
        timers,
        random,
        log,
      })
    },
  })
  return {
    floor,
    store,
    feed,
    outbox,
    stop: async (withinMs) => {
      await floor.stop(withinMs)
      selfCheck.stop()
      await flushed(outbox, timers)
      await outbox.stop()
      await store.close()
    },
  }
}

/**
 * What was opened at the start is used once; after a store error it is read anew, by whoever still owns the account: an
 * owner that slept through a take-over must not take it back, with a log in its hands that is no longer its own.
 */
function snapshotsOf(store: OrderStore, opened: ReadonlyMap<string, AccountSnapshot>) {
  const unused = new Map(opened)
  const epochs = new Map([...opened].map(([account, { epoch }]) => [account, epoch]))
  return async (account: string): Promise<AccountSnapshot> => {
    const first = unused.get(account)
    unused.delete(account)
    const snapshot = first ?? (await store.reopenAccount(account, epochs.get(account) ?? 0))
    if (snapshot === undefined) throw new LeaseLost(account)
    epochs.set(account, snapshot.epoch)
    return snapshot
  }
}

/** What is committed reaches the sinks, or the time is up. The timer must not outlive it: it would hold the process. */
async function flushed(outbox: Outbox, timers: TradingHost['timers']): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = timers.after(STOP_OUTBOX_MS, 'stop.outbox', late.resolve)
  await Promise.race([outbox.flush(), late.promise])
  timer.cancel()
}

function newSessionId(at: number, random: TradingHost['random']): string {
  const chance = Math.floor(random.draw('session.id') * 36 ** 6)
    .toString(36)
    .padStart(6, '0')
  return `${formatTime(at).slice(0, 19).replaceAll(/[-:]/g, '')}-${chance}`
}

function route(config: Config, signal: Signal): { readonly account: string } | { readonly problem: SignalProblem } {
  const { account, strategy, symbol } = signal
  const routed = accountFor(config, { account, strategy, symbol })
  if (routed.kind === 'routed') return { account: routed.name }
  const names = Object.keys(config.accounts).join(', ')
  const found = routed.kind === 'unknown_account' ? routed.name : 'nothing'
  const message =
    routed.kind === 'unknown_account'
      ? `there is no account ${routed.name}`
      : 'no account is named and no route leads to one'
  return { problem: { path: 'account', code: 'account.unknown', message, expected: `one of ${names}`, found } }
}
