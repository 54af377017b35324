import { existsSync } from 'node:fs'
import type { HaltFile } from '../../ports/halt-file.ts'

/** A file takes a hand to make: looking a hundred times a second is as good as looking for every order. */
const LOOK_EVERY_MS = 10

export function haltFileAt(path: string): HaltFile {
  let lookedAt = Number.NEGATIVE_INFINITY
  let exists = false
  return {
    exists: () => {
      const now = performance.now()
      if (now - lookedAt >= LOOK_EVERY_MS) {
        exists = existsSync(path)
        lookedAt = now
      }
      return exists
    },
  }
}
