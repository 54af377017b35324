import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Opens the venue's file, or a database that ends with the process. One process or thread at a time: a second one is
 * refused. What is committed survives the death of the process; after a power cut the newest commits may be missing.
 */
export function openVenueFile(path: string | undefined, lockWaitMs = LOCK_WAIT_MS): DatabaseSync {
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path ?? ':memory:', { timeout: lockWaitMs })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const version = database.prepare('PRAGMA user_version').get()?.user_version
    if (version !== 0 && version !== VERSION) throw new Error(`${path} has version ${version}, not ${VERSION}`)
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA}; PRAGMA user_version = ${VERSION}; COMMIT`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const LOCK_WAIT_MS = 2_000
const VERSION = 1
/** `seq` is an order's place; an execution is found through the order it belongs to. */
const SCHEMA = `
  CREATE TABLE book (
    account TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, seq INTEGER NOT NULL,
    cash TEXT NOT NULL, realised TEXT NOT NULL, commission TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE positions (
    account TEXT NOT NULL, symbol TEXT NOT NULL, quantity TEXT NOT NULL, cost TEXT NOT NULL,
    PRIMARY KEY (account, symbol)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE orders (
    account TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, client_order_id TEXT NOT NULL,
    is_open INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX orders_by_seq ON orders (account, seq);
  CREATE UNIQUE INDEX orders_by_id ON orders (account, id);
  CREATE UNIQUE INDEX orders_by_client_order_id ON orders (account, client_order_id);
  CREATE INDEX open_orders ON orders (account, seq) WHERE is_open = 1;
  CREATE TABLE executions (
    account TEXT NOT NULL, seq INTEGER NOT NULL, order_seq INTEGER NOT NULL,
    PRIMARY KEY (account, seq)
  ) STRICT, WITHOUT ROWID`
