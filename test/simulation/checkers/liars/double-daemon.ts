import type {
  Evidence,
  SeenEvent,
  StreamSpan,
  TraderAnswer,
  TrueExecution,
  TrueOrder,
  WireRecord,
} from '../../evidence.ts'
import { abs, divided, exact, least, plain, times } from '../exact.ts'
import { newCheckers } from '../new-checkers.ts'
import { DoubleDisk, type Row } from './double-disk.ts'
import { DoubleLog } from './double-log.ts'

/**
 * A daemon, a venue and a world of a few hundred lines, for the checkers to look at. Guarantees:
 * - what it does step by step is honest: row, event, fill, position, log and listener agree at every look;
 * - each part can be done alone, so that a liar can leave one out, do it twice, or do it otherwise.
 */
export const BEGINS = Date.UTC(2026, 2, 2, 14, 30)
export const SETTLES_MS = 5_000
export const BUDGET = 50

type Kept<T> = { -readonly [K in keyof T]: T[K] }
export type VenueOrder = Kept<Omit<TrueOrder, 'executions'>> & { executions: Kept<TrueExecution>[] }
export interface Site {
  readonly account: string
  readonly resendClass: 'A' | 'B' | 'C' | 'D'
  readonly orders: VenueOrder[]
  readonly positions: Map<string, string>
  readonly settlesMs: number
  readonly forgetsAt: number
  readonly environment: 'paper'
  readonly longestClientId: number
  readonly budget: readonly [{ readonly class: 'all'; readonly requests: number; readonly perMs: number }]
}
export type Kind = `order.${string}`
export interface Told {
  /** Leaves the listener, the log, or the row out of it. */
  readonly undelivered?: boolean
  readonly unlogged?: boolean
  readonly rowless?: boolean
  readonly line?: Readonly<Record<string, unknown>>
}
export interface DoubleOrder {
  readonly record: Record<string, string | number | undefined>
  readonly lines: number
}

export class DoubleDaemon {
  readonly disk = new DoubleDisk()
  readonly log = new DoubleLog()
  readonly sites: Site[] = (['A', 'B', 'C', 'D'] as const).map(siteOf)
  readonly wire: Kept<WireRecord>[] = []
  readonly heard: SeenEvent[] = []
  readonly answers = new Map<string, TraderAnswer>()
  readonly halts: { readonly at: number; readonly on: boolean }[] = []
  readonly tries: NonNullable<Evidence['tries']>[number][] = []
  readonly streams: StreamSpan[] = []
  readonly storeTrouble: { from: number; until: number }[] = []
  readonly lives: { life: number; from: number; until?: number }[] = [{ life: 1, from: 0 }]
  readonly checkers = newCheckers()
  readonly found: { readonly checker: string; readonly text: string }[] = []
  now = 0
  #names = 0
  #seq = new Map<string, number>()

  get life(): number {
    return this.lives.length
  }
  site(account: string): Site {
    const site = this.sites.find((one) => one.account === account)
    if (site === undefined) throw new Error(`no site ${account}`)
    return site
  }
  next(what: string): string {
    this.#names += 1
    return `${what}${this.#names}`
  }

  look(when: 'always' | 'quiet' = 'always', passedMs = 10): void {
    this.now += passedMs
    const evidence = this.evidence()
    for (const checker of this.checkers)
      if (checker.when === when || when === 'quiet')
        for (const text of checker.check(evidence)) this.found.push({ checker: checker.name, text })
  }

  /** A line about no order. */
  note(account: string, event: string, fields: Readonly<Record<string, unknown>> = {}, told: Told = {}): string {
    const eventId = this.next('note-')
    const body = {
      v: 1,
      time: this.#time(),
      event,
      event_id: eventId,
      mode: 'paper',
      session_id: `s${this.life}`,
      account,
    }
    this.#commit(account, { event, eventId, text: JSON.stringify({ ...body, ...fields }), row: {} }, told)
    return eventId
  }

