import { type LogFile, LogFileChanged } from '../../src/ports/log-file.ts'

/** A folder of log files that outlives the crash of whoever wrote them, and can be damaged by hand. */
export class MemoryFolder {
  readonly files = new Map<string, Buffer>()

  text(name: string): string {
    return this.files.get(name)?.toString('utf8') ?? ''
  }
  lines(name: string): string[] {
    return this.text(name).split('\n').slice(0, -1)
  }
  write(name: string, content: string | Uint8Array): this {
    this.files.set(name, Buffer.from(content))
    return this
  }
  copy(): MemoryFolder {
    const copy = new MemoryFolder()
    for (const [name, bytes] of this.files) copy.write(name, bytes)
    return copy
  }
}

export class MemoryLogFile implements LogFile {
  readonly name: string
  readonly folder: MemoryFolder
  appends = 0
  syncs = 0
  /** Makes the next writes fail after so many bytes of them are in the file. */
  failures: number[] = []
  syncFails = false

  constructor(folder: MemoryFolder, name: string) {
    this.folder = folder
    this.name = name
  }

  get #content(): Buffer {
    return this.folder.files.get(this.name) ?? Buffer.alloc(0)
  }

  async list(): Promise<readonly string[]> {
    return [...this.folder.files.keys()]
  }
  async size(name: string): Promise<number> {
    return this.folder.files.get(name)?.length ?? 0
  }
  async read(name: string, from: number, to: number): Promise<Uint8Array> {
    return (this.folder.files.get(name) ?? Buffer.alloc(0)).subarray(from, to)
  }
  async append(text: string, at: number): Promise<number> {
    if (this.#content.length !== at) throw new LogFileChanged(this.name, at, this.#content.length)
    this.appends += 1
    const bytes = Buffer.from(text)
    const fails = this.failures.shift()
    this.folder.files.set(this.name, Buffer.concat([this.#content, bytes.subarray(0, fails ?? bytes.length)]))
    if (fails !== undefined) throw new Error('no space left on device')
    return at + bytes.length
  }
  async cut(size: number): Promise<void> {
    this.folder.files.set(this.name, this.#content.subarray(0, size))
  }
  async sync(): Promise<void> {
    if (this.syncFails) throw new Error('input/output error')
    this.syncs += 1
  }
  async rotate(to: string): Promise<void> {
    this.folder.files.set(to, this.#content)
    this.folder.files.delete(this.name)
  }
  async remove(name: string): Promise<void> {
    this.folder.files.delete(name)
  }
  async close(): Promise<void> {}
}
