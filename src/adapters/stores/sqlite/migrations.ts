/**
 * The schema, step by step. A step that has been released never changes; a later one corrects it. Guarantees: each step
 * has a way back, and all but the first go back without losing a row.
 */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly up: string
  readonly down: string
}

// Decimals are text, so that no engine ever makes a binary float of money; times are milliseconds.
const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE leases (
  account TEXT PRIMARY KEY, epoch INTEGER NOT NULL, account_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE signals (
  seq INTEGER PRIMARY KEY, signal_id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, strategy TEXT NOT NULL,
  symbol TEXT NOT NULL, side TEXT NOT NULL, content_hash TEXT NOT NULL, received_at INTEGER NOT NULL, body TEXT NOT NULL,
  answer_status INTEGER NOT NULL, answer_code TEXT, order_ids TEXT NOT NULL
) STRICT;
CREATE TABLE orders (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, open INTEGER NOT NULL,
  status TEXT NOT NULL, account TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, strategy TEXT NOT NULL,
  signal_id TEXT NOT NULL, reason TEXT, created_at INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (account) WHERE open = 1;
CREATE TABLE client_orders (
  client_order_id TEXT NOT NULL, account TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (client_order_id, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, account_seq INTEGER NOT NULL, event TEXT NOT NULL,
  event_id TEXT NOT NULL UNIQUE, order_id TEXT, order_seq INTEGER, at INTEGER NOT NULL, line TEXT NOT NULL,
  UNIQUE (account, account_seq)
) STRICT;
CREATE INDEX events_of_order ON events (order_id, account_seq) WHERE order_id IS NOT NULL;
CREATE TABLE fills (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, execution_id TEXT NOT NULL, order_id TEXT NOT NULL,
  symbol TEXT NOT NULL, side TEXT NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL, time INTEGER NOT NULL,
  commission TEXT NOT NULL, commission_currency TEXT NOT NULL, synthetic INTEGER, booked_at INTEGER NOT NULL,
  UNIQUE (account, execution_id)
) STRICT;
CREATE INDEX fills_of_order ON fills (order_id);
CREATE TRIGGER fills_are_kept BEFORE DELETE ON fills BEGIN SELECT RAISE(ABORT, 'a fill is never deleted'); END;
CREATE TABLE positions (
  account TEXT NOT NULL, symbol TEXT NOT NULL, version INTEGER NOT NULL, currency TEXT NOT NULL, quantity TEXT NOT NULL,
  cost_basis TEXT NOT NULL, realised_pnl TEXT NOT NULL, commission TEXT NOT NULL, opened_at INTEGER,
  updated_at INTEGER NOT NULL, PRIMARY KEY (account, symbol)
) STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sink_positions (
  sink TEXT NOT NULL, account TEXT NOT NULL, account_seq INTEGER NOT NULL, PRIMARY KEY (sink, account)
) STRICT, WITHOUT ROWID;
`
const NO_TABLES = [
  'sink_positions',
  'facts',
  'positions',
  'fills',
  'events',
  'client_orders',
  'orders',
  'signals',
  'leases',
  'meta',
]
  .map((table) => `DROP TABLE ${table};`)
  .join('\n')

// Every index ends in `seq`, the row's own number, which is what lists are ordered by.
const LIST_INDEXES: Readonly<Record<string, string>> = {
  // Open orders are few and have their own index, so that a change of an open order's status costs no index page.
  orders_closed_by_status: 'orders (status) WHERE open = 0',
  orders_by_account: 'orders (account)',
  orders_by_symbol: 'orders (symbol)',
  orders_by_strategy: 'orders (strategy)',
  orders_by_signal: 'orders (signal_id)',
  orders_by_reason: 'orders (reason) WHERE reason IS NOT NULL',
  orders_by_time: 'orders (created_at)',
  fills_by_time: 'fills (time)',
}

const CASES = `
CREATE TABLE cases (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, open INTEGER NOT NULL,
  account TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_open ON cases (account, kind, subject) WHERE open = 1;
INSERT INTO cases (id, version, open, account, kind, subject, record)
  SELECT value ->> 'id', value ->> 'version', value ->> 'open', value ->> 'account', value ->> 'kind',
    value ->> 'subject', value ->> 'record' FROM facts WHERE name GLOB 'parked_case.*' ORDER BY name;
DELETE FROM facts WHERE name GLOB 'parked_case.*';
ALTER TABLE fills ADD COLUMN corrected_at INTEGER;
`
// An older version does not know what a case is: until a newer one comes again they wait among the facts.
const CASES_PARKED = `
INSERT INTO facts (name, value)
  SELECT printf('parked_case.%012d', seq), json_object('id', id, 'version', version, 'open', open, 'account', account,
    'kind', kind, 'subject', subject, 'record', record) FROM cases;
DROP TABLE cases;
ALTER TABLE fills DROP COLUMN corrected_at;
`

const VENUE_NAMES = `
CREATE TABLE broker_orders (
  account TEXT NOT NULL, broker_order_id TEXT NOT NULL, order_id TEXT NOT NULL,
  PRIMARY KEY (account, broker_order_id, order_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO broker_orders (account, broker_order_id, order_id)
  SELECT o.account, sent.value ->> 'broker_order_id', o.id FROM orders o, json_each(o.record, '$.broker_orders') sent
  WHERE o.open = 0 AND sent.value ->> 'broker_order_id' IS NOT NULL;
`

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'tables', up: TABLES, down: NO_TABLES },
  {
    version: 2,
    name: 'list indexes',
    up: Object.entries(LIST_INDEXES)
      .map(([name, on]) => `CREATE INDEX ${name} ON ${on};`)
      .join('\n'),
    down: Object.keys(LIST_INDEXES)
      .map((name) => `DROP INDEX ${name};`)
      .join('\n'),
  },
  { version: 3, name: 'cases and corrections', up: CASES, down: CASES_PARKED },
  { version: 4, name: 'closed orders by their venue id', up: VENUE_NAMES, down: 'DROP TABLE broker_orders;' },
]
/** Flags in `meta`, named `feature.NAME`, that this version knows how to keep. */
export const FEATURES: ReadonlySet<string> = new Set<string>()
