import { DatabaseSync } from 'node:sqlite'
import { PaperGateway } from '../../src/adapters/brokers/paper/gateway.ts'
import { AuditLog } from '../../src/adapters/sinks/audit-log/audit-log.ts'
import { TradesLog } from '../../src/adapters/sinks/trades-log/trades-log.ts'
import type { CommitHost } from '../../src/adapters/stores/sqlite/commit-host.ts'
import { inlineHost } from '../../src/adapters/stores/sqlite/inline-host.ts'
import { migrateUp } from '../../src/adapters/stores/sqlite/migrate.ts'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import type { Config } from '../../src/config/config.ts'
import { type InProcessVenue, inProcessVenue } from '../../src/simulator/hosts/in-process-venue.ts'
import { MemoryJournal } from '../../src/simulator/memory-journal.ts'
import type { VenueOptions } from '../../src/simulator/venue-options.ts'
import { assembleTrading, type Trading } from '../../src/wiring/assemble-trading.ts'
import { KeptLog } from '../support/hand-time.ts'
import { MemoryFolder, MemoryLogFile } from '../support/memory-log-file.ts'
import { ForkedRandom } from './world/forked-random.ts'
import { Life } from './world/life.ts'
import { Trace } from './world/trace.ts'
import { VenueLink } from './world/venue-link.ts'
import { VirtualTime } from './world/virtual-time.ts'

const START = Date.UTC(2026, 2, 2, 14, 30)
const SLOWEST_FLUSH_MS = 4

/**
 * One simulated history: a disk, a venue and a network that outlive the daemon, and daemons that come and go on them.
 * Everything that crosses a port goes into the trace.
 */
export class SimulatedRun {
  readonly trace = new Trace()
  readonly random: ForkedRandom
  readonly time: VirtualTime
  readonly disk = new DatabaseSync(':memory:')
  readonly logs = new MemoryFolder()
  readonly venue: InProcessVenue
  readonly #config: Config
  #life: Life | undefined
  #trading: Trading | undefined
  #link: VenueLink | undefined
  /** Order requests that left, over all lives. */
  orderRequests = 0
  fatal: unknown
  halted = false

  constructor(seed: number, config: Config, venue: VenueOptions = {}) {
    this.random = new ForkedRandom(seed, this.trace)
    this.time = new VirtualTime(START, this.random, this.trace)
    this.#config = config
    migrateUp(this.disk, () => START)
    this.venue = inProcessVenue({
      now: () => this.time.now(),
      timers: { after: (ms, run) => this.time.after(ms, 'venue', run) },
      random: (label) => this.random.draw(`venue.${label}`),
      journal: new MemoryJournal(),
      options: venue,
    })
  }

  get trading(): Trading {
    if (this.#trading === undefined) throw new Error('no daemon is running')
    return this.#trading
  }

  /** A daemon on this disk and this venue. */
  async start(): Promise<void> {
    const life = new Life(this.time)
    this.#life = life
    const log = new KeptLog()
    const link = new VenueLink({ venue: this.venue, timers: life, random: this.random, trace: this.trace }, this.time)
    this.#link = link
    const { trace, random, time: clock } = this
    this.#trading = await assembleTrading(
      this.#config,
      {
        clock,
        timers: life,
        random,
        log,
        haltFile: { exists: () => this.halted },
        onFatal: (cause) => {
          this.fatal = cause
        },
        openStore: () =>
          openSqliteStore({
            database: this.disk,
            host: this.#diskHost(life),
            now: () => clock.now(),
            newInstallation: () => String(random.draw('installation')),
          }),
        openGateway: async (account) => new PaperGateway({ account, exchange: link, stream: link, clock }),
        openSinks: async (store, heads) => [
          await AuditLog.open({
            file: new MemoryLogFile(this.logs, 'orders.jsonl'),
            saved: await store.sinkPositions('audit'),
            committed: heads,
            clock,
            log,
          }),
          await TradesLog.open({
            file: new MemoryLogFile(this.logs, 'trades.jsonl'),
            saved: await store.sinkPositions('trades'),
            clock,
            log,
          }),
        ],
      },
      'simulated',
    )
    trace.add('life', 'started')
  }

  /** The process is gone between two instructions; what is on the wire goes on without it. */
  crash(): void {
    this.trace.add('life', 'crashed')
    this.orderRequests += this.#link?.orderRequests ?? 0
    this.#life?.end()
    this.#life = undefined
    this.#trading = undefined
    this.#link = undefined
  }

  /** Runs until nothing more is due but what never ends, or the time is up. */
  run(ms: number, isDone?: () => boolean): Promise<'done' | 'idle' | 'time_up'> {
    const untilMs = this.time.monotonic() + ms
    return this.time.run(isDone === undefined ? { untilMs } : { untilMs, isDone })
  }

  async settle<T>(work: Promise<T>, withinMs = 60_000): Promise<T> {
    let isDone = false
    const watched = work.finally(() => {
      isDone = true
    })
    watched.catch(() => undefined)
    const end = await this.run(withinMs, () => isDone)
    if (end !== 'done' && !isDone) throw new Error(`not settled within ${withinMs} ms of simulated time: ${end}`)
    return watched
  }

  /** Commits take a while, in their order; a life that ends meanwhile may leave one written or not. */
  #diskHost(life: Life): CommitHost {
    const { trace, random, time } = this
    const host = inlineHost(this.disk, {
      defer: (run) => {
        const ms = 1 + Math.floor(random.draw('disk.flush') * SLOWEST_FLUSH_MS)
        time.after(ms, 'disk.flush', () => {
          if (!life.isOver) return run()
          if (random.draw('disk.crash') < 0.5) run.silently()
        })
      },
    })
    return {
      ...host,
      run: (batch) => {
        for (const member of batch)
          for (const step of member) trace.add('sql', `${step.statement} ${JSON.stringify(step.params)}`)
        return host.run(batch)
      },
    }
  }
}
