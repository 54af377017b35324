import type { Budget, Evidence, WireRecord } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { exact, least, most, plain, times } from './exact.ts'
import { type Departure, DepartureWatch } from './identity.ts'
import { isOver, key, statusOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** How much, how often, and not at all. */
export class WithinTheLimits extends DepartureWatch {
  readonly name = 'within the limits'
  readonly guards = ['I-40']

  protected departed({ record, tag, lines }: Departure, { limits }: Evidence): void {
    if (limits === undefined) return void this.lacks('limits')
    const allowed = limits.get(record.account)
    const venue = this.reading.venue(record.account)
    const order = lines.at(-1)?.fields
    if (allowed === undefined || venue === undefined || order === undefined) return
    this.judged += 1
    const [quantity, price] = [text(order.quantity), text(order.limit_price)]
    const open = venue.orders.filter((one) => one.tag !== undefined && one.status === 'working')
    const others = open.filter((one) => one.tag !== tag)
    if (allowed.maxOpenOrders !== undefined && others.length + 1 > allowed.maxOpenOrders)
      this.wrong('I-40', `${tag} left as open order ${others.length + 1} of ${allowed.maxOpenOrders}`)
    if (quantity === undefined || price === undefined) return
    const notional = times(exact(quantity), exact(price))
    if (allowed.maxOrderNotional !== undefined && notional > exact(allowed.maxOrderNotional))
      this.wrong('I-40', `${tag} left worth ${plain(notional)} of ${allowed.maxOrderNotional}`)
    if (allowed.maxPositionNotional === undefined) return
    const side = order.side
    const alike = others.filter((one) => one.symbol === order.symbol && one.side === side)
    // By the time anybody looks it may have traded: then that much of it is held, and no longer waits.
    const traded = exact(venue.orders.find((one) => one.tag === tag)?.filled ?? '0')
    const left = most(exact(quantity) - traded, 0n)
    const waiting = alike.reduce((sum, one) => sum + most(exact(one.quantity) - exact(one.filled), 0n), left)
    const held = exact(venue.positions.get(String(order.symbol)) ?? '0')
    const worst = times(side === 'buy' ? held + waiting : waiting - held, exact(price))
    if (worst > times(exact(allowed.maxPositionNotional), PRICES_MOVE))
      this.wrong('I-40', `with ${tag} the position may be worth ${plain(worst)} of ${allowed.maxPositionNotional}`)
  }
}
/** Between the decision and the wire prices move, but not by more. */
const PRICES_MOVE = exact('1.06')

/** Nothing leaves that nobody asked for, and no more of it than was asked. */
export class NoMoreOutThanIn extends DepartureWatch {
  readonly name = 'no more out than in'
  readonly guards = ['I-41']

  protected departed({ record, tag, order, lines }: Departure): void {
    this.judged += 1
    const created = lines[0]
    if (order === undefined || created === undefined) return
    const signal = text(created.fields.signal_id)
    const isAsked = signal !== undefined && this.reading.sql(SIGNAL).get(signal) !== undefined
    const isAdopted = lines.some(({ event }) => event === 'order.adopted')
    if (!isAsked && !isAdopted) this.wrong('I-41', `${tag} left, and no signal asked for it`)
    const wanted = lines.reduce((size, { fields }) => most(size, exact(fields.quantity ?? '0')), 0n)
    const atVenue = this.reading.truthsOf(order).filter((one) => one.tag !== tag)
    const placed = atVenue.reduce((sum, one) => {
      const isDead = one.status !== 'working'
      return sum + (isDead ? least(exact(one.filled), exact(one.quantity)) : exact(one.quantity))
    }, 0n)
    const quantity = exact(lines.at(-1)?.fields.quantity ?? '0')
    if (placed !== 0n && placed + quantity > wanted)
      this.wrong(
        'I-41',
        `${tag} left for ${plain(quantity)} on ${record.account}, ${plain(placed)} of ${plain(wanted)} are placed`,
      )
  }
}
const SIGNAL = 'SELECT 1 FROM signals WHERE signal_id = ?'

type Class = Exclude<Budget['class'], 'all'>
const CLASS: Readonly<Partial<Record<WireRecord['what'], Class>>> = {
  submit: 'order',
  replace: 'order',
  cancel: 'cancel',
  read: 'read',
}

export class WithinTheBudget extends Watch {
  readonly name = "within the venue's budget"
  readonly guards = ['I-42']
  readonly when = 'always'
  readonly #wire = new Cursor()
  readonly #times = new Map<string, number[]>()

  protected look({ wire }: Evidence): void {
    for (const { account, what, direction, at } of this.#wire.fresh(wire)) {
      const kind = CLASS[what]
      if (direction !== 'out' || kind === undefined) continue
      const budgets = this.reading.venue(account)?.budget
      if (budgets === undefined) {
        this.lacks('venue.budget')
        continue
      }
      for (const budget of budgets)
        if (budget.class === kind || budget.class === 'all') this.#count(account, budget, at)
    }
  }

  #count(account: string, { class: kind, requests, perMs }: Budget, at: number): void {
    this.judged += 1
    const name = `${account} ${kind} ${perMs}`
    const within = (this.#times.get(name) ?? []).filter((time) => time > at - perMs)
    within.push(at)
    this.#times.set(name, within)
    if (within.length > requests)
      this.wrong('I-42', `${within.length} requests (${kind}) left for ${account} within ${perMs} ms, ${requests} may`)
  }
  /** An older copy of the disk does not know what was used since. */
  protected override restored(): void {
    this.#times.clear()
  }
}

/** Halted is halted, from the answer on, over every restart. */
export class HaltedMeansNothingLeaves extends DepartureWatch {
  readonly name = 'halted means that nothing leaves'
  readonly guards = ['I-44']

  protected departed({ record, tag }: Departure, { halts }: Evidence): void {
    const told = halts.findLast(({ at }) => at < record.at)
    if (told === undefined) return
    this.judged += 1
    if (told.on) this.wrong('I-44', `${tag} left ${record.at - told.at} ms after the halt was acknowledged`)
  }
}

const HALT = "SELECT value FROM facts WHERE name = 'halt'"

/** The switch an operator was told of is on disk. */
export class TheSwitchIsOnDisk extends Watch {
  readonly name = 'the switch is on disk'
  readonly guards = ['I-44']
  readonly when = 'always'
  #seen = 0

  protected look({ halts }: Evidence): void {
    const last = halts.at(-1)
    if (last === undefined || halts.length === this.#seen || !this.reading.isRemembered(last)) return
    this.#seen = halts.length
    this.judged += 1
    const stored = text(this.reading.sql(HALT).get()?.value)
    const isOn = stored !== undefined && JSON.parse(stored).halted === true
    if (last.on && !isOn) this.wrong('I-44', 'a halt was acknowledged and is not on disk')
  }
}

const SOON_MS = 1_000
/** The looks themselves come a little late. */
const LOOKS_MS = 250
const CANCELLABLE = new Set(['submitted', 'accepted', 'partially_filled'])

/** However much waits: who wants an order cancelled does not wait behind it. */
export class CancelsDoNotWait extends Watch {
  readonly name = 'cancels do not wait'
  readonly guards = ['I-45']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #wire = new Cursor()
  #tries = 0
  #isOldCopy = false
  /** Until when each venue wanted no cancels. */
  readonly #freeAt = new Map<string, number>()
  readonly #wanted = new Map<string, Wanted>()

  protected look({ now, tries, lives, wire }: Evidence): void {
    for (const { account, what, at, retryAfterMs = 0 } of this.#wire.fresh(wire))
      if (what === 'cancel') this.#freeAt.set(account, Math.max(this.#freeAt.get(account) ?? 0, at + retryAfterMs))
    const fresh = this.#lines.fresh(this.reading.lines)
    // What an older copy tells was wished for in an earlier life, however new it is to us.
    const wishes = this.#isOldCopy ? [] : fresh
    this.#isOldCopy = false
    for (const { event, fields, orderId, account, seenAt, notBefore } of wishes) {
      const tag = text(fields.client_order_id)
      const isAsked = event === 'order.cancel_requested' && CANCELLABLE.has(String(fields.status))
      if (isAsked && tag !== undefined && orderId !== undefined && fields.broker_order_id !== undefined)
        this.#wanted.set(key(account, tag), { since: seenAt, notBefore, id: orderId, account })
    }
    if (this.#wanted.size === 0) return
    if (tries === undefined) return void this.lacks('tries')
    if (lives === undefined) return void this.lacks('lives')
    for (const { what, account, tag, at } of tries.slice(this.#tries)) {
      const name = key(account, tag ?? '')
      const wanted = this.#wanted.get(name)
      if (what !== 'cancel' || wanted === undefined || at < wanted.notBefore) continue
      this.#wanted.delete(name)
      this.judged += 1
    }
    this.#tries = tries.length
    this.#late(now, lives)
  }
  protected override restored(): void {
    this.#lines.again()
    this.#wanted.clear()
    this.#isOldCopy = true
  }

  #late(now: number, lives: NonNullable<Evidence['lives']>): void {
    for (const [name, { since, notBefore, id, account }] of this.#wanted) {
      const order = this.reading.orders.get(id)
      // Whoever wrote the wish may have ended before we saw it.
      const isHandedOver = lives.some(({ from, until }) => from > notBefore || (until ?? 0) >= notBefore)
      if (isHandedOver || order === undefined || isOver(statusOf(order))) this.#wanted.delete(name)
      else if (now > Math.max(since, this.#freeAt.get(account) ?? 0) + SOON_MS + LOOKS_MS) {
        this.#wanted.delete(name)
        this.wrong('I-45', `the cancel of ${id} has waited for ${now - since} ms`)
      }
    }
  }
}

interface Wanted {
  readonly id: string
  readonly account: string
  /** It was wanted between these two. */
  readonly notBefore: number
  readonly since: number
}
