import type { Dialect } from './dialect.ts'
import { type DialectOrder, isLive, newest } from './dialect-order.ts'
import type { Matcher } from './matching.ts'
import type { OrderBook } from './order-book.ts'
import { orderRow, type Row } from './order-words.ts'
import { gatewayError, hollow, json, refusal, spoilt } from './replies.ts'
import type { Answered } from './submit-desk.ts'
import type { FaultSource, VenueReply } from './venue-wire.ts'

/** Orders are called off here. What is taken takes effect when the matcher comes to it. */
export interface CancelDeps {
  readonly dialect: Dialect
  readonly book: OrderBook
  readonly matcher: Matcher
  readonly now: () => number
  readonly faults: FaultSource
}
/** So young that another part of the venue may not know it. */
const YOUNG_MS = 3_000

export class CancelDesk {
  readonly #deps: CancelDeps
  constructor(deps: CancelDeps) {
    this.#deps = deps
  }

  handle(brokerOrderId: string): Answered {
    const { book, faults } = this.#deps
    const order = book.withBrokerId(brokerOrderId)
    const tag = order?.tag
    if (order === undefined || this.#isTooYoung(order)) return { reply: unknownOrder() }
    const isGivenUp = faults.strikes('F-37', tag)
    if (isGivenUp && faults.draw('F-37', 'when') < 0.5) return { reply: gatewayError(faults) }
    const isSilent = faults.strikes('F-57', tag)
    if (isSilent && faults.draw('F-57', 'way') < 0.4) return undefined
    const reply = this.#take(order)
    if (isSilent) return undefined
    return { reply: isGivenUp ? gatewayError(faults) : this.#told(reply, tag) }
  }

  #take(order: DialectOrder): VenueReply {
    if (!isLive(newest(order))) {
      return json(409, { code: 'too_late', message: 'the order is over', order: this.#row(order) })
    }
    this.#deps.matcher.cancel(order)
    return json(202, this.#row(order))
  }

  #told(reply: VenueReply, tag: string | undefined): VenueReply {
    const { faults } = this.#deps
    return faults.strikes('F-40', tag) ? hollow(faults) : spoilt(reply, tag, faults)
  }

  /** F-58: right after the answer that it was taken. */
  #isTooYoung(order: DialectOrder): boolean {
    const { faults, now } = this.#deps
    return now() - (order.versions[0]?.at ?? 0) < YOUNG_MS && faults.strikes('F-58', order.tag)
  }

  #row(order: DialectOrder): Row {
    const version = newest(order)
    return orderRow(this.#deps.dialect, order, { version, trades: version.trades })
  }
}

export const unknownOrder = (): VenueReply => refusal(404, 'no_such_order', 'nothing here by that id')
