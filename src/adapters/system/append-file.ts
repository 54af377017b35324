import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type LogFile, LogFileChanged } from '../../ports/log-file.ts'

const FILE_MODE = 0o640
const FOLDER_MODE = 0o750
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY

/** A log file on disk. Everything happens off the main thread, so a slow disk delays the log and nothing else. */
export class AppendFile implements LogFile {
  readonly name: string
  readonly #folder: string
  #handle: FileHandle | undefined
  /** Tells our file from another that was put in its place. */
  #inode = 0

  constructor(path: string) {
    this.name = basename(path)
    this.#folder = dirname(path)
  }

  async list(): Promise<readonly string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  async size(name: string): Promise<number> {
    return (await this.#find(name)).size
  }

  async read(name: string, from: number, to: number): Promise<Uint8Array> {
    const handle = await open(join(this.#folder, name), 'r')
    try {
      const bytes = new Uint8Array(to - from)
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return bytes.subarray(0, filled)
    } finally {
      await handle.close()
    }
  }

  async append(text: string, at: number): Promise<number> {
    const found = await this.#find(this.name)
    if (found.size !== at || (this.#handle !== undefined && found.inode !== this.#inode)) {
      await this.close()
      throw new LogFileChanged(this.name, at, found.size)
    }
    const handle = this.#handle ?? (await this.#open())
    const bytes = Buffer.from(text)
    const { bytesWritten } = await handle.write(bytes)
    if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`)
    return at + bytes.length
  }

  async cut(size: number): Promise<void> {
    const found = await this.#find(this.name)
    if (found.size < size) throw new LogFileChanged(this.name, size, found.size)
    if (found.size > size) await truncate(join(this.#folder, this.name), size)
  }

  async sync(): Promise<void> {
    // What an earlier process wrote may still be in memory only.
    if (this.#handle === undefined && (await this.size(this.name)) === 0) return
    await (this.#handle ?? (await this.#open())).datasync()
  }

  async rotate(to: string): Promise<void> {
    await this.close()
    await rename(join(this.#folder, this.name), join(this.#folder, to))
    await this.#syncFolder()
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true })
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE })
    const handle = await open(join(this.#folder, this.name), APPEND, FILE_MODE)
    const { ino, size } = await handle.stat()
    this.#handle = handle
    this.#inode = ino
    // A new name survives a power cut only once the folder has it.
    if (size === 0) await this.#syncFolder()
    return handle
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  async #find(name: string): Promise<{ size: number; inode: number }> {
    try {
      const { size, ino } = await stat(join(this.#folder, name))
      return { size, inode: ino }
    } catch (error) {
      if (isMissing(error)) return { size: 0, inode: 0 }
      throw error
    }
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
