import type { Evidence } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { exact } from './exact.ts'
import { type Departure, DepartureWatch } from './identity.ts'
import { type Fields, isOver, key, objectOf, statusOf, text } from './reading.ts'
import { Watch } from './watch.ts'

const ROW = 'SELECT version, open, status, account, record FROM orders WHERE id = ?'
const FILL = 'SELECT order_id, quantity FROM fills WHERE account = ? AND execution_id = ?'

/** A row, its events, its fills and its numbers come together or not at all. */
export class OneCommitCarriesItAll extends Watch {
  readonly name = 'one commit carries it all'
  readonly guards = ['I-24']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #touched = new Set<string>()
  readonly #sequence = new Map<string, number>()

  protected look(): void {
    for (const { account, accountSeq, orderId, orderSeq, eventId, detail } of this.#lines.fresh(this.reading.lines)) {
      this.#follows(`account ${account}`, accountSeq, eventId)
      if (orderId === undefined || orderSeq === undefined) continue
      this.#follows(`order ${orderId}`, orderSeq, eventId)
      this.#touched.add(orderId)
      const execution = text(objectOf(detail.fill).execution_id)
      if (execution !== undefined && this.reading.sql(FILL).get(account, execution) === undefined)
        this.wrong('I-24', `${eventId} books ${execution}, and there is no such fill`)
    }
    for (const id of this.#touched) this.#row(id)
    this.#touched.clear()
  }
  protected override restored(): void {
    this.#lines.again()
    this.#sequence.clear()
  }

  #follows(what: string, number: number, eventId: string): void {
    const before = this.#sequence.get(what) ?? 0
    this.#sequence.set(what, number)
    if (number !== before + 1) this.wrong('I-24', `${eventId} is number ${number} of ${what}, after ${before}`)
  }

  #row(id: string): void {
    const order = this.reading.orders.get(id)
    const last = order?.lines.at(-1)
    if (order === undefined || last === undefined) return
    this.judged += 1
    const row = this.reading.sql(ROW).get(id)
    if (row === undefined) return void this.wrong('I-24', `order ${id} has events and no row`)
    const record = objectOf(JSON.parse(String(row.record)))
    const status = statusOf(order)
    if (row.version !== last.orderSeq)
      this.wrong('I-24', `order ${id} is at version ${row.version}, its last event is ${last.orderSeq}`)
    else if (row.status !== status || record.status !== status || (row.open === 1) === isOver(status))
      this.wrong('I-24', `order ${id} is ${String(row.status)} in its row, ${status} in its last event`)
    else if (exact(record.filled_quantity) !== exact(last.fields.filled_quantity))
      this.wrong('I-24', `order ${id} has another filled quantity in its row than in its last event`)
  }
}

const VERSIONS = 'SELECT id, version, status FROM orders'

/** Starting again changes nothing that was settled, and sends nothing. */
export class RecoveryRepeatsItself extends Watch {
  readonly name = 'recovery repeats itself'
  readonly guards = ['I-26']
  readonly when = 'quiet'
  readonly #before = new Map<string, Settled>()

  protected look(evidence: Evidence): void {
    for (const row of this.reading.sql(VERSIONS).all()) {
      const id = String(row.id)
      const now = this.#settled(id, row)
      const before = this.#before.get(id)
      if (before !== undefined && now.truth === before.truth) this.#compare(id, before, now, evidence)
      if (now.isFinal) this.#before.set(id, now)
      else this.#before.delete(id)
    }
  }
  protected override restored(): void {
    this.#before.clear()
  }

  #compare(id: string, before: Settled, now: Settled, { now: at }: Evidence): void {
    this.judged += 1
    if (now.version !== before.version)
      this.wrong('I-26', `order ${id} was settled, and ${now.version - before.version} events came since (${at})`)
    if (now.sent !== before.sent) this.wrong('I-26', `order ${id} was settled, and left again`)
  }

  #settled(id: string, { version, status }: Fields): Settled {
    const order = this.reading.orders.get(id)
    const truths = order === undefined ? [] : this.reading.truthsOf(order)
    const tags = order === undefined ? [] : [...order.tags]
    const sent = tags.reduce((sum, tag) => sum + this.reading.submits(order?.account ?? '', tag).length, 0)
    return { version: Number(version), isFinal: isOver(String(status)), truth: JSON.stringify(truths), sent }
  }
}
interface Settled {
  readonly version: number
  readonly isFinal: boolean
  readonly truth: string
  readonly sent: number
}

