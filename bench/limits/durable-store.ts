import { DatabaseSync } from 'node:sqlite'
import { acceptedEvent, createdEvent, hashOf, type Order, SCHEMA, submittingEvent } from './work.ts'

const STATEMENTS = [
  'INSERT INTO signals VALUES (?, ?, ?, ?)',
  'INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)',
  'INSERT INTO events (order_id, order_seq, event, body) VALUES (?, ?, ?, ?)',
  'UPDATE orders SET status = ?, order_seq = ?, body = ? WHERE id = ? AND order_seq = ?',
] as const
const [SIGNAL, ORDER, EVENT, UPDATE] = [0, 1, 2, 3] as const

/** A statement by its number, then its parameters: cheap to send to another thread. */
export type Write = readonly [statement: number, ...values: (string | number)[]]

/** One call is one commit: it returns when everything in it is on disk. */
export function openDurableStore(path: string): (batches: readonly (readonly Write[])[]) => void {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  db.exec(SCHEMA)
  const statements = STATEMENTS.map((sql) => db.prepare(sql))
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  return (batches) => {
    begin.run()
    for (const batch of batches) {
      for (const [statement, ...values] of batch) {
        if (statements[statement]?.run(...values).changes !== 1) throw new Error('a write changed nothing')
      }
    }
    commit.run()
  }
}

/** The first durable mark: signal, order and both events in one commit before the wire. */
export const intentWrites = (signalText: string, order: Order, payload: string): Write[] => [
  [SIGNAL, order.signal_id, order.created_at, hashOf(signalText), signalText],
  [ORDER, order.id, order.client_order_id, order.signal_id, order.status, order.order_seq, JSON.stringify(order)],
  [EVENT, order.id, 1, 'order.created', createdEvent(order)],
  [EVENT, order.id, 2, 'order.submitting', submittingEvent(order, payload)],
]
/** The second: the venue's answer. */
export const answerWrites = (order: Order, answer: unknown): Write[] => [
  [EVENT, order.id, 3, 'order.accepted', acceptedEvent(order, answer)],
  [UPDATE, order.status, order.order_seq, JSON.stringify(order), order.id, order.order_seq - 1],
]
