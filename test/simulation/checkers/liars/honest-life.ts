import { divided, exact, plain, times } from '../exact.ts'
import { BEGINS, type DoubleDaemon, type DoubleOrder, type Kind, type VenueOrder } from './double-daemon.ts'
import { sha256 } from './double-log.ts'

/** The steps of an honest life, each complete in itself; what a liar wants otherwise he says in the last argument. */
export interface Wish {
  readonly side?: 'buy' | 'sell'
  readonly quantity?: string
  readonly price?: string
  readonly expires?: number
  readonly version?: string
  readonly unsigned?: boolean
  readonly tag?: string
  readonly signal?: string
  readonly asked?: string
  readonly mode?: string
}
const SYMBOL = 'AAPL'

/** A signal comes in and becomes an order. */
export function taken(daemon: DoubleDaemon, account: string, wish: Wish = {}): DoubleOrder {
  const signal = wish.signal ?? daemon.next('signal-')
  const order = born(daemon, account, signal, wish)
  const { quantity = '10', price = '100', side = 'buy' } = wish
  const body = { signal_id: signal, side, quantity: wish.asked ?? quantity, limit_price: price }
  const isNew = daemon.disk.count('SELECT count(*) FROM signals WHERE signal_id = ?', signal) === 0
  if (wish.unsigned !== true && isNew) addSignal(daemon, account, signal, JSON.stringify(body), 202)
  const expires = wish.expires === undefined ? {} : { expires_at: new Date(BEGINS + wish.expires).toISOString() }
  const draft = { currency: 'USD', config_version: wish.version ?? 'c1', leg: 1, ...expires }
  const line = wish.mode === undefined ? {} : { line: { mode: wish.mode } }
  daemon.tell(order, 'order.created', { status: 'created' }, { draft }, line)
  if (wish.unsigned !== true) daemon.answers.set(signal, { at: daemon.now, kind: 'taken', body: '' })
  return order
}

export function addSignal(daemon: DoubleDaemon, account: string, signal: string, body: string, status: number): void {
  const fixed = {
    account,
    strategy: 'mean',
    symbol: SYMBOL,
    side: 'buy',
    content_hash: '',
    received_at: BEGINS + daemon.now,
  }
  daemon.disk.add('signals', { signal_id: signal, ...fixed, body, answer_status: status, order_ids: '[]' })
}

function born(daemon: DoubleDaemon, account: string, signal: string, wish: Wish): DoubleOrder {
  const { quantity = '10', price = '100', side = 'buy', version = 'c1' } = wish
  const id = daemon.next('order-')
  const names = { id, account, signal_id: signal, client_order_id: wish.tag ?? `sf-inst${id}` }
  const terms = { symbol: SYMBOL, side, quantity, limit_price: price, config_version: version }
  const record = { ...names, ...terms, filled_quantity: '0', generation: 1, attempt: 0, order_seq: 0 }
  return { record, lines: 0 }
}

export const tagOf = ({ record }: DoubleOrder): string => String(record.client_order_id)
export const accountOf = ({ record }: DoubleOrder): string => String(record.account)
export const bodyOf = ({ record }: DoubleOrder): string =>
  JSON.stringify({ id: tagOf({ record, lines: 0 }), qty: record.quantity, limit: record.limit_price })

export function marked(daemon: DoubleDaemon, order: DoubleOrder, body = bodyOf(order)): void {
  const attempt = Number(order.record.attempt) + 1
  daemon.tell(order, 'order.submitting', { status: 'submitting', attempt }, { attempt, payload_hash: sha256(body) })
}
export function left(daemon: DoubleDaemon, order: DoubleOrder, body = bodyOf(order)): void {
  daemon.cross({ account: accountOf(order), what: 'submit', direction: 'out', tag: tagOf(order), body })
}
export function heardBack(daemon: DoubleDaemon, order: DoubleOrder): void {
  daemon.cross({ account: accountOf(order), what: 'submit', direction: 'in', tag: tagOf(order), body: '{}' })
}

