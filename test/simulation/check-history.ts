import { verifyAudit } from '../../src/adapters/sinks/audit-log/verify-audit.ts'
import { isFinal, type Order } from '../../src/core/order.ts'
import type { Admission } from '../../src/ports/order-commands.ts'
import { MemoryLogFile } from '../support/memory-log-file.ts'
import type { SimulatedRun } from './simulated-run.ts'

/** What must hold once everything is quiet, read from the venue's truth, the store and the log; the numbers are the invariants'. */
export async function checkHistory(
  run: SimulatedRun,
  orders: readonly Order[],
  answers: ReadonlyMap<string, Admission>,
): Promise<readonly string[]> {
  const violations: string[] = []
  const must = (holds: boolean, invariant: string, what: string): void => {
    if (!holds) violations.push(`${invariant}: ${what}`)
  }
  const atVenue = venueOrders(run)
  const byClientId = new Map(atVenue.map((order) => [order.client_order_id, order]))
  must(byClientId.size === atVenue.length, 'I-01', 'the venue has two orders with one client order id')

  const bySignal = new Map<string, Order[]>()
  for (const order of orders) bySignal.set(order.signalId, [...(bySignal.get(order.signalId) ?? []), order])
  for (const [signal, its] of bySignal) must(its.length === 1, 'I-08', `signal ${signal} has ${its.length} orders`)
  for (const [signal, answer] of answers) {
    const [order] = bySignal.get(signal) ?? []
    must(order !== undefined, 'I-38', `signal ${signal} was answered ${answer.kind} and has no order`)
  }

  const known = new Set<string>()
  for (const order of orders) {
    for (const sent of order.brokerOrders) known.add(sent.clientOrderId)
    const theirs = byClientId.get(order.clientOrderId)
    const isAtVenue = theirs !== undefined
    if (order.status === 'denied' || order.status === 'failed') {
      must(!isAtVenue, 'I-12', `order ${order.id} is ${order.status} and lives at the venue`)
      continue
    }
    must(isFinal(order.status), 'I-48', `order ${order.id} is still ${order.status}`)
    if (theirs === undefined) {
      must(
        order.attempt === 0 || order.status === 'rejected' || (await isProvenUnsent(run, order)),
        'I-14',
        `order ${order.id} is ${order.status} and unknown to the venue`,
      )
      continue
    }
    must(
      order.status === theirs.status,
      'I-14',
      `order ${order.id} is ${order.status}, the venue says ${theirs.status}`,
    )
    must(
      order.filledQuantity.toString() === theirs.filled_quantity,
      'I-14',
      `order ${order.id} has ${order.filledQuantity} filled, the venue says ${theirs.filled_quantity}`,
    )
    const fills = await run.trading.store.fills(order.id)
    const sum = fills.reduce(
      (total, fill) => total.plus(fill.quantity),
      order.filledQuantity.minus(order.filledQuantity),
    )
    must(
      sum.equals(order.filledQuantity),
      'I-19',
      `the fills of ${order.id} are ${sum}, the order says ${order.filledQuantity}`,
    )
    must(
      fills.length === theirs.executions.length,
      'I-18',
      `order ${order.id} has ${fills.length} fills, the venue ${theirs.executions.length}`,
    )
  }
  for (const theirs of atVenue)
    must(known.has(theirs.client_order_id), 'I-10', `the venue has ${theirs.client_order_id}, which we do not know`)

  const held = new Map(venuePositions(run).map(({ symbol, quantity }) => [symbol, quantity]))
  for (const { symbol, quantity } of await run.trading.store.positions()) {
    must(
      (held.get(symbol) ?? '0') === quantity.toString(),
      'I-21',
      `we hold ${quantity} ${symbol}, the venue says ${held.get(symbol) ?? '0'}`,
    )
  }
  const audit = await verifyAudit({ file: new MemoryLogFile(run.logs, 'orders.jsonl'), store: run.trading.store })
  must(
    audit.ok,
    'I-33',
    `the audit log does not tell what the store tells: ${JSON.stringify(audit.problem ?? audit.comparison)}`,
  )
  return violations
}

/** Called off between its mark and the wire: our word alone ended it, and the transport proves that nothing left. */
async function isProvenUnsent(run: SimulatedRun, { id, status }: Order): Promise<boolean> {
  const last = (await run.trading.store.orderEvents(id)).at(-1)
  const { detail } = JSON.parse(last?.line ?? '{}') as { detail?: { proof?: string } }
  return status === 'cancelled' && detail?.proof === 'not_sent'
}

interface VenueOrderJson {
  readonly client_order_id: string
  readonly status: string
  readonly filled_quantity: string
  readonly executions: readonly { readonly id: string }[]
}
function venueOrders(run: SimulatedRun): readonly VenueOrderJson[] {
  const orders: VenueOrderJson[] = []
  let after = ''
  for (;;) {
    const answer = run.venue.handle({ method: 'GET', path: `/v1/orders?status=all&limit=500${after}` })
    const page = JSON.parse(answer.body) as { items: VenueOrderJson[]; next: string | null }
    orders.push(...page.items)
    if (page.next === null) return orders
    after = `&after=${page.next}`
  }
}
function venuePositions(run: SimulatedRun): readonly { readonly symbol: string; readonly quantity: string }[] {
  return (
    JSON.parse(run.venue.handle({ method: 'GET', path: '/v1/positions' }).body) as {
      items: { symbol: string; quantity: string }[]
    }
  ).items
}
