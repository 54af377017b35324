import { DatabaseSync } from 'node:sqlite'
import { PaperGateway } from '../../src/adapters/brokers/paper/gateway.ts'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { loadConfig } from '../../src/config/load.ts'
import { parseJsonText } from '../../src/core/json-text.ts'
import type { Admission } from '../../src/ports/order-commands.ts'
import type { StoredEvent } from '../../src/ports/order-store.ts'
import { type InProcessVenue, inProcessVenue } from '../../src/simulator/hosts/in-process-venue.ts'
import { assembleTrading, type Trading } from '../../src/wiring/assemble-trading.ts'
import { HandTime, KeptLog, settled } from './hand-time.ts'
import { T0 } from './orders.ts'

/** A venue that outlives the daemons on it. */
export const paperVenue = (time: HandTime): InProcessVenue =>
  inProcessVenue({
    now: () => time.now(),
    timers: { after: (ms, run) => time.after(ms, 'venue', run) },
    random: () => 0.5,
  })

export interface PaperFloorOptions {
  readonly time?: HandTime
  readonly database?: DatabaseSync
  readonly venue?: InProcessVenue
  readonly env?: Readonly<Record<string, string>>
  readonly installation?: string
}

let draws = 0
const draw = (): number => {
  draws = (draws + 0.618_033) % 1
  return draws
}

/** The whole flow over real SQL and the paper venue behind its own protocol; time passes by hand. */
export class PaperFloor {
  readonly log = new KeptLog()
  readonly told: StoredEvent[] = []
  readonly time: HandTime
  readonly database: DatabaseSync
  readonly venue: InProcessVenue
  #trading: Trading | undefined

  static async open(options: PaperFloorOptions = {}): Promise<PaperFloor> {
    const floor = new PaperFloor(options)
    await floor.#assemble(options)
    await floor.trading.floor.start()
    return floor
  }
  private constructor({ time = new HandTime(T0), database = new DatabaseSync(':memory:'), venue }: PaperFloorOptions) {
    this.time = time
    this.database = database
    this.venue = venue ?? paperVenue(time)
  }

  get trading(): Trading {
    if (this.#trading === undefined) throw new Error('the floor is not open')
    return this.#trading
  }
  signal(over: object = {}): Promise<Admission> {
    const body = { signal_id: 'sig-1', symbol: 'AAPL', side: 'buy', quantity: '10', ...over }
    return this.trading.floor.admit({
      body: parseJsonText(JSON.stringify(body)),
      receivedAt: this.time.now(),
      by: 'the test',
    })
  }
  /** Somebody at the broker's site. */
  byHand(method: 'POST' | 'PATCH', path: string, body?: object): Record<string, string> {
    const answer = this.venue.handle({ method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return JSON.parse(answer.body)
  }
  eventsNamed(name: string): readonly Record<string, unknown>[] {
    return this.told.filter(({ event }) => event === name).map(({ line }) => JSON.parse(line))
  }
  /** The process is gone; what it had on the disk and at the venue stays. */
  async stop(): Promise<void> {
    const stopped = this.trading.stop(0)
    await this.time.pass(100)
    await stopped
  }

  async #assemble({ env = {}, installation = 'paper-floor' }: PaperFloorOptions): Promise<void> {
    const loaded = loadConfig({ env, readFile: () => undefined })
    if (loaded instanceof Error) throw loaded
    const { time, database, log, venue } = this
    const exchange = {
      exchange: async (
        request: Parameters<ConstructorParameters<typeof PaperGateway>[0]['exchange']['exchange']>[0],
      ) => {
        const { method, path, body } = request
        request.beforeDispatch?.(body ?? '')
        const { status, body: text } = venue.handle({ method, path, ...(body === undefined ? {} : { body }) })
        await settled()
        return { kind: 'answer' as const, status, headers: {}, body: text }
      },
    }
    const stream = {
      open: (_path: string, listener: { opened(): void; message(text: string): void }) => {
        listener.opened()
        return { close: venue.subscribe((message) => listener.message(message)) }
      },
    }
    this.#trading = await assembleTrading(
      loaded.config,
      {
        clock: time,
        timers: time,
        random: { draw },
        log,
        haltFile: { exists: () => false },
        onFatal: (cause) => log.error('fatal', { cause }),
        onCommitted: (events) => this.told.push(...events),
        openStore: () => openSqliteStore({ database, now: () => time.now(), newInstallation: () => installation }),
        openGateway: async (account) => new PaperGateway({ account, exchange, stream, clock: time }),
        openSinks: async () => [],
      },
      'test',
    )
  }
}
