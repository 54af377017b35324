import { join } from 'node:path'
import { verifyAudit } from '../../src/adapters/sinks/audit-log/verify-audit.ts'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { AppendFile } from '../../src/adapters/system/append-file.ts'
import { type DaemonProcess, rowsIn } from '../support/daemon-process.ts'
import { readChain } from './read-chain.ts'

/** What three independent memories say once everything is at rest: the store, the venue's own file, the audit log. */
export interface Agreement {
  /** Signals without exactly one row and one order of their own. */
  readonly notOnce: readonly string[]
  /** Orders by the state they ended in. */
  readonly statuses: Readonly<Record<string, number>>
  readonly venueOrders: number
  /** What one of them knows and another does not, in words; empty when they agree. */
  readonly differences: readonly string[]
}

/** States in which an order must not be at the venue. */
const NEVER_THERE: ReadonlySet<unknown> = new Set(['created', 'denied', 'failed'])

/** The daemon and the venue have to be stopped: each keeps others away from its file. */
export async function agreement(
  daemon: DaemonProcess,
  signalIds: readonly string[],
  venueFile = daemon.path('data/paper-venue.db'),
): Promise<Agreement> {
  const orders = daemon.rows('SELECT id, signal_id, status, record FROM orders ORDER BY seq')
  const stored = countOf(daemon.rows('SELECT signal_id FROM signals').map((row) => String(row.signal_id)))
  const ordered = countOf(orders.map((row) => String(row.signal_id)))
  const atVenue = rowsIn(venueFile, 'SELECT client_order_id, body FROM orders ORDER BY seq')
  const chain = readChain(daemon.auditText())
  return {
    notOnce: signalIds.filter((id) => stored.get(id) !== 1 || ordered.get(id) !== 1),
    statuses: Object.fromEntries(countOf(orders.map(({ status }) => String(status)))),
    venueOrders: atVenue.length,
    differences: [
      ...setDifferences('order', idsThere(daemon, orders), textsOf(atVenue, 'client_order_id')),
      ...setDifferences('execution', executionsHere(daemon), executionsThere(atVenue)),
      ...setDifferences('position', positionsIn(daemon.path('data/surefill.db')), positionsIn(venueFile)),
      ...[...ordered.keys()]
        .filter((id) => !signalIds.includes(id))
        .map((id) => `an order for ${id}, which was not sent`),
      ...chain.wrong,
      ...(await replayed(daemon)),
    ],
  }
}

function idsThere(daemon: DaemonProcess, orders: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const sent = new Set(orders.filter(({ status }) => !NEVER_THERE.has(status)).map(({ id }) => id))
  const rows = daemon.rows('SELECT client_order_id, order_id FROM client_orders')
  return textsOf(
    rows.filter(({ order_id }) => sent.has(order_id)),
    'client_order_id',
  )
}

const executionsHere = (daemon: DaemonProcess): readonly string[] =>
  daemon
    .rows('SELECT execution_id, symbol, side, quantity, price FROM fills')
    .map(({ execution_id, symbol, side, quantity, price }) => `${execution_id} ${side} ${quantity} ${symbol} ${price}`)

const executionsThere = (orders: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  orders.flatMap(({ body }) => {
    const { symbol, side, executions }: VenueBody = JSON.parse(String(body))
    return executions.map(({ id, quantity, price }) => `${id} ${side} ${quantity} ${symbol} ${price}`)
  })
interface VenueBody {
  readonly symbol: string
  readonly side: string
  readonly executions: readonly { readonly id: string; readonly quantity: string; readonly price: string }[]
}

const positionsIn = (path: string): readonly string[] =>
  rowsIn(path, "SELECT symbol, quantity FROM positions WHERE quantity <> '0'").map(
    ({ symbol, quantity }) => `${symbol} ${quantity}`,
  )

/** The audit log told again, line by line, must come to the very orders that the store holds. */
export async function replayed(daemon: DaemonProcess): Promise<readonly string[]> {
  const now = (): number => 0
  await using store = await openSqliteStore({ path: daemon.path('data/surefill.db'), now, newInstallation: () => '' })
  const file = new AppendFile(join(daemon.folder, 'logs/orders.jsonl'))
  const { ok, problem, torn, comparison } = await verifyAudit({ file, store })
  if (ok && !torn && comparison?.notComparable === 0) return []
  return [`the audit log does not replay to the store: ${JSON.stringify({ problem, torn, comparison })}`]
}

const textsOf = (rows: readonly Readonly<Record<string, unknown>>[], name: string): readonly string[] =>
  rows.map((row) => String(row[name]))

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

function setDifferences(what: string, ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const [here, there] = [countOf(ours), countOf(theirs)]
  return [...new Set([...ours, ...theirs])]
    .filter((one) => here.get(one) !== there.get(one))
    .map((one) => `${what} ${one}: ${here.get(one) ?? 0} here, ${there.get(one) ?? 0} at the venue`)
}
