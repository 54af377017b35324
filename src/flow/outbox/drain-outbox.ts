import type { EventSink } from '../../ports/event-sink.ts'
import type { StoredEvent } from '../../ports/order-store.ts'
import { type OutboxContext, type OutboxLimits, type SinkLag, SinkLoop } from './sink-loop.ts'

export const OUTBOX_LIMITS: OutboxLimits = {
  buffer: 10_000,
  batch: 512,
  saveEveryMs: 1_000,
  firstBackoffMs: 100,
  longestBackoffMs: 30_000,
  parkAfter: 3,
  stopWithinMs: 3_000,
}

export interface OutboxOptions extends Omit<OutboxContext, 'limits'> {
  readonly limits?: Partial<OutboxLimits>
}

/**
 * Committed events to every sink. Guarantees:
 * - each sink gets every event of every account at least once, in order per account, from where it stood;
 * - a sink that is slow, ill or hanging delays no other sink and never the trading;
 * - a sink that keeps up is fed from memory; one that does not is fed from the store until it has caught up.
 */
export class Outbox {
  readonly #loops: readonly SinkLoop[]

  constructor(sinks: readonly EventSink[], { limits, ...context }: OutboxOptions) {
    const all = { ...context, limits: { ...OUTBOX_LIMITS, ...limits } }
    this.#loops = sinks.map((sink) => new SinkLoop(sink, all))
  }

  /** `heads`: the last number of every account, as the store opened it, `_` among them. Nothing is committed before. */
  async start(heads: ReadonlyMap<string, number>): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.start(heads)))
  }

  /** To be called right after each durable commit, in the order of the commits of an account. Never throws, never waits. */
  committed(account: string, events: readonly StoredEvent[]): void {
    for (const loop of this.#loops) loop.offer(account, events)
  }

  lag(): readonly SinkLag[] {
    return this.#loops.map((loop) => loop.lag)
  }

  /** Settles once every sink that is well has everything that is committed. */
  async flush(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.flush()))
  }

  /** Ends the delivery under way, saves the positions, starts nothing more. */
  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()))
  }
}
