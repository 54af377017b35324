import type { Evidence, TrueOrder, WireRecord } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { exact } from './exact.ts'
import { isOver, type Known, key, type Line, objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** One intent, one order; one order, one name. */
export class OnceUnderOneId extends Watch {
  readonly name = 'once under one id'
  readonly guards = ['I-01']
  readonly when = 'always'
  readonly #read: number[] = []
  readonly #seen = new Set<string>()

  protected look({ venues }: Evidence): void {
    venues.forEach(({ account, resendClass, orders }, n) => {
      for (let place = this.#read[n] ?? 0; place < orders.length; place += 1) {
        const { clientOrderId, tag } = orders[place] ?? {}
        if (clientOrderId === undefined || tag === undefined || (resendClass !== 'A' && resendClass !== 'B')) continue
        this.judged += 1
        const name = key(account, clientOrderId)
        if (this.#seen.has(name)) this.wrong('I-01', `the venue has two orders with the id ${clientOrderId}`)
        this.#seen.add(name)
      }
      this.#read[n] = orders.length
    })
  }
}

export class OncePerIntent extends Watch {
  readonly name = 'once per intent'
  readonly guards = ['I-02']
  readonly when = 'always'
  readonly #read: number[] = []
  readonly #seen = new Set<string>()

  protected look({ venues }: Evidence): void {
    venues.forEach(({ account, orders }, n) => {
      for (let place = this.#read[n] ?? 0; place < orders.length; place += 1) {
        const { tag } = orders[place] ?? {}
        if (tag === undefined) continue
        this.judged += 1
        if (this.#seen.has(key(account, tag))) this.wrong('I-02', `the venue has two orders of the intent ${tag}`)
        this.#seen.add(key(account, tag))
        this.#generations(account, tag)
      }
      this.#read[n] = orders.length
    })
  }

  /** A generation is sent only once the one before is proven dead; one that had filled whole leaves nothing to send. */
  #generations(account: string, tag: string): void {
    const order = this.reading.orderOf(account, tag)
    if (order === undefined || order.tags.size < 2) return
    const placedAt = this.reading.trueOrders(account, tag).at(-1)?.acceptedAt ?? Number.POSITIVE_INFINITY
    for (const other of this.reading.truthsOf(order)) {
      if (other.tag === tag) continue
      if (other.status === 'working')
        this.wrong('I-02', `order ${order.id} went out as ${tag} while it was working as ${other.tag}`)
      else if (filledBy(other, placedAt) >= exact(other.quantity))
        this.wrong('I-02', `order ${order.id} went out as ${tag} after it had filled as ${other.tag}`)
    }
  }
}
/** What the venue had executed of it by then. */
const filledBy = ({ executions }: TrueOrder, by: number): bigint =>
  executions.reduce((sum, { quantity, at }) => (at <= by ? sum + exact(quantity) : sum), 0n)

export class NamesAreInjective extends Watch {
  readonly name = 'a name means one order'
  readonly guards = ['I-04']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #owner = new Map<string, string>()

  protected look(): void {
    for (const { fields, orderId, account } of this.#lines.fresh(this.reading.lines)) {
      const tag = text(fields.client_order_id)
      if (tag === undefined || orderId === undefined) continue
      this.judged += 1
      const owner = this.#owner.get(tag) ?? orderId
      this.#owner.set(tag, owner)
      if (owner !== orderId) this.wrong('I-04', `${tag} stands for the orders ${owner} and ${orderId}`)
      const longest = this.reading.venue(account)?.longestClientId
      if (longest !== undefined && tag.length > longest) this.wrong('I-04', `${tag} is longer than ${longest}`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
    this.#owner.clear()
  }
}

export class OneOrderASignal extends Watch {
  readonly name = 'one order for a leg of a signal'
  readonly guards = ['I-08']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #orders = new Map<string, string>()

  protected look(): void {
    for (const { event, fields, detail, orderId } of this.#lines.fresh(this.reading.lines)) {
      const signal = text(fields.signal_id)
      if (event !== 'order.created' || signal === undefined || orderId === undefined) continue
      this.judged += 1
      const leg = key(signal, String(objectOf(detail.draft).leg ?? 1))
      const first = this.#orders.get(leg) ?? orderId
      this.#orders.set(leg, first)
      if (first !== orderId) this.wrong('I-08', `signal ${signal} became the orders ${first} and ${orderId}`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
    this.#orders.clear()
  }
}

export class SameBytesEveryTime extends Watch {
  readonly name = 'same bytes every time'
  readonly guards = ['I-07']
  readonly when = 'always'
  readonly #wire = new Cursor()
  readonly #first = new Map<string, WireRecord>()

  protected look({ wire }: Evidence): void {
    for (const record of this.#wire.fresh(wire)) {
      const { what, direction, tag, account, body } = record
      if (what !== 'submit' || direction !== 'out' || tag === undefined) continue
      this.judged += 1
      const first = this.#first.get(tag)
      if (first === undefined || !this.reading.isRemembered(first)) this.#first.set(tag, record)
      else if (first.body !== body || first.account !== account)
        this.wrong('I-07', `${tag} went out as ${first.body} to ${first.account} and as ${body} to ${account}`)
    }
  }
}

/** Order requests as they left, each with what the disk said of its order in that moment. */
export interface Departure {
  readonly record: WireRecord
  readonly tag: string
  readonly order: Known | undefined
  /** The order's events that were durable by then, as far as that is known. */
  readonly lines: readonly Line[]
  /** How many left before under the same name. */
  readonly before: number
}

export abstract class DepartureWatch extends Watch {
  readonly when = 'always'
  readonly #wire = new Cursor()

  protected look(evidence: Evidence): void {
    for (const record of this.#wire.fresh(evidence.wire)) {
      const { what, direction, tag } = record
      if (what !== 'submit' || direction !== 'out' || tag === undefined || !this.reading.isRemembered(record)) continue
      this.departed(this.#departure(record, tag), evidence)
    }
  }
  protected abstract departed(departure: Departure, evidence: Evidence): void

  #departure(record: WireRecord, tag: string): Departure {
    const order = this.reading.orderOf(record.account, tag)
    if (record.durable === undefined) this.lacks('wire.durable')
    const seq = record.durable?.seq ?? Number.POSITIVE_INFINITY
    const lines = order?.lines.filter((line) => line.seq <= seq) ?? []
    const sent = this.reading.submits(record.account, tag).filter((one) => this.reading.isRemembered(one.record))
    return { record, tag, order, lines, before: sent.findIndex((one) => one.record === record) }
  }
}

const marksOf = ({ lines, tag }: Departure): readonly Line[] =>
  lines.filter(({ event, fields }) => event === 'order.submitting' && fields.client_order_id === tag)

export { isOver, marksOf }
