import { type Amount, decimal } from '../../../src/core/money.ts'
import { formatTime, parseTime } from '../../../src/core/time.ts'
import type { Instruments } from '../../../src/simulator/instruments.ts'
import type { Quote } from '../../../src/simulator/market.ts'
import { unknownOrder } from './cancel-desk.ts'
import type { Dialect } from './dialect.ts'
import { asOf, type DialectOrder, isLive, newest, type Trade, type Version } from './dialect-order.ts'
import type { Face, Faces } from './faces.ts'
import type { OrderBook } from './order-book.ts'
import { executionText, orderText, type Row } from './order-words.ts'
import { type Listed, pageOf } from './paging.ts'
import { type AccountView, freeMoney } from './read-order-request.ts'
import { json, refusal, written } from './replies.ts'
import type { FaultSource, VenueReply } from './venue-wire.ts'

/** What the venue tells when asked. Every face has its own lag, and lies by its own faults; nothing in here changes anything. */
export interface ReadDeps {
  readonly dialect: Dialect
  readonly book: OrderBook
  readonly faces: Faces
  readonly account: AccountView
  readonly instruments: Instruments
  readonly quote: (symbol: string) => Quote | undefined
  readonly now: () => number
  readonly faults: FaultSource
}
const STALE_SHARE = 0.35
const STALEST_MS = 300_000
const POSITIONS_LATEST_MS = 60_000
const FRESH_MS = 120_000

export class ReadDesk {
  readonly #deps: ReadDeps
  #moneyTold: Amount | undefined
  constructor(deps: ReadDeps) {
    this.#deps = deps
  }

  handle(path: string): VenueReply {
    const [where = '', query = ''] = path.split('?')
    const [, head, id] = where.split('/')
    const asked = new URLSearchParams(query)
    switch (head) {
      case 'orders':
        return id === undefined ? this.#byClientId(asked.get('client_id') ?? '') : this.#byBrokerId(decoded(id))
      case 'open-orders':
        return this.#list('list', this.#liveOrRecent(), asked, isOpenRow)
      case 'history':
        return this.#list('history', this.#since(asked), asked, () => true)
      case 'executions':
        return this.#executions(asked)
      case 'positions':
        return json(200, { items: this.#positions() })
      case 'account':
        return json(200, this.#account())
      case 'quotes':
        return this.#quote(decoded(id ?? ''))
      case 'instruments':
        return this.#instrument(decoded(id ?? ''))
      default:
        return refusal(404, 'no_such_path', where)
    }
  }

  /** The order a look-up is about, for whoever counts faults by it. */
  subjectOf(path: string): DialectOrder | undefined {
    const [where = '', query = ''] = path.split('?')
    const [, head, id] = where.split('/')
    if (head !== 'orders') return undefined
    if (id !== undefined) return this.#deps.book.withBrokerId(decoded(id))
    return this.#deps.book.withClientId(new URLSearchParams(query).get('client_id') ?? '').at(-1)
  }

  #byClientId(clientOrderId: string): VenueReply {
    const { book } = this.#deps
    if (this.#deps.dialect.resendClass === 'D') return refusal(404, 'no_such_path', 'orders have no ids of yours here')
    const rows = book
      .withClientId(clientOrderId)
      .filter((order) => !this.#isForgotten(order))
      .flatMap((order) => this.#listed('point', order))
    return written(200, `{"items":[${rows.map(({ text }) => text()).join(',')}]}`)
  }

  #byBrokerId(brokerOrderId: string): VenueReply {
    const { book } = this.#deps
    const order = book.withBrokerId(brokerOrderId)
    if (order !== undefined && this.#isForgotten(order)) return unknownOrder()
    const [shown] = order === undefined ? [] : this.#listed('point', this.#mixedUp(order))
    return shown === undefined ? unknownOrder() : written(200, shown.text())
  }

  /** F-86: who asks for it by name is told that there is none; the history has it. */
  #isForgotten(order: DialectOrder): boolean {
    const { lies } = order
    if (isLive(newest(order))) return false
    lies.isForgotten ||= this.#deps.faults.strikes('F-86', order.tag)
    return lies.isForgotten
  }

  /** F-46: somebody else's answer. */
  #mixedUp(order: DialectOrder): DialectOrder {
    const { book, faults } = this.#deps
    const other = book.orders[order.number - 2]
    return other !== undefined && faults.strikes('F-46', order.tag) ? other : order
  }

  #list(
    face: Face,
    orders: readonly DialectOrder[],
    asked: URLSearchParams,
    belongs: (version: Version) => boolean,
  ): VenueReply {
    const behind = this.#staleness(orders)
    const rows = orders.flatMap((order) => this.#listed(face, order, behind, belongs))
    return this.#page(rows, asked)
  }

  #listed(face: Face, order: DialectOrder, behind = 0, belongs: (version: Version) => boolean = () => true): Listed[] {
    const view = this.#deps.faces.seen(face, order, behind)
    if (view === undefined || !belongs(view.version)) return []
    return [{ text: () => orderText(this.#deps.dialect, order, view), tag: order.tag }]
  }

  /** What is open, and what was open so lately that a slow face may still show it so. */
  #liveOrRecent(): readonly DialectOrder[] {
    const { book, now } = this.#deps
    return book.orders.filter((order) => isLive(newest(order)) || now() - newest(order).at < STALEST_MS + FRESH_MS)
  }
  #since(asked: URLSearchParams): readonly DialectOrder[] {
    const since = parseTime(asked.get('since') ?? '') ?? 0
    const from = this.#deps.book.orders.findIndex((order) => (order.versions[0]?.at ?? 0) >= since)
    return from < 0 ? [] : this.#deps.book.orders.slice(from)
  }

  /** F-84: this reading of the list comes from a copy that is behind; the next one may not. */
  #staleness(orders: readonly DialectOrder[]): number {
    const { dialect, faults, now } = this.#deps
    const moved = orders.findLast((order) => now() - newest(order).at < FRESH_MS)
    if (moved === undefined || !faults.strikes('F-84', moved.tag)) return 0
    return faults.draw('F-84', 'behind') * Math.min(STALEST_MS, dialect.settlesMs * STALE_SHARE)
  }

  #executions(asked: URLSearchParams): VenueReply {
    const { book, dialect, now } = this.#deps
    const since = parseTime(asked.get('since') ?? '') ?? 0
    const known = now() - dialect.lags.executions
    const shown: (Listed & { readonly at: number })[] = []
    for (const order of book.orders) {
      const version = asOf(order, known)
      if (version === undefined || newest(order).at < since) continue
      for (const trade of version.trades)
        if (sinceOf(trade) >= since) shown.push(this.#execution(order, version, trade))
    }
    shown.sort((a, b) => a.at - b.at)
    return this.#page([...shown, ...this.#adjustments()], asked)
  }
  #execution(order: DialectOrder, version: Version, trade: Trade): Listed & { readonly at: number } {
    const text = (): string => executionText(this.#deps.dialect, order, version, trade)
    return { text, tag: order.tag, at: trade.at }
  }

  /** F-66: money moved, and nothing was traded. */
  #adjustments(): readonly Listed[] {
    const { book, faults, now } = this.#deps
    const near = book.orders.at(-1)
    if (near === undefined || !faults.strikes('F-66', near.tag)) return []
    const { symbol, side } = near.terms
    const at = formatTime(now())
    const money = { qty: '1', price: '0.01', fee: '0', fee_currency: 'USD', cum: '1', at, symbol, side }
    const row = { id: `a-${near.number}`, type: 'funding', order_id: near.brokerOrderId, ...money }
    return [{ text: () => JSON.stringify(row), tag: near.tag }]
  }

  #page(rows: readonly Listed[], asked: URLSearchParams): VenueReply {
    const place = Number(/^p(\d+)$/.exec(asked.get('page') ?? '')?.[1] ?? 0)
    return written(200, pageOf(rows, place, this.#deps.dialect.pageSize, this.#deps.faults))
  }

  /** F-87: the positions have not heard of the last executions yet. */
  #positions(): readonly Row[] {
    const { book, dialect, faults, now } = this.#deps
    const isFresh = (order: DialectOrder): boolean =>
      now() - (newest(order).trades.at(-1)?.at ?? 0) < POSITIONS_LATEST_MS
    const last =
      book.orders.findLast((order) => isFresh(order) && isLive(newest(order))) ?? book.orders.findLast(isFresh)
    const isLate = last !== undefined && faults.strikes('F-87', last.tag)
    const behind = isLate ? faults.draw('F-87', 'behind') * POSITIONS_LATEST_MS : 0
    const held = book.holdings.asOf(now() - dialect.lags.positions - behind)
    return held.map(({ symbol, quantity }) => ({ symbol, qty: quantity.toString() }))
  }

  #account(): Row {
    const { account, dialect } = this.#deps
    const { cash } = this.#deps.book.holdings
    const free = dialect.buyingPower === 'cash' ? cash : freeMoney(account)
    const told = this.#staleMoney(free)
    return { cash: cash.toString(), can_buy: told.toString(), currency: 'USD' }
  }

