import { decimal, type Price } from '../../../src/core/money.ts'
import type { Timers } from '../../../src/ports/clock.ts'
import { BrokerIds } from './broker-ids.ts'
import type { Dialect } from './dialect.ts'
import { type DialectOrder, isLive, newest, type OrderTerms } from './dialect-order.ts'
import type { Faces } from './faces.ts'
import type { Matcher } from './matching.ts'
import type { OrderBook } from './order-book.ts'
import { orderRow, type Row } from './order-words.ts'
import { type AccountView, checkOrder, isTurnedDown, readOrder } from './read-order-request.ts'
import { falseRefusal, gatewayError, hollow, json, refusal, spoilt } from './replies.ts'
import { type FaultSource, TAG_HEADER, type VenueReply, type VenueRequest } from './venue-wire.ts'

/**
 * Orders come in here. Guarantees:
 * - a request is taken once at most, at one moment, whatever its answer says about it;
 * - a request that is taken late is taken within the settling time of the venue, or never.
 */
export interface SubmitDeps {
  readonly dialect: Dialect
  readonly book: OrderBook
  readonly matcher: Matcher
  readonly faces: Faces
  readonly account: AccountView
  readonly timers: Timers
  readonly now: () => number
  readonly faults: FaultSource
}
/** `undefined`: not a word. */
export type Answered = { readonly reply: VenueReply; readonly delayMs?: number } | undefined

/** Whoever asks has given up by then. */
const PATIENCE_MS = 10_000
const LATE_SHARE = 0.4
const LATEST_MS = 300_000
const LONGEST_OVERTAKEN_MS = 3_000
const DAY_MS = 86_400_000

export class SubmitDesk {
  readonly #deps: SubmitDeps
  readonly #ids: BrokerIds
  #lastRow: Row | undefined

  constructor(deps: SubmitDeps) {
    this.#deps = deps
    this.#ids = new BrokerIds(deps.dialect, deps.faults, deps.now)
  }

  handle({ body = '', headers = {} }: VenueRequest): Answered {
    const { faults } = this.#deps
    const tag = headers[TAG_HEADER]
    const isGivenUp = faults.strikes('F-37', tag)
    if (isGivenUp && faults.draw('F-37', 'when') < 0.5) return { reply: gatewayError(faults) }
    if (faults.strikes('F-34', tag)) {
      this.#takeSilently(body, tag)
      return undefined
    }
    const { order, reply } = this.#take(body, tag)
    if (isGivenUp) return { reply: gatewayError(faults) }
    if (order === undefined) return { reply: spoilt(reply, tag, faults) }
    return { reply: this.#told(order, reply, tag), delayMs: this.#overtaken(tag) }
  }

  /** By somebody at the site. */
  place(terms: OrderTerms): DialectOrder {
    return this.#enter(terms, undefined)
  }

  #take(body: string, tag: string | undefined): { readonly order?: DialectOrder; readonly reply: VenueReply } {
    const { dialect, account } = this.#deps
    const terms = readOrder(body, dialect)
    if (isTurnedDown(terms)) return { reply: refusal(terms.status, terms.code, terms.message) }
    const twin = this.#twinOf(terms)
    if (twin !== undefined) return { reply: duplicate(twin) }
    const wrong = checkOrder(terms, account)
    if (wrong !== undefined) return { reply: refusal(wrong.status, wrong.code, wrong.message) }
    if (this.#deps.faults.strikes('F-68', tag)) return { reply: refusal(422, 'price_rule', 'outside the price band') }
    const order = this.#enter(terms, tag)
    this.#child(order)
    return { order, reply: json(201, this.#answerRow(order)) }
  }

  #enter(terms: OrderTerms, tag: string | undefined): DialectOrder {
    const { book, dialect, matcher } = this.#deps
    const state = dialect.submitAnswer === 'receipt' ? 'received' : 'open'
    const order = book.take(terms, tag, this.#ids.next(book, tag), state)
    matcher.admit(order)
    return order
  }

  /** F-63: the venue makes an order of its own beside ours, the other way, without our id. */
  #child({ terms, tag }: DialectOrder): void {
    const { account, faults, timers } = this.#deps
    const { symbol, side, limitPrice } = terms
    const [instrument, quote] = [account.instruments.get(symbol), account.quote(symbol)]
    if (instrument === undefined || quote === undefined || !faults.strikes('F-63', tag)) return
    const away = (limitPrice ?? quote.last).scaledBy(decimal(side === 'buy' ? '1.2' : '0.8'))
    const child = {
      clientOrderId: undefined,
      symbol,
      side: side === 'buy' ? 'sell' : 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      quantity: instrument.lot,
      limitPrice: away.toMultipleOf(instrument.tick, 'down') as Price,
    } as const
    timers.after(faults.draw('F-63', 'wait') * LONGEST_OVERTAKEN_MS, 'venue.child', () => this.place(child))
  }

  #twinOf({ clientOrderId }: OrderTerms): DialectOrder | undefined {
    const { book, dialect, now } = this.#deps
    const same = clientOrderId === undefined ? [] : book.withClientId(clientOrderId)
    switch (dialect.clientId.enforced) {
      case 'forever':
        return same[0]
      case 'day':
        return same.find((order) => dayOf(order.versions[0]?.at ?? 0) === dayOf(now()))
      case 'while_open':
        return same.find((order) => isLive(newest(order)))
      case 'never':
        return undefined
    }
  }

  #answerRow(order: DialectOrder): Row {
    const { dialect, faces } = this.#deps
    const version = newest(order)
    const row = orderRow(dialect, order, { version, trades: version.trades, word: faces.strangeWord(order) })
    if (dialect.submitAnswer === 'order') return row
    return {
      id: row.id,
      client_id: row.client_id,
      symbol: row.symbol,
      side: row.side,
      qty: row.qty,
      status: row.status,
    }
  }

