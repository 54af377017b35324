import type { Order } from '../core/order.ts'
import type { BrokerGateway } from '../ports/broker-gateway.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { EventSink } from '../ports/event-sink.ts'
import type { HaltFile } from '../ports/halt-file.ts'
import type { Log } from '../ports/log.ts'
import type { OrderStore, StoredEvent } from '../ports/order-store.ts'
import type { Random } from '../ports/random.ts'

/** Where the flow runs: the real machine, or a simulated world. Everything ambient comes in here. */
export interface TradingHost {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly haltFile: HaltFile
  readonly openStore: () => Promise<OrderStore>
  readonly openGateway: (account: string) => Promise<BrokerGateway>
  /** The sinks of committed events, each told where the store stood when it was opened. */
  readonly openSinks: (store: OrderStore, heads: ReadonlyMap<string, number>) => Promise<readonly EventSink[]>
  /** Told of everything durable, for measuring. */
  readonly onCommitted?: (events: readonly StoredEvent[], orders: readonly Order[]) => void
  /** The newest whole lines of the audit log, oldest first. */
  readonly auditTail?: () => Promise<readonly string[]>
  /** Where evidence of a broken promise is put for a human to read. */
  readonly keepEvidence?: (name: string, text: string) => void
  /** The process cannot go on. */
  readonly onFatal: (cause: unknown) => void
}
