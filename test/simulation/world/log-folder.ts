import { type LogFile, LogFileChanged } from '../../../src/ports/log-file.ts'
import type { CrashPoint } from './crash-schedule.ts'
import type { Life } from './life.ts'

/** The folder of logs that outlives the daemon; files are kept in pieces, because they only grow. */
export class LogFolder {
  readonly #files = new Map<string, Uint8Array[]>()
  readonly #sizes = new Map<string, number>()
  /** The life that has the volume; an older one finds its handles stale. */
  owner = 0
  #writer = 0

  writtenBy(life: number): void {
    this.#writer = life
  }
  /** An older life gets the volume back, unless it was written meanwhile: handles of before are stale for good. */
  left(life: number, older: number): void {
    if (life === this.owner && life !== this.#writer) this.owner = older
  }

  names(): readonly string[] {
    return [...this.#files.keys()]
  }
  bytes(name: string): Uint8Array {
    const pieces = this.#files.get(name) ?? []
    if (pieces.length > 1) {
      const whole = Buffer.concat(pieces)
      this.#files.set(name, [whole])
      return whole
    }
    return pieces[0] ?? new Uint8Array(0)
  }
  text(name: string): string {
    return Buffer.from(this.bytes(name)).toString('utf8')
  }
  size(name: string): number {
    return this.#sizes.get(name) ?? 0
  }
  append(name: string, bytes: Uint8Array): void {
    const pieces = this.#files.get(name)
    if (pieces === undefined) this.#files.set(name, [bytes])
    else pieces.push(bytes)
    this.#sizes.set(name, this.size(name) + bytes.length)
  }
  write(name: string, bytes: Uint8Array): void {
    this.#files.set(name, [bytes])
    this.#sizes.set(name, bytes.length)
  }
  remove(name: string): void {
    this.#files.delete(name)
    this.#sizes.delete(name)
  }
  copy(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.names().map((name) => [name, this.bytes(name)]))
  }
  restore(copy: ReadonlyMap<string, Uint8Array>): void {
    this.#files.clear()
    this.#sizes.clear()
    for (const [name, bytes] of copy) this.write(name, bytes)
  }
}

export interface LogFileDeps {
  readonly folder: LogFolder
  readonly life: Life
  /** Is there no room, or does this write fail? */
  readonly fails: () => boolean
  /** Asked between an append and its sync. */
  readonly dies: (point: CrashPoint, about: readonly string[]) => boolean
  /** Told of orders whose lines a crash has torn off. */
  readonly torn: (tags: readonly string[]) => void
}

/** A log file as one life of the daemon holds it: a process that is gone neither writes nor hears. */
export class SimulatedLogFile implements LogFile {
  readonly name: string
  readonly #deps: LogFileDeps

  constructor(name: string, deps: LogFileDeps) {
    this.name = name
    this.#deps = deps
  }

  async list(): Promise<readonly string[]> {
    return this.#deps.folder.names()
  }
  async size(name: string): Promise<number> {
    return this.#deps.folder.size(name)
  }
  async read(name: string, from: number, to: number): Promise<Uint8Array> {
    return this.#deps.folder.bytes(name).subarray(from, to)
  }
  async append(text: string, at: number): Promise<number> {
    const { folder, life, dies, fails } = this.#deps
    if (life.isOver) return life.never()
    this.#refuseStale()
    const size = folder.size(this.name)
    if (size !== at) throw new LogFileChanged(this.name, at, size)
    const bytes = Buffer.from(text)
    if (fails()) {
      const left = whatIsLeftOf(bytes)
      folder.append(this.name, bytes.subarray(0, left))
      if (left < bytes.length) this.#deps.torn([...text.matchAll(TAG)].map(([, tag = '']) => tag))
      throw new Error('ENOSPC: no space left on device, write')
    }
    folder.append(this.name, bytes)
    if (!dies('between log and sync', [])) return folder.size(this.name)
    const left = whatIsLeftOf(bytes)
    folder.write(this.name, folder.bytes(this.name).slice(0, at + left))
    if (left < bytes.length) this.#deps.torn([...text.matchAll(TAG)].map(([, tag = '']) => tag))
    return life.never()
  }
  async cut(size: number): Promise<void> {
    const { folder, life } = this.#deps
    if (life.isOver) return life.never()
    this.#refuseStale()
    folder.write(this.name, folder.bytes(this.name).slice(0, size))
  }
  async sync(): Promise<void> {
    if (this.#deps.life.isOver) return this.#deps.life.never()
  }
  async rotate(to: string): Promise<void> {
    const { folder, life } = this.#deps
    if (life.isOver) return life.never()
    this.#refuseStale()
    folder.write(to, folder.bytes(this.name))
    folder.remove(this.name)
  }
  async remove(name: string): Promise<void> {
    this.#deps.folder.remove(name)
  }
  async close(): Promise<void> {}

  #refuseStale(): void {
    const { folder, life } = this.#deps
    if (folder.owner !== life.number) throw new Error('ESTALE: the volume belongs to another host')
    folder.writtenBy(life.number)
  }
}

const TAG = /"client_order_id":"([^"]+)"/g
/** F-25: of what was not synced a crash leaves all, all but the end of its last line, half, or nothing. */
const whatIsLeftOf = ({ length }: Uint8Array): number =>
  [length, length - 2, Math.floor(length / 2), 0][length % 4] ?? length
