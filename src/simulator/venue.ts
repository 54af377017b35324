import { type Amount, notionalOf, type Price, type Quantity, ZERO } from '../core/money.ts'
import { AccountBook, type Settlement, settle } from './account-book.ts'
import { Agenda, type VenueTimers } from './agenda.ts'
import { checkTerms, holdFor, type RequestContext, type RuleBroken } from './check-request.ts'
import { commissionOn } from './commission.ts'
import type { Instrument } from './instruments.ts'
import { Market, type Quote, STEP_MS } from './market.ts'
import { type CancelReason, crosses, type Match, matchOrder } from './match-order.ts'
import { nextStep } from './next-step.ts'
import { accepted, cancelAsked, type Ending, ended, type Stamp, traded } from './order-life.ts'
import type { Random } from './seeded-random.ts'
import type { ExecutionOf, OrderPage, Page, VenueJournal } from './venue-journal.ts'
import type { VenueRules } from './venue-options.ts'
import { type Execution, heldFor, isOpen, type OrderRequest, type Plan, type VenueOrder } from './venue-order.ts'

/**
 * A venue with one account and its market. Guarantees:
 * - everything is synchronous, and follows from the rules, the journal, the calls, and the clock, timers and random
 *   numbers it is given;
 * - an answer or an event is given only after the journal has its record; when the journal fails, nothing has happened;
 * - every event has the next number, without a gap, over every restart;
 * - a client order id is taken once, for ever; a request that is refused creates nothing and takes no id;
 * - no execution beyond an order's quantity or worse than its limit;
 * - one timer at most, and none while no order is open.
 */
export interface VenueDeps {
  readonly rules: VenueRules
  /** Milliseconds since the epoch; the venue's own clock, which does not go back. */
  readonly now: () => number
  readonly timers: VenueTimers
  readonly random: Random
  readonly journal: VenueJournal
}

export type VenueEvent =
  | { readonly type: 'order'; readonly seq: number; readonly order: VenueOrder }
  | { readonly type: 'execution'; readonly seq: number; readonly order: VenueOrder; readonly execution: Execution }
  /** What an execution met. Not part of the numbered history. */
  | { readonly type: 'quote'; readonly quote: Quote }
export type VenueListener = (event: VenueEvent) => void

export type Answer =
  | { readonly kind: 'done'; readonly order: VenueOrder }
  | { readonly kind: 'refused'; readonly broken: RuleBroken; readonly order?: VenueOrder }

export interface AccountState {
  readonly currency: string
  readonly cash: Amount
  readonly buyingPower: Amount
  readonly equity: Amount
  readonly realised: Amount
  readonly commission: Amount
  readonly allowShort: boolean
}

interface Change {
  readonly order: VenueOrder
  readonly trade?: { readonly execution: Execution; readonly settlement: Settlement; readonly quote: Quote }
}

export class Venue {
  readonly #deps: VenueDeps
  readonly #market: Market
  readonly #book: AccountBook
  readonly #agenda: Agenda
  /** In the order in which they were accepted. */
  readonly #open = new Map<string, VenueOrder>()
  readonly #listeners = new Set<VenueListener>()
  /** Part of every id, so that a venue begun anew never gives an id that an earlier one gave. */
  readonly #incarnation: string
  readonly #untold: VenueEvent[] = []
  #telling = false
  #seq: number

  constructor(deps: VenueDeps) {
    const { rules, now, timers, journal } = deps
    this.#deps = deps
    this.#market = new Market(rules.instruments, { seed: rules.seed, restlessness: rules.model.restlessness })
    this.#agenda = new Agenda(now, timers, (id) => this.#comesDue(id))
    const memory = journal.load() ?? begin(deps)
    this.#incarnation = memory.openedAt.toString(36)
    this.#seq = memory.seq
    this.#book = new AccountBook(memory.money, memory.positions)
    for (const order of memory.openOrders) this.#adopt(undefined, order)
  }

