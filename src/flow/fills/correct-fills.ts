import { externalOrigin, type Fill, type ReportedFill } from '../../core/fill.ts'
import type { ExecutionId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { foldFills, type Position } from '../../core/position.ts'
import type { ListedExecution } from '../../core/reconcile.ts'
import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderStoreReader } from '../../ports/order-store.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'

/**
 * Executions that the venue has undone or put right after we booked them. Guarantees:
 * - the order, the execution's row, the position and its realised result are restated in one commit, and come to what they
 *   would be had the execution been so from the first;
 * - the newest word about an execution counts, however often and in whatever order they come;
 * - one correction at a time, so that none is restated over another.
 */
export interface CorrectorDeps {
  readonly account: string
  readonly clock: Clock
  readonly books: AccountBooks
  readonly journal: Pick<Journal, 'commit'>
  readonly store: Pick<OrderStoreReader, 'fillsOfSymbol'>
  readonly log: Log
}
type Told = Pick<OrderReport, 'at' | 'channel' | 'clientOrderId'>

const REMEMBERED = 1_000
/** Each try reads the symbol's fills anew; a fill that is booked meanwhile makes the reading useless. */
const TRIES = 20

export class FillCorrector {
  readonly #deps: CorrectorDeps
  readonly #known = new Map<ExecutionId, Instant>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: CorrectorDeps) {
    this.#deps = deps
  }

  /** Settles when it is durable, or found to be known already. */
  correct(order: Order, fill: ReportedFill, told: Told): Promise<void> {
    const correctedAt = fill.correctedAt ?? fill.time
    if ((this.#known.get(fill.executionId) ?? Number.NEGATIVE_INFINITY) >= correctedAt) return Promise.resolve()
    this.#remember(fill.executionId, correctedAt)
    const restated = this.#last.then(() =>
      this.#restate(
        order,
        { ...fill, correctedAt },
        (amended, replaces, position) =>
          this.#deps.books.amend(order, { fill: amended, replaces, position, ...told }).durable,
      ),
    )
    this.#last = restated.catch((error) => {
      this.#known.delete(fill.executionId)
      this.#deps.log.error('fills.correction_failed', { order_id: order.id, execution_id: fill.executionId, error })
    })
    return restated
  }

  /** Of an order that is not ours: row, position and result are restated like those of ours. */
  correctExternal(execution: ListedExecution): Promise<void> {
    const { symbol, executionId: id, brokerOrderId, side } = execution
    const correctedAt = execution.correctedAt ?? execution.time
    if ((this.#known.get(id) ?? Number.NEGATIVE_INFINITY) >= correctedAt) return Promise.resolve()
    this.#remember(id, correctedAt)
    const { account, clock } = this.#deps
    const source = { id: externalOrigin(brokerOrderId), symbol, side, reason: 'external' } as const
    const restated = this.#last.then(() =>
      this.#restate({ account, symbol }, { ...execution, correctedAt }, (fill, _booked, position) =>
        this.#deps.books.amendHolding(source, { fill, position }, clock.now()),
      ),
    )
    this.#last = restated.catch((error) => {
      this.#known.delete(id)
      this.#deps.log.error('fills.correction_failed', { symbol, execution_id: id, error })
    })
    return restated
  }

  async #restate(
    { account, symbol }: Pick<Order, 'account' | 'symbol'>,
    told: ReportedFill & { readonly correctedAt: Instant },
    write: (fill: Fill, booked: Fill, position: Position) => Promise<unknown>,
  ): Promise<void> {
    const { books, journal, store, log } = this.#deps
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const version = books.position(symbol)?.version
      // Commits are taken in order: once this one is durable, so is everything that memory counts.
      await journal.commit({ events: [] }, [])
      const fills = await store.fillsOfSymbol(account, symbol)
      const before = books.position(symbol)
      if (before === undefined || before.version !== version) continue
      const booked = fills.find(({ executionId }) => executionId === told.executionId)
      if (booked === undefined || (booked.correctedAt ?? Number.NEGATIVE_INFINITY) >= told.correctedAt) return
      const { quantity, price, commission, commissionCurrency, correctedAt } = told
      const fill: Fill = { ...booked, quantity, price, commission, commissionCurrency, correctedAt }
      const amended = fills.map((one) => (one === booked ? fill : one))
      const position = { ...foldFills(before, amended), version: before.version + 1 }
      log.warn('fills.corrected', { symbol, execution_id: fill.executionId, quantity: quantity.toString() })
      await write(fill, booked, position)
      return
    }
    throw new Error(`${symbol} trades too fast to restate an execution`)
  }

  #remember(id: ExecutionId, at: Instant): void {
    this.#known.delete(id)
    this.#known.set(id, at)
    const [oldest] = this.#known.keys()
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
  }
}
