import { configVersion } from '../../../src/config/config-version.ts'
import { FaultPlan } from '../faults/fault-plan.ts'
import type { ConfigPatch, Scenario } from '../scenario.ts'
import { CrashSchedule } from './crash-schedule.ts'
import { Daemon } from './daemon.ts'
import { Disk } from './disk.ts'
import { ForkedRandom } from './forked-random.ts'
import { LimitsInForce } from './limits-in-force.ts'
import { LogFolder } from './log-folder.ts'
import { openSite, type Site } from './open-site.ts'
import { Recorder } from './recorder.ts'
import { allowedBy, configWith } from './simulated-config.ts'
import { questionsFor } from './store-questions.ts'
import type { Trace } from './trace.ts'
import { VirtualTime } from './virtual-time.ts'
import { Weather } from './weather.ts'

/**
 * Everything that outlives a daemon: disk, logs, venues, network, clock, and who starts it again. Guarantees:
 * - one thing happens at a time, in an order that follows from the scenario alone;
 * - a daemon that dies is started again after a while, as long as the world wants one;
 * - at most two are alive at once, and the newer one is the one that is spoken to.
 */
export const WORLD_BEGINS = Date.UTC(2026, 2, 2, 14, 30)
const LONGEST_START_MS = 1_200_000
const AGAIN_AFTER_MS = 1_000

export class World {
  readonly scenario: Scenario
  readonly trace: Trace
  readonly random: ForkedRandom
  readonly time: VirtualTime
  readonly recorder = new Recorder()
  readonly faults: FaultPlan
  readonly crashes: CrashSchedule
  readonly disk: Disk
  readonly logs = new LogFolder()
  readonly limits: LimitsInForce
  readonly weather: Weather
  /** Why it cannot be believed any more, if a daemon did what none may do. */
  readonly troubles: string[] = []
  readonly #sites = new Map<string, Site>()
  #copyOfLogs: { readonly at: number; readonly files: ReadonlyMap<string, Uint8Array> } | undefined
  #daemons: Daemon[] = []
  #lives = 0
  #patch: ConfigPatch
  haltFile = false
  /** The faults are over; a time-out that no answer can meet is one of them. */
  isCalm = false
  /** The last moment at which the disk shows what was done with it. */
  onRestore: () => void = () => undefined

