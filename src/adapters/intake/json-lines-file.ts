import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderCommands } from '../../ports/order-commands.ts'
import type { Random } from '../../ports/random.ts'
import { type FilePosition, NO_ANCHOR, positionFromFact } from './file-position.ts'
import { FileReader } from './file-reader.ts'
import { findPlace, rejectedPathOf } from './find-place.ts'
import { type FileFacts, type FollowedFile, factsAt } from './followed-file.ts'
import { type IntakeCounts, LineTaker } from './line-taker.ts'
import { pause } from './pause.ts'
import { PositionKeeper } from './position-keeper.ts'
import { RejectedFile } from './rejected-file.ts'
import { type RejectedLine, rejectedRecord } from './rejected-line.ts'

export interface JsonLinesIntakeDeps {
  readonly path: string
  /** What `savePosition` was given last, in this process or an earlier one. */
  readonly from: string | undefined
  readonly admit: OrderCommands['admit']
  /** Settles once a crash cannot undo it. */
  readonly savePosition: (fact: string) => Promise<void>
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly pollEveryMs?: number
}

export interface JsonLinesIntakeStatus extends IntakeCounts {
  readonly path: string
  /** Absent while there is no file. */
  readonly offset?: number
  /** Looks that failed since the last one that did not. */
  readonly failures: number
}

const POLL_EVERY_MS = 100
const LONGEST_WAIT_MS = 5_000

/**
 * Follows a file of signals, one JSON object a line, as it grows. Guarantees:
 * - lines are taken in order, each at least once; the signal's id makes it exactly one order;
 * - a line counts as taken only once its signal is durable or refused; after a crash some are offered again, none is left out;
 * - a line without its newline waits for it; only when its file was rotated away is it taken as it is;
 * - no line is taken from a file before its first place is saved, so that a crash right after it leaves a trace;
 * - a rotated file is read to its end before its successor, also when it was rotated while nobody followed it;
 * - a file cut short or written anew in place is read from its beginning;
 * - a line that is no signal goes to `PATH.rejected` with the reason and stops nothing;
 * - a signal without a time of its own never looks younger than it may be: it counts as received when it may have been written first;
 * - memory is bounded by one piece of the file.
 */
export class JsonLinesIntake {
  readonly #deps: JsonLinesIntakeDeps
  readonly #stop = new AbortController()
  readonly #rejectedFile: RejectedFile
  readonly #keeper: PositionKeeper
  readonly #taker: LineTaker
  #rejected: RejectedLine[] = []
  #reader: FileReader | undefined
  /** Where to go on when the file is opened next. */
  #place: FilePosition | undefined
  /** Since when there is no file, where there is none. */
  #absentSince: number | undefined
  #failures = 0
  #running: Promise<void> | undefined

