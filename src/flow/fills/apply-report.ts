import { eventsFromReport, type ReadingContext } from '../../core/events-from-report.ts'
import type { ReportedFill } from '../../core/fill.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { isOfAnotherDay } from '../../core/order-names.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { VenueCapabilities } from '../../ports/broker-gateway.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { FillCorrector } from './correct-fills.ts'

/**
 * The one door in: answers, polls, stream messages, look-ups and recovery all end here. Guarantees:
 * - repetition, order and channel make no difference to where an order ends;
 * - what is about another order changes nothing, whoever's answer it came as.
 */
export interface ApplyReportDeps {
  readonly books: AccountBooks
  readonly capabilities: VenueCapabilities
  readonly log: Log
  readonly checksOf: (order: Order) => number
  /** A fill or an end: what was known of the account's money is stale now. */
  readonly onMoney: () => void
  /** The venue has undone an execution or put it right; absent where nothing is ever corrected. */
  readonly corrector?: Pick<FillCorrector, 'correct'>
  /** Told of every report about an order of ours, with the order as it stands after it. */
  readonly heard?: (order: Order, report: OrderReport) => void
}

export interface Applied {
  readonly order: Order
  readonly changed: boolean
  /** The venue counts more than it showed: its executions must be fetched. */
  readonly missingExecutions: boolean
  readonly durable: Promise<unknown>
}

export class ReportDoor {
  readonly #deps: ApplyReportDeps
  #foreign = 0

  constructor(deps: ApplyReportDeps) {
    this.#deps = deps
  }

  /** Reports about orders that are not ours: shown, never touched. */
  get foreignReports(): number {
    return this.#foreign
  }

  /** `undefined` when the report is about no order of ours. */
  async apply(report: OrderReport): Promise<Applied | undefined> {
    const { clientOrderId } = report
    const order = clientOrderId === undefined ? this.open(report) : await this.#deps.books.find(clientOrderId)
    if (order === undefined) {
      this.#foreign += 1
      return undefined
    }
    return this.applyTo(order, report)
  }

  /** Reads and books in one synchronous step, so that two reports can never interleave over one order. */
  applyTo(known: Order, report: OrderReport): Applied {
    const { books, log, onMoney } = this.#deps
    const order = books.current(known)
    if (!isAbout(order, report)) {
      const { clientOrderId, channel } = report
      log.error('report.misdirected', { order_id: order.id, client_order_id: clientOrderId, channel })
      return unchanged(order)
    }
    if (books.isForgotten(order)) {
      const brought = this.apply({ ...report, clientOrderId: order.clientOrderId })
      return { ...unchanged(order), durable: unminded(brought.then((applied) => applied?.durable)) }
    }
    const {
      events,
      missingExecutions,
      corrections = [],
      anomaly,
    } = eventsFromReport(order, report, this.#context(order))
    const corrected = corrections.length === 0 ? undefined : this.#correct(order, corrections, report)
    if (anomaly !== undefined) {
      const { kind, message } = anomaly
      log.warn('report.anomaly', { order_id: order.id, kind, message, channel: report.channel })
    }
    if (events.length === 0) {
      this.#deps.heard?.(order, report)
      return { ...unchanged(order), missingExecutions, durable: corrected ?? Promise.resolve() }
    }
    const recorded = books.record(order, events)
    this.#deps.heard?.(recorded.order, report)
    const moved = !recorded.order.filledQuantity.equals(order.filledQuantity) || isFinal(recorded.order.status)
    if (moved) onMoney()
    const durable = corrected === undefined ? recorded.durable : unminded(Promise.all([recorded.durable, corrected]))
    return { order: recorded.order, changed: true, missingExecutions, durable }
  }

  /** The open order of ours that a report is about. */
  open(report: OrderReport): Order | undefined {
    const { clientOrderId, brokerOrderId, symbol, side } = report
    const { pending } = this.#deps.books
    if (clientOrderId !== undefined) return pending.byClientOrderId(clientOrderId)
    if (brokerOrderId === undefined) return undefined
    // A venue that echoes no id of ours may use its own again another day: the rest must fit too.
    const order = pending.byBrokerOrderId(brokerOrderId)
    const fits = (symbol ?? order?.symbol) === order?.symbol && (side ?? order?.side) === order?.side
    return fits && order !== undefined && !isOfAnotherDay(order, report) ? order : undefined
  }

  #correct(order: Order, fills: readonly ReportedFill[], report: OrderReport): Promise<unknown> {
    const corrected = Promise.all(fills.map((fill) => this.#deps.corrector?.correct(order, fill, report)))
    // The corrector tells of what it could not do; not everybody waits for it.
    corrected.catch(() => undefined)
    return corrected
  }

  #context(order: Order): ReadingContext {
    const { books, capabilities, checksOf } = this.#deps
    return {
      knownExecutions: books.executionsOf(order.id),
      namesExecutions: capabilities.namesExecutions,
      averagePriceOnlyWhenComplete: capabilities.averagePriceOnlyWhenComplete,
      fillTimeOnlyWhenComplete: capabilities.fillTimeOnlyWhenComplete,
      watchedSince: order.acceptedAt ?? order.submittedAt ?? order.createdAt,
      checks: checksOf(order),
    }
  }
}

/** Does the report name this order, in any of its generations? One that names none was asked for by the venue's own id. */
const isAbout = (order: Order, { clientOrderId }: OrderReport): boolean =>
  clientOrderId === undefined ||
  clientOrderId === order.clientOrderId ||
  order.brokerOrders.some((sent) => sent.clientOrderId === clientOrderId)

/** The owner hears of a store that fails; not everybody who brings a report waits for it to be durable. */
function unminded<T>(durable: Promise<T>): Promise<T> {
  durable.catch(() => undefined)
  return durable
}

const unchanged = (order: Order): Applied => ({
  order,
  changed: false,
  missingExecutions: false,
  durable: Promise.resolve(),
})
