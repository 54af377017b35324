import type { OrderStore, StoredEvent } from '../../src/ports/order-store.ts'

/** The part of a store that an outbox reads: committed events by account, and where its sinks stand. */
export class EventJournal implements Pick<OrderStore, 'eventsAfter' | 'sinkPositions' | 'saveSinkPositions'> {
  readonly #events = new Map<string, StoredEvent[]>()
  readonly #positions = new Map<string, ReadonlyMap<string, number>>()
  reads = 0
  saves = 0
  /** What a read or a save has to wait for. */
  turn: () => Promise<void> = async () => undefined

  commit(account: string, events: readonly StoredEvent[]): void {
    this.#events.set(account, [...(this.#events.get(account) ?? []), ...events])
  }
  get heads(): ReadonlyMap<string, number> {
    return new Map([...this.#events].map(([account, events]) => [account, events.length]))
  }
  async eventsAfter(account: string, accountSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    this.reads += 1
    await this.turn()
    const found = (this.#events.get(account) ?? []).slice(accountSeq, accountSeq + limit)
    await this.turn()
    return found
  }
  async sinkPositions(sink: string): Promise<ReadonlyMap<string, number>> {
    await this.turn()
    return this.#positions.get(sink) ?? new Map()
  }
  async saveSinkPositions(sink: string, positions: ReadonlyMap<string, number>): Promise<void> {
    await this.turn()
    this.saves += 1
    this.#positions.set(sink, new Map(positions))
  }
  saved(sink: string): ReadonlyMap<string, number> {
    return this.#positions.get(sink) ?? new Map()
  }
}
