import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What the world asks the daemon's disk, often: each question is prepared once for each disk, when it is first asked. */
const QUESTIONS = {
  openTags: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND (?1 IS NULL OR o.account = ?1)`,
  status: `SELECT o.status, o.open FROM client_orders c JOIN orders o ON o.id = c.order_id
    WHERE c.client_order_id = ?`,
  state: `SELECT o.status, o.record FROM client_orders c JOIN orders o ON o.id = c.order_id
    WHERE c.client_order_id = ?`,
  beingSent: `SELECT c.client_order_id AS tag, o.account FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND o.status = 'submitting'`,
  moving: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND (o.status IN ('created', 'submitting', 'submitted', 'unconfirmed', 'retry_pending')
      OR json_extract(o.record, '$.cancel_requested_at') IS NOT NULL)`,
  cancelWaits: `SELECT 1 FROM orders
    WHERE open = 1 AND account = ? AND json_extract(record, '$.cancel_requested_at') IS NOT NULL LIMIT 1`,
  unsent: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.open = 1 AND o.status IN ('created', 'submitting')`,
  open: `SELECT id, status, json_extract(record, '$.cancel_requested_at') IS NOT NULL AS called_off
    FROM orders WHERE open = 1`,
  // Somebody has been asked about them and has not answered.
  parked: `SELECT record ->> 'order_id' AS id FROM cases WHERE open = 1 AND record ->> 'order_id' IS NOT NULL`,
  tagsOfSignal: `SELECT c.client_order_id AS tag FROM orders o JOIN client_orders c ON c.order_id = o.id
    WHERE o.signal_id = ?`,
  orderOfSignal: 'SELECT id FROM orders WHERE signal_id = ?',
  lastEvent: 'SELECT max(seq) AS seq FROM events',
  events: 'SELECT count(*) AS n FROM events',
  epoch: 'SELECT epoch FROM leases WHERE account = ?',
} as const

export type Questions = Readonly<Record<keyof typeof QUESTIONS, StatementSync>>

const asked = new WeakMap<DatabaseSync, Questions>()

export function questionsFor(disk: DatabaseSync): Questions {
  const known = asked.get(disk)
  if (known !== undefined) return known
  const questions = {} as Questions
  for (const [name, sql] of Object.entries(QUESTIONS)) prepareWhenAsked(questions, name, () => disk.prepare(sql))
  asked.set(disk, questions)
  return questions
}

/** Most histories are short and ask few of them. */
function prepareWhenAsked(questions: Questions, name: string, prepare: () => StatementSync): void {
  Object.defineProperty(questions, name, {
    configurable: true,
    get: () => {
      const statement = prepare()
      Object.defineProperty(questions, name, { value: statement })
      return statement
    },
  })
}
