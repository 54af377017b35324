import { exact, plain, times } from '../simulation/checkers/exact.ts'
import type { DaemonProcess } from '../support/daemon-process.ts'
import type { Scenario } from './scenario.ts'
import { STRANGERS_NAME } from './stage.ts'
import type { TrueOrder, VenueTruth } from './venue-truth.ts'

/**
 * What is wrong with one scenario, in words; none is a promise kept. The truth is the venue's own memory and the journal of
 * what reached it; it is compared with what stands in the daemon's store.
 */
export interface Told {
  readonly scenario: Scenario
  readonly account: string
  readonly symbol: string
  readonly truth: VenueTruth
  readonly wasCancelled: boolean
  /** How late this machine was at worst. */
  readonly lagMs: number
}
type Row = Readonly<Record<string, unknown>>

export function wrongWith(daemon: DaemonProcess, told: Told): readonly string[] {
  return told.scenario.endsInCase === true ? wrongCase(daemon, told) : wrongBooks(daemon, told)
}

/** Nothing is guessed, and nothing is kept quiet. */
function wrongCase(daemon: DaemonProcess, told: Told): readonly string[] {
  const cases = daemon.rows('SELECT id FROM cases WHERE account = ? AND open = 1', told.account)
  const events = daemon.rows('SELECT event FROM events WHERE account = ?', told.account)
  return [
    ...(events.some(({ event }) => event === 'position.mismatch') ? [] : ['the difference is not told']),
    ...(cases.length === 1 ? [] : [`${cases.length} cases are open, not one`]),
    ...wrongSends(told),
  ]
}

function wrongBooks(daemon: DaemonProcess, told: Told): readonly string[] {
  const { account, symbol, truth } = told
  const orders = daemon.rows('SELECT id, signal_id, status, record FROM orders WHERE account = ?', account)
  const names = daemon.rows('SELECT client_order_id, order_id FROM client_orders WHERE account = ?', account)
  const fills = daemon.rows('SELECT execution_id, order_id, quantity, price FROM fills WHERE account = ?', account)
  const events = daemon.rows('SELECT event FROM events WHERE account = ?', account)
  const [position] = daemon.rows('SELECT quantity FROM positions WHERE account = ? AND symbol = ?', account, symbol)
  const held = { here: String(position?.quantity ?? '0'), there: truth.positionIn(symbol) }
  return [
    ...orders.flatMap((order) => {
      const own = new Set(names.filter((row) => row.order_id === order.id).map((row) => String(row.client_order_id)))
      const there = truth.orders.filter(({ clientOrderId }) => own.has(clientOrderId))
      const booked = fills.filter((row) => row.order_id === order.id)
      return [...wrongOrder(order, there), ...wrongFills(order, there, booked)]
    }),
    ...strangers(truth, names),
    ...wrongSends(told),
    ...(held.here === held.there ? [] : [`position ${held.here} here, ${held.there} at the venue`]),
    ...ALARMS.filter((name) => events.some(({ event }) => event === name)).map((name) => `told ${name} for nothing`),
    ...wrongCancel(told),
    ...brokenPauses(told),
  ]
}

const ALARMS = ['position.mismatch', 'self_check.failed']

/** What the store says of an order that stands so at the venue. */
const HERE: Readonly<Record<string, readonly string[]>> = {
  filled: ['filled'],
  canceled: ['cancelled'],
  expired: ['expired'],
  rejected: ['rejected'],
}
const NEEDS_NO_VENUE: ReadonlySet<string> = new Set(['denied', 'failed', 'cancelled', 'retry_pending', 'rejected'])

function wrongOrder({ status, signal_id }: Row, there: readonly TrueOrder[]): readonly string[] {
  const [order, ...more] = there
  if (more.length > 0) return [`${signal_id} is ${there.length} orders at the venue`]
  const here = String(status)
  if (order === undefined) return NEEDS_NO_VENUE.has(here) ? [] : [`${signal_id} is ${here} here, unknown there`]
  const { last, filled } = order
  // Its end stays what it was when an execution was undone afterwards.
  if (last.tradesNoMore) return here === 'filled' || here === 'partially_filled' ? [] : [`${signal_id} is ${here} here`]
  const working = filled === '0' ? ['accepted'] : ['partially_filled']
  const allowed = HERE[last.status] ?? working
  return allowed.includes(here) ? [] : [`${signal_id} is ${here} here, ${last.status} at the venue`]
}

