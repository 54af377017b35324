import { randomFillSync } from 'node:crypto'
import type { Random } from '../../ports/random.ts'

const POOL = 256

/** Unpredictable, drawn from the system in handfuls. */
export function realRandom(): Random {
  const pool = new Uint32Array(POOL)
  let next = POOL
  const word = (): number => {
    if (next >= POOL) {
      randomFillSync(pool)
      next = 0
    }
    const value = pool[next] ?? 0
    next += 1
    return value
  }
  return { draw: () => word() / 2 ** 32 + (word() >>> 11) / 2 ** 53 }
}
