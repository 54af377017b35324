import type { FileHandle } from 'node:fs/promises'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Lines of a log that grows and rotates, as they come. Guarantees: every line once and in order, also across rotations;
 * a line without its end is not shown before it has one; a log that does not exist yet is waited for.
 */
export interface FollowOptions {
  readonly path: string
  /** Lines from before the start. */
  readonly last: number
  readonly signal: AbortSignal
  /** Ends at the end of the file instead of waiting for more. */
  readonly once?: boolean
}

const LOOK_EVERY_MS = 200
const BLOCK_BYTES = 65_536

export async function* followLog({ path, last, signal, once = false }: FollowOptions): AsyncGenerator<string> {
  let file = await openAny(path)
  try {
    if (file !== undefined) yield* await file.lastLines(last)
    while (!signal.aborted) {
      if (file !== undefined) yield* file.newLines()
      if (once) return
      const next: readonly LogReader[] = await filesAfter(path, file)
      if (next.length > 0) {
        // What was written between the last look and the rotation belongs to the old file.
        if (file !== undefined) yield* file.newLines()
        await file?.close()
        for (const rotated of next.slice(0, -1)) {
          yield* rotated.newLines()
          await rotated.close()
        }
        file = next.at(-1)
      } else await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await file?.close()
  }
}

/** The files that came after the one being read, oldest first; the current one is the last of them. */
async function filesAfter(path: string, file: LogReader | undefined): Promise<readonly LogReader[]> {
  const current = await openAny(path)
  if (current === undefined) return []
  if (file === undefined) return [current]
  if (current.inode === file.inode) {
    await current.close()
    return []
  }
  const between: LogReader[] = []
  const names = await rotatedNames(path)
  const inodes = await Promise.all(names.map((name) => inodeOf(name)))
  const place = inodes.indexOf(file.inode)
  if (place >= 0) {
    for (const name of names.slice(place + 1)) {
      const rotated = await openAny(name)
      if (rotated !== undefined) between.push(rotated)
    }
  }
  return [...between, current]
}

/** `orders-20260302-001.jsonl` and so on: sorted by name they are in order of their lines. */
async function rotatedNames(path: string): Promise<readonly string[]> {
  const [stem = '', extension = ''] = basename(path).split(/(?=\.[^.]*$)/)
  const names = await readdir(dirname(path))
  return names
    .filter(
      (name) =>
        name.startsWith(`${stem}-`) &&
        name.endsWith(extension) &&
        /-\d{8}-\d{3,9}$/.test(name.slice(0, name.length - extension.length)),
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(dirname(path), name))
}

/** An old file may be removed while it is looked for. */
const inodeOf = (name: string): Promise<number | undefined> =>
  stat(name).then(
    ({ ino }) => ino,
    () => undefined,
  )

async function openAny(path: string): Promise<LogReader | undefined> {
  try {
    const handle = await open(path, 'r')
    return new LogReader(handle, (await handle.stat()).ino)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

class LogReader {
  readonly inode: number
  readonly #handle: FileHandle
  #position = 0
  #rest: Buffer = Buffer.alloc(0)

  constructor(handle: FileHandle, inode: number) {
    this.#handle = handle
    this.inode = inode
  }

  async *newLines(): AsyncGenerator<string> {
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, this.#position)
      if (bytesRead === 0) return
      this.#position += bytesRead
      const lines = splitLines(Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]))
      this.#rest = lines.rest
      yield* lines.whole
    }
  }

  /** Reads blocks from the end until there are enough lines in them, and goes on behind the last one. */
  async lastLines(most: number): Promise<readonly string[]> {
    const { size } = await this.#handle.stat()
    let from = size
    let tail = Buffer.alloc(0)
    while (from > 0 && splitLines(tail).whole.length <= most) {
      const length = Math.min(BLOCK_BYTES, from)
      from -= length
      const { buffer } = await this.#handle.read(Buffer.alloc(length), 0, length, from)
      tail = Buffer.concat([buffer, tail])
    }
    const { whole, rest } = splitLines(tail)
    this.#position = size
    this.#rest = rest
    // The first piece begins in the middle of a line unless the file begins there.
    const complete = from === 0 ? whole : whole.slice(1)
    return most === 0 ? [] : complete.slice(-most)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

const NEW_LINE = 10
function splitLines(bytes: Buffer): { readonly whole: readonly string[]; readonly rest: Buffer } {
  const end = bytes.lastIndexOf(NEW_LINE) + 1
  const whole =
    end === 0
      ? []
      : bytes
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n')
  return { whole, rest: bytes.subarray(end) }
}
