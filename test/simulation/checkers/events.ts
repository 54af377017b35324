import type { Evidence } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { key, type Line } from './reading.ts'
import { Watch } from './watch.ts'

/** Whoever listens hears everything, in its order, soon. */
export class EverythingIsDelivered extends Watch {
  readonly name = 'everything is delivered'
  readonly guards = ['I-31']
  readonly when = 'quiet'
  readonly #events = new Cursor()
  readonly #heard = new Set<string>()

  protected look({ events }: Evidence): void {
    for (const { account, eventId } of this.#events.fresh(events)) this.#heard.add(key(account, eventId))
    for (const { account, eventId, event } of this.reading.lines) {
      this.judged += 1
      if (!this.#heard.has(key(account, eventId))) this.wrong('I-31', `${eventId} (${event}) was never delivered`)
    }
  }
}

export class InTheirOrder extends Watch {
  readonly name = 'events come in their order'
  readonly guards = ['I-32']
  readonly when = 'always'
  readonly #events = new Cursor()
  readonly #seen = new Set<string>()
  readonly #last = new Map<string, number>()

  protected look({ events }: Evidence): void {
    for (const { account, accountSeq, eventId, line, at } of this.#events.fresh(events)) {
      if (this.#seen.has(eventId) || !this.reading.isRemembered({ at })) continue
      this.#seen.add(eventId)
      this.judged += 1
      this.#follows(`account ${account}`, accountSeq, eventId)
      const match = ORDER_SEQ.exec(line)
      if (match !== null) this.#follows(`order ${ORDER_ID.exec(line)?.[1]}`, Number(match[1]), eventId)
    }
  }
  protected override restored(): void {
    this.#seen.clear()
    this.#last.clear()
  }

  #follows(what: string, number: number, eventId: string): void {
    const before = this.#last.get(what)
    this.#last.set(what, number)
    // After an older copy was put back nobody knows where the listener had come to.
    const isFirst = before === undefined && this.reading.disks > 0
    if (!isFirst && number !== (before ?? 0) + 1)
      this.wrong('I-32', `${eventId} is number ${number} of ${what}, heard after ${before ?? 0}`)
  }
}
const ORDER_SEQ = /^\{"v":\d+,[^{]*"order_seq":(\d+)/
const ORDER_ID = /"order_id":"([^"]+)"/

const ALARMING = new Set([
  'order.partially_filled',
  'order.filled',
  'order.rejected',
  'order.unconfirmed',
  'order.corrected',
  'order.denied',
  'position.mismatch',
  'breaker.opened',
])
const SOON_MS = 1_000
/** A listener that was ill is tried again after a while. */
const CONVALESCENCE_MS = 60_000

/** Whatever somebody may want to be woken for is told within a second of its commit. */
export class AlarmsComeSoon extends Watch {
  readonly name = 'alarms come soon'
  readonly guards = ['I-47']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #events = new Cursor()
  readonly #waiting = new Map<string, Line>()

  protected look({ now, events, listenerTrouble, lives }: Evidence): void {
    for (const line of this.#lines.fresh(this.reading.lines))
      if (ALARMING.has(line.event)) this.#waiting.set(line.eventId, line)
    for (const { eventId } of this.#events.fresh(events)) if (this.#waiting.delete(eventId)) this.judged += 1
    if (this.#waiting.size === 0) return
    if (listenerTrouble === undefined) return void this.lacks('listenerTrouble')
    if (lives === undefined) return void this.lacks('lives')
    for (const [id, { seenAt, event }] of this.#waiting) {
      if (now - seenAt <= SOON_MS) continue
      this.#waiting.delete(id)
      const isIll = listenerTrouble.some(
        ({ from, until }) => from <= seenAt + SOON_MS && seenAt <= (until ?? now) + CONVALESCENCE_MS,
      )
      const isHandedOver = lives.some(({ from, until }) =>
        [from, until].some((at) => at !== undefined && seenAt - CONVALESCENCE_MS <= at && at <= seenAt + SOON_MS),
      )
      if (!isIll && !isHandedOver) this.wrong('I-47', `${id} (${event}) was not told within a second`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
    this.#waiting.clear()
  }
}
