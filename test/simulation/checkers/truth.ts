import type { Evidence, TrueOrder } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { divided, exact, plain, times } from './exact.ts'
import { type Fields, type Known, type Line, lastOf, statusOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** The daemon believes what the venue has, for a reason, and nothing else. */
const TOLD_BY_THE_VENUE = new Set([
  'order.submitted',
  'order.accepted',
  'order.partially_filled',
  'order.filled',
  'order.rejected',
])
const ENDS = new Set(['order.cancelled', 'order.expired'])
const CHANNELS = new Set(['answer', 'poll', 'stream', 'look_up', 'recovery'])
const NOT_AT_THE_VENUE = new Set(['created', 'pending_execution', 'retry_pending'])

export class EveryStateHasItsEvidence extends Watch {
  readonly name = 'every state has its evidence'
  readonly guards = ['I-11']
  readonly when = 'always'
  readonly #lines = new Cursor()

  protected look(): void {
    for (const { event, detail, fields, eventId } of this.#lines.fresh(this.reading.lines)) {
      const isOurWord = NOT_AT_THE_VENUE.has(text(fields.previous_status) ?? '') || detail.proof !== undefined
      if (!TOLD_BY_THE_VENUE.has(event) && (!ENDS.has(event) || isOurWord)) continue
      this.judged += 1
      if (!CHANNELS.has(String(detail.channel))) this.wrong('I-11', `${eventId} (${event}) does not say who told it`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
  }
}

const REFUSED = new Set(['denied', 'rejected', 'failed'])

export class RefusedMeansAbsent extends Watch {
  readonly name = 'refused means absent'
  readonly guards = ['I-12']
  readonly when = 'quiet'

  protected look(): void {
    for (const order of this.reading.orders.values()) {
      const status = statusOf(order)
      if (!REFUSED.has(status)) continue
      this.judged += 1
      const current = text(lastOf(order)?.fields.client_order_id)
      for (const truth of this.reading.truthsOf(order)) {
        const isDead = truth.status === 'rejected' || (truth.tag !== current && truth.status !== 'working')
        if (!isDead || exact(truth.filled) !== 0n)
          this.wrong('I-12', `order ${order.id} is ${status}, and ${truth.tag} is ${truth.status} at the venue`)
      }
    }
  }
}

const GIVEN_UP = new Set(['order.failed', 'order.retry_scheduled'])

/** Silence, a 404, a list without it: none of them ends an order before its time. */
export class AbsenceTakesItsTime extends Watch {
  readonly name = 'absence takes its time'
  readonly guards = ['I-13']
  readonly when = 'always'
  readonly #lines = new Cursor()

  protected look(evidence: Evidence): void {
    for (const line of this.#lines.fresh(this.reading.lines)) {
      const { event, detail, fields, orderId } = line
      const tag = text(fields.client_order_id)
      if (orderId === undefined || tag === undefined) continue
      const isProvenUnsent = detail.proof === 'not_sent'
      if (isProvenUnsent) this.#unsent(line, tag)
      else if (GIVEN_UP.has(event) && fields.previous_status === 'unconfirmed') this.#absent(line, tag, evidence)
    }
  }
  protected override restored(): void {
    this.#lines.again()
  }

  /** As many requests left as were marked: then the last one did leave. */
  #unsent({ account, orderId, seq, eventId }: Line, tag: string): void {
    this.judged += 1
    const marks = this.reading.orders.get(orderId ?? '')?.lines.filter((line) => line.seq < seq && isMark(line, tag))
    const sent = this.reading.submits(account, tag).filter(({ record }) => this.reading.isRemembered(record))
    if (marks !== undefined && sent.length >= marks.length)
      this.wrong('I-13', `${eventId} says that ${tag} was not sent, and it left`)
  }

  #absent({ account, eventId, seenAt, detail, orderId, seq }: Line, tag: string, { wire }: Evidence): void {
    const last = this.reading.submits(account, tag).at(-1)
    if (last === undefined || detail.by !== undefined || this.#isDecided(orderId, seq)) return
    this.judged += 1
    const settles = this.reading.venue(account)?.settlesMs
    if (settles === undefined) this.lacks('venue.settlesMs')
    if (seenAt < last.record.at + (settles ?? 0))
      this.wrong('I-13', `${eventId} gives ${tag} up after ${seenAt - last.record.at} ms, it takes ${settles}`)
    const isAsked = wire
      .slice(last.place)
      .some((one) => one.account === account && one.what === 'read' && one.direction === 'in')
    if (!isAsked) this.wrong('I-13', `${eventId} gives ${tag} up, and the venue was never asked`)
  }

  #isDecided(orderId: string | undefined, before: number): boolean {
    return this.reading.lines.some(
      ({ event, fields, seq }) => event === 'case.decided' && seq <= before && fields.order_id === orderId,
    )
  }
}
const isMark = ({ event, fields }: Line, tag: string): boolean =>
  event === 'order.submitting' && fields.client_order_id === tag

/** How an order of ours may stand once all is quiet, by how the venue has it. */
const AGREEING: Readonly<Record<TrueOrder['status'], readonly string[]>> = {
  working: ['submitted', 'accepted', 'partially_filled'],
  filled: ['filled'],
  cancelled: ['cancelled'],
  rejected: ['retry_pending'],
  expired: ['expired'],
}
const BELIEVED = new Set(['submitted', 'accepted', 'partially_filled', 'filled'])

export class AgreesWithTheVenue extends Watch {
  readonly name = 'agrees with the venue'
  readonly guards = ['I-14']
  readonly when = 'quiet'

  protected look(): void {
    for (const order of this.reading.orders.values()) {
      this.judged += 1
      const last = lastOf(order)
      const truths = this.reading.truthsOf(order)
      if (last === undefined) continue
      // Of what is in doubt nothing is believed, and what was refused is looked at elsewhere.
      if (truths.length === 0) this.#unknownThere(order, last)
      else if (statusOf(order) !== 'unconfirmed' && !REFUSED.has(statusOf(order))) this.#both(order, last, truths)
    }
  }

  #unknownThere(order: Known, last: Line): void {
    const status = statusOf(order)
    if (BELIEVED.has(status)) return void this.wrong('I-14', `order ${order.id} is ${status} and unknown to the venue`)
    if (status !== 'cancelled' && status !== 'expired') return
    const end = order.lines.findLast(({ event }) => ENDS.has(event)) ?? last
    const isOurs = NOT_AT_THE_VENUE.has(text(end.fields.previous_status) ?? '') || end.detail.proof === 'not_sent'
    if (!isOurs) this.wrong('I-14', `order ${order.id} is ${status} by the venue, which does not know it`)
  }

  #both(order: Known, last: Line, truths: readonly TrueOrder[]): void {
    const status = statusOf(order)
    const current = truths.findLast(({ tag }) => tag === last.fields.client_order_id)
    const filled = truths.reduce((sum, truth) => sum + exact(truth.filled), 0n)
    const ours = exact(last.fields.filled_quantity)
    if (ours !== filled)
      this.wrong('I-14', `order ${order.id} has ${last.fields.filled_quantity} filled, the venue ${filledText(truths)}`)
    // Of a generation that never reached the venue nothing can be said here; the fills of the others count all the same.
    if (current === undefined) return
    // What was refused in part stays cancelled, though the venue undoes that part later.
    const hasTraded = filled !== 0n || current.executions.some(({ busted }) => busted === true)
    const isPartRefused = current.status === 'rejected' && hasTraded && status === 'cancelled'
    if (!AGREEING[current.status].includes(status) && !isPartRefused)
      this.wrong('I-14', `order ${order.id} is ${status}, the venue says ${current.status}`)
    else if (status === 'partially_filled' && filled === 0n)
      this.wrong('I-14', `order ${order.id} is partially_filled with nothing filled`)
  }
}
const filledText = (truths: readonly TrueOrder[]): string => truths.map(({ filled }) => filled).join(' + ')

