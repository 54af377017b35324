import type { AuditEntry } from './audit-chain.ts'
import { exact, plain } from './exact.ts'
import { type Fields, key, type Line, objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** The log is whole: nobody has changed, taken out or put in a line. */
export class TheChainHolds extends Watch {
  readonly name = 'the chain of the log holds'
  readonly guards = ['I-33']
  readonly when = 'quiet'

  protected look(): void {
    this.judged += 1
    for (const problem of this.reading.audit.problems) this.wrong('I-33', `the audit log: ${problem}`)
  }
}

/** The log tells every event of the disk and no other, in the same words. */
export class TheLogTellsTheDisk extends Watch {
  readonly name = 'the log tells the disk'
  readonly guards = ['I-33']
  readonly when = 'quiet'

  protected look(): void {
    const told = new Map<string, AuditEntry>()
    for (const entry of this.reading.audit.entries) {
      const place = key(entry.journal, String(entry.accountSeq))
      if (told.has(place)) this.wrong('I-33', `the log tells number ${entry.accountSeq} of ${entry.journal} twice`)
      told.set(place, entry)
    }
    for (const line of this.reading.lines) {
      this.judged += 1
      const place = key(line.account, String(line.accountSeq))
      const entry = told.get(place)
      told.delete(place)
      if (entry === undefined) this.wrong('I-33', `${line.eventId} is on disk and not in the log`)
      else if (!isSame(entry, line)) this.wrong('I-33', `${line.eventId} reads otherwise in the log than on disk`)
    }
    for (const { eventId } of told.values()) this.wrong('I-33', `${eventId} is in the log and not on disk`)
  }
}
const BEGIN = '{"v":1,'
const OWN = new Set(['seq', 'account_seq', 'journal', 'prev', 'hash'])
function isSame({ seq, fields, line: told }: AuditEntry, line: Line): boolean {
  // As written, unless a character had to be escaped: then word by word.
  const body = line.text.slice(BEGIN.length, -1)
  const from = BEGIN.length + `"seq":${seq},`.length
  if (told.slice(from, from + body.length) === body) return true
  const words = Object.entries(fields).filter(([name]) => !OWN.has(name))
  return JSON.stringify(Object.fromEntries(words)) === JSON.stringify(line.fields)
}

const ROWS = 'SELECT id, version, record FROM orders'
/** Of an order's row, what its lines tell of it; a change of any of them has a line. */
const TOLD = ['status', 'quantity', 'limit_price', 'generation', 'attempt', 'client_order_id', 'broker_order_id']

/** The orders as the log alone makes them are the orders of the store. */
export class TheLogMakesTheStore extends Watch {
  readonly name = 'the log makes the store'
  readonly guards = ['I-33']
  readonly when = 'quiet'

  protected look(): void {
    const replayed = replay(this.reading.audit.entries)
    for (const row of this.reading.sql(ROWS).all()) {
      const id = String(row.id)
      const order = replayed.get(id)
      replayed.delete(id)
      this.judged += 1
      if (order === undefined) this.wrong('I-33', `order ${id} is in the store and not in the log`)
      else this.#compare(id, order, { ...objectOf(JSON.parse(String(row.record))), order_seq: row.version })
    }
    for (const id of replayed.keys()) this.wrong('I-33', `order ${id} is in the log and not in the store`)
  }

  #compare(id: string, { last, filled, events }: Replayed, record: Fields): void {
    for (const name of TOLD)
      if (last[name] !== record[name])
        this.wrong(
          'I-33',
          `order ${id}: ${name} ${String(last[name])} in the log, ${String(record[name])} in the store`,
        )
    if (filled !== exact(record.filled_quantity))
      this.wrong(
        'I-33',
        `order ${id}: ${plain(filled)} filled in the log, ${String(record.filled_quantity)} in the store`,
      )
    if (events !== record.order_seq)
      this.wrong('I-33', `order ${id}: ${events} events in the log, version ${String(record.order_seq)} in the store`)
  }
}

interface Replayed {
  readonly last: Fields
  readonly filled: bigint
  readonly events: number
}
function replay(entries: readonly AuditEntry[]): Map<string, Replayed> {
  const orders = new Map<string, Replayed>()
  for (const { fields } of entries) {
    const id = text(fields.order_id)
    if (id === undefined || fields.order_seq === undefined) continue
    const { filled = 0n, events = 0 } = orders.get(id) ?? {}
    // An amended execution tells the new sum; every other line adds what was executed.
    const added = exact(objectOf(objectOf(fields.detail).fill).quantity ?? '0')
    const now = fields.event === 'order.corrected' ? exact(fields.filled_quantity) : filled + added
    orders.set(id, { last: fields, filled: now, events: events + 1 })
  }
  return orders
}
