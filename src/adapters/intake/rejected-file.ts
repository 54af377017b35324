import { open } from 'node:fs/promises'
import { NEWLINE } from './read-line.ts'

const FILE_MODE = 0o640

/** Where rejected lines go. What `append` was given is on disk once it settles; a line torn by a crash stays alone. */
export class RejectedFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async append(records: string): Promise<void> {
    const file = await open(this.#path, 'a+', FILE_MODE)
    try {
      const { size } = await file.stat()
      const last = new Uint8Array(1)
      if (size > 0) await file.read(last, 0, 1, size - 1)
      await file.appendFile(size === 0 || last[0] === NEWLINE ? records : `\n${records}`)
      await file.datasync()
    } finally {
      await file.close()
    }
  }
}
