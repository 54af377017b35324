import type { Evidence, TrueExecution, TrueOrder, VenueTruth } from '../evidence.ts'
import { exact, plain, times } from './exact.ts'
import { type Fields, objectOf } from './reading.ts'
import { Watch } from './watch.ts'

/**
 * What a daemon that could see into the venues would know once all is quiet, worked out from their truth alone and held
 * against the rows of the store. It shares nothing with the other checkers but the arithmetic: they read the events,
 * this reads the rows.
 */
interface PerfectOrder {
  readonly isThere: boolean
  readonly isWorking: boolean
  readonly filled: bigint
  readonly notional: bigint
  /** How it ended, by the generation that was placed last. */
  readonly end: TrueOrder['status'] | undefined
}

export class PerfectKnowledge extends Watch {
  readonly name = 'perfect knowledge'
  readonly guards = ['I-14', 'I-21']
  readonly when = 'quiet'

  protected look({ venues, events }: Evidence): void {
    const mismatched = new Set<string>()
    for (const { account, line } of events) if (line.includes('"event":"position.mismatch"')) mismatched.add(account)
    for (const venue of venues) {
      const records = this.reading.sql(ROWS).all(venue.account)
      const orders = records.map((row) => objectOf(JSON.parse(String(row.record))))
      const doubted = orders.filter((record) => this.#isAskedAbout(record, venue))
      for (const record of orders) if (!doubted.includes(record)) this.#order(record, venue)
      if (!mismatched.has(venue.account)) this.#positions(venue, doubted)
    }
  }

  #order(record: Fields, venue: VenueTruth): void {
    this.judged += 1
    const perfect = perfectOrder(venue, tagsOf(record))
    const status = String(record.status)
    const where = `order ${String(record.id)} (${status})`
    const isOurWord = perfect.end === undefined || UNDECIDED.has(status)
    if (!isOurWord && !fits(status, perfect))
      this.wrong('I-14', `${where} is ${String(perfect.end)} to whoever could see the venue`)
    if (!perfect.isThere && BELIEVED.has(status)) this.wrong('I-14', `${where} is nowhere`)
    if (exact(record.filled_quantity) !== perfect.filled)
      this.wrong('I-14', `${where} has ${String(record.filled_quantity)} filled, ${plain(perfect.filled)} is true`)
    else if (!this.#isGuessed(record) && exact(record.filled_notional ?? '0') !== perfect.notional)
      this.wrong('I-14', `${where} was worth ${String(record.filled_notional)}, ${plain(perfect.notional)} is true`)
  }

  /** Without a name of ours even perfect knowledge of the lists does not tell whose it is once its terms were changed. */
  #isAskedAbout({ id, status }: Fields, { account, resendClass }: VenueTruth): boolean {
    const isUnnamed = status === 'unconfirmed' && resendClass === 'D'
    return isUnnamed && this.reading.sql(OPEN_QUESTION).get(account, String(id)) !== undefined
  }

  #isGuessed({ id }: Fields): boolean {
    return this.reading.sql(SYNTHETIC).get(String(id)) !== undefined
  }

  /** Everything that was executed at the venue, whosever order it was. */
  #positions(venue: VenueTruth, doubted: readonly Fields[]): void {
    const mayExplain = (symbol: string, missing: bigint): boolean =>
      doubted.some((record) => record.symbol === symbol && record.side === (missing > 0n ? 'buy' : 'sell'))
    const held = new Map<string, bigint>()
    for (const { symbol, side, executions } of venue.orders) {
      const sum = sumOf(executions, ({ quantity }) => exact(quantity))
      held.set(symbol, (held.get(symbol) ?? 0n) + (side === 'buy' ? sum : -sum))
    }
    for (const { symbol, quantity } of this.reading.sql(POSITIONS).all(venue.account)) {
      this.judged += 1
      const perfect = held.get(String(symbol)) ?? 0n
      held.delete(String(symbol))
      if (exact(quantity) !== perfect && !mayExplain(String(symbol), perfect - exact(quantity)))
        this.wrong(
          'I-21',
          `we hold ${String(quantity)} ${String(symbol)} at ${venue.account}, ${plain(perfect)} is true`,
        )
    }
    for (const [symbol, quantity] of held)
      if (quantity !== 0n && !mayExplain(symbol, quantity))
        this.wrong('I-21', `${plain(quantity)} ${symbol} at ${venue.account} is in no book`)
  }
}

const ROWS = 'SELECT record FROM orders WHERE account = ?'
const OPEN_QUESTION = `SELECT 1 FROM cases WHERE account = ? AND kind = 'unconfirmed' AND subject = ? AND open = 1`
const POSITIONS = 'SELECT symbol, quantity FROM positions WHERE account = ?'
const SYNTHETIC = 'SELECT 1 FROM fills WHERE order_id = ? AND synthetic IS NOT NULL LIMIT 1'

function perfectOrder({ orders }: VenueTruth, tags: ReadonlySet<string>): PerfectOrder {
  const ours = orders.filter(({ tag, clientOrderId }) => tags.has(tag ?? clientOrderId ?? ''))
  const executions = ours.flatMap((order) => order.executions)
  return {
    isThere: ours.length > 0,
    isWorking: ours.some(({ status }) => status === 'working'),
    filled: sumOf(executions, ({ quantity }) => exact(quantity)),
    notional: sumOf(executions, ({ quantity, price }) => times(exact(quantity), exact(price))),
    end: ours.at(-1)?.status,
  }
}

/** What is refused for a passing reason may be tried again, or not. */
const AFTER_REFUSAL = new Set(['rejected', 'retry_pending', 'failed', 'denied', 'expired', 'cancelled', 'submitting'])
const WORKING = new Set(['submitted', 'accepted', 'partially_filled'])
const BELIEVED = new Set([...WORKING, 'filled'])
/** An order in doubt claims nothing. */
const UNDECIDED = new Set(['unconfirmed', 'submitting'])

function fits(status: string, { isWorking, end, filled }: PerfectOrder): boolean {
  if (isWorking) return WORKING.has(status) && (status === 'partially_filled') === (filled !== 0n)
  if (end === 'rejected') return filled === 0n ? AFTER_REFUSAL.has(status) : status === 'cancelled'
  return status === end
}

/** Every name it was ever sent under. */
function tagsOf({ client_order_id, broker_orders }: Fields): ReadonlySet<string> {
  const sent = Array.isArray(broker_orders) ? broker_orders : []
  return new Set([String(client_order_id), ...sent.map((one) => String(objectOf(one).client_order_id))])
}
const sumOf = (executions: readonly TrueExecution[], of: (one: TrueExecution) => bigint): bigint =>
  executions.reduce((sum, one) => sum + of(one), 0n)
