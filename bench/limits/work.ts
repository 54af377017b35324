import { createHash, randomUUID } from 'node:crypto'

/**
 * The work that every program here does for one order: the tables, what goes into them and what is sent. The limit and
 * the typical stack share it, so that they differ in how they work and not in what.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS signals (signal_id TEXT PRIMARY KEY, received_at TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, client_order_id TEXT NOT NULL UNIQUE, signal_id TEXT NOT NULL, status TEXT NOT NULL,
  order_seq INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status);
CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL, order_seq INTEGER NOT NULL, event TEXT NOT NULL,
  body TEXT NOT NULL, UNIQUE (order_id, order_seq)) STRICT;
`

export interface Signal {
  readonly signal_id: string
  readonly strategy: string
  readonly symbol: string
  readonly side: string
  readonly quantity: string
  readonly reference_price: string
}
export type Order = ReturnType<typeof orderFrom>

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** As many fields as an order of the contract has when it is born. */
export function orderFrom(signal: Signal) {
  const id = randomUUID()
  const now = new Date().toISOString()
  return {
    id,
    account: 'paper',
    venue: 'paper',
    currency: 'USD',
    mode: 'paper',
    session_id: '01J8Z3V1B7Q9',
    trace_id: id,
    config_version: 'c0ffee12',
    signal_id: signal.signal_id,
    leg: 0,
    strategy: signal.strategy,
    symbol: signal.symbol,
    side: signal.side,
    order_type: 'limit',
    time_in_force: 'day',
    quantity: signal.quantity,
    limit_price: signal.reference_price,
    reference_price: signal.reference_price,
    client_order_id: `sf-${id.replaceAll('-', '').slice(0, 26)}`,
    status: 'submitting',
    order_seq: 2,
    generation: 1,
    attempt: 1,
    filled_quantity: '0',
    filled_notional: '0',
    commission: '0',
    retry_count: 0,
    created_at: now,
    updated_at: now,
    broker_order_id: '',
  }
}

export const venueRequest = (order: Order): string =>
  JSON.stringify({
    client_order_id: order.client_order_id,
    symbol: order.symbol,
    side: order.side,
    type: order.order_type,
    time_in_force: order.time_in_force,
    quantity: order.quantity,
    limit_price: order.limit_price,
  })

/** The decision with its inputs, as `order.created` keeps it. */
export const createdEvent = (order: Order): string =>
  JSON.stringify({
    event_id: `${order.id}-1`,
    time: order.created_at,
    draft: order,
    why: {
      reference: order.reference_price,
      offset_bps: '5',
      tick: '0.01',
      rules: [
        ['max_order_notional', '230', '25000'],
        ['price_collar_pct', '0.05', '5'],
      ],
    },
  })
export const submittingEvent = (order: Order, payload: string): string =>
  JSON.stringify({
    event_id: `${order.id}-2`,
    time: order.updated_at,
    attempt: 1,
    generation: 1,
    client_order_id: order.client_order_id,
    payload_hash: hashOf(payload),
    status: 'submitting',
  })
export const acceptedEvent = (order: Order, answer: unknown): string =>
  JSON.stringify({ event_id: `${order.id}-3`, time: order.updated_at, status: 'accepted', evidence: answer })

export const accepted = (order: Order, brokerOrderId: string): Order => ({
  ...order,
  status: 'accepted',
  order_seq: 3,
  broker_order_id: brokerOrderId,
  updated_at: new Date().toISOString(),
})
export const answerBody = (order: Order): string =>
  JSON.stringify({ signal_id: order.signal_id, order, orders: [order], duplicate: false, final: false })