  constructor(scenario: Scenario, trace: Trace) {
    this.scenario = scenario
    this.limits = new LimitsInForce(scenario)
    this.trace = trace
    this.random = new ForkedRandom(scenario.seed, trace)
    this.time = new VirtualTime(WORLD_BEGINS, this.random, trace)
    trace.now = () => this.time.monotonic()
    const { time, random, recorder } = this
    const rates = new Map(Object.entries(scenario.rates)) as ConstructorParameters<typeof FaultPlan>[1]
    this.faults = new FaultPlan(random, rates, (tag) => this.#openStatus(tag))
    this.crashes = new CrashSchedule(scenario.crashes)
    this.weather = new Weather(time)
    this.disk = new Disk({ time, random, trace, faults: this.faults, recorder })
    const site = { time, random, faults: this.faults, seed: scenario.seed, budget: allowedBy(scenario.config) }
    for (const { name, profile } of scenario.accounts) this.#sites.set(name, openSite(name, profile, site))
    this.#patch = scenario.config
    time.onStep = () => {
      for (const daemon of [...this.#daemons]) daemon.steps()
    }
  }

  get sites(): readonly Site[] {
    return [...this.#sites.values()]
  }
  site(account: string): Site {
    const site = this.#sites.get(account)
    if (site === undefined) throw new Error(`no venue for ${account}`)
    return site
  }
  /** The one that answers, if one does. */
  get front(): Daemon | undefined {
    return this.#daemons.findLast((daemon) => daemon.isReady && !daemon.life.isFrozen)
  }
  /** Who hears what is said to it, ready or not. */
  get listening(): Daemon | undefined {
    return this.front ?? this.#daemons.findLast(({ trading, life }) => trading !== undefined && !life.isFrozen)
  }
  get alive(): readonly Daemon[] {
    return this.#daemons
  }

  begin(): void {
    const config = configWith(this.scenario.accounts, this.#patch)
    if (config === undefined) throw new Error('the configuration of the scenario is refused')
    this.#lives += 1
    const daemon = new Daemon(this, config, this.#lives)
    this.#daemons.push(daemon)
    this.logs.owner = this.#lives
    // A process that opens the store anew goes by its own reading of it.
    this.recorder.storeHealed(this.time.monotonic())
    this.recorder.lives.push({ life: this.#lives, from: this.time.monotonic() })
    this.recorder.configVersions.push(configVersion(config))
    this.limits.begin(config)
    if (this.#daemons.length > 1) this.recorder.saw('S14')
    this.#expectReady(daemon)
    daemon
      .start()
      .catch((cause) =>
        this.ended(daemon, `could not start: ${cause instanceof Error ? cause.message : String(cause)}`),
      )
  }

  /** As long as the faults last, no venue may be heard at all: a start has its time once they are over. */
  #expectReady(daemon: Daemon): void {
    const { isCalm } = this
    this.time.after(LONGEST_START_MS, 'world.start', () => {
      if (daemon.isReady || daemon.life.isOver) return
      if (isCalm) this.troubles.push('I-48: a start came to no end')
      else this.#expectReady(daemon)
    })
  }

  /** The process is gone between two instructions; what is on the wire goes on without it. */
  crashed(daemon: Daemon, where: string, downMs: number): void {
    if (daemon.life.isOver) return
    this.recorder.crashed(where)
    this.#noteCrash(daemon)
    this.#bury(daemon, where)
    this.#again(downMs)
  }
  /** It ended by itself. */
  ended(daemon: Daemon, why: string): void {
    if (daemon.life.isOver) return
    this.#bury(daemon, why)
    this.#again(AGAIN_AFTER_MS)
  }
  /** All of them, for good, or until somebody begins again. */
  endAll(why: string): void {
    for (const daemon of [...this.#daemons]) this.#bury(daemon, why)
  }

  /** The file is changed and the daemon told to read it: today that is a restart. Says whether it was valid. */
  edit(patch: ConfigPatch): boolean {
    const edited = { ...this.#patch, ...patch }
    if (configWith(this.scenario.accounts, edited) === undefined) return false
    this.#patch = edited
    return true
  }

  backUp(): void {
    this.disk.backUp()
    this.#copyOfLogs = { at: this.time.monotonic(), files: this.logs.copy() }
  }
  get hasCopy(): boolean {
    return this.#copyOfLogs !== undefined
  }
  restore(): boolean {
    const copy = this.#copyOfLogs
    if (copy === undefined) return false
    this.onRestore()
    if (!this.disk.restore()) return false
    this.logs.restore(copy.files)
    this.recorder.restored(this.time.monotonic(), copy.at)
    return true
  }

  /** Ids of ours whose orders are not final. */
  readonly openTags = (account?: string): readonly string[] => {
    const rows = questionsFor(this.disk.database).openTags.all(account ?? null)
    return rows.map(({ tag }) => String(tag))
  }

  /** Those of them with something under way: a request on the wire, a step to be taken, a cancel to be heard of. */
  readonly movingTags = (): readonly string[] => {
    const rows = questionsFor(this.disk.database).moving.all()
    const open = this.recorder.onTheWire.size === 0 ? [] : [...this.recorder.onTheWire.keys()]
    return [...new Set([...open, ...rows.map(({ tag }) => String(tag))])]
  }
  /** Events on the disk that the independent listener has not been given. */
  untold(): number {
    const given = new Set(this.recorder.events.map(({ eventId }) => eventId)).size
    return Number(questionsFor(this.disk.database).events.get()?.n) - given
  }
  cancelWaits(account: string): boolean {
    return questionsFor(this.disk.database).cancelWaits.get(account) !== undefined
  }

  /** The last event on the disk, and who owns the account there. */
  durable(account: string): { readonly seq: number; readonly epoch: number } {
    const questions = questionsFor(this.disk.database)
    const last = questions.lastEvent.get()
    const lease = questions.epoch.get(account)
    return { seq: Number(last?.seq ?? 0), epoch: Number(lease?.epoch ?? 0) }
  }

  #again(downMs: number): void {
    if (this.#daemons.length > 0) return
    this.time.after(downMs, 'world.again', () => {
      if (this.#daemons.length === 0) this.begin()
    })
  }

  #bury(daemon: Daemon, why: string): void {
    this.trace.add('life', `${daemon.life.number} ends: ${why}`)
    daemon.life.end()
    for (const [tag, life] of this.recorder.onTheWire)
      if (life === daemon.life.number) this.recorder.onTheWire.delete(tag)
    const span = this.recorder.lives.find(({ life }) => life === daemon.life.number)
    if (span !== undefined) span.until = this.time.monotonic()
    this.recorder.storeHealed(this.time.monotonic())
    this.#daemons = this.#daemons.filter((other) => other !== daemon)
    this.logs.left(daemon.life.number, this.#daemons.at(-1)?.life.number ?? 0)
  }

  #noteCrash(daemon: Daemon): void {
    if (!daemon.isReady) this.recorder.saw('S5')
    const marked = questionsFor(this.disk.database).beingSent.all()
    for (const { tag, account } of marked) {
      const isThere = this.site(String(account)).venue.venue.truth.orders.some((order) => order.tag === tag)
      this.recorder.saw(isThere ? 'S4a' : 'S4b')
    }
  }

  #openStatus(tag: string): string | undefined {
    const row = questionsFor(this.disk.database).status.get(tag)
    // What the store does not know yet, or no more, is anything but final.
    if (row === undefined) return 'unwritten'
    return Number(row.open) === 1 ? String(row.status) : undefined
  }
}
