import type { Timer, Timers } from '../../ports/clock.ts'
import type { EventSink } from '../../ports/event-sink.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderStore, StoredEvent } from '../../ports/order-store.ts'
import type { Random } from '../../ports/random.ts'
import { Unpublishable } from '../../ports/unpublishable.ts'
import { SinkCursor } from './sink-cursor.ts'

export interface OutboxLimits {
  /** Events kept in memory for a sink that is slower than the store. */
  readonly buffer: number
  readonly batch: number
  readonly saveEveryMs: number
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  /** How often an event is offered to a sink that says it cannot take it. */
  readonly parkAfter: number
  /** How long stopping waits for a delivery that is under way. */
  readonly stopWithinMs: number
}

export interface OutboxContext {
  readonly store: Pick<OrderStore, 'eventsAfter' | 'sinkPositions' | 'saveSinkPositions'>
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly limits: OutboxLimits
}

export interface SinkLag {
  readonly sink: string
  /** Events committed that it has not confirmed. */
  readonly behind: number
  readonly parked: number
  /** Tries since the last one that went well; 0 is healthy. */
  readonly failures: number
  readonly lastError?: string
}

/**
 * Brings committed events to one sink. Guarantees:
 * - in order per account and at least once; a batch that failed is offered again whole before anything after it;
 * - an event the sink calls unpublishable is offered a few times, then parked: counted, logged, and the others go on;
 * - positions are saved after the sink confirmed, at most once in `saveEveryMs` and when stopping.
 */
export class SinkLoop {
  readonly #sink: EventSink
  readonly #context: OutboxContext
  readonly #cursor: SinkCursor
  #saved: ReadonlyMap<string, number> = new Map()
  #running: Promise<void> = Promise.resolve()
  #saving: Promise<void> = Promise.resolve()
  #saveTimer: Timer | undefined
  #wake: () => void = () => undefined
  readonly #early = new Map<string, number>()
  #isStarted = false
  #isStopping = false
  #isWaiting = false
  #idle: (() => void)[] = []
  #parked = 0
  #failures = 0
  #lastError: string | undefined

  constructor(sink: EventSink, context: OutboxContext) {
    this.#sink = sink
    this.#context = context
    this.#cursor = new SinkCursor(context.limits.buffer)
  }

