import { type NoteContext, noteLine } from '../../core/audit-line.ts'
import type { Order } from '../../core/order.ts'
import type { Plain } from '../../core/order-events.ts'
import type { Instant } from '../../core/time.ts'
import type { Commit, Committed, JournalEntry, OrderStoreWriter, StoredEvent } from '../../ports/order-store.ts'
import { type AccountLease, LeaseLost } from '../execution/account-lease.ts'

/** Events of no account are kept under this name. */
export const NO_ACCOUNT = '_'

/**
 * The way to the store for one account and epoch. Guarantees:
 * - what is committed is handed on in the order in which it was committed, and only once it is durable;
 * - whatever the store could not take is told to the owner, who can no longer trust its memory, and throws: who waits for
 *   a commit never takes a refused one for a durable one;
 * - a retired journal writes nothing: an answer that comes after the account was taken over belongs to the next owner.
 */
export interface JournalDeps {
  readonly context: NoteContext & { readonly account: string }
  readonly epoch: number
  /** Confirmed by every commit; what belongs to no account has none. */
  readonly lease?: AccountLease
  readonly store: OrderStoreWriter
  readonly onCommitted: (account: string, events: readonly StoredEvent[], orders: readonly Order[]) => void
  readonly onLost: (cause: unknown) => void
}
type NoteFields = Readonly<Record<string, Plain | undefined>>

export class JournalRetired extends Error {
  override readonly name = 'JournalRetired'
}

export class Journal {
  readonly #deps: JournalDeps
  #notes = 0
  #isRetired = false

  constructor(deps: JournalDeps) {
    this.#deps = deps
  }

  entry(event: string, at: Instant, fields: NoteFields, eventId = this.#nextId()): JournalEntry {
    return { event, eventId, at, line: noteLine(event, eventId, at, this.#deps.context, fields) }
  }

  retire(): void {
    this.#isRetired = true
  }

  /** An event that moves no order. */
  note(event: string, at: Instant, fields: NoteFields, facts?: Commit['facts']): Promise<Committed> {
    return this.commit({ events: [this.entry(event, at, fields)], ...(facts === undefined ? {} : { facts }) }, [])
  }

  async commit(change: Omit<Commit, 'account' | 'epoch'>, orders: readonly Order[]): Promise<Committed> {
    const { context, epoch, lease, store, onCommitted, onLost } = this.#deps
    const { account } = context
    if (this.#isRetired) throw new JournalRetired(`the journal of ${account} is no longer ours to write`)
    const asked = lease?.mark()
    let committed: Committed
    try {
      committed = await store.commit({ account, epoch, ...change })
    } catch (error) {
      onLost(error)
      throw error
    }
    if (committed.kind === 'conflict') {
      const conflict =
        committed.what === 'epoch'
          ? new LeaseLost(account)
          : new Error(`the store holds another ${committed.what} than we do`)
      onLost(conflict)
      throw conflict
    }
    if (asked !== undefined) lease?.confirm(asked)
    const first = committed.firstAccountSeq
    onCommitted(
      account,
      change.events.map((entry, n) => ({ ...entry, account, accountSeq: first + n })),
      orders,
    )
    return committed
  }

  #nextId(): string {
    this.#notes += 1
    const { context, epoch } = this.#deps
    // The epoch, because a session that mends its store begins to count again.
    return `${context.sessionId}-${context.account}-${epoch}-${this.#notes}`
  }
}
