import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { anchorHolds, anchorOf, type FilePosition, MAX_ANCHOR_BYTES, NO_ANCHOR } from './file-position.ts'
import type { FollowedFile } from './followed-file.ts'
import type { LineTaker } from './line-taker.ts'
import { MAX_LINE_BYTES, NEWLINE } from './read-line.ts'
import { HEAD_BYTES } from './rejected-line.ts'

export interface FileReaderDeps {
  readonly file: FollowedFile
  readonly position: FilePosition
  readonly taker: LineTaker
  readonly clock: Clock
  readonly log: Log
  readonly path: string
}

/** Read at once; longer than any line that is taken. */
const CHUNK_BYTES = 131_072
/** Taken before the place is saved and others get their turn. */
const MOST_LINES = 500

/**
 * Reads one file from a position on. Guarantees:
 * - the position moves over a line only once the line is settled;
 * - each piece is read together with what was taken before it: where that is not as it was left, the file begins anew;
 * - a torn line is not kept but read again, so that two halves that never belonged together never meet.
 */
export class FileReader {
  readonly file: FollowedFile
  readonly #deps: FileReaderDeps
  #position: FilePosition
  /** Inside a line that is too long: how far its end has been looked for, and how it begins. */
  #tooLong: { readonly scanned: number; readonly head: Uint8Array } | undefined

  constructor(deps: FileReaderDeps) {
    this.#deps = deps
    this.file = deps.file
    this.#position = deps.position
  }

  get position(): FilePosition {
    return this.#position
  }

  /** True when there is more to read at once. */
  async readOn(): Promise<boolean> {
    const { offset, anchor } = this.#position
    const readAt = this.#deps.clock.now()
    const { size } = await this.file.facts()
    const ahead = this.#tooLong === undefined ? Math.min(CHUNK_BYTES, Math.max(0, size - offset)) : 0
    const bytes = await this.file.read(offset - anchor.length, anchor.length + ahead)
    if (size < (this.#tooLong?.scanned ?? offset) || !anchorHolds(anchor, bytes)) return this.#beginAnew(size)
    if (this.#tooLong !== undefined) return this.#findEnd(this.#tooLong)
    const body = bytes.subarray(anchor.length)
    // Only where nothing is left over is the next byte younger than this look.
    if (size === offset) this.#position = { ...this.#position, writtenSince: readAt }
    const taken = await this.#takeLines(body)
    if (taken > 0) {
      this.#settled(offset + taken, bytes.subarray(0, anchor.length + taken))
      return taken < body.length || body.length === CHUNK_BYTES
    }
    if (body.length <= MAX_LINE_BYTES || body.includes(NEWLINE)) return false
    this.#tooLong = { scanned: offset + body.length, head: body.slice(0, HEAD_BYTES) }
    return body.length === CHUNK_BYTES
  }

  /** Takes what stands after the last newline, once nothing more can come. False when stopped. */
  async takeTail(): Promise<boolean> {
    const { offset, writtenSince } = this.#position
    const { size } = await this.file.facts()
    const isCut = size - offset > MAX_LINE_BYTES
    const bytes = await this.file.read(offset, isCut ? HEAD_BYTES : size - offset)
    if (!(await this.#deps.taker.take({ bytes, isCut, offset, receivedAt: writtenSince }))) return false
    await this.#settleAt(size)
    return true
  }

  /** How many bytes of whole lines were settled. */
  async #takeLines(body: Uint8Array): Promise<number> {
    const { offset, writtenSince: receivedAt } = this.#position
    let start = 0
    for (let lines = 0; lines < MOST_LINES; lines += 1) {
      const end = body.indexOf(NEWLINE, start)
      if (end === -1) break
      const bytes = body.subarray(start, end)
      if (!(await this.#deps.taker.take({ bytes, offset: offset + start, receivedAt }))) break
      start = end + 1
    }
    return start
  }

  async #findEnd({ scanned, head }: { readonly scanned: number; readonly head: Uint8Array }): Promise<boolean> {
    const bytes = await this.file.read(scanned, CHUNK_BYTES)
    const end = bytes.indexOf(NEWLINE)
    if (end === -1) {
      this.#tooLong = { scanned: scanned + bytes.length, head }
      return bytes.length === CHUNK_BYTES
    }
    const { offset, writtenSince } = this.#position
    await this.#deps.taker.take({ bytes: head, isCut: true, offset, receivedAt: writtenSince })
    this.#tooLong = undefined
    await this.#settleAt(scanned + end + 1)
    return true
  }

  async #settleAt(offset: number): Promise<void> {
    const length = Math.min(MAX_ANCHOR_BYTES, offset)
    this.#settled(offset, await this.file.read(offset - length, length))
  }

  #settled(offset: number, before: Uint8Array): void {
    this.#position = { ...this.#position, offset, anchor: anchorOf(before) }
  }

  #beginAnew(size: number): boolean {
    const { log, path } = this.#deps
    log.warn('intake.file_rewritten', { path, offset: this.#position.offset, size })
    this.#tooLong = undefined
    this.#position = { ...this.#position, offset: 0, anchor: NO_ANCHOR }
    return size > 0
  }
}