function wrongFills({ signal_id }: Row, there: readonly TrueOrder[], booked: readonly Row[]): readonly string[] {
  const sum = (values: readonly bigint[]): string => plain(values.reduce((a, b) => a + b, 0n))
  const quantities = booked.map(({ quantity }) => exact(quantity))
  const here = {
    filled: sum(quantities),
    notional: sum(booked.map(({ price }, n) => times(quantities[n] ?? 0n, exact(price)))),
  }
  const { filled = '0', notional = '0' } = there[0] ?? {}
  return [
    ...(here.filled === filled ? [] : [`${signal_id}: booked ${here.filled}, executed ${filled}`]),
    ...(here.notional === notional ? [] : [`${signal_id}: booked for ${here.notional}, executed for ${notional}`]),
  ]
}

function strangers(truth: VenueTruth, names: readonly Row[]): readonly string[] {
  const known = new Set(names.map((row) => row.client_order_id))
  return truth.orders
    .filter(({ clientOrderId }) => !known.has(clientOrderId) && clientOrderId !== STRANGERS_NAME)
    .map(({ clientOrderId }) => `${clientOrderId} is at the venue and not here`)
}

const SUBMIT = /^\/v2\/orders$/
const BY_NAME = /^\/v2\/orders:by_client_order_id\?/
/** Somebody on the way sent it again. */
const REPEATED: ReadonlySet<string> = new Set(['repeated-first-answer', 'repeated-last-answer'])

/** The same bytes each time, and never again before the venue itself has said that it does not know the order. */
function wrongSends({ scenario, truth }: Told): readonly string[] {
  const ours = truth.requests('POST', SUBMIT).filter(({ body }) => !body.includes(STRANGERS_NAME))
  const sends = Map.groupBy(ours, ({ body }) => String(JSON.parse(body).client_order_id))
  const absences = truth.since().filter(({ kind, status }) => kind === 'answer' && status === 404)
  const asked = new Set(truth.requests('GET', BY_NAME).map(({ seq }) => seq))
  return [...sends].flatMap(([name, entries]) => [
    ...(new Set(entries.map(({ body }) => body)).size === 1 ? [] : [`${name} was sent in different words`]),
    ...entries.slice(1).flatMap(({ seq }, n) => {
      const before = entries[n]?.seq ?? 0
      const isProven = absences.some((told) => told.seq > before && told.seq < seq && asked.has(Number(told.request)))
      if (isProven || REPEATED.has(scenario.trouble)) return []
      return [`${name} was sent again without word that it is not there`]
    }),
  ])
}

const CANCEL = /^\/v2\/orders\/[^/]+$/
const FINAL: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected'])
function wrongCancel({ wasCancelled, truth }: Told): readonly string[] {
  if (!wasCancelled) return []
  const isOver = truth.orders.every(({ last }) => FINAL.has(last.status))
  const wasAsked = truth.requests('DELETE', CANCEL).length > 0
  const wasOverBefore = truth.orders.every(({ last }) => last.status !== 'canceled')
  return [
    ...(isOver ? [] : ['the cancel was taken, and the order is still open at the venue']),
    ...(wasAsked || wasOverBefore ? [] : ['the cancel never reached the venue']),
  ]
}

/** What was on its way when the venue asked for quiet. */
const UNDER_WAY_MS = 150
/** After a 429 that names its pause, nothing is asked of the same host until that has passed. */
function brokenPauses({ truth, lagMs }: Told): readonly string[] {
  const entries = truth.since()
  const pauses = entries
    .filter(({ kind, name }) => kind === 'misbehaviour' && name === 'rate-limited')
    .map(({ at }) => ({ from: at + UNDER_WAY_MS + lagMs, to: at + PAUSE_MS }))
  const broken = entries.filter(
    ({ kind, path, at }) =>
      kind === 'request' && !DATA_HOST.test(String(path)) && pauses.some(({ from, to }) => at > from && at < to),
  )
  return broken.map(({ method, path, at }) => {
    const into = Math.round(at - (pauses.findLast(({ from }) => at > from)?.from ?? at) + UNDER_WAY_MS + lagMs)
    return `${method} ${path} was sent ${into} ms into a pause`
  })
}
const DATA_HOST = /^\/v1beta3\/|^\/v2\/stocks\//
/** The venue says 2 s, by its clock in whole seconds; ours may be that much ahead. */
const PAUSE_MS = 1_900