export class AverageIsExact extends Watch {
  readonly name = 'the average is exact'
  readonly guards = ['I-14']
  readonly when = 'quiet'

  protected look(): void {
    for (const order of this.reading.orders.values()) {
      const average = lastOf(order)?.fields.average_fill_price
      const executions = this.reading.truthsOf(order).flatMap((truth) => truth.executions)
      const filled = executions.reduce((sum, { quantity }) => sum + exact(quantity), 0n)
      if (filled === 0n || exact(lastOf(order)?.fields.filled_quantity) !== filled || this.#isGuessed(order)) continue
      this.judged += 1
      const notional = executions.reduce((sum, { quantity, price }) => sum + times(exact(quantity), exact(price)), 0n)
      const expected = divided(notional, filled, AVERAGE_DIGITS)
      if (average === undefined || exact(average) !== expected)
        this.wrong('I-14', `order ${order.id} was filled at ${String(average)}, the executions make ${plain(expected)}`)
    }
  }
  /** Where the venue names no executions, prices of the parts follow from rounded averages. */
  #isGuessed({ id }: Known): boolean {
    return (
      this.reading.sql('SELECT 1 FROM fills WHERE order_id = ? AND synthetic IS NOT NULL LIMIT 1').get(id) !== undefined
    )
  }
}
const AVERAGE_DIGITS = 12