/** The venue takes the order. */
export function placed(daemon: DoubleDaemon, order: DoubleOrder): VenueOrder {
  const { quantity, limit_price, side } = order.record
  const site = daemon.site(accountOf(order))
  const truth: VenueOrder = {
    brokerOrderId: daemon.next('v'),
    tag: tagOf(order),
    ...(site.resendClass === 'D' ? {} : { clientOrderId: tagOf(order) }),
    symbol: SYMBOL,
    side: side === 'sell' ? 'sell' : 'buy',
    quantity: String(quantity),
    limitPrice: String(limit_price),
    status: 'working',
    filled: '0',
    executions: [],
    acceptedAt: daemon.now,
  }
  site.orders.push(truth)
  return truth
}
export function acknowledged(daemon: DoubleDaemon, order: DoubleOrder, { brokerOrderId }: VenueOrder): void {
  daemon.tell(order, 'order.submitted', { status: 'submitted', broker_order_id: brokerOrderId }, { channel: 'answer' })
  daemon.tell(order, 'order.accepted', { status: 'accepted' }, { channel: 'answer' })
}

/** From the signal to an order that works at the venue. */
export function working(
  daemon: DoubleDaemon,
  account: string,
  wish: Wish = {},
): { order: DoubleOrder; truth: VenueOrder } {
  const order = taken(daemon, account, wish)
  marked(daemon, order)
  daemon.look()
  left(daemon, order)
  const truth = placed(daemon, order)
  heardBack(daemon, order)
  acknowledged(daemon, order, truth)
  daemon.look()
  return { order, truth }
}

export interface Trade {
  readonly id: string
  readonly quantity: string
  readonly price: string
}
/** The venue executes. */
export function traded(
  daemon: DoubleDaemon,
  truth: VenueOrder,
  account: string,
  quantity: string,
  price = '100',
): Trade {
  const trade = { id: daemon.next('x'), quantity, price }
  truth.executions.push({ ...trade, at: daemon.now })
  truth.filled = plain(exact(truth.filled) + exact(quantity))
  if (exact(truth.filled) >= exact(truth.quantity)) truth.status = 'filled'
  const { positions } = daemon.site(account)
  const change = truth.side === 'buy' ? exact(quantity) : -exact(quantity)
  positions.set(SYMBOL, plain(exact(positions.get(SYMBOL) ?? '0') + change))
  daemon.cross({ account, what: 'stream', direction: 'in', body: JSON.stringify(trade) })
  return trade
}
/** The daemon books what was executed. */
export function booked(daemon: DoubleDaemon, order: DoubleOrder, trade: Trade, kind?: Kind): void {
  daemon.book(order, trade)
  toldOfFill(daemon, order, trade, kind)
}
export function toldOfFill(daemon: DoubleDaemon, order: DoubleOrder, trade: Trade, kind?: Kind): void {
  const { record } = order
  const filled = exact(record.filled_quantity) + exact(trade.quantity)
  const before = times(exact(record.average_fill_price ?? '0'), exact(record.filled_quantity))
  const average = divided(before + times(exact(trade.price), exact(trade.quantity)), filled, 12)
  const isWhole = filled >= exact(record.quantity)
  const notional = exact(record.filled_notional ?? '0') + times(exact(trade.price), exact(trade.quantity))
  const sums = { filled_quantity: plain(filled), average_fill_price: plain(average), filled_notional: plain(notional) }
  const status = isWhole ? 'filled' : kind === 'order.corrected' ? String(record.status) : 'partially_filled'
  const fill = { execution_id: trade.id, quantity: trade.quantity, price: trade.price }
  const detail = { channel: 'stream', reason: 'late_execution', fill }
  daemon.tell(order, kind ?? (isWhole ? 'order.filled' : 'order.partially_filled'), { ...sums, status }, detail)
}
export function filled(
  daemon: DoubleDaemon,
  account: string,
  wish: Wish = {},
): { order: DoubleOrder; truth: VenueOrder } {
  const { order, truth } = working(daemon, account, wish)
  booked(daemon, order, traded(daemon, truth, account, '4'))
  daemon.look()
  booked(daemon, order, traded(daemon, truth, account, '6'))
  daemon.look()
  return { order, truth }
}

