import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Instant } from '../../core/time.ts'

export interface FileFacts {
  readonly identity: string
  readonly size: number
  /** The time before which nothing of it can have been written, as far as the file system knows. */
  readonly bornAt: Instant
}

// Without it, opening a pipe by mistake would wait for its writer for ever.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** A file held open, so that it stays the same one whatever happens to its name. */
export class FollowedFile {
  readonly identity: string
  readonly #handle: FileHandle

  private constructor(handle: FileHandle, identity: string) {
    this.#handle = handle
    this.identity = identity
  }

  /** `undefined` when there is no such file. */
  static async open(path: string): Promise<FollowedFile | undefined> {
    const handle = await open(path, READ).catch(ifMissing)
    if (handle === undefined) return undefined
    try {
      const facts = await handle.stat({ bigint: true })
      if (!facts.isFile()) throw new Error(`${path} is not a file`)
      return new FollowedFile(handle, identityOf(facts))
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async facts(): Promise<FileFacts> {
    return factsFrom(await this.#handle.stat({ bigint: true }))
  }

  /** Fewer bytes than asked for only where the file ends. */
  async read(from: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, from + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** The file at this path now; `undefined` when there is none. */
export async function factsAt(path: string): Promise<FileFacts | undefined> {
  const facts = await stat(path, { bigint: true }).catch(ifMissing)
  return facts?.isFile() ? factsFrom(facts) : undefined
}

/** Where a rotated file may have gone: the files beside it whose names go on after its own. */
export async function siblingsOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path)
  const own = basename(path)
  const names = (await readdir(folder).catch(ifMissing)) ?? []
  return names
    .filter((name) => name.startsWith(`${own}.`) || name.startsWith(`${own}-`))
    .sort()
    .map((name) => join(folder, name))
}

// Whole numbers of 64 bits: an inode of some file systems does not fit into a float.
const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`
const factsFrom = (facts: BigIntStats): FileFacts => ({
  identity: identityOf(facts),
  size: Number(facts.size),
  bornAt: Number(facts.birthtimeMs < facts.mtimeMs ? facts.birthtimeMs : facts.mtimeMs),
})

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