export class DoubtIsAlarmed extends Watch {
  readonly name = 'doubt is alarmed'
  readonly guards = ['I-15']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #doubtSince = new Map<string, number>()
  /** Their case is open: one that is sent again and in doubt again has been told of. */
  readonly #told = new Set<string>()

  protected look({ now, limits, lives }: Evidence): void {
    for (const { event, orderId, fields, seenAt } of this.#lines.fresh(this.reading.lines)) {
      if (event.startsWith('case.')) this.#case(event, fields)
      else if (orderId === undefined || this.#told.has(orderId)) continue
      else if (event === 'order.unconfirmed') this.#doubtSince.set(orderId, seenAt)
      else if (fields.status !== 'unconfirmed' && fields.status !== 'submitting') this.#doubtSince.delete(orderId)
    }
    if (this.#doubtSince.size === 0) return
    if (limits === undefined) return void this.lacks('limits')
    if (lives === undefined) return void this.lacks('lives')
    const begun = Math.max(0, ...lives.filter(({ until }) => until === undefined).map(({ from }) => from))
    for (const [id, since] of this.#doubtSince) {
      this.judged += 1
      const account = this.reading.orders.get(id)?.account ?? ''
      const most = limits.get(account)?.doubtAlarmMs
      const isAlive = lives.some(({ until }) => until === undefined)
      if (most === undefined || !isAlive || now - Math.max(since, begun) <= most) continue
      this.#doubtSince.delete(id)
      this.wrong('I-15', `order ${id} has been in doubt for ${now - since} ms and nobody was told`)
    }
  }
  #case(event: string, { order_id, reason }: Fields): void {
    const orderId = text(order_id) ?? ''
    if (event === 'case.closed') this.#told.delete(orderId)
    if (event !== 'case.opened') return
    this.#doubtSince.delete(orderId)
    if (reason === 'unconfirmed') this.#told.add(orderId)
  }
  protected override restored(): void {
    this.#lines.again()
    this.#doubtSince.clear()
    this.#told.clear()
  }
}

export class StrangersAreLeftAlone extends Watch {
  readonly name = 'strangers are left alone'
  readonly guards = ['I-16']
  readonly when = 'always'
  readonly #wire = new Cursor()

  protected look({ wire }: Evidence): void {
    for (const { what, direction, account, tag, brokerOrderId } of this.#wire.fresh(wire)) {
      if (direction !== 'out' || (what !== 'cancel' && what !== 'replace')) continue
      this.judged += 1
      if (tag !== undefined) continue
      if (brokerOrderId === undefined) {
        this.lacks('wire.brokerOrderId')
        continue
      }
      const meant = this.reading.venue(account)?.orders.filter((order) => order.brokerOrderId === brokerOrderId) ?? []
      if (meant.length > 0 && meant.every((order) => order.tag === undefined))
        this.wrong('I-16', `a ${what} left for ${brokerOrderId}, which is somebody else's order`)
    }
  }
}