  /** F-34: taken late, never, or at once and without a word. */
  #takeSilently(body: string, tag: string | undefined): void {
    const { dialect, faults, timers } = this.#deps
    const way = faults.draw('F-34', 'way')
    if (way < 0.25) return
    if (way < 0.6) {
      this.#take(body, tag)
      return
    }
    const latest = Math.min(LATEST_MS, dialect.settlesMs * LATE_SHARE)
    const wait = Math.min(latest, PATIENCE_MS + 1_000 + faults.draw('F-34', 'late') * latest)
    timers.after(wait, 'venue.takes_late', () => this.#take(body, tag))
  }

  /** The order is in; what is said about it may be anything. */
  #told(order: DialectOrder, reply: VenueReply, tag: string | undefined): VenueReply {
    const { dialect, faults } = this.#deps
    const other = this.#anotherAnswer(order)
    if (faults.strikes('F-38', tag)) return falseRefusal(faults)
    if (dialect.clientId.enforced !== 'never' && faults.strikes('F-39', tag)) return duplicate(order)
    if (faults.strikes('F-40', tag)) return hollow(faults)
    if (other !== undefined && faults.strikes('F-46', tag)) return json(201, other)
    return spoilt(reply, tag, faults)
  }

  /** F-46: one that was for somebody else, and shows it. */
  #anotherAnswer(order: DialectOrder): Row | undefined {
    const before = this.#lastRow
    this.#lastRow = this.#answerRow(order)
    const isTold = before !== undefined && before.client_id === undefined ? !isAlike(before, this.#lastRow) : true
    return isTold ? before : undefined
  }

  /** F-78: the stream is quicker than the answer. */
  #overtaken(tag: string | undefined): number {
    const { faults } = this.#deps
    return faults.strikes('F-78', tag) ? 200 + faults.draw('F-78', 'wait') * LONGEST_OVERTAKEN_MS : 0
  }
}

const dayOf = (at: number): number => Math.floor(at / DAY_MS)
const isAlike = (a: Row, b: Row): boolean => a.symbol === b.symbol && a.side === b.side && a.qty === b.qty
const duplicate = (of: DialectOrder): VenueReply =>
  json(409, { code: 'id_taken', message: `order ${of.brokerOrderId} has it`, id: of.brokerOrderId })
