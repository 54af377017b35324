import { AuditLog } from '../../../src/adapters/sinks/audit-log/audit-log.ts'
import { TradesLog } from '../../../src/adapters/sinks/trades-log/trades-log.ts'
import { openSqliteStore } from '../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import type { Config } from '../../../src/config/config.ts'
import type { Log } from '../../../src/ports/log.ts'
import type { AccountSnapshot, OrderStore } from '../../../src/ports/order-store.ts'
import { assembleTrading, type Trading } from '../../../src/wiring/assemble-trading.ts'
import { CRASH_POINTS, type CrashPoint } from './crash-schedule.ts'
import type { Dies } from './disk.ts'
import { Life } from './life.ts'
import { SimulatedLogFile } from './log-folder.ts'
import { VenueLink } from './venue-link.ts'
import { WitnessSink } from './witness-sink.ts'
import type { World } from './world.ts'

/**
 * One life of the daemon: the real flow, its real SQL and logs, on this world's disk, clock, wire and chance. Guarantees:
 * - it ends at once, wherever it is, and is never heard of again;
 * - what it was told and what it did is written down under its number.
 */
const LATEST_TIMER_MS = 30_000
const USUALLY_SLOWEST_MS = 30
/**
 * Every second for days would be nearly all that happens there: the gate looks for the file by itself before each order,
 * and no breaker is set.
 */
const OF_EVERY_SECOND: ReadonlySet<string> = new Set(['halt.file', 'breaker.look'])
const SELDOM_MS = 120_000
/** The share of a standstill after which nobody waits for its end. */
const TAKEN_OVER_AT = 0.25

export class Daemon {
  readonly life: Life
  readonly #world: World
  readonly #config: Config
  readonly #epochs = new Map<string, number>()
  #trading: Trading | undefined
  isReady = false

  constructor(world: World, config: Config, number: number) {
    this.#world = world
    this.#config = config
    const takesDays = world.scenario.workload === 'calendar'
    this.life = new Life(number, world.time, (label, ms) =>
      takesDays && OF_EVERY_SECOND.has(label) ? SELDOM_MS : this.#lateness(ms),
    )
  }

  get trading(): Trading | undefined {
    return this.life.isOver ? undefined : this.#trading
  }

