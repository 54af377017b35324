import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import { type LogFile, LogFileChanged } from '../../../ports/log-file.ts'
import { wholeSize } from './read-lines.ts'
import { dayOf, expiredNames, nextRotatedName, rotatedNames } from './rotated-name.ts'

export interface LineLogOptions {
  readonly clock: Clock
  readonly log: Log
  /** The file is rotated once it has grown past this, and at the first line of a new day (UTC). */
  readonly rotateBytes?: number
  /** Rotated files of days before these are deleted; kept for ever when absent. */
  readonly keepDays?: number
}

const DAY_MS = 86_400_000
const DEFAULT_ROTATE_BYTES = 100 * 1024 * 1024

/**
 * Whole lines in a file that rotates. Guarantees:
 * - what an append did not finish is taken back before the next one, so the file never holds a torn line but the last
 *   one after a crash, and opening cuts that off;
 * - a file that somebody else moved, cut or wrote is never written on: the owner hears of it by `LogFileChanged`;
 * - only whole rotated files are ever deleted.
 */
export class LineLog {
  readonly file: LogFile
  readonly #options: LineLogOptions
  #size: number
  #day: string
  #uncertain = false
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(file: LogFile, options: LineLogOptions, size: number) {
    this.file = file
    this.#options = options
    this.#size = size
    this.#day = dayOf(options.clock.now())
  }

  static async open(file: LogFile, options: LineLogOptions): Promise<LineLog> {
    const [size, whole] = [await file.size(file.name), await wholeSize(file, file.name)]
    if (whole < size) {
      options.log.warn('log.torn_line_cut', { file: file.name, bytes: size - whole })
      await file.cut(whole)
    }
    return new LineLog(file, options, whole)
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** The day of its last line, where a reader of the file has found it. */
  lastWrittenOn(day: string): void {
    this.#day = day
  }

  /** Rotated files, oldest first, then the current one. */
  async names(): Promise<readonly string[]> {
    return [...rotatedNames(this.file.name, await this.file.list()), this.file.name]
  }

  /** Takes back a torn write and rotates when it is time. Gives the name under which the lines before now stand. */
  makeRoom(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if (this.#uncertain) await this.file.cut(this.#size)
      this.#uncertain = false
      const today = dayOf(this.#options.clock.now())
      const isDue = this.#size >= (this.#options.rotateBytes ?? DEFAULT_ROTATE_BYTES) || today !== this.#day
      const rotated = isDue && this.#size > 0 ? await this.#rotate() : undefined
      this.#day = today
      return rotated
    })
  }

  append(lines: string): Promise<void> {
    return this.#inTurn(async () => {
      try {
        this.#size = await this.file.append(lines, this.#size)
      } catch (error) {
        this.#uncertain = !(error instanceof LogFileChanged)
        throw error
      }
    })
  }

  /** Drops whole lines at the end that are known to be damaged. */
  cut(size: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.file.cut(size)
      this.#size = size
    })
  }

  /** Leaves what is there now, whosever it is, under a rotated name, and starts on an empty file. */
  beginAnew(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      this.#uncertain = false
      this.#size = await this.file.size(this.file.name)
      return this.#size > 0 ? this.#rotate() : undefined
    })
  }

  sync(): Promise<void> {
    return this.#inTurn(() => this.file.sync())
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.file.close())
  }

  async #rotate(): Promise<string> {
    await this.file.sync()
    const to = nextRotatedName(this.file.name, await this.file.list(), this.#day)
    await this.file.rotate(to)
    this.#size = 0
    await this.#deleteExpired()
    return to
  }

  async #deleteExpired(): Promise<void> {
    const { keepDays, clock, log } = this.#options
    if (keepDays === undefined) return
    const oldest = dayOf(clock.now() - keepDays * DAY_MS)
    for (const name of expiredNames(this.file.name, await this.file.list(), oldest)) {
      await this.file.remove(name)
      log.info('log.expired_file_deleted', { file: name })
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
