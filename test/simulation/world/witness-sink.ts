import type { EventSink } from '../../../src/ports/event-sink.ts'
import type { StoredEvent } from '../../../src/ports/order-store.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { Dies } from './disk.ts'
import type { Life } from './life.ts'
import type { Recorder } from './recorder.ts'
import type { VirtualTime } from './virtual-time.ts'

/** An independent listener who writes down everything he is given, over all lives; he may be ill, or lose his voice. */
export interface WitnessDeps {
  readonly life: Life
  readonly time: VirtualTime
  readonly faults: FaultPlan
  readonly recorder: Recorder
  readonly isSick: () => boolean
  readonly dies: Dies
  /** Events that are on disk and that he has not been given. */
  readonly behind: () => number
}

/** So much that what hands it over must do so in portions. */
const BACKLOG = 1_000

export class WitnessSink implements EventSink {
  readonly name = 'witness'
  readonly #deps: WitnessDeps

  constructor(deps: WitnessDeps) {
    this.#deps = deps
  }

  async deliver(events: readonly StoredEvent[]): Promise<void> {
    const { life, faults, recorder, isSick, dies } = this.#deps
    if (life.isOver) return life.never()
    const about = (): readonly string[] => events.flatMap(({ line }) => TAG.exec(line)?.[1] ?? [])
    if (isSick()) {
      faults.struck('F-98', about())
      if (this.#deps.behind() > BACKLOG) recorder.hasBacklog = true
      throw new Error('the listener does not answer')
    }
    if (events.length > 1 && faults.strikes('F-102', about)) {
      this.#writeDown(events.slice(0, Math.ceil(faults.draw('F-102', 'share') * (events.length - 1))))
      throw new Error('the rest was put back into the queue')
    }
    this.#writeDown(events)
    if (dies('in the sink', about())) return life.never()
    if (faults.strikes('F-98', about)) throw new Error('the connection was lost before the confirmation')
  }

  #writeDown(events: readonly StoredEvent[]): void {
    const { life, time, recorder } = this.#deps
    const at = time.monotonic()
    for (const { account, accountSeq, eventId, line } of events)
      recorder.events.push({ at, life: life.number, account, accountSeq, eventId, line })
  }
}

const TAG = /"client_order_id":"([^"]+)"/
