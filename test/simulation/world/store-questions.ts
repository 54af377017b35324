import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What the world asks the daemon's disk, often: each question is prepared once for each disk. */
const QUESTIONS = {
  openTags: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND (?1 IS NULL OR o.account = ?1)`,
  openStatus: `SELECT o.status FROM client_orders c JOIN orders o ON o.id = c.order_id
    WHERE c.client_order_id = ? AND o.open = 1`,
  beingSent: `SELECT c.client_order_id AS tag, o.account FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND o.status = 'submitting'`,
  unsent: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND o.status IN ('created', 'submitting')`,
  lastEvent: 'SELECT max(seq) AS seq FROM events',
  epoch: 'SELECT epoch FROM leases WHERE account = ?',
} as const

export type Questions = Readonly<Record<keyof typeof QUESTIONS, StatementSync>>

const asked = new WeakMap<DatabaseSync, Questions>()

export function questionsFor(disk: DatabaseSync): Questions {
  const known = asked.get(disk)
  if (known !== undefined) return known
  const entries = Object.entries(QUESTIONS).map(([name, sql]) => [name, disk.prepare(sql)])
  const questions = Object.fromEntries(entries) as Questions
  asked.set(disk, questions)
  return questions
}
