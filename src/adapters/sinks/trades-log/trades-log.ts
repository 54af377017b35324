import type { EventSink } from '../../../ports/event-sink.ts'
import { type LogFile, LogFileChanged } from '../../../ports/log-file.ts'
import type { StoredEvent } from '../../../ports/order-store.ts'
import { LineLog, type LineLogOptions } from '../log-files/line-log.ts'
import { linesBackward } from '../log-files/read-lines.ts'
import { readTradeLine, tradeLine } from './trade-line.ts'

export interface TradesLogOptions extends LineLogOptions {
  readonly file: LogFile
  /** The positions saved in the store: what the log surely held then. */
  readonly saved: ReadonlyMap<string, number>
}

/**
 * One line for each execution that reduced a position. Guarantees:
 * - each once, over crashes and restarts too: lines beyond the saved positions are read back and known by event id;
 * - positions are given only of what is synced.
 */
export class TradesLog implements EventSink {
  readonly name = 'trades'
  readonly lingerMs = 5
  readonly #lines: LineLog
  readonly #options: TradesLogOptions
  readonly #written: Set<string>
  readonly #held: Map<string, number>
  #synced: ReadonlyMap<string, number>
  #syncFailed = false

  private constructor(lines: LineLog, options: TradesLogOptions, written: Set<string>) {
    this.#lines = lines
    this.#options = options
    this.#written = written
    this.#held = new Map(options.saved)
    this.#synced = options.saved
  }

  static async open(options: TradesLogOptions): Promise<TradesLog> {
    const lines = await LineLog.open(options.file, options)
    return new TradesLog(lines, options, await writtenSince(options.saved, options.file, lines))
  }

  async deliver(events: readonly StoredEvent[]): Promise<void> {
    const beyond = events.filter(({ account, accountSeq }) => accountSeq > (this.#held.get(account) ?? 0))
    let text = ''
    const seen = new Set<string>()
    for (const event of beyond) {
      const line = tradeLine(event)
      if (line === undefined || this.#written.has(event.eventId) || seen.has(event.eventId)) continue
      seen.add(event.eventId)
      text += `${line}\n`
    }
    if (text !== '') await this.#append(text)
    for (const { account, accountSeq, eventId } of beyond) {
      this.#held.set(account, accountSeq)
      this.#written.delete(eventId)
    }
  }

  async positions(): Promise<ReadonlyMap<string, number>> {
    const held = new Map(this.#held)
    // After one failed flush the system may call lost pages clean, so no later one proves anything about them.
    if (this.#syncFailed) return this.#synced
    try {
      await this.#lines.sync()
      this.#synced = held
    } catch (error) {
      this.#syncFailed = true
      this.#options.log.error('trades.sync_failed', { error })
    }
    return this.#synced
  }

  async close(): Promise<void> {
    await this.positions()
    await this.#lines.close()
  }

  async #append(text: string): Promise<void> {
    try {
      await this.#lines.makeRoom()
      await this.#lines.append(text)
    } catch (error) {
      if (!(error instanceof LogFileChanged)) throw error
      this.#options.log.warn('trades.touched_by_others', { cause: error.message, file: await this.#lines.beginAnew() })
      await this.#lines.append(text)
    }
  }
}

async function writtenSince(saved: ReadonlyMap<string, number>, file: LogFile, lines: LineLog): Promise<Set<string>> {
  const written = new Set<string>()
  let isLast = true
  for (const name of (await lines.names()).toReversed()) {
    for await (const { text } of linesBackward(file, name)) {
      const trade = readTradeLine(text)
      if (trade === undefined) continue
      if (isLast && name === file.name) lines.lastWrittenOn(trade.time.slice(0, 10).replaceAll('-', ''))
      isLast = false
      if (trade.accountSeq <= (saved.get(trade.account) ?? 0)) return written
      written.add(trade.eventId)
    }
  }
  return written
}
