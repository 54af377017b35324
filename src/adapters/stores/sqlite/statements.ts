/**
 * Every statement that writes, by number: what travels to the writer is a number and its parameters, so the writer knows
 * nothing of orders. The order of the list is the protocol between the two threads of one process, nothing more.
 */
const WRITES = {
  takeLease: `INSERT INTO leases (account, epoch, account_seq) VALUES (?, 1, 0)
    ON CONFLICT (account) DO UPDATE SET epoch = epoch + 1 RETURNING epoch, account_seq`,
  renewLease: `UPDATE leases SET epoch = epoch + 1 WHERE account = ? AND epoch = ? RETURNING epoch, account_seq`,
  // Numbers the events and is the fence in one: no row for an epoch that has passed.
  takeNumbers: `UPDATE leases SET account_seq = account_seq + ? WHERE account = ? AND epoch = ? RETURNING account_seq`,
  addSignal: `INSERT INTO signals (signal_id, account, strategy, symbol, side, content_hash, received_at, body,
    answer_status, answer_code, order_ids) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (signal_id) DO NOTHING`,
  addOrder: `INSERT INTO orders (id, version, open, status, account, symbol, side, strategy, signal_id, reason,
    created_at, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  changeOrder: `UPDATE orders SET version = ?, open = ?, status = ?, reason = ?, record = ? WHERE id = ? AND version = ?`,
  // A name that already stands for another order changes nothing, and that is the conflict.
  nameOrder: `INSERT INTO client_orders (client_order_id, account, order_id) VALUES (?, ?, ?)
    ON CONFLICT (client_order_id, account) DO UPDATE SET order_id = excluded.order_id WHERE order_id = excluded.order_id`,
  nameAtVenue: `INSERT INTO broker_orders (account, broker_order_id, order_id) VALUES (?, ?, ?)
    ON CONFLICT (account, broker_order_id, order_id) DO NOTHING`,
  // The lease already stands at the last number of this commit; the first parameter counts back from there.
  addEvent: `INSERT INTO events (account_seq, account, event, event_id, order_id, order_seq, at, line)
    SELECT account_seq - ?, account, ?, ?, ?, ?, ?, ? FROM leases WHERE account = ?`,
  addFill: `INSERT INTO fills (account, execution_id, order_id, symbol, side, quantity, price, time, commission,
    commission_currency, synthetic, booked_at, corrected_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, execution_id) DO NOTHING`,
  amendFill: `UPDATE fills SET quantity = ?, price = ?, commission = ?, commission_currency = ?, corrected_at = ?
    WHERE account = ? AND execution_id = ?`,
  // A second open case of the same subject breaks the index over them, and that is our own mistake.
  addCase: `INSERT INTO cases (version, open, record, id, account, kind, subject) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING`,
  changeCase: `UPDATE cases SET version = ?, open = ?, record = ? WHERE id = ? AND version = ?`,
  addPosition: `INSERT INTO positions (version, currency, quantity, cost_basis, realised_pnl, commission, opened_at,
    updated_at, account, symbol) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, symbol) DO NOTHING`,
  changePosition: `UPDATE positions SET version = ?, currency = ?, quantity = ?, cost_basis = ?, realised_pnl = ?,
    commission = ?, opened_at = ?, updated_at = ? WHERE account = ? AND symbol = ? AND version = ?`,
  setFact: `INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  removeFact: `DELETE FROM facts WHERE name = ?`,
  saveSinkPosition: `INSERT INTO sink_positions (sink, account, account_seq) VALUES (?, ?, ?)
    ON CONFLICT (sink, account) DO UPDATE SET account_seq = excluded.account_seq`,
  markProbe: `INSERT INTO meta (name, value) VALUES ('probe', '1')
    ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value`,
} as const satisfies Readonly<Record<string, string>>

type WriteName = keyof typeof WRITES
const NAMES = Object.keys(WRITES)
export const WRITE_SQL: readonly string[] = Object.values(WRITES)
export const statementNumber = (name: WriteName): number => NAMES.indexOf(name)