  /** F-32: it holds those up that were open and about which nothing passes between its time and its coming. */
  #lateness(ms: number): number {
    const { faults, openTags, time } = this.#world
    if (!faults.strikes('F-32')) return 0
    const lateMs = faults.draw('F-32', 'ms') * LATEST_TIMER_MS
    const dueAt = time.monotonic() + ms
    const bears = () => {
      const now = time.monotonic()
      return now < dueAt ? 'later' : now < dueAt + lateMs ? 'over' : 'now'
    }
    faults.looms('F-32', openTags(), bears)
    return lateMs
  }

  /** Settles once recovery is done; never, when it dies before. */
  async start(): Promise<void> {
    const { world, life } = { world: this.#world, life: this.life }
    const { time: clock, random, trace } = world
    trace.add('life', `${life.number} begins`)
    const trading = await assembleTrading(
      this.#config,
      {
        clock,
        timers: life,
        random,
        log: tracingLog(trace),
        haltFile: { exists: () => world.haltFile },
        onFatal: (cause) => this.#diedOf(cause instanceof Error ? cause.message : String(cause)),
        openStore: () => this.#openStore(),
        openGateway: async (account) => this.#openGateway(account),
        openSinks: (store, heads) => this.#openSinks(store, heads),
      },
      'simulated',
    )
    if (life.isOver) return life.never()
    this.#trading = trading
    await trading.floor.start()
    if (life.isOver) return life.never()
    this.isReady = true
    trace.add('life', `${life.number} is ready`)
  }

  /** The store saves us where memory and disk have parted, and still that must never happen. */
  #diedOf(cause: string): void {
    const { troubles } = this.#world
    if (cause.startsWith('the store holds another ')) troubles.push(`I-24: memory is not what is on disk: ${cause}`)
    this.#world.ended(this, `fatal: ${cause}`)
  }

  readonly dies: Dies = (point, about) => {
    const { world, life } = { world: this.#world, life: this.life }
    if (life.isOver) return true
    const crash = world.crashes.at(point)
    if (crash === undefined) return false
    if (crash.stillMs !== undefined) return this.#standsStill(crash.stillMs)
    world.faults.struck(CRASH_POINTS[point], about.length > 0 ? about : world.movingTags())
    world.crashed(this, point, crash.downMs)
    return true
  }
  /** F-12 at a named moment instead of a death, and meanwhile somebody else is started. */
  #standsStill(ms: number): false {
    const { world, life } = { world: this.#world, life: this.life }
    const [open, goesOnAt] = [world.openTags(), world.time.monotonic() + ms]
    world.faults.struck('F-12', [])
    world.faults.looms('F-12', open, () => (world.time.monotonic() < goesOnAt ? 'later' : 'now'))
    life.freeze(ms)
    world.time.after(ms * TAKEN_OVER_AT, 'world.takes_over', () => {
      if (world.alive.length === 1 && life.isFrozen && !life.isOver) world.begin()
    })
    return false
  }

  /** A step of the world in which this process may take part. */
  steps(): void {
    const point: CrashPoint = 'anywhere'
    if (!this.isReady && this.dies('in recovery', [])) return
    this.dies(point, [])
  }

  async #openStore(): Promise<OrderStore> {
    const { disk, time, random } = this.#world
    const store = await openSqliteStore({
      database: disk.database,
      host: disk.hostFor(this.life, this.dies, () => !this.isReady),
      now: () => time.now(),
      monotonic: () => time.monotonic(),
      newInstallation: () => String(random.draw('installation')),
    })
    const [openAccount, reopenAccount] = [store.openAccount.bind(store), store.reopenAccount.bind(store)]
    store.openAccount = async (account) => this.#owned(account, await openAccount(account))
    store.reopenAccount = async (account, epoch) => this.#owned(account, await reopenAccount(account, epoch))
    return store
  }

  #owned<S extends AccountSnapshot | undefined>(account: string, snapshot: S): S {
    if (snapshot !== undefined) this.#epochs.set(account, snapshot.epoch)
    return snapshot
  }

  #openGateway(account: string) {
    const { world, life, dies } = { world: this.#world, life: this.life, dies: this.dies }
    const site = world.site(account)
    const link = new VenueLink({
      account,
      site: site.venue,
      life,
      dies,
      time: world.time,
      random: world.random,
      trace: world.trace,
      faults: world.faults,
      recorder: world.recorder,
      weather: world.weather,
      epoch: () => this.#epochs.get(account),
      durable: () => world.durable(account),
      openTags: () => world.openTags(account),
      carried: site.carried,
      cancelWaits: () => world.cancelWaits(account),
      deadlineFactor: () => (world.isCalm ? Math.max(1, world.scenario.deadlineFactor) : world.scenario.deadlineFactor),
      slowestMs: () => (world.isCalm ? USUALLY_SLOWEST_MS : world.scenario.slowestMs),
      isHonest: site.isHonest,
      isRecovering: () => !this.isReady,
    })
    return site.venue.openGateway(link, link, world.time)
  }

  async #openSinks(store: OrderStore, heads: ReadonlyMap<string, number>) {
    const { world, life, dies } = { world: this.#world, life: this.life, dies: this.dies }
    const { time: clock, logs: folder, trace, faults, recorder, weather, disk } = world
    const log = tracingLog(trace)
    const fails = (): boolean => disk.isFull || faults.strikes('F-20')
    const file = (name: string) =>
      new SimulatedLogFile(name, { folder, life, dies, fails, torn: (tags) => faults.struck('F-25', tags) })
    return [
      await AuditLog.open({
        file: file('orders.jsonl'),
        saved: await store.sinkPositions('audit'),
        committed: heads,
        store,
        clock,
        log,
      }),
      await TradesLog.open({ file: file('trades.jsonl'), saved: await store.sinkPositions('trades'), clock, log }),
      new WitnessSink({
        life,
        time: clock,
        faults,
        recorder,
        behind: () => this.#world.untold(),
        isSick: () => weather.is('sick_listener', ''),
        dies,
      }),
    ]
  }
}

function tracingLog(trace: World['trace']): Log {
  const line =
    (level: string) =>
    (event: string, fields?: Readonly<Record<string, unknown>>): void =>
      trace.note('log', () => `${level} ${event} ${fieldsText(fields)}`)
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
const fieldsText = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(fields, (_, value) => (value instanceof Error ? `${value.name}: ${value.message}` : value))
