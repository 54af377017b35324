import { auditLine, type ChainHead, GENESIS, isAuditBody } from '../../../core/audit-chain.ts'
import type { EventSink } from '../../../ports/event-sink.ts'
import { type LogFile, LogFileChanged } from '../../../ports/log-file.ts'
import type { OrderStoreReader, StoredEvent } from '../../../ports/order-store.ts'
import { Unpublishable } from '../../../ports/unpublishable.ts'
import { LineLog, type LineLogOptions } from '../log-files/line-log.ts'
import { type ContinuedReason, continuedBody } from './continued-body.ts'
import { type Positions, readTail, type Tail } from './read-tail.ts'

export interface AuditLogOptions extends LineLogOptions {
  readonly file: LogFile
  /** The positions saved in the store: what the log surely held then. */
  readonly saved: Positions
  /** The last number the store gave each account: a log that knows more than that is reported. */
  readonly committed?: Positions
  /** Asked before that is believed: another owner may have written since those numbers were given. */
  readonly store?: Pick<OrderStoreReader, 'eventsAfter'>
  /** The last head that is known from elsewhere, for a log whose files are all gone. */
  readonly knownHead?: ChainHead
}

const START: ChainHead = { seq: 0, hash: GENESIS }

/**
 * Committed events as a hash chain, one a line. Guarantees:
 * - only committed events are written, in order per account, each once: what is delivered again is known by its number;
 * - `positions` are what is in the file and synced; whatever a crash took from its end is asked for again;
 * - `seq` and chain go on over every restart and rotation;
 * - a file touched by somebody else is left to them: the log goes on in a new one that says so.
 */
export class AuditLog implements EventSink {
  readonly name = 'audit'
  readonly lingerMs = 5
  readonly #lines: LineLog
  readonly #options: AuditLogOptions
  #head: ChainHead = START
  #held: Map<string, number>
  #synced: Positions
  #syncFailed = false
  /** Why the next write begins with a line about the log itself. */
  #pending: { readonly reason: ContinuedReason; readonly file?: string } | undefined