/** A store in trouble lets no order out until it has been proven well. */
export class NothingLeavesOnABadStore extends DepartureWatch {
  readonly name = 'nothing leaves on a bad store'
  readonly guards = ['I-27']

  protected departed({ record, tag }: Departure, { storeTrouble }: Evidence): void {
    if (storeTrouble === undefined) return void this.lacks('storeTrouble')
    this.judged += 1
    const isBad = storeTrouble.some(({ from, until }) => from < record.at && record.at < (until ?? record.at + 1))
    if (isBad) this.wrong('I-27', `${tag} left while the store was in trouble`)
  }
}

const EVENT = 'SELECT line FROM events WHERE event_id = ?'
const LAST_SIGNAL = 'SELECT answer_status FROM signals WHERE signal_id = ?'

/** Nobody was told what a crash would undo. */
export class NothingIsToldTooEarly extends Watch {
  readonly name = 'nothing is told too early'
  readonly guards = ['I-34']
  readonly when = 'always'
  readonly #events = new Cursor()

  protected look({ events }: Evidence): void {
    for (const { eventId, line, at } of this.#events.fresh(events)) {
      if (!this.reading.isRemembered({ at })) continue
      this.judged += 1
      const stored = this.reading.sql(EVENT).get(eventId)?.line
      if (stored === undefined) this.wrong('I-34', `${eventId} was told and is not on disk`)
      else if (stored !== line) this.wrong('I-34', `${eventId} was told with other words than are on disk`)
    }
  }
}

const NAMES = 'SELECT account, event_id FROM events'

/** Once all is quiet: what was ever told is still there, whatever crashed in between. */
export class WhatWasToldStays extends Watch {
  readonly name = 'what was told stays'
  readonly guards = ['I-34']
  readonly when = 'quiet'

  protected look({ events }: Evidence): void {
    const known = new Set(
      this.reading
        .sql(NAMES)
        .all()
        .map((row) => key(String(row.account), String(row.event_id))),
    )
    for (const { account, eventId, at } of events) {
      if (!this.reading.isRemembered({ at })) continue
      this.judged += 1
      if (!known.has(key(account, eventId))) this.wrong('I-34', `${eventId} was told and is gone`)
    }
  }
}

/** What a trader was answered is on disk, once. */
export class AnsweredMeansDurable extends Watch {
  readonly name = 'answered means durable'
  readonly guards = ['I-38']
  readonly when = 'always'
  readonly #seen = new Set<string>()
  #count = 0

  protected look({ answers }: Evidence): void {
    if (answers.size === this.#count) return
    this.#count = answers.size
    for (const [signal, { kind, at }] of answers) {
      if (this.#seen.has(signal)) continue
      this.#seen.add(signal)
      if ((kind !== 'taken' && kind !== 'denied') || !this.reading.isRemembered({ at })) continue
      this.judged += 1
      const stored = this.reading.sql(LAST_SIGNAL).get(signal)
      if (stored === undefined) this.wrong('I-38', `signal ${signal} was answered ${kind} and is not on disk`)
      else if ((stored.answer_status === 403) !== (kind === 'denied'))
        this.wrong('I-38', `signal ${signal} was answered ${kind}, the disk says ${String(stored.answer_status)}`)
    }
  }
}

/** Once all is quiet: what was acknowledged has had its effect. */
export class AcknowledgedHasItsEffect extends Watch {
  readonly name = 'what was acknowledged has its effect'
  readonly guards = ['I-38']
  readonly when = 'quiet'

  protected look({ answers }: Evidence): void {
    const signals = new Set([...this.reading.orders.values()].map(({ lines }) => text(lines[0]?.fields.signal_id)))
    for (const [signal, { kind, at }] of answers) {
      if (kind !== 'taken' || !this.reading.isRemembered({ at })) continue
      this.judged += 1
      if (!signals.has(signal) && !this.#hasMet(signal))
        this.wrong('I-38', `signal ${signal} was taken and has no order`)
    }
  }

  /** An older copy of the disk had not known its order: it was adopted from the venue, and the signal met it there. */
  #hasMet(signal: string): boolean {
    const ids = text(this.reading.sql(ORDERS_OF_SIGNAL).get(signal)?.order_ids)
    const orders: readonly string[] = ids === undefined ? [] : JSON.parse(ids)
    return orders.some((id) => this.reading.orders.get(id)?.lines.some(({ event }) => event === 'order.adopted'))
  }
}
const ORDERS_OF_SIGNAL = 'SELECT order_ids FROM signals WHERE signal_id = ?'