export function cancelled(
  daemon: DoubleDaemon,
  account: string,
  wish: Wish = {},
): { order: DoubleOrder; truth: VenueOrder } {
  const { order, truth } = working(daemon, account, wish)
  daemon.tell(order, 'order.cancel_requested', {}, { by: 'trader' })
  daemon.cross({
    account,
    what: 'cancel',
    direction: 'out',
    tag: tagOf(order),
    body: '',
    brokerOrderId: truth.brokerOrderId,
  })
  truth.status = 'cancelled'
  daemon.look()
  daemon.tell(order, 'order.cancelled', { status: 'cancelled' }, { channel: 'stream' })
  daemon.look()
  return { order, truth }
}
export function denied(daemon: DoubleDaemon, account: string, wish: Wish = {}): DoubleOrder {
  const order = taken(daemon, account, wish)
  daemon.tell(order, 'order.denied', { status: 'denied' }, { code: 'halted' })
  daemon.look()
  return order
}
/** No answer came. */
export function doubted(daemon: DoubleDaemon, account: string, wish: Wish = {}): DoubleOrder {
  const order = taken(daemon, account, wish)
  marked(daemon, order)
  daemon.look()
  left(daemon, order)
  daemon.tell(order, 'order.unconfirmed', { status: 'unconfirmed' }, { phase: 'dispatched' })
  daemon.look()
  return order
}
export function read(daemon: DoubleDaemon, account: string): void {
  daemon.cross({ account, what: 'read', direction: 'out', body: '' })
  daemon.cross({ account, what: 'read', direction: 'in', body: '[]' })
}
/** The venue does not know it after all this time, and it is given up. */
export function givenUp(daemon: DoubleDaemon, order: DoubleOrder): void {
  daemon.look('always', SETTLES_WHOLLY_MS)
  read(daemon, accountOf(order))
  daemon.tell(order, 'order.failed', { status: 'failed' }, { proof: 'absent_after_settling' })
  daemon.look()
}
const SETTLES_WHOLLY_MS = 6_000

/** Orders in every state, on venues of every class, over two lives. */
export function honestLife(daemon: DoubleDaemon): void {
  for (const { account } of daemon.sites) {
    daemon.note(account, 'session.started')
    daemon.listed(account)
    daemon.look()
    filled(daemon, account)
    working(daemon, account)
    partlyFilled(daemon, account)
    cancelled(daemon, account)
    denied(daemon, account)
    givenUp(daemon, doubted(daemon, account))
    foundAgain(daemon, account)
    refused(daemon, account)
    runOut(daemon, account)
    unsent(daemon, account)
    filledLate(daemon, account)
    soldAgain(daemon, account)
    strangersOrder(daemon, account)
  }
  for (const account of ['a', 'b']) resent(daemon, account)
  secondGeneration(daemon)
  working(daemon, 'a', { expires: daemon.now + 5_000 })
  leftAlone(daemon)
  silentForAWhile(daemon)
  daemon.halts.push({ at: daemon.now, on: false })
  diedAsked(daemon)
  filled(daemon, 'a')
}

/** A stream falls silent; once something was learned without it, it has its time, and is replaced within that. */
function silentForAWhile(daemon: DoubleDaemon): void {
  const silent = { life: daemon.life, account: 'a', from: 0, openedAt: 0, deafFrom: daemon.now }
  const place = daemon.streams.push(silent) - 1
  daemon.look('always', 8_000)
  partlyFilled(daemon, 'a')
  daemon.look('always', 8_000)
  daemon.streams[place] = { ...silent, until: daemon.now }
  daemon.look()
}

