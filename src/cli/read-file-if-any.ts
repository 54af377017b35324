import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Reads below `cwd`; a file that is not there is `undefined`, one that cannot be read is an exception. */
export const readFileIfAny =
  (cwd: string) =>
  (path: string): string | undefined => {
    try {
      return readFileSync(resolve(cwd, path), 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
