import { AuditLog } from '../../../src/adapters/sinks/audit-log/audit-log.ts'
import { TradesLog } from '../../../src/adapters/sinks/trades-log/trades-log.ts'
import { openSqliteStore } from '../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import type { Config } from '../../../src/config/config.ts'
import type { Log } from '../../../src/ports/log.ts'
import type { OrderStore } from '../../../src/ports/order-store.ts'
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
/** Twice a second for days would be nearly all that happens there; the gate looks by itself before each order. */
const HALT_FILE = 'halt.file'
const HALT_FILE_LATE_MS = 120_000

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
    const { faults, movingTags } = world
    const takesDays = world.scenario.workload === 'calendar'
    this.life = new Life(number, world.time, (label) => {
      if (takesDays && label === HALT_FILE) return HALT_FILE_LATE_MS
      return faults.strikes('F-32', movingTags) ? faults.draw('F-32', 'ms') * LATEST_TIMER_MS : 0
    })
  }

  get trading(): Trading | undefined {
    return this.life.isOver ? undefined : this.#trading
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
    world.faults.struck(CRASH_POINTS[point], about.length > 0 ? about : world.movingTags())
    world.crashed(this, point, crash.downMs)
    return true
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
      host: disk.hostFor(this.life, this.dies),
      now: () => time.now(),
      monotonic: () => time.monotonic(),
      newInstallation: () => String(random.draw('installation')),
    })
    const openAccount = store.openAccount.bind(store)
    store.openAccount = async (account) => {
      const snapshot = await openAccount(account)
      this.#epochs.set(account, snapshot.epoch)
      return snapshot
    }
    return store
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
    })
    return site.venue.openGateway(link, link, world.time)
  }

  async #openSinks(store: OrderStore, heads: ReadonlyMap<string, number>) {
    const { world, life, dies } = { world: this.#world, life: this.life, dies: this.dies }
    const { time: clock, logs: folder, trace, faults, recorder, weather } = world
    const log = tracingLog(trace)
    const file = (name: string) => new SimulatedLogFile(name, { folder, life, dies })
    return [
      await AuditLog.open({
        file: file('orders.jsonl'),
        saved: await store.sinkPositions('audit'),
        committed: heads,
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