  /** F-88: what could be spent when somebody asked before. */
  #staleMoney(free: Amount): Amount {
    const { book, faults } = this.#deps
    const before = this.#moneyTold
    this.#moneyTold = free
    const open = [...book.open.values()].findLast(({ tag }) => tag !== undefined)
    if (before === undefined || before.equals(free) || !faults.strikes('F-88', open?.tag)) return free
    this.#moneyTold = before
    return before
  }

  /** F-90: the price is of an hour ago, or there is none. */
  #quote(symbol: string): VenueReply {
    const { faults } = this.#deps
    const quote = this.#deps.quote(symbol)
    const isOff = quote !== undefined && faults.strikes('F-90')
    if (isOff && faults.draw('F-90', 'way') < 0.5) return json(200, quoteRow({ ...quote, time: quote.time - HOUR_MS }))
    if (quote === undefined || isOff) return refusal(404, 'no_such_symbol', symbol)
    return json(200, quoteRow(quote))
  }
  /** F-90: and for a while the step of prices is a coarser one. */
  #instrument(symbol: string): VenueReply {
    const found = this.#deps.instruments.get(symbol)
    if (found === undefined) return refusal(404, 'no_such_symbol', symbol)
    const { currency, lot } = found
    const tick = this.#deps.faults.strikes('F-90') ? found.tick.scaledBy(COARSER) : found.tick
    return json(200, { symbol, currency, tick: tick.toString(), lot: lot.toString(), can_short: true })
  }
}

const HOUR_MS = 3_600_000
const COARSER = decimal('5')
function quoteRow({ symbol, bid, ask, last, time }: Quote): Row {
  return { symbol, bid: bid.toString(), ask: ask.toString(), last: last.toString(), at: formatTime(time) }
}
const sinceOf = (trade: Trade): number => Math.max(trade.at, trade.change?.at ?? 0)
const isOpenRow = (version: Version): boolean => isLive(version)
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