  /** One event of an order and everything that belongs into its commit. */
  tell(
    order: DoubleOrder,
    kind: Kind,
    change: Readonly<Record<string, string | number>> = {},
    detail: object = {},
    told: Told = {},
  ) {
    const { record } = order
    const previous = record.status
    Object.assign(record, change)
    record.order_seq = Number(record.order_seq ?? 0) + 1
    const eventId = `${record.id}-${record.order_seq}`
    const line = {
      ...{ v: 1, time: this.#time(), event: kind, event_id: eventId, order_seq: record.order_seq, mode: 'paper' },
      ...{ session_id: `s${this.life}`, account: record.account, order_id: record.id, ...lineFields(record) },
      ...{ previous_status: previous, detail, ...told.line },
    }
    if (told.rowless !== true) this.writeRow(order)
    const row = { order_id: String(record.id), order_seq: Number(record.order_seq) }
    this.#commit(String(record.account), { event: kind, eventId, text: JSON.stringify(line), row }, told)
    return eventId
  }

  writeRow({ record }: DoubleOrder): void {
    const isOpen = !FINAL.has(String(record.status))
    const key = { id: String(record.id) }
    const moving = {
      version: Number(record.order_seq),
      open: Number(isOpen),
      status: String(record.status),
      record: JSON.stringify(record),
    }
    this.disk.change('orders', moving, key)
    if (this.disk.count('SELECT count(*) FROM orders WHERE id = ?', key.id) > 0) return
    const { account, symbol, side, signal_id } = record
    const fixed = { account, symbol, side, signal_id, strategy: 'mean' } as Record<string, string>
    this.disk.add('orders', { ...key, ...moving, ...fixed, created_at: BEGINS + this.now })
    const name = { client_order_id: String(record.client_order_id), account: String(account), order_id: key.id }
    this.disk.add('client_orders', name)
  }

  deliver(account: string, accountSeq: number, eventId: string, line: string): void {
    this.heard.push({ at: this.now, life: this.life, account, accountSeq, eventId, line })
  }

  /** The next number of this account goes to an event that was written by hand. */
  useNumber(account: string): void {
    const accountSeq = (this.#seq.get(account) ?? 0) + 1
    this.#seq.set(account, accountSeq)
    this.disk.add('leases', { account, epoch: this.life, account_seq: accountSeq })
    for (const sink of ['audit', 'witness']) this.disk.add('sink_positions', { sink, account, account_seq: accountSeq })
  }

  /** Something leaves or comes in. */
  cross(record: Omit<WireRecord, 'at' | 'life'>): void {
    const { account, what, direction, tag } = record
    const seq = this.disk.count('SELECT max(seq) FROM events')
    const epoch = this.disk.count('SELECT epoch FROM leases WHERE account = ?', account)
    const sent = direction === 'out' ? { epoch, durable: { seq, epoch }, clock: BEGINS + this.now } : {}
    this.wire.push({ at: this.now, life: this.life, ...sent, ...record })
    if (direction !== 'out') return
    this.tries.push({ at: this.now, life: this.life, account, what, ...(tag === undefined ? {} : { tag }) })
  }

  /** One execution goes into the books, as `execution`, under `orderId`. */
  book(
    order: DoubleOrder,
    fill: { id: string; quantity: string; price: string },
    of: { readonly orderId?: string } = {},
  ): void {
    const { account, symbol, side, id } = order.record
    const [at, commission] = [BEGINS + this.now, { commission: '0.01', commission_currency: 'USD' }]
    const { quantity, price } = fill
    const trade = { account, symbol, side, order_id: of.orderId ?? id } as Record<string, string>
    this.disk.add('fills', { ...trade, ...commission, execution_id: fill.id, quantity, price, time: at, booked_at: at })
    this.#hold(String(account), String(symbol), side === 'buy' ? exact(quantity) : -exact(quantity), exact(price))
  }

  #hold(account: string, symbol: string, change: bigint, price: bigint): void {
    const sql =
      'SELECT quantity, cost_basis, realised_pnl, commission, version FROM positions WHERE account = ? AND symbol = ?'
    const before = this.disk.database.prepare(sql).get(account, symbol)
    const [held, cost, pnl, paid] = ['quantity', 'cost_basis', 'realised_pnl', 'commission'].map((name) =>
      exact(before?.[name] ?? '0'),
    ) as [bigint, bigint, bigint, bigint]
    const reduces = held !== 0n && held < 0n !== change < 0n
    const closing = reduces ? least(abs(held), abs(change)) : 0n
    const released = closing === 0n ? 0n : divided(times(cost, closing), abs(held), 12)
    const gross = (held < 0n ? -1n : 1n) * (times(price, closing) - released)
    this.disk.add('positions', {
      ...{ account, symbol, version: Number(before?.version ?? 0) + 1, currency: 'USD' },
      quantity: plain(held + change),
      cost_basis: plain(cost - released + times(price, abs(change) - closing)),
      realised_pnl: plain(pnl + gross - exact('0.01')),
      commission: plain(paid + exact('0.01')),
      updated_at: BEGINS + this.now,
    })
  }

  #commit(account: string, event: { event: string; eventId: string; text: string; row: Row }, told: Told): void {
    const accountSeq = (this.#seq.get(account) ?? 0) + 1
    this.#seq.set(account, accountSeq)
    const { eventId, text } = event
    const row = {
      account,
      account_seq: accountSeq,
      event: event.event,
      event_id: eventId,
      at: BEGINS + this.now,
      line: text,
    }
    this.disk.add('events', { ...row, ...event.row })
    this.disk.add('leases', { account, epoch: this.life, account_seq: accountSeq })
    if (told.unlogged !== true) this.log.entries.push({ body: text, account, accountSeq })
    if (told.undelivered !== true) this.deliver(account, accountSeq, eventId, text)
    for (const sink of ['audit', 'witness']) this.disk.add('sink_positions', { sink, account, account_seq: accountSeq })
  }

  /** The venue tells what is open. */
  listed(account: string): void {
    this.cross({ account, what: 'read', direction: 'in', body: '[]', listsOpen: true })
  }

  /** Another process takes over on the same disk, and asks the venues what is open there. */
  restart(asks = true): void {
    const last = this.lives.at(-1)
    if (last !== undefined) last.until = this.now
    this.now += 10
    this.lives.push({ life: this.lives.length + 1, from: this.now })
    for (const { account } of this.sites) this.note(account, 'session.started')
    if (asks) for (const { account } of this.sites) this.listed(account)
  }

  #time(): string {
    return new Date(BEGINS + this.now).toISOString()
  }
  evidence(): Evidence {
    const { log, now, wire, heard: events, answers, halts, tries, lives, streams, storeTrouble } = this
    return {
      ...{ now, wire, events, answers, halts, tries, lives, streams, storeTrouble, venues: this.sites },
      disk: this.disk.database,
      get audit() {
        return [log.text]
      },
      listenerTrouble: [],
      configVersions: ['c1'],
      limits: new Map(this.sites.map(({ account }) => [account, LIMITS])),
    }
  }
}

const LIMITS = {
  maxAttempts: 5,
  maxOrderNotional: '10000',
  maxPositionNotional: '100000',
  maxOpenOrders: 20,
  doubtAlarmMs: 60_000,
  streamStaleMs: 30_000,
}
const FINAL = new Set(['filled', 'cancelled', 'denied', 'rejected', 'expired', 'failed'])

const siteOf = (resendClass: Site['resendClass']): Site => ({
  account: resendClass.toLowerCase(),
  resendClass,
  orders: [],
  positions: new Map(),
  settlesMs: SETTLES_MS,
  forgetsAt: -3_600_000,
  environment: 'paper',
  longestClientId: 40,
  budget: [{ class: 'all', requests: BUDGET, perMs: 1_000 }],
})

const LINE = [
  'client_order_id',
  'broker_order_id',
  'signal_id',
  'symbol',
  'side',
  'quantity',
  'limit_price',
  'status',
  'filled_quantity',
  'average_fill_price',
  'generation',
  'attempt',
] as const
const lineFields = (record: DoubleOrder['record']): Record<string, unknown> =>
  Object.fromEntries(LINE.map((name) => [name, record[name]]))