  async start(heads: ReadonlyMap<string, number>): Promise<void> {
    const { store, log } = this.#context
    this.#saved = await store.sinkPositions(this.#sink.name)
    const held = await this.#sink.positions?.()
    const stands = held ?? this.#saved
    for (const account of new Set([...heads.keys(), ...this.#early.keys(), ...this.#saved.keys(), ...stands.keys()])) {
      const stood = stands.get(account) ?? 0
      const head = heads.get(account)
      if (head !== undefined && stood > head)
        log.error('outbox.sink_ahead', { sink: this.#sink.name, account, stood, head })
      const delivered = head === undefined ? stood : Math.min(stood, head)
      this.#cursor.begin(account, delivered, Math.max(head ?? delivered, this.#early.get(account) ?? 0))
    }
    this.#isStarted = true
    this.#running = this.#run()
  }

  offer(account: string, events: readonly StoredEvent[]): void {
    // What is committed while the sink is still being asked where it stands is found in the store.
    if (!this.#isStarted) {
      this.#early.set(account, events.at(-1)?.accountSeq ?? 0)
      return
    }
    // An account opened after the start: the store is asked for whatever came before.
    if (!this.#cursor.knows(account)) this.#cursor.begin(account, this.#saved.get(account) ?? 0, 0)
    this.#cursor.offer(account, events)
    this.#wake()
  }

  get lag(): SinkLag {
    const { behind } = this.#cursor
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError }
    return { sink: this.#sink.name, behind, parked: this.#parked, failures: this.#failures, ...error }
  }

  /** Settles once the sink has everything, or turns out to be ill. */
  async flush(): Promise<void> {
    if (this.#failures > 0 || this.#isStopping || (this.#isWaiting && this.#cursor.isComplete)) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#atMost(this.#running)
    this.#saveTimer?.cancel()
    await this.#atMost(this.#saving.then(() => this.#save()))
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#readPage()
      } catch (error) {
        await this.#failed(error)
        continue
      }
      const batch = this.#cursor.take(this.#context.limits.batch)
      if (batch.length > 0) await this.#deliver(batch)
      else if (this.#cursor.nextToRead() === undefined) await this.#rest()
    }
    this.#release()
  }

  async #readPage(): Promise<void> {
    const next = this.#cursor.nextToRead()
    if (next === undefined) return
    const { store, limits } = this.#context
    this.#cursor.page(next.account, await store.eventsAfter(next.account, next.after, limits.batch))
  }

  async #rest(): Promise<void> {
    this.#isWaiting = true
    this.#release()
    // It lingers behind a delivery and not before one: an event that comes alone goes at once.
    const { lingerMs } = this.#sink
    if (lingerMs !== undefined) await this.#pause(lingerMs)
    if (!this.#isStopping && !this.#cursor.hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#isWaiting = false
  }

  async #deliver(batch: readonly StoredEvent[]): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#sink.deliver(batch)
        return this.#confirmed(batch)
      } catch (error) {
        if (error instanceof Unpublishable) return this.#oneByOne(batch)
        await this.#failed(error)
      }
    }
  }

  async #oneByOne(batch: readonly StoredEvent[]): Promise<void> {
    for (const event of batch) {
      for (let refusals = 0; !this.#isStopping; ) {
        try {
          await this.#sink.deliver([event])
          this.#confirmed([event])
          break
        } catch (error) {
          if (error instanceof Unpublishable) refusals += 1
          if (refusals >= this.#context.limits.parkAfter) {
            this.#park(event, error)
            break
          }
          await this.#failed(error)
        }
      }
      if (this.#isStopping) return
    }
  }

  #park(event: StoredEvent, error: unknown): void {
    this.#parked += 1
    const { eventId, account, accountSeq } = event
    this.#context.log.error('outbox.parked', {
      sink: this.#sink.name,
      event_id: eventId,
      account,
      account_seq: accountSeq,
      error,
    })
    this.#confirmed([event])
  }

  #confirmed(events: readonly StoredEvent[]): void {
    this.#failures = 0
    this.#lastError = undefined
    this.#cursor.confirm(events)
    if (this.#isStopping) return
    this.#saveTimer ??= this.#context.timers.after(
      this.#context.limits.saveEveryMs,
      `outbox save ${this.#sink.name}`,
      () => {
        this.#saveTimer = undefined
        this.#saving = this.#saving.then(() => this.#save())
      },
    )
  }

  async #failed(error: unknown): Promise<void> {
    this.#failures += 1
    this.#lastError = error instanceof Error ? error.message : String(error)
    const { log, limits, random } = this.#context
    log.warn('outbox.delivery_failed', { sink: this.#sink.name, failures: this.#failures, error })
    this.#release()
    const longest = Math.min(limits.longestBackoffMs, limits.firstBackoffMs * 2 ** Math.min(30, this.#failures - 1))
    await this.#pause(longest * (0.5 + random.draw(`outbox ${this.#sink.name}`) / 2))
  }

  /** New events do not cut it short; stopping does. */
  async #pause(ms: number): Promise<void> {
    if (this.#isStopping) return
    await new Promise<void>((resolve) => {
      const timer = this.#context.timers.after(ms, `outbox retry ${this.#sink.name}`, resolve)
      this.#wake = () => {
        if (!this.#isStopping) return
        timer.cancel()
        resolve()
      }
    })
  }

  async #save(): Promise<void> {
    const { store, log } = this.#context
    try {
      const positions = (await this.#sink.positions?.()) ?? this.#cursor.delivered
      const isNews = [...positions].some(([account, seq]) => this.#saved.get(account) !== seq)
      if (isNews) await store.saveSinkPositions(this.#sink.name, positions)
      this.#saved = positions
    } catch (error) {
      // The next delivery saves again; until then a restart repeats a little more.
      log.warn('outbox.positions_not_saved', { sink: this.#sink.name, error })
    }
  }

  #release(): void {
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }

  async #atMost(work: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#context.timers.after(
        this.#context.limits.stopWithinMs,
        `outbox stop ${this.#sink.name}`,
        resolve,
      )
      const done = (): void => {
        timer.cancel()
        resolve()
      }
      work.then(done, done)
    })
  }
}