  constructor(deps: JsonLinesIntakeDeps) {
    this.#deps = deps
    this.#rejectedFile = new RejectedFile(rejectedPathOf(deps.path))
    this.#keeper = new PositionKeeper(deps)
    this.#place = this.#stored()
    const { admit, timers, random, log, clock, path } = deps
    const onRejected = (line: RejectedLine): void => void this.#rejected.push(line)
    this.#taker = new LineTaker({ admit, timers, random, log, clock, by: path, stop: this.#stop.signal, onRejected })
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Finishes the line that is being taken, saves the place, lets the file go. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  get status(): JsonLinesIntakeStatus {
    const place = this.#reader === undefined ? {} : { offset: this.#reader.position.offset }
    return { path: this.#deps.path, ...place, failures: this.#failures, ...this.#taker.counts }
  }

  async #run(): Promise<void> {
    const { timers, log, path, pollEveryMs = POLL_EVERY_MS } = this.#deps
    while (!this.#stop.signal.aborted) {
      let waitMs = pollEveryMs
      try {
        const hasMore = await this.#look()
        this.#failures = 0
        if (hasMore) continue
      } catch (error) {
        this.#failures += 1
        waitMs = Math.min(LONGEST_WAIT_MS, pollEveryMs * 2 ** Math.min(this.#failures, 16))
        log.error('intake.file_failed', { path, failures: this.#failures, error })
        await this.#letGo()
      }
      await pause(waitMs, 'intake.poll', timers, this.#stop.signal)
    }
    await this.#leave()
  }

  /** True when there is more to read at once. */
  async #look(): Promise<boolean> {
    const reader = this.#reader ?? (await this.#open())
    if (reader === undefined) return false
    this.#reader = reader
    if (!(await this.#isKnown(reader))) return false
    const { writtenSince } = reader.position
    // Looked for first: what our file holds after its successor has begun is all that it will ever hold.
    const successor = await this.#successorOf(reader)
    if (await reader.readOn()) {
      await this.#save(reader.position)
      return true
    }
    if (successor !== undefined && !this.#stop.signal.aborted) return this.#moveOn(reader, writtenSince)
    await this.#save(reader.position)
    return false
  }

  /** Nothing is taken from a file that a start after a crash would not look for once it is rotated. */
  async #isKnown({ position }: FileReader): Promise<boolean> {
    if (!this.#keeper.knows(position)) await this.#keeper.keep(position)
    return this.#keeper.knows(position)
  }

  async #open(): Promise<FileReader | undefined> {
    const { path, clock, log } = this.#deps
    const lookedAt = clock.now()
    const opened = await findPlace(path, this.#place)
    if (opened === undefined) {
      this.#absentSince = lookedAt
      return undefined
    }
    const { file, position } = opened
    if (position !== undefined) return this.#readerOf(file, position)
    if (this.#place !== undefined && this.#place.offset > 0) {
      log.error('intake.place_lost', {
        path,
        offset: this.#place.offset,
        message: 'the file that was followed is not there any more; what it held after that place was not read',
      })
    }
    return this.#readerOf(file, await beginningOf(file, this.#absentSince ?? lookedAt))
  }

  #stored(): FilePosition | undefined {
    const { from, path, log } = this.#deps
    const stored = from === undefined ? undefined : positionFromFact(from)
    if (from !== undefined && stored === undefined) log.error('intake.position_unreadable', { path, position: from })
    return stored
  }

  #readerOf(file: FollowedFile, position: FilePosition): FileReader {
    const { clock, log, path } = this.#deps
    return new FileReader({ file, position, taker: this.#taker, clock, log, path })
  }

  /** Another file under our name that holds something: whoever writes has moved on to it. */
  async #successorOf({ file }: FileReader): Promise<FileFacts | undefined> {
    const facts = await factsAt(this.#deps.path)
    return facts === undefined || facts.size === 0 || facts.identity === file.identity ? undefined : facts
  }

  async #moveOn(reader: FileReader, writtenSince: number): Promise<boolean> {
    const { path, log } = this.#deps
    if (!(await reader.takeTail())) return false
    const opened = await findPlace(path, undefined)
    // Rotated once more this very moment: the next look finds what came after it.
    if (opened === undefined) return false
    log.info('intake.file_rotated', { path, offset: reader.position.offset })
    this.#reader = this.#readerOf(opened.file, await beginningOf(opened.file, writtenSince))
    await reader.file.close()
    await this.#save(this.#reader.position)
    return true
  }

  async #save(position: FilePosition): Promise<void> {
    await this.#flushRejected()
    await this.#keeper.keep(position)
  }

  async #flushRejected(): Promise<void> {
    const lines = this.#rejected
    const [first] = lines
    if (first === undefined) return
    this.#rejected = []
    const { path, log } = this.#deps
    const told = { path, count: lines.length, offset: first.offset, code: first.code, message: first.message }
    try {
      await this.#rejectedFile.append(lines.map(rejectedRecord).join(''))
      log.warn('intake.rejected', told)
    } catch (error) {
      // Signals that are good do not wait for a disk that cannot take the bad ones; the lines still stand in their file.
      log.error('intake.rejected_not_kept', { ...told, error })
    }
  }

  /** After an error the file is opened afresh. */
  async #letGo(): Promise<void> {
    if (this.#reader === undefined) return
    const { file, position } = this.#reader
    this.#place = position
    this.#reader = undefined
    await file.close().catch(() => undefined)
  }

  async #leave(): Promise<void> {
    if (this.#reader === undefined) return
    await this.#flushRejected()
    await this.#keeper.keepNow(this.#reader.position)
    await this.#letGo()
  }
}

async function beginningOf(file: FollowedFile, writtenSince: number): Promise<FilePosition> {
  const { bornAt } = await file.facts()
  return { identity: file.identity, offset: 0, anchor: NO_ANCHOR, writtenSince: Math.min(bornAt, writtenSince) }
}
