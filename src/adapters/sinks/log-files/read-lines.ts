import type { LogFile } from '../../../ports/log-file.ts'

const LINE_FEED = 0x0a
const CHUNK = 256 * 1024
const EMPTY = new Uint8Array(0)

/** Each line with its line feed, oldest first; only a torn last one comes without. Throws at bytes that are not UTF-8. */
export async function* linesForward(file: LogFile, name: string): AsyncGenerator<string> {
  // A mark at the beginning is a change like any other, and what is not UTF-8 must not read as something that is.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const size = await file.size(name)
  let rest: Uint8Array = EMPTY
  for (let at = 0; at < size; at += CHUNK) {
    const bytes = joined(rest, await file.read(name, at, Math.min(size, at + CHUNK)))
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      yield decoder.decode(bytes.subarray(start, end + 1))
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) yield decoder.decode(rest)
}

export interface LineAt {
  /** Without its line feed. */
  readonly text: string
  /** Where it begins in the file. */
  readonly offset: number
}

/** Whole lines, newest first. */
export async function* linesBackward(file: LogFile, name: string): AsyncGenerator<LineAt> {
  const decoder = new TextDecoder()
  let start = await wholeSize(file, name)
  let rest: Uint8Array = EMPTY
  while (start > 0) {
    const from = Math.max(0, start - CHUNK)
    const bytes = joined(await file.read(name, from, start), rest)
    let end = bytes.length
    for (let feed = end < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, end - 2); feed !== -1; ) {
      yield { text: decoder.decode(bytes.subarray(feed + 1, end - 1)), offset: from + feed + 1 }
      end = feed + 1
      feed = end < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, end - 2)
    }
    rest = bytes.subarray(0, end)
    start = from
  }
  if (rest.length > 0) yield { text: decoder.decode(rest.subarray(0, -1)), offset: 0 }
}

/** The file's size without a last line that has no end. */
export async function wholeSize(file: LogFile, name: string): Promise<number> {
  for (let end = await file.size(name); end > 0; end = Math.max(0, end - CHUNK)) {
    const from = Math.max(0, end - CHUNK)
    const feed = (await file.read(name, from, end)).lastIndexOf(LINE_FEED)
    if (feed !== -1) return from + feed + 1
  }
  return 0
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
