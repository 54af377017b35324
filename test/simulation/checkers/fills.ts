import type { Evidence, TrueOrder } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { exact, plain } from './exact.ts'
import { CORRECTION, mayLead } from './lifecycle-table.ts'
import { type Fields, key, type Line, objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** Every change of an order, one after the other. */
abstract class OrderLineWatch extends Watch {
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #touched = new Map<string, Line>()

  protected look(evidence: Evidence): void {
    this.#touched.clear()
    for (const line of this.#lines.fresh(this.reading.lines)) {
      if (line.orderId === undefined || line.orderSeq === undefined) continue
      this.line(line, line.orderId)
      this.#touched.set(line.orderId, line)
    }
    for (const [id, last] of this.#touched) this.settled(id, last, evidence)
  }
  protected line(_line: Line, _orderId: string): void {}
  /** Once for each order that something happened to since the look before; `last` is its newest event. */
  protected settled(_orderId: string, _last: Line, _evidence: Evidence): void {}
  protected override restored(): void {
    this.#lines.again()
  }
}

export class OnlyPublishedTransitions extends OrderLineWatch {
  readonly name = 'only published transitions'
  readonly guards = ['I-17']
  readonly #status = new Map<string, string>()

  protected override line({ event, eventId, fields, detail }: Line, id: string): void {
    this.judged += 1
    const before = this.#status.get(id) ?? ''
    const after = text(fields.status) ?? ''
    this.#status.set(id, after)
    if ((text(fields.previous_status) ?? '') !== before)
      this.wrong('I-17', `${eventId} tells it comes from ${String(fields.previous_status)}, and it was ${before}`)
    const isCorrection = event === CORRECTION && isEvidence(detail) && before !== ''
    if (!isCorrection && !mayLead(before, event, after))
      this.wrong('I-17', `${eventId}: ${event} led from ${before} to ${after}`)
  }
  protected override restored(): void {
    super.restored()
    this.#status.clear()
  }
}
const isEvidence = (detail: Fields): boolean => detail.channel !== undefined && detail.reason !== undefined

const fillOf = (detail: Fields): Fields | undefined => (detail.fill === undefined ? undefined : objectOf(detail.fill))

export class EachExecutionOnce extends OrderLineWatch {
  readonly name = 'each execution once'
  readonly guards = ['I-18']
  readonly #applied = new Map<string, string>()
  readonly #filled = new Map<string, bigint>()

  protected override line({ event, eventId, account, fields, detail }: Line, id: string): void {
    const before = this.#filled.get(id) ?? 0n
    const after = exact(fields.filled_quantity)
    this.#filled.set(id, after)
    const fill = fillOf(detail)
    const execution = text(fill?.execution_id)
    if (fill === undefined || execution === undefined) return
    this.judged += 1
    const first = this.#applied.get(key(account, execution))
    this.#applied.set(key(account, execution), eventId)
    const addsItAgain = event !== CORRECTION || after - before === exact(fill.quantity)
    if (first !== undefined && addsItAgain) this.wrong('I-18', `${eventId} books ${execution}, which ${first} booked`)
  }
  protected override restored(): void {
    super.restored()
    this.#applied.clear()
    this.#filled.clear()
  }
}

const FILLS_OF_ORDER = 'SELECT quantity, price, synthetic FROM fills WHERE order_id = ?'

export class FillsMakeTheFilled extends OrderLineWatch {
  readonly name = 'fills make the filled'
  readonly guards = ['I-19']
  readonly #lastFilled = new Map<string, string>()

  protected override settled(id: string, { fields }: Line): void {
    const filled = text(fields.filled_quantity) ?? '0'
    if (this.#lastFilled.get(id) === filled) return
    this.#lastFilled.set(id, filled)
    this.judged += 1
    let sum = 0n
    for (const { quantity } of this.reading.sql(FILLS_OF_ORDER).all(id)) sum += exact(quantity)
    if (sum !== exact(filled)) this.wrong('I-19', `order ${id} has ${filled} filled, its fills make ${plain(sum)}`)
  }
  protected override restored(): void {
    super.restored()
    this.#lastFilled.clear()
  }
}

/** Once all is quiet, our fills are the venue's executions, one by one where the venue names them. */
export class NoFillIsLost extends Watch {
  readonly name = 'no fill is lost'
  readonly guards = ['I-18', 'I-19']
  readonly when = 'quiet'

  protected look(): void {
    for (const order of this.reading.orders.values()) {
      if (this.reading.isLeftToHumans(order)) continue
      this.judged += 1
      const ours = this.reading
        .sql(FILLS_OF_ORDER)
        .all(order.id)
        .filter(({ quantity }) => exact(quantity) !== 0n)
      if (ours.some(({ synthetic }) => synthetic === 1)) continue
      const theirs = this.reading.truthsOf(order).flatMap(({ executions }) => executions)
      const counted = theirs.filter(({ quantity }) => exact(quantity) !== 0n)
      const [a, b] = [ours, counted].map((list) => list.map(executionText).sort().join(', '))
      if (a !== b) this.wrong('I-19', `order ${order.id} has the fills ${a}, the venue the executions ${b}`)
    }
  }
}
const executionText = ({ quantity, price }: { readonly quantity?: unknown; readonly price?: unknown }): string =>
  `${plain(exact(quantity))}@${plain(exact(price))}`

export class FilledOnlyGrows extends OrderLineWatch {
  readonly name = 'filled only grows'
  readonly guards = ['I-20']
  readonly #filled = new Map<string, bigint>()

  protected override line({ event, eventId, fields, detail }: Line, id: string): void {
    this.judged += 1
    const before = this.#filled.get(id) ?? 0n
    const after = exact(fields.filled_quantity)
    this.#filled.set(id, after)
    if (after < 0n) this.wrong('I-20', `${eventId} has ${plain(after)} filled`)
    const namesIt = event === CORRECTION && JSON.stringify(detail).includes('execution_id')
    if (after < before && !namesIt)
      this.wrong('I-20', `${eventId} takes the filled from ${plain(before)} to ${plain(after)}`)
  }
  protected override restored(): void {
    super.restored()
    this.#filled.clear()
  }
}
const hasAmended = ({ executions }: TrueOrder): boolean => executions.some(({ busted }) => busted)
const everFilled = (truths: readonly TrueOrder[]): bigint =>
  truths.reduce((sum, { executions }) => executions.reduce((all, { quantity }) => all + exact(quantity), sum), 0n)

/** Nothing is booked to an order of ours that the venue did not execute for it: no guess, no funding, no other's trade. */
export class OnlyTradesFill extends OrderLineWatch {
  readonly name = 'only trades fill'
  readonly guards = ['I-23']
  readonly #filled = new Map<string, string>()

  protected override settled(id: string, { fields, eventId }: Line): void {
    const filled = text(fields.filled_quantity) ?? '0'
    if (filled === '0' || this.#filled.get(id) === filled) return
    this.#filled.set(id, filled)
    const order = this.reading.orders.get(id)
    if (order === undefined) return
    this.judged += 1
    const truths = this.reading.truthsOf(order)
    if (exact(filled) > everFilled(truths) && !truths.some(hasAmended))
      this.wrong('I-23', `${eventId} has ${filled} filled, the venue executed ${plain(everFilled(truths))} for it`)
  }
  protected override restored(): void {
    super.restored()
    this.#filled.clear()
  }
}