  private constructor(lines: LineLog, options: AuditLogOptions, tail: Tail) {
    this.#lines = lines
    this.#options = options
    if (tail.last !== undefined) this.#head = { seq: tail.last.seq, hash: tail.last.hash }
    this.#held = new Map(tail.positions)
    this.#synced = new Map(tail.positions)
  }

  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const { file, saved } = options
    const lines = await LineLog.open(file, options)
    const names = await lines.names()
    const tail = await readTail(file, names, saved)
    const audit = new AuditLog(lines, options, tail)
    await audit.#begin(tail, names.at(-2))
    return audit
  }

  /** What an outsider keeps, so that a log cut off at its end is found out. */
  get head(): ChainHead {
    return this.#head
  }

  async deliver(events: readonly StoredEvent[]): Promise<void> {
    const fresh = this.#fresh(events)
    if (fresh.length === 0) return
    const broken = fresh.find((event) => !isAuditBody(event.line))
    if (broken !== undefined) throw new Unpublishable(`event ${broken.eventId} is no line of JSON`)
    try {
      await this.#write(fresh)
    } catch (error) {
      if (!(error instanceof LogFileChanged)) throw error
      const file = await this.#lines.beginAnew()
      this.#options.log.warn('audit.touched_by_others', { cause: error.message, file })
      this.#pending = { reason: file === undefined ? 'removed' : 'changed', ...(file === undefined ? {} : { file }) }
      await this.#write(fresh)
    }
  }

  async positions(): Promise<Positions> {
    const held = new Map(this.#held)
    // After one failed flush the system may call lost pages clean, so no later one proves anything about them.
    if (this.#syncFailed) return this.#synced
    try {
      await this.#lines.sync()
    } catch (error) {
      this.#syncFailed = true
      this.#options.log.error('audit.sync_failed', { error })
      return this.#synced
    }
    this.#synced = held
    return held
  }

  async close(): Promise<void> {
    await this.positions()
    await this.#lines.close()
  }

  #fresh(events: readonly StoredEvent[]): readonly StoredEvent[] {
    const held = new Map<string, number>()
    return events.filter(({ account, accountSeq }) => {
      const isNew = accountSeq > (held.get(account) ?? this.#held.get(account) ?? 0)
      if (isNew) held.set(account, accountSeq)
      return isNew
    })
  }

  async #write(events: readonly StoredEvent[]): Promise<void> {
    const rotated = await this.#lines.makeRoom()
    if (rotated !== undefined) this.#pending = { reason: this.#pending?.reason ?? 'rotated', file: rotated }
    const held = new Map(this.#held)
    let head = this.#head
    let text = ''
    const add = (body: string, of?: StoredEvent): void => {
      const owner = of === undefined ? {} : { account: of.account, accountSeq: of.accountSeq }
      const { line, hash } = auditLine(body, { seq: head.seq + 1, prev: head.hash, ...owner })
      head = { seq: head.seq + 1, hash }
      text += `${line}\n`
    }
    if (this.#pending !== undefined) {
      add(continuedBody(this.#options.clock.now(), { ...this.#pending, head, positions: held }))
    }
    for (const event of events) {
      add(event.line, event)
      held.set(event.account, event.accountSeq)
    }
    await this.#lines.append(text)
    this.#pending = undefined
    this.#head = head
    this.#held = held
  }

  /** Compares what was found with what is known from elsewhere. */
  async #begin(tail: Tail, newestRotated: string | undefined): Promise<void> {
    if (tail.last === undefined) this.#head = this.#options.knownHead ?? START
    else if (!this.#lines.isEmpty) this.#lines.lastWrittenOn(tail.last.time.slice(0, 10).replaceAll('-', ''))
    const { saved, log } = this.#options
    const lost = [...saved].filter(([account, seq]) => (tail.positions.get(account) ?? 0) < seq)
    if (tail.damagedFrom !== undefined) await this.#leaveDamage(tail.damagedFrom, lost.length > 0)
    else if (lost.length > 0) log.warn('audit.lines_lost', { lost, head: this.#head.seq })
    if (this.#lines.isEmpty && this.#pending === undefined && (this.#head.seq > 0 || saved.size > 0)) {
      const isWhole = tail.last !== undefined && lost.length === 0
      this.#pending = {
        reason: isWhole ? 'rotated' : 'removed',
        ...(newestRotated === undefined ? {} : { file: newestRotated }),
      }
      if (!isWhole) log.warn('audit.file_removed', { head: this.#head.seq, saved: [...saved] })
    }
    await this.#reportUnknown()
    this.#synced = new Map(this.#held)
  }

  /** A crash damages only what was not yet held for sure, and that is written again; anything else is evidence. */
  async #leaveDamage(offset: number, isEvidence: boolean): Promise<void> {
    const { log } = this.#options
    if (!isEvidence) {
      log.warn('audit.damaged_end_cut', { offset })
      return this.#lines.cut(offset)
    }
    const file = await this.#lines.beginAnew()
    log.error('audit.damaged', { offset, file })
    this.#pending = { reason: 'changed', ...(file === undefined ? {} : { file }) }
  }

  /** Lines of a store that was put back to an earlier day stay, and the log says from where on they do not count. */
  async #reportUnknown(): Promise<void> {
    for (const [account, known] of this.#options.committed ?? []) {
      const held = this.#held.get(account) ?? 0
      if (held <= known || (await this.#isStored(account, held))) continue
      this.#options.log.error('audit.ahead_of_store', { account, held, committed: known })
      this.#held.set(account, known)
      this.#pending = { ...this.#pending, reason: 'store_behind' }
    }
    if (this.#pending?.reason === 'store_behind') await this.#write([])
  }
  async #isStored(account: string, seq: number): Promise<boolean> {
    const found = await this.#options.store?.eventsAfter(account, seq - 1, 1)
    return found !== undefined && found.length > 0
  }
}
