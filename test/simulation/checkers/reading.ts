import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Evidence, TrueOrder, VenueTruth, WireRecord } from '../evidence.ts'
import { AuditReader } from './audit-chain.ts'
import { type Fields, objectOf, text } from './fields.ts'

export { type Fields, objectOf, text } from './fields.ts'

/**
 * What all checkers read, read once. Guarantees:
 * - each event of the disk and each record of the wire is taken in once, however often somebody looks;
 * - a look is one `Evidence` object: within it nothing is read anew;
 * - a disk that was put back to an older copy is read from its beginning, and `disks` counts up.
 */
/** One event as it is on disk. */
export interface Line {
  readonly seq: number
  readonly account: string
  readonly accountSeq: number
  readonly event: string
  readonly eventId: string
  readonly orderId: string | undefined
  readonly orderSeq: number | undefined
  readonly text: string
  readonly fields: Fields
  readonly detail: Fields
  /** When it was first seen, and when it was not there yet: it happened in between. */
  readonly seenAt: number
  readonly notBefore: number
}
/** One order as its events on disk tell it. */
export interface Known {
  readonly id: string
  readonly account: string
  readonly lines: Line[]
  readonly tags: Set<string>
}
export interface Sent {
  readonly record: WireRecord
  /** Its place on the wire. */
  readonly place: number
}

const NEW_EVENTS = `SELECT seq, account, account_seq, event, event_id, order_id, order_seq, line FROM events
  WHERE seq > ? ORDER BY seq`
const ASKED_ABOUT = `SELECT 1 FROM cases WHERE account = ? AND kind = 'unconfirmed' AND subject = ? AND open = 1`
const NONE: readonly never[] = []

export class Reading {
  readonly lines: Line[] = []
  readonly orders = new Map<string, Known>()
  readonly #orderOfTag = new Map<string, string>()
  readonly #submits = new Map<string, Sent[]>()
  readonly #truths = new Map<string, { readonly venue: number; readonly place: number }[]>()
  readonly #read: number[] = []
  readonly #statements = new Map<string, StatementSync>()
  readonly #audit = new AuditReader()
  #auditOf: Evidence | undefined
  #evidence: Evidence | undefined
  #disk: DatabaseSync | undefined
  #wire = 0
  #lookedAt = 0
  disks = 0
  /** What happened up to here may be forgotten: an older copy of the disk was put back. */
  restoredAt = -1

  read(evidence: Evidence): void {
    if (this.#evidence === evidence) return
    this.#evidence = evidence
    if (this.#disk !== evidence.disk) this.#changeDisk(evidence)
    this.#readEvents(evidence.now)
    for (; this.#wire < evidence.wire.length; this.#wire += 1) this.#readWire(evidence.wire, this.#wire)
    evidence.venues.forEach((venue, n) => {
      this.#readTruth(venue, n)
    })
    this.#lookedAt = evidence.now
  }

  /** A statement on the disk as it is now. */
  sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    if (this.#disk === undefined) throw new Error('nothing has been looked at yet')
    const statement = this.#disk.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }

  /** The log as it stands; read only when somebody asks. */
  get audit(): AuditReader {
    if (this.#auditOf !== this.#evidence) this.#audit.read(this.#evidence?.audit ?? [])
    this.#auditOf = this.#evidence
    return this.#audit
  }

  orderOf(account: string, tag: string | undefined): Known | undefined {
    const id = tag === undefined ? undefined : this.#orderOfTag.get(key(account, tag))
    return id === undefined ? undefined : this.orders.get(id)
  }
  /** Every request to place this order that left, oldest first. */
  submits(account: string, tag: string): readonly Sent[] {
    return this.#submits.get(key(account, tag)) ?? NONE
  }
  trueOrders(account: string, tag: string): readonly TrueOrder[] {
    const places = this.#truths.get(key(account, tag)) ?? NONE
    return places
      .map(({ venue, place }) => this.#evidence?.venues[venue]?.orders[place])
      .filter((one) => one !== undefined)
  }
  /** Of all its generations. */
  truthsOf({ account, tags }: Known): readonly TrueOrder[] {
    return [...tags].flatMap((tag) => this.trueOrders(account, tag))
  }
  venue(account: string): VenueTruth | undefined {
    return this.#evidence?.venues.find((venue) => venue.account === account)
  }
  /** In doubt, where no name of ours stands on the order and somebody may have changed what does: a human has been asked. */
  isLeftToHumans(order: Known): boolean {
    if (statusOf(order) !== 'unconfirmed' || this.venue(order.account)?.resendClass !== 'D') return false
    return this.sql(ASKED_ABOUT).get(order.account, order.id) !== undefined
  }
  isRemembered({ at }: { readonly at: number }): boolean {
    return at > this.restoredAt
  }

  #changeDisk({ disk, now, restores }: Evidence): void {
    if (this.#disk !== undefined) {
      this.restoredAt = restores?.at(-1)?.at ?? now
      this.disks += 1
    }
    this.#disk = disk
    this.#statements.clear()
    this.lines.length = 0
    this.orders.clear()
    this.#orderOfTag.clear()
  }

  #readEvents(now: number): void {
    for (const row of this.sql(NEW_EVENTS).all(this.lines.at(-1)?.seq ?? 0)) {
      const line = { ...lineOf(row), seenAt: now, notBefore: this.#lookedAt }
      this.lines.push(line)
      if (line.orderId === undefined || line.orderSeq === undefined) continue
      const { account, orderId } = line
      const known = this.orders.get(orderId) ?? { id: orderId, account, lines: [], tags: new Set() }
      this.orders.set(orderId, known)
      known.lines.push(line)
      const tag = text(line.fields.client_order_id)
      if (tag === undefined) continue
      known.tags.add(tag)
      this.#orderOfTag.set(key(account, tag), orderId)
    }
  }

  #readWire(wire: readonly WireRecord[], place: number): void {
    const record = wire[place]
    if (record?.what !== 'submit' || record.direction !== 'out' || record.tag === undefined) return
    push(this.#submits, key(record.account, record.tag), { record, place })
  }

  #readTruth({ account, orders }: VenueTruth, venue: number): void {
    let place = this.#read[venue] ?? 0
    for (; place < orders.length; place += 1) {
      // Somebody at the site may have used an id of ours before we did: then that order is what we asked for, or a quarrel.
      const tag = orders[place]?.tag ?? orders[place]?.clientOrderId
      if (tag !== undefined) push(this.#truths, key(account, tag), { venue, place })
    }
    this.#read[venue] = place
  }
}

function lineOf(row: Record<string, unknown>): Omit<Line, 'seenAt' | 'notBefore'> {
  const fields = objectOf(JSON.parse(String(row.line)))
  return {
    seq: Number(row.seq),
    account: String(row.account),
    accountSeq: Number(row.account_seq),
    event: String(row.event),
    eventId: String(row.event_id),
    orderId: row.order_id === null ? undefined : String(row.order_id),
    orderSeq: row.order_seq === null ? undefined : Number(row.order_seq),
    text: String(row.line),
    fields,
    detail: objectOf(fields.detail),
  }
}

export const key = (account: string, name: string): string => `${account}\u0000${name}`
export const lastOf = (known: Known): Line | undefined => known.lines.at(-1)
export const statusOf = (known: Known): string => text(lastOf(known)?.fields.status) ?? ''

const FINAL = new Set(['filled', 'cancelled', 'denied', 'rejected', 'expired', 'failed'])
export const isOver = (status: string): boolean => FINAL.has(status)

function push<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}
