import { createHash } from 'node:crypto'
import type { Evidence } from '../evidence.ts'
import { type Departure, DepartureWatch, isOver, marksOf } from './identity.ts'
import { objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** What must hold whenever an order request leaves. */
export class MarkedBeforeTheWire extends DepartureWatch {
  readonly name = 'marked before the wire'
  readonly guards = ['I-03']

  protected departed(departure: Departure): void {
    this.judged += 1
    const mark = marksOf(departure).at(-1)
    const { tag, record } = departure
    if (mark === undefined) return void this.wrong('I-03', `${tag} left with nothing on disk that says so`)
    const hash = createHash('sha256').update(record.body).digest('hex')
    if (mark.detail.payload_hash !== hash)
      this.wrong('I-03', `${tag} left with other bytes than the disk has the hash of`)
  }
}

export class EveryAttemptIsRecorded extends DepartureWatch {
  readonly name = 'every attempt is recorded'
  readonly guards = ['I-05']

  protected departed(departure: Departure, { limits }: Evidence): void {
    this.judged += 1
    const { tag, record, before, lines } = departure
    const marks = marksOf(departure).length
    if (before + 1 > marks && marks > 0) this.wrong('I-05', `${tag} left ${before + 1} times, ${marks} are recorded`)
    const status = text(lines.at(-1)?.fields.status) ?? ''
    if (record.durable !== undefined && isOver(status))
      this.wrong('I-05', `${tag} left although its order is ${status}`)
    if (limits === undefined) return void this.lacks('limits')
    const most = limits.get(record.account)?.maxAttempts
    if (most !== undefined && before + 1 > most) this.wrong('I-05', `${tag} left ${before + 1} times of ${most}`)
  }
}

const DAY_MS = 86_400_000

/** Where the venue does not refuse a repeated id, silence must not be answered with another request. */
export class NoBlindRepeat extends DepartureWatch {
  readonly name = 'no blind repeat'
  readonly guards = ['I-06']

  protected departed({ record, tag, before, order, lines }: Departure, evidence: Evidence): void {
    const venue = this.reading.venue(record.account)
    if (venue === undefined || venue.resendClass === 'A' || before < 1) return
    this.judged += 1
    const first = this.reading.submits(record.account, tag)[before - 1]
    if (first === undefined) return
    if (venue.resendClass === 'B') {
      if (venue.forgetsAt === undefined) return void this.lacks('venue.forgetsAt')
      if (dayOf(first.record.at, venue.forgetsAt) === dayOf(record.at, venue.forgetsAt)) return
    }
    const isAnswered = evidence.wire
      .slice(first.place)
      .some((one) => one.direction === 'in' && one.what === 'submit' && one.tag === tag && one.at <= record.at)
    const doubt = lines.findLast(({ event, fields }) => event === 'order.unconfirmed' && fields.client_order_id === tag)
    if (isAnswered && doubt === undefined && first.record.life === record.life) return
    const since = doubt ?? marksOf({ record, tag, before, order, lines })[0]
    if (order !== undefined && since !== undefined && this.#isDecided(order.id, since.seq)) return
    this.wrong('I-06', `${tag} left again on class ${venue.resendClass} while its first request was in doubt`)
  }

  /** By an operator, after the doubt arose. */
  #isDecided(orderId: string, since: number): boolean {
    return this.reading.lines.some(
      ({ seq, event, fields }) => seq > since && event === 'case.decided' && fields.order_id === orderId,
    )
  }
}
const dayOf = (at: number, boundary: number): number => Math.floor((at - boundary) / DAY_MS)

/** Longest time between two looks that is put down to the looking. */
const GRACE_MS = 1_000

export class NotAfterItsTime extends DepartureWatch {
  readonly name = 'not after its time'
  readonly guards = ['I-09']

  protected departed({ record, tag, lines }: Departure): void {
    const created = lines.find(({ event }) => event === 'order.created')
    const expires = text(objectOf(created?.detail.draft).expires_at)
    if (created === undefined || expires === undefined) return
    this.judged += 1
    const expiresAt = Date.parse(expires)
    if (record.clock === undefined) this.lacks('wire.clock')
    else if (record.clock >= expiresAt) this.wrong('I-09', `${tag} left although it had expired at ${expires}`)
    const marked = lines.findLast(({ event }) => event === 'order.submitting')
    if (marked?.fields.session_id !== created.fields.session_id) return
    const leftToLive = expiresAt - Date.parse(text(created.fields.time) ?? '')
    const passed = record.at - created.seenAt
    if (passed > leftToLive + GRACE_MS)
      this.wrong('I-09', `${tag} left ${passed} ms after it was taken and could live for ${leftToLive} ms`)
  }
}

/** A new process sends nothing before it knows every order of ours that the venue has. */
export class KnownBeforeTheGateOpens extends DepartureWatch {
  readonly name = 'known before the gate opens'
  readonly guards = ['I-10']
  readonly #opened = new Set<string>()

  protected departed({ record }: Departure, evidence: Evidence): void {
    const { account, life } = record
    if (this.#opened.has(`${life} ${account}`)) return
    this.#opened.add(`${life} ${account}`)
    const venue = this.reading.venue(account)
    const begun = evidence.wire.find((one) => one.life === life && one.account === account)?.at ?? record.at
    if (venue === undefined || (venue.resendClass === 'D' && this.reading.disks > 0)) return
    if (venue.settlesMs === undefined) this.lacks('venue.settlesMs')
    this.judged += 1
    for (const { tag, acceptedAt } of venue.orders) {
      if (tag === undefined || acceptedAt + (venue.settlesMs ?? 0) >= begun) continue
      const known = this.reading.orderOf(account, tag)?.lines[0]
      if (known === undefined || known.seq > (record.durable?.seq ?? Number.POSITIVE_INFINITY))
        this.wrong('I-10', `life ${life} sent ${record.tag} before it knew ${tag}, which the venue had`)
    }
  }
}

/** A new process sends nothing before the venue has told it what is open there. */
export class AskedBeforeTheGateOpens extends DepartureWatch {
  readonly name = 'asked before the gate opens'
  readonly guards = ['I-10']
  readonly #opened = new Set<string>()

  protected departed({ record }: Departure, { wire }: Evidence): void {
    const { account, life, at, tag } = record
    if (this.#opened.has(`${life} ${account}`)) return
    this.#opened.add(`${life} ${account}`)
    this.judged += 1
    const isAsked = wire.some(
      (one) => one.listsOpen === true && one.life === life && one.account === account && one.at <= at,
    )
    if (!isAsked) this.wrong('I-10', `life ${life} sent ${tag} before the venue had told it what is open`)
  }
}

/** Once all is quiet, the venue has no order of ours that we do not know. */
export class EveryOrderOfOursIsKnown extends Watch {
  readonly name = 'every order of ours is known'
  readonly guards = ['I-10']
  readonly when = 'quiet'

  protected look({ venues }: Evidence): void {
    for (const { account, resendClass, orders } of venues) {
      // Where no id travels, a store that was put back to an earlier day cannot know them again.
      if (resendClass === 'D' && this.reading.disks > 0) continue
      for (const { tag } of orders) {
        if (tag === undefined) continue
        this.judged += 1
        if (this.reading.orderOf(account, tag) === undefined)
          this.wrong('I-10', `the venue has ${tag} of ours at ${account}, and nobody here knows it`)
      }
    }
  }
}
