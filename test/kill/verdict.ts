import { replayed } from '../daemon/agreement.ts'
import { readChain } from '../daemon/read-chain.ts'
import type { DaemonProcess } from '../support/daemon-process.ts'
import type { SentSignal } from './trader.ts'
import type { TruthOrder, VenueTruth } from './venue-truth.ts'

/**
 * What is wrong once everything is at rest, in words; empty lists are a promise kept. The venue's memory, the rows of the
 * store and the lines of the audit log are compared with each other, and with what the sender was told.
 */
export interface Verdict {
  readonly orders: number
  readonly statuses: Readonly<Record<string, number>>
  /** Answered and not there; or known to the venue and not to us. */
  readonly lost: readonly string[]
  /** There more often than it was asked for. */
  readonly doubled: readonly string[]
  /** Everything else on which two memories differ. */
  readonly violations: readonly string[]
}

type Row = Readonly<Record<string, unknown>>
interface Memories {
  readonly sent: readonly SentSignal[]
  readonly truth: VenueTruth
  readonly orders: readonly Row[]
  /** By order. */
  readonly names: ReadonlyMap<string, readonly string[]>
  readonly fills: readonly string[]
  readonly positions: readonly string[]
}

/** The daemon has to be stopped. */
export async function verdictOn(
  daemon: DaemonProcess,
  truth: VenueTruth,
  sent: readonly SentSignal[],
): Promise<Verdict> {
  const memories = readMemories(daemon, truth, sent)
  return {
    orders: memories.orders.length,
    statuses: Object.fromEntries(countOf(memories.orders.map(({ status }) => String(status)))),
    lost: lostIn(memories),
    doubled: [...doubledIn(memories), ...repeated('audit event', eventIds(daemon.auditText()))],
    violations: [
      ...disagreements(memories),
      ...damage(daemon),
      ...readChain(daemon.auditText()).wrong,
      ...(await replayed(daemon)),
    ],
  }
}

function readMemories(daemon: DaemonProcess, truth: VenueTruth, sent: readonly SentSignal[]): Memories {
  const names = daemon.rows('SELECT client_order_id, order_id FROM client_orders')
  const fills = daemon.rows('SELECT execution_id, symbol, side, quantity, price FROM fills')
  const positions = daemon.rows("SELECT symbol, quantity FROM positions WHERE quantity <> '0'")
  return {
    sent,
    truth,
    orders: daemon.rows('SELECT id, signal_id, status FROM orders ORDER BY seq'),
    names: new Map(
      [...Map.groupBy(names, (row) => String(row.order_id))].map(([id, rows]) => [
        id,
        rows.map((row) => String(row.client_order_id)),
      ]),
    ),
    fills: fills.map((row) => `${row.execution_id} ${row.side} ${row.quantity} ${row.symbol} ${row.price}`),
    positions: positions.map(({ symbol, quantity }) => `${symbol} ${quantity}`),
  }
}

function lostIn({ sent, truth, orders, names, fills }: Memories): readonly string[] {
  const signals = new Set(orders.map((row) => row.signal_id))
  const known = new Set([...names.values()].flat())
  return [
    ...sent.filter(({ id, isAnswered }) => isAnswered && !signals.has(id)).map(({ id }) => `answered, no order: ${id}`),
    ...truth.orders
      .filter(({ clientOrderId }) => !known.has(clientOrderId))
      .map(({ clientOrderId }) => `at the venue, not in the store: ${clientOrderId}`),
    ...missing(executionsOf(truth), fills).map((one) => `executed, not booked: ${one}`),
  ]
}

function doubledIn({ truth, orders, fills }: Memories): readonly string[] {
  return [
    ...repeated(
      'order of signal',
      orders.map((row) => String(row.signal_id)),
    ),
    // Every signal of a trader has a purpose of its own, so this needs none of our names.
    ...repeated('purpose at the venue', truth.orders.map(purposeOf)),
    ...missing(fills, executionsOf(truth)).map((one) => `booked, not executed so: ${one}`),
  ]
}

/** What the store must say of an order that ended so at the venue. */
const HERE: Readonly<Record<string, string>> = { new: 'accepted' }
/** Ends that an order may also reach without the venue. */
const NEEDS_NO_VENUE: ReadonlySet<string> = new Set(['denied', 'cancelled', 'failed'])

function disagreements({ truth, orders, names, positions, sent }: Memories): readonly string[] {
  const there = new Map(truth.orders.map((order) => [order.clientOrderId, order]))
  const wanted = new Set(sent.map(({ id }) => id))
  return [
    ...orders.flatMap(({ id, status, signal_id }) => {
      const found = (names.get(String(id)) ?? []).flatMap((name) => there.get(name) ?? [])
      const problem = standing(String(status), found)
      return problem === undefined ? [] : [`order ${id} of ${signal_id}: ${problem}`]
    }),
    ...orders.filter((row) => !wanted.has(String(row.signal_id))).map((row) => `nobody asked for ${row.signal_id}`),
    ...differing(
      positions,
      truth.positions.map(({ symbol, quantity }) => `${symbol} ${quantity}`),
    ),
  ]
}

function standing(status: string, found: readonly TruthOrder[]): string | undefined {
  if (found.length > 1) return `${found.length} times at the venue`
  const [order] = found
  if (order === undefined) return NEEDS_NO_VENUE.has(status) ? undefined : `${status} here, unknown at the venue`
  const wanted = HERE[order.status] ?? order.status
  return status === wanted ? undefined : `${status} here, ${order.status} at the venue`
}

function damage(daemon: DaemonProcess): readonly string[] {
  const [row] = daemon.rows('PRAGMA integrity_check')
  const cases = daemon.rows('SELECT kind, subject FROM cases WHERE open = 1')
  const mismatches = daemon.rows("SELECT line FROM events WHERE event = 'position.mismatch'")
  return [
    ...(row?.integrity_check === 'ok' ? [] : [`the store is damaged: ${row?.integrity_check}`]),
    ...mismatches.map(({ line }) => `a mismatch that the venue does not have: ${line}`),
    ...cases.map(({ kind, subject }) => `a case that nothing is left of: ${kind} ${subject}`),
  ]
}

export const purposeOf = ({ side, quantity, symbol }: Pick<TruthOrder, 'side' | 'quantity' | 'symbol'>): string =>
  `${side} ${quantity} ${symbol}`

const executionsOf = ({ orders }: VenueTruth): readonly string[] =>
  orders.flatMap(({ executions, side, symbol }) =>
    executions.map(({ id, quantity, price }) => `${id} ${side} ${quantity} ${symbol} ${price}`),
  )

const eventIds = (audit: string): readonly string[] =>
  [...audit.matchAll(/"event_id":"([^"]+)"/g)].map(([, id]) => String(id))

function missing(these: readonly string[], there: readonly string[]): readonly string[] {
  const known = new Set(there)
  return these.filter((one) => !known.has(one))
}
const differing = (here: readonly string[], there: readonly string[]): readonly string[] => [
  ...missing(here, there).map((one) => `position ${one} here only`),
  ...missing(there, here).map((one) => `position ${one} at the venue only`),
]
const repeated = (what: string, words: readonly string[]): readonly string[] =>
  [...countOf(words)].filter(([, count]) => count > 1).map(([word, count]) => `${what} ${word}: ${count} times`)

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
