import type { Evidence } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { abs, divided, exact, least, plain, times } from './exact.ts'
import { type Departure, DepartureWatch } from './identity.ts'
import { type Fields, key, lastOf, objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** What the account holds is the sum of what was executed, to the last digit. */
const NEW_FILLS = 'SELECT seq, account, symbol, side, quantity FROM fills WHERE seq > ? ORDER BY seq'
const FILLS_OF =
  'SELECT account, symbol, side, quantity, price, commission, commission_currency FROM fills ORDER BY seq'
const POSITION = 'SELECT quantity FROM positions WHERE account = ? AND symbol = ?'
const LINES_BETWEEN_FOLDS = 250
const POSITIONS = 'SELECT account, symbol, currency, quantity, cost_basis, realised_pnl, commission FROM positions'

export class PositionIsTheSumOfFills extends Watch {
  readonly name = 'a position is the sum of its fills'
  readonly guards = ['I-21']
  readonly when = 'always'
  readonly #sums = new Map<string, bigint>()
  #lastFill = 0

  protected look(): void {
    const touched = new Map<string, readonly [string, string]>()
    for (const row of this.reading.sql(NEW_FILLS).all(this.#lastFill)) {
      const [account, symbol] = [String(row.account), String(row.symbol)]
      const place = key(account, symbol)
      this.#lastFill = Number(row.seq)
      this.#sums.set(place, (this.#sums.get(place) ?? 0n) + signed(row))
      touched.set(place, [account, symbol])
    }
    for (const [place, [account, symbol]] of touched) this.#compare(place, account, symbol)
  }

  #compare(place: string, account: string, symbol: string): void {
    this.judged += 1
    const held = exact(this.reading.sql(POSITION).get(account, symbol)?.quantity ?? '0')
    if (held === this.#sums.get(place)) return
    // An execution may have been put right in its place: what counts is the table as it is.
    const all = this.reading.sql(FILLS_OF).all()
    const sum = all.reduce((total, row) => (isOf(row, account, symbol) ? total + signed(row) : total), 0n)
    this.#sums.set(place, sum)
    if (held !== sum) this.wrong('I-21', `we hold ${plain(held)} ${symbol} at ${account}, the fills make ${plain(sum)}`)
  }
  protected override restored(): void {
    this.#sums.clear()
    this.#lastFill = 0
  }
}
const isOf = (row: Fields, account: string, symbol: string): boolean => row.account === account && row.symbol === symbol
const placeOf = ({ account, symbol }: Fields): string => key(String(account), String(symbol))
const signed = ({ side, quantity }: Fields): bigint => (side === 'buy' ? exact(quantity) : -exact(quantity))

/**
 * What differs from the venue is a quarantined symbol that somebody was told of, or what may be the executions of an order
 * that a human has been asked about; never anything else.
 */
export class PositionsAgreeWithTheVenue extends Watch {
  readonly name = 'positions agree with the venue'
  readonly guards = ['I-21']
  readonly when = 'quiet'

  protected look({ venues }: Evidence): void {
    const held = new Map<string, Map<string, string>>()
    for (const { account, symbol, quantity } of this.reading.sql(POSITIONS).all()) {
      const ours = held.get(String(account)) ?? new Map<string, string>()
      held.set(String(account), ours.set(String(symbol), String(quantity)))
    }
    for (const { account, positions } of venues) {
      const ours = held.get(account) ?? new Map<string, string>()
      for (const symbol of new Set([...ours.keys(), ...positions.keys()])) {
        this.judged += 1
        const [mine, theirs] = [ours.get(symbol) ?? '0', positions.get(symbol) ?? '0']
        const missing = exact(theirs) - exact(mine)
        if (missing !== 0n && !this.#isTold(account, symbol) && !this.#isAskedAbout(account, symbol, missing))
          this.wrong('I-21', `we hold ${mine} ${symbol} at ${account}, the venue says ${theirs}`)
      }
    }
  }

  #isAskedAbout(account: string, symbol: string, missing: bigint): boolean {
    const side = missing > 0n ? 'buy' : 'sell'
    return [...this.reading.orders.values()].some((order) => {
      const { fields } = lastOf(order) ?? {}
      const fits = order.account === account && fields?.symbol === symbol && fields.side === side
      return fits && this.reading.isLeftToHumans(order)
    })
  }

  #isTold(account: string, symbol: string): boolean {
    return this.reading.lines.some(
      ({ account: owner, event, fields }) =>
        event === 'position.mismatch' && fields.symbol === symbol && (fields.account ?? owner) === account,
    )
  }
}

/** Everything that is kept of a position, folded anew from its first fill. */
abstract class BooksFold extends Watch {
  readonly guards = ['I-22']

  protected look(): void {
    const folded = new Map<string, Holding>()
    const positions = this.reading.sql(POSITIONS).all()
    const currencies = new Map(positions.map((row) => [placeOf(row), row.currency]))
    for (const row of this.reading.sql(FILLS_OF).all()) {
      const place = placeOf(row)
      // Money of two currencies makes no sum.
      const fee = row.commission_currency === currencies.get(place) ? exact(row.commission) : 0n
      folded.set(place, folding(folded.get(place) ?? FLAT, row, fee))
    }
    for (const row of positions) {
      this.judged += 1
      this.#compare(row, folded.get(placeOf(row)) ?? FLAT)
    }
  }

  #compare(row: Fields, folded: Holding): void {
    const where = `${String(row.symbol)} at ${String(row.account)}`
    const differs = (what: string, kept: bigint, made: bigint): void => {
      if (kept !== made) this.wrong('I-22', `the ${what} of ${where} is ${plain(kept)}, its fills make ${plain(made)}`)
    }
    differs('cost', exact(row.cost_basis), folded.cost)
    differs('realised profit', exact(row.realised_pnl), folded.pnl)
    differs('commission', exact(row.commission), folded.commission)
  }
}

