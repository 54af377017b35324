/**
 * A file that only grows at its end, with its rotated predecessors beside it in one folder. Names are bare file names.
 * One owner; calls of one instance do not overlap.
 */
export interface LogFile {
  readonly name: string
  /** Every file name in the folder. */
  list(): Promise<readonly string[]>
  /** 0 when there is no such file. */
  size(name: string): Promise<number>
  read(name: string, from: number, to: number): Promise<Uint8Array>
  /**
   * One write at the end of a file that holds exactly `at` bytes; gives the new size. Throws `LogFileChanged` when the
   * file by this name is not as it was left; after any other error part of the text may be in it.
   */
  append(text: string, at: number): Promise<number>
  /** Takes back what a failed write left behind `size`. */
  cut(size: number): Promise<void>
  /** Settles once everything appended survives a power cut. */
  sync(): Promise<void>
  /** The file goes on under another name; the next append begins a new one. */
  rotate(to: string): Promise<void>
  remove(name: string): Promise<void>
  close(): Promise<void>
}

/** Somebody else moved, cut or wrote the file. */
export class LogFileChanged extends Error {
  override readonly name = 'LogFileChanged'
  /** Bytes found in it now. */
  readonly found: number
  constructor(file: string, expected: number, found: number) {
    super(`${file} was left with ${expected} bytes and now has ${found}, or is another file`)
    this.found = found
  }
}