  submit(request: OrderRequest): Answer {
    const { journal, rules } = this.#deps
    const existing = journal.orderByClientId(request.clientOrderId)
    if (existing !== undefined) {
      const message = `order ${existing.id} has this client order id`
      return { kind: 'refused', broken: { code: 'duplicate_client_order_id', message }, order: existing }
    }
    const context = this.#contextOf(request.symbol)
    if (context === undefined) return refused({ code: 'unknown_symbol', message: 'no such symbol here' })
    const broken = checkTerms(request, context)
    if (broken !== undefined) return refused(broken)
    const hold = holdFor(request, context, { ...rules, book: this.#book })
    if ('code' in hold) return refused(hold)
    const stamp = this.#stamp()
    const order = accepted(request, this.#idFor('o', stamp), stamp, { hold, plan: this.#planFor(request, context) })
    this.#commit([{ order }])
    return { kind: 'done', order }
  }

  /** The answer says that it was asked; with a lively model the order may still trade. */
  cancel(id: string): Answer {
    const found = this.#findOpen(id)
    if ('kind' in found) return found
    if (found.cancelRequestedAt !== undefined) return { kind: 'done', order: found }
    const stamp = this.#stamp()
    const wait = this.#deps.rules.model.cancelMs(this.#deps.random)
    const order = wait === 0 ? ended(found, REQUESTED, stamp) : cancelAsked(found, stamp.at + wait, stamp)
    this.#commit([{ order }])
    return { kind: 'done', order }
  }

  cancelAll(): readonly VenueOrder[] {
    return [...this.#open.keys()].flatMap((id) => {
      const answer = this.cancel(id)
      return answer.kind === 'done' ? [answer.order] : []
    })
  }

  /** New terms under the same id; the quantity is the total, what has traded included. */
  replace(id: string, terms: { readonly quantity?: Quantity; readonly limitPrice?: Price }): Answer {
    const found = this.#findOpen(id)
    if ('kind' in found) return found
    const request = { ...found, ...terms }
    const rest = { ...request, quantity: request.quantity.minus(found.filledQuantity) }
    const context = this.#contextOf(found.symbol)
    if (context === undefined) return refused({ code: 'unknown_symbol', message: 'no such symbol here' }, found)
    const broken = limitOfMarketOrder(request) ?? checkTerms(rest, context)
    if (broken !== undefined) return refused(broken, found)
    this.#book.replaceOrder(found, undefined)
    const hold = holdFor(rest, context, { ...this.#deps.rules, book: this.#book })
    this.#book.replaceOrder(undefined, found)
    if ('code' in hold) return refused(hold, found)
    const { seq, at } = this.#stamp()
    const { cancelAt, rejectAt, expiresAt } = found.plan
    const plan = { ...this.#planFor(request, context), cancelAt, rejectAt, expiresAt }
    const order = { ...request, hold, plan, updatedSeq: seq, updatedAt: at }
    this.#commit([{ order }])
    return { kind: 'done', order }
  }

  orderById(id: string): VenueOrder | undefined {
    return this.#open.get(id) ?? this.#deps.journal.orderById(id)
  }
  orderByClientId(clientOrderId: string): VenueOrder | undefined {
    return this.#deps.journal.orderByClientId(clientOrderId)
  }
  orders(page: OrderPage): readonly VenueOrder[] {
    return this.#deps.journal.orders(page)
  }
  executions(page: Page): readonly ExecutionOf[] {
    return this.#deps.journal.executions(page)
  }
  positions(): AccountBook['positions'] {
    return this.#book.positions
  }
  account(): AccountState {
    const { allowShort, currency } = this.#deps.rules
    const { cash, realised, commission } = this.#book.money
    const worth = this.#book.positions.map(({ symbol, quantity }) =>
      notionalOf(this.quote(symbol)?.last ?? ZERO, quantity),
    )
    const equity = worth.reduce((sum, one) => sum.plus(one), cash)
    return { currency, cash, buyingPower: this.#book.buyingPower, equity, realised, commission, allowShort }
  }
  quote(symbol: string): Quote | undefined {
    return this.#market.quote(symbol, this.#deps.now())
  }
  instrument(symbol: string): Instrument | undefined {
    return this.#deps.rules.instruments.get(symbol)
  }
  instruments(): readonly Instrument[] {
    return [...this.#deps.rules.instruments.values()]
  }
  clock(): { readonly now: number; readonly isOpen: boolean; readonly nextOpen: number | undefined } {
    const { session } = this.#deps.rules
    const now = this.#deps.now()
    return { now, isOpen: session.isOpen(now), nextOpen: session.nextOpen(now) }
  }

  subscribe(listener: VenueListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  close(): void {
    this.#agenda.close()
    this.#listeners.clear()
  }

  #contextOf(symbol: string): RequestContext | undefined {
    const instrument = this.instrument(symbol)
    const quote = this.quote(symbol)
    if (instrument === undefined || quote === undefined) return undefined
    return { instrument, quote, isOpen: this.#deps.rules.session.isOpen(this.#deps.now()) }
  }

  #planFor({ limitPrice, side, timeInForce }: OrderRequest, { quote, isOpen }: RequestContext): Plan {
    const { now, random, rules } = this.#deps
    const { model, session } = rules
    const matchAt = now() + model.arrivalMs(random)
    return {
      taking: isOpen && model.keepsItsWord && crosses(side, limitPrice, quote),
      matchAt,
      rejectAt: model.turnsDown(random) ? matchAt : undefined,
      expiresAt: timeInForce === 'gtc' ? undefined : session.dayEnd(now()),
    }
  }

  #findOpen(id: string): VenueOrder | Extract<Answer, { kind: 'refused' }> {
    const order = this.orderById(id)
    if (order === undefined) return refused({ code: 'order_not_found', message: 'no such order here' })
    if (!isOpen(order)) return refused({ code: 'order_final', message: `the order is ${order.status}` }, order)
    return order
  }

  #comesDue(id: string): void {
    const order = this.#open.get(id)
    if (order === undefined) return
    const now = this.#deps.now()
    const step = nextStep(order, now, { market: this.#market, session: this.#deps.rules.session })
    if (step === undefined || step.at > now) this.#plan(order)
    else if (step.act === 'cancel') this.#end(order, REQUESTED)
    else if (step.act === 'reject') this.#end(order, { status: 'rejected', rejectReason: 'turned_down' })
    else if (step.act === 'expire') this.#end(order, { status: 'expired' })
    else this.#match(order)
  }

  #match(order: VenueOrder): void {
    const { instrument, quote } = this.#contextOf(order.symbol) ?? {}
    if (instrument === undefined || quote === undefined) return
    const { random, rules } = this.#deps
    const match = matchOrder(order, quote, { model: rules.model, lot: instrument.lot, random })
    if (match.kind === 'trade') this.#trade(order, match, quote)
    else if (match.kind === 'cancel') this.#end(order, cancelled(match.reason))
    else this.#plan(order, this.#deps.now() + STEP_MS)
  }

  #trade(order: VenueOrder, { price, quantity, thenCancel }: Extract<Match, { kind: 'trade' }>, quote: Quote): void {
    const { random, rules } = this.#deps
    const stamp = this.#stamp()
    const notional = notionalOf(price, quantity)
    const commission = commissionOn(rules.commission, notional, order.executions.length === 0)
    const execution = { id: this.#idFor('x', stamp), seq: stamp.seq, quantity, price, time: stamp.at, commission }
    const settlement = settle(this.#book, order, execution)
    // A limit bounds what it costs; a market order has only the reserve it was accepted with.
    const free = this.#book.buyingPower.plus(heldFor(order))
    if (order.side === 'buy' && order.limitPrice === undefined && notional.plus(commission).greaterThan(free)) {
      this.#end(order, cancelled('insufficient_funds'))
      return
    }
    const after = traded(order, execution, { ...order.plan, matchAt: stamp.at + rules.model.pauseMs(random) })
    const changes: Change[] = [{ order: after, trade: { execution, settlement, quote } }]
    if (thenCancel !== undefined) {
      changes.push({ order: ended(after, cancelled(thenCancel), { seq: stamp.seq + 1, at: stamp.at }) })
    }
    this.#commit(changes)
  }

  #end(order: VenueOrder, ending: Ending): void {
    this.#commit([{ order: ended(order, ending, this.#stamp()) }])
  }

  #stamp(): Stamp {
    return { seq: this.#seq + 1, at: this.#deps.now() }
  }
  #idFor(kind: 'o' | 'x', { seq }: Stamp): string {
    return `${this.#incarnation}-${kind}${seq}`
  }

  #commit(changes: readonly Change[]): void {
    this.#deps.journal.append(
      changes.map(({ order, trade }) => ({
        kind: 'order' as const,
        order,
        ...(trade === undefined ? {} : { settlement: trade.settlement }),
      })),
    )
    for (const { order, trade } of changes) {
      this.#seq = order.updatedSeq
      if (trade !== undefined) this.#book.apply(trade.settlement)
      this.#adopt(this.#open.get(order.id), order)
    }
    this.#announce(changes.flatMap(eventsOf))
  }

  #adopt(before: VenueOrder | undefined, after: VenueOrder): void {
    this.#book.replaceOrder(before, after)
    if (isOpen(after)) {
      this.#open.set(after.id, after)
      this.#plan(after)
    } else {
      this.#open.delete(after.id)
      this.#agenda.delete(after.id)
    }
  }

  /** What did not meet this quote waits for the next one at least, so that a near miss is never a busy loop. */
  #plan(order: VenueOrder, from = this.#deps.now()): void {
    const step = nextStep(order, from, { market: this.#market, session: this.#deps.rules.session })
    if (step === undefined) this.#agenda.delete(order.id)
    else this.#agenda.set(order.id, step.at)
  }

  /** A listener may call the venue again; what follows from that is told after what is being told now. */
  #announce(events: readonly VenueEvent[]): void {
    this.#untold.push(...events)
    if (this.#telling) return
    this.#telling = true
    try {
      for (let event = this.#untold.shift(); event !== undefined; event = this.#untold.shift()) {
        for (const listener of [...this.#listeners]) listener(event)
      }
    } finally {
      this.#telling = false
    }
  }
}

function eventsOf({ order, trade }: Change): readonly VenueEvent[] {
  const seq = order.updatedSeq
  if (trade === undefined) return [{ type: 'order', seq, order }]
  return [
    { type: 'quote', quote: trade.quote },
    { type: 'execution', seq, order, execution: trade.execution },
  ]
}

const REQUESTED: Ending = { status: 'cancelled', cancelReason: 'requested' }
const cancelled = (cancelReason: CancelReason): Ending => ({ status: 'cancelled', cancelReason })

const refused = (broken: RuleBroken, order?: VenueOrder): Extract<Answer, { kind: 'refused' }> =>
  order === undefined ? { kind: 'refused', broken } : { kind: 'refused', broken, order }

const limitOfMarketOrder = ({ limitPrice, type }: OrderRequest): RuleBroken | undefined =>
  type === 'market' && limitPrice !== undefined
    ? { code: 'invalid_price', message: 'a market order has no limit' }
    : undefined

function begin({ journal, now, rules }: VenueDeps): NonNullable<ReturnType<VenueJournal['load']>> {
  const openedAt = now()
  const money = { cash: rules.cash, realised: ZERO, commission: ZERO }
  journal.append([{ kind: 'opened', at: openedAt, money }])
  return { openedAt, seq: 0, money, positions: [], openOrders: [] }
}
