import type { OrderReport } from '../../core/order-report.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { Instant } from '../../core/time.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'

/**
 * The venue's push channel: makes us fast, never right. Guarantees:
 * - a message only becomes a report; polling alone would end in the same place;
 * - reports wait in a bounded queue; when it is full they are dropped and everything is polled instead;
 * - a broken stream is opened again, and everything is looked at once at that moment;
 * - one that is open and owes us word of our own orders is stale after a while: it is replaced, and everything is polled;
 * - there is one connection at a time, and none after `stop`.
 */
export interface StreamDeps {
  readonly gateway: BrokerGateway
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly backOff: BackOff
  readonly onReport: (report: OrderReport) => Promise<void>
  /** Reports may have been missed. */
  readonly onGap: () => void
}

const QUEUE_LIMIT = 10_000
/** For as long as this a stream may keep to itself what happened to an order of ours. */
const STALE_AFTER_MS = 10_000
/** The stream may have told it a little before we learned it another way. */
const JUST_HEARD_MS = 2_000
/** A connection that held this long was a good one: the next failure is a first one again. */
const STEADY_MS = 10_000

export class OrderStream {
  readonly #deps: StreamDeps
  readonly #queue: OrderReport[] = []
  #connection: Connection | undefined
  #reopening: Timer | undefined
  #draining = false
  #attempt = 0
  #enabled = false
  #heardAt = Number.NEGATIVE_INFINITY
  #owesSince: number | undefined
  #staleness: Timer | undefined

  constructor(deps: StreamDeps) {
    this.#deps = deps
  }

  get connectedSince(): number | undefined {
    return this.#connection?.since
  }
  get enabled(): boolean {
    return this.#enabled
  }

  /** How long it has owed us word of something that happened to an order of ours. */
  get silentMs(): number {
    return this.#owesSince === undefined ? 0 : this.#deps.clock.monotonic() - this.#owesSince
  }

  /** Something happened to an order of ours at the venue, whoever told us: the stream should tell it too. */
  expectWord(): void {
    const now = this.#deps.clock.monotonic()
    if (!this.#enabled || now - this.#heardAt < JUST_HEARD_MS) return
    this.#owesSince ??= now
    this.#staleness ??= this.#deps.timers.after(STALE_AFTER_MS, 'stream.stale', () => this.#replace())
  }
  /** Nothing of ours is at the venue any more: there is nothing to tell. */
  expectNothing(): void {
    this.#owesSince = undefined
    this.#staleness?.cancel()
    this.#staleness = undefined
  }

  start(): void {
    if (this.#enabled || !this.#deps.gateway.capabilities.streams) return
    this.#enabled = true
    this.#attempt = 0
    this.#open()
  }
  stop(): void {
    this.#enabled = false
    this.#reopening?.cancel()
    this.expectNothing()
    this.#queue.length = 0
    const connection = this.#connection
    this.#connection = undefined
    connection?.stream?.close()
  }

  /** A connection is heard only while it is the one we have: what an older one still says is over. */
  #open(): void {
    const { gateway, clock, onGap } = this.#deps
    const mine: Connection = {}
    const isMine = (): boolean => this.#connection === mine
    this.#connection = mine
    try {
      mine.stream = gateway.openStream({
        opened: () => {
          if (!isMine()) return
          mine.since = clock.now()
          mine.openedAt = clock.monotonic()
          onGap()
        },
        report: (report) => {
          if (isMine()) this.#push(report)
        },
        missed: (what) => {
          if (!isMine()) return
          this.#deps.log.warn('stream.unreadable', { what })
          onGap()
        },
        closed: (cause) => {
          if (isMine()) this.#reopen(mine, cause)
        },
      })
    } catch (error) {
      this.#reopen(mine, error instanceof Error ? error.message : String(error))
    }
  }

  #reopen({ openedAt }: Connection, cause: string): void {
    const { backOff, random, timers, log, clock, onGap } = this.#deps
    this.#connection = undefined
    // A venue that opens only to close again is not asked any more often for it.
    if (openedAt !== undefined && clock.monotonic() - openedAt >= STEADY_MS) this.#attempt = 0
    this.#attempt += 1
    const delay = delayBefore(
      this.#attempt + 1,
      { ...backOff, maxAttempts: Number.POSITIVE_INFINITY },
      random.draw('stream.reopen'),
    )
    log.warn('stream.closed', { cause, reopen_in_ms: delay })
    onGap()
    this.#reopening = timers.after(delay ?? backOff.maxDelayMs, 'stream.reopen', () => this.#open())
  }

  /** It may well be open: what it should have told is polled, and the next connection may do better. */
  #replace(): void {
    this.#staleness = undefined
    const stale = this.#connection
    // Without a connection it is being opened again already.
    if (stale?.since === undefined) return
    stale.stream?.close()
    this.#reopen(stale, `it has told nothing of our orders for ${STALE_AFTER_MS} ms`)
  }

  #push(report: OrderReport): void {
    this.#heardAt = this.#deps.clock.monotonic()
    this.expectNothing()
    if (this.#queue.length >= QUEUE_LIMIT) {
      this.#queue.length = 0
      this.#deps.log.warn('stream.overrun', { limit: QUEUE_LIMIT })
      this.#deps.onGap()
      return
    }
    this.#queue.push(report)
    if (!this.#draining) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#draining = true
    for (let report = this.#queue.shift(); report !== undefined; report = this.#queue.shift()) {
      try {
        await this.#deps.onReport(report)
      } catch (error) {
        this.#deps.log.error('stream.report_failed', { client_order_id: report.clientOrderId, error })
        this.#deps.onGap()
      }
    }
    this.#draining = false
  }
}

interface Connection {
  stream?: { close(): void }
  since?: Instant
  openedAt?: number
}