function partlyFilled(daemon: DoubleDaemon, account: string): void {
  const { order, truth } = working(daemon, account)
  booked(daemon, order, traded(daemon, truth, account, '3', '99.5'))
  daemon.look()
}
function foundAgain(daemon: DoubleDaemon, account: string): void {
  const order = doubted(daemon, account)
  const truth = placed(daemon, order)
  read(daemon, account)
  acknowledged(daemon, order, truth)
  daemon.look()
}
function refused(daemon: DoubleDaemon, account: string): void {
  const order = taken(daemon, account)
  marked(daemon, order)
  daemon.look()
  left(daemon, order)
  heardBack(daemon, order)
  daemon.tell(order, 'order.rejected', { status: 'rejected' }, { channel: 'answer' })
  daemon.look()
}
function runOut(daemon: DoubleDaemon, account: string): void {
  const { order, truth } = working(daemon, account)
  truth.status = 'expired'
  daemon.tell(order, 'order.expired', { status: 'expired' }, { channel: 'poll' })
  daemon.look()
}
function unsent(daemon: DoubleDaemon, account: string): void {
  const order = taken(daemon, account)
  marked(daemon, order)
  daemon.look()
  daemon.tell(order, 'order.failed', { status: 'failed' }, { proof: 'not_sent' })
  daemon.look()
}
function filledLate(daemon: DoubleDaemon, account: string): void {
  const { order, truth } = cancelled(daemon, account)
  booked(daemon, order, traded(daemon, truth, account, '2'), 'order.corrected')
  daemon.look()
}
function soldAgain(daemon: DoubleDaemon, account: string): void {
  const { order, truth } = working(daemon, account, { side: 'sell', quantity: '7', price: '101' })
  booked(daemon, order, traded(daemon, truth, account, '7', '101'))
  daemon.look()
}
function strangersOrder(daemon: DoubleDaemon, account: string): void {
  const { tag: _, clientOrderId: __, ...stranger } = placed(daemon, denied(daemon, account))
  daemon.site(account).orders.splice(-1, 1, { ...stranger, brokerOrderId: `stranger-${account}` })
  daemon.look()
}
/** The same bytes again, where the venue refuses a repeated id. */
function resent(daemon: DoubleDaemon, account: string): void {
  const order = doubted(daemon, account)
  marked(daemon, order)
  daemon.look()
  left(daemon, order)
  const truth = placed(daemon, order)
  acknowledged(daemon, order, truth)
  daemon.look()
}
/** For as long as the venue asked. */
function leftAlone(daemon: DoubleDaemon): void {
  daemon.cross({ account: 'a', what: 'read', direction: 'in', body: '', retryAfterMs: 1_000 })
  daemon.look('always', 1_000)
  read(daemon, 'a')
  daemon.look()
}
/** Nobody could write down what was asked for in the moment of the end. */
function diedAsked(daemon: DoubleDaemon): void {
  daemon.cross({ account: 'a', what: 'read', direction: 'in', body: '', retryAfterMs: 5_000 })
  daemon.look()
  daemon.restart()
  daemon.look()
}
/** Refused for a passing reason after all, and sent once more under another name. */
function secondGeneration(daemon: DoubleDaemon): void {
  const { order, truth } = working(daemon, 'a')
  truth.status = 'rejected'
  daemon.tell(order, 'order.retry_scheduled', { status: 'retry_pending' }, { reason: 'venue.busy' })
  daemon.look()
  order.record.client_order_id = `${tagOf(order)}-2`
  order.record.generation = 2
  marked(daemon, order)
  daemon.look()
  left(daemon, order)
  acknowledged(daemon, order, placed(daemon, order))
  daemon.look()
}
