import { MAX_LINE_BYTES, NEWLINE } from './read-line.ts'
import { HEAD_BYTES } from './rejected-line.ts'

export interface SplitLine {
  readonly bytes: Uint8Array
  readonly isCut: boolean
  readonly offset: number
}

/** Finds the lines in a stream of chunks. Of a line that is too long only the beginning is kept, however long it grows. */
export class LineSplitter {
  #parts: Uint8Array[] = []
  #length = 0
  #lineAt = 0

  push(chunk: Uint8Array): readonly SplitLine[] {
    const lines: SplitLine[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end))
      lines.push(this.#line(1))
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  /** What came after the last newline. */
  end(): SplitLine | undefined {
    return this.#length === 0 ? undefined : this.#line(0)
  }

  #keep(bytes: Uint8Array): void {
    const wasWhole = this.#length <= MAX_LINE_BYTES
    this.#length += bytes.length
    if (this.#length <= MAX_LINE_BYTES) {
      if (bytes.length > 0) this.#parts.push(bytes)
    } else if (wasWhole) {
      this.#parts = [Buffer.concat([...this.#parts, bytes.subarray(0, HEAD_BYTES)]).subarray(0, HEAD_BYTES)]
    }
  }

  #line(newline: number): SplitLine {
    const line = { bytes: Buffer.concat(this.#parts), isCut: this.#length > MAX_LINE_BYTES, offset: this.#lineAt }
    this.#lineAt += this.#length + newline
    this.#parts = []
    this.#length = 0
    return line
  }
}