/** Every so often, while it all goes on. */
export class BooksFoldFromZero extends BooksFold {
  readonly name = 'the books fold from zero'
  readonly when = 'always'
  #next = LINES_BETWEEN_FOLDS

  protected override look(): void {
    if (this.reading.lines.length < this.#next) return
    this.#next = this.reading.lines.length + LINES_BETWEEN_FOLDS
    super.look()
  }
  protected override restored(): void {
    this.#next = LINES_BETWEEN_FOLDS
  }
}
export class BooksFoldFromZeroAtRest extends BooksFold {
  readonly name = 'the books fold from zero at rest'
  readonly when = 'quiet'
}
const COST_DIGITS = 12

interface Holding {
  readonly quantity: bigint
  readonly cost: bigint
  readonly pnl: bigint
  readonly commission: bigint
}
const FLAT: Holding = { quantity: 0n, cost: 0n, pnl: 0n, commission: 0n }

function folding({ quantity, cost, pnl, commission }: Holding, row: Fields, fee: bigint): Holding {
  const [size, price] = [exact(row.quantity), exact(row.price)]
  const change = signed(row)
  const reduces = quantity !== 0n && quantity < 0n !== change < 0n
  const closing = reduces ? least(abs(quantity), size) : 0n
  const released = closing === abs(quantity) ? cost : divided(times(cost, closing), abs(quantity), COST_DIGITS)
  const exit = times(price, closing)
  const gross = quantity < 0n ? released - exit : exit - released
  return {
    quantity: quantity + change,
    cost: (reduces ? cost - released : cost) + times(price, size - closing),
    pnl: pnl + (reduces ? gross : 0n) - fee,
    commission: commission + fee,
  }
}

const PLAIN_NUMBER = /^(?:0|[1-9]\d*)(?:\.\d+)?$/
const NUMBER_LIKE = /^[+-]?(?:[\d.,]+(?:e[+-]?\d+)?|nan|inf(?:inity)?)$/i

/** What leaves is written out in plain digits, and is what was decided: never more, never on the other side of a limit. */
export class PlainDigitsOnTheWire extends DepartureWatch {
  readonly name = 'plain digits on the wire'
  readonly guards = ['I-30']

  protected departed({ record, tag, order }: Departure): void {
    this.judged += 1
    const numbers = new Set<string>()
    for (const number of numbersIn(record.body)) {
      if (PLAIN_NUMBER.test(number)) numbers.add(plain(exact(number)))
      else this.wrong('I-30', `${tag} left with the number ${number}`)
    }
    const fields = order?.lines.findLast(
      ({ event, fields }) => event === 'order.submitting' && fields.client_order_id === tag,
    )
    for (const name of ['quantity', 'limit_price']) {
      const decided = text(fields?.fields[name])
      if (decided !== undefined && !numbers.has(plain(exact(decided))))
        this.wrong('I-30', `${tag} left without its ${name} ${decided}: ${record.body}`)
    }
  }
}
/** The text of every number in a body, whether it is quoted or not. */
function numbersIn(body: string): readonly string[] {
  const found: string[] = []
  JSON.parse(body, (_, value: unknown, { source }: { source?: string } = {}) => {
    if (typeof value === 'number') found.push(source ?? String(value))
    if (typeof value === 'string' && NUMBER_LIKE.test(value)) found.push(value)
    return value
  })
  return found
}

const SIGNAL = 'SELECT body FROM signals WHERE signal_id = ?'

/** Rounding never asks for more than the signal did, nor for a worse price. */
export class NeverMoreThanAsked extends Watch {
  readonly name = 'never more than asked'
  readonly guards = ['I-30']
  readonly when = 'always'
  readonly #lines = new Cursor()

  protected look(): void {
    for (const { event, fields, eventId } of this.#lines.fresh(this.reading.lines)) {
      const body =
        event === 'order.submitting' ? this.reading.sql(SIGNAL).get(String(fields.signal_id))?.body : undefined
      if (body === undefined) continue
      this.judged += 1
      const asked = objectOf(JSON.parse(String(body)))
      const [quantity, limit] = [text(asked.quantity), text(asked.limit_price)]
      if (quantity !== undefined && fields.quantity !== undefined && exact(fields.quantity) > exact(quantity))
        this.wrong('I-30', `${eventId} sends ${String(fields.quantity)} where ${quantity} was asked`)
      if (limit === undefined || fields.limit_price === undefined) continue
      const worse = exact(fields.limit_price) - exact(limit)
      if (fields.side === 'buy' ? worse > 0n : worse < 0n)
        this.wrong('I-30', `${eventId} sends at ${String(fields.limit_price)} where ${limit} was asked`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
  }
}
