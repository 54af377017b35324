import type { DatabaseSync } from 'node:sqlite'
import type { Timers } from '../../../ports/clock.ts'
import { checkContent } from './check-content.ts'
import type { CommitHost } from './commit-host.ts'
import { GroupCommit } from './group-commit.ts'
import { inlineHost } from './inline-host.ts'
import { takeInstanceLock } from './instance-lock.ts'
import { inlineLists, type ListHost, threadLists } from './list-host.ts'
import { migrateUp } from './migrate.ts'
import { openReader, openWriter } from './open-connection.ts'
import { Reader } from './reader.ts'
import { type ReadRows, safeRowsOf } from './rows-of.ts'
import { faultText } from './sqlite-fault.ts'
import { SqliteStore } from './sqlite-store.ts'
import { prepareStoreFile } from './store-file.ts'
import { StoreRefused } from './store-refused.ts'
import { WalKeeper } from './wal-keeper.ts'
import { workerHost } from './worker-host.ts'

/**
 * Opens the embedded store, or makes it. Guarantees: what is returned has been written to, synced and read back; no other
 * instance has it; its schema is ours. Otherwise it throws `StoreLocked` or `StoreRefused` and holds nothing.
 */
interface Ambient {
  readonly now: () => number
  /** For measuring flushes; `now` when it is left out. */
  readonly monotonic?: () => number
  /** Without them the log is kept short but not emptied when things are quiet. */
  readonly timers?: Timers
  /** Called once, when the store is made. */
  readonly newInstallation: () => string
}
export interface FileStoreOptions extends Ambient {
  readonly path: string
}
/** A database that outlives whoever works on it, as a disk outlives a process. */
export interface MemoryStoreOptions extends Ambient {
  readonly database: DatabaseSync
  readonly host?: CommitHost
}

export const openSqliteStore = (options: FileStoreOptions | MemoryStoreOptions): Promise<SqliteStore> =>
  'database' in options ? openMemoryStore(options) : openFileStore(options)

async function openMemoryStore(options: MemoryStoreOptions): Promise<SqliteStore> {
  const { database } = options
  const installation = prepareSchema(database, options)
  const read = safeRowsOf(database)
  const host = options.host ?? inlineHost(database, { defer: (run) => run() })
  return assemble({ options, installation, host, points: read, lists: inlineLists(read), release: () => undefined })
}

async function openFileStore(options: FileStoreOptions): Promise<SqliteStore> {
  const path = prepareStoreFile(options.path)
  await using held = new AsyncDisposableStack()
  held.defer(takeInstanceLock(path))
  const { installation, reader } = prepareFile(path, options)
  held.defer(() => reader.close())
  const lists = threadLists(path)
  held.defer(() => lists.close())
  const host = await workerHost(path).catch((cause: unknown) => {
    throw new StoreRefused('unfit', `${path} cannot be written to: ${faultText(cause)}`, cause)
  })
  const mine = held.move()
  const store = assemble({
    options,
    installation,
    host,
    points: safeRowsOf(reader),
    lists,
    release: () => mine.disposeAsync(),
  })
  if (await store.probe()) return store
  await store.close()
  throw new StoreRefused('unfit', `${path} did not give back what was written to it`)
}

interface Parts {
  readonly options: Ambient
  readonly installation: string
  readonly host: CommitHost
  readonly points: ReadRows
  readonly lists: ListHost
  readonly release: () => Promise<void> | void
}
function assemble({ options, installation, host, points, lists, release }: Parts): SqliteStore {
  const { now, monotonic = now, timers } = options
  const keeper = new WalKeeper({ lists, commits: () => commits, ...(timers === undefined ? {} : { timers }) })
  const commits: GroupCommit = new GroupCommit({ host, monotonic, onWal: (wal) => keeper.grown(wal) })
  const end = async (): Promise<void> => {
    keeper.close()
    await release()
  }
  return new SqliteStore({ installation, commits, reader: new Reader({ points, lists }), release: end })
}

/** The reader stays open from here on, so that the log never loses its last holder between two writers. */
function prepareFile(path: string, ambient: Ambient): { installation: string; reader: DatabaseSync } {
  try {
    const db = openWriter(path)
    try {
      checkContent(db)
      return { installation: prepareSchema(db, ambient), reader: openReader(path) }
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof StoreRefused) throw error
    throw new StoreRefused('damaged', `${path} cannot be opened: ${faultText(error)}`, error)
  }
}

function prepareSchema(db: DatabaseSync, { now, newInstallation }: Ambient): string {
  migrateUp(db, now)
  const known = db.prepare("SELECT value FROM meta WHERE name = 'installation'").get()
  if (known !== undefined) return String(known.value)
  const installation = newInstallation()
  db.prepare("INSERT INTO meta (name, value) VALUES ('installation', ?)").run(installation)
  return installation
}
