import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'

const run = promisify(execFile)
const SIMULATE = fileURLToPath(new URL('./simulate.ts', import.meta.url))

describe('the whole daemon in simulated time (I-52)', () => {
  it('repeats a seed to the same trace, in one process and in a fresh one', async () => {
    const options = { seed: 4_711, orders: 30, crashes: 2 }
    const first = await runSeed(options)
    const second = await runSeed(options)
    expect(second.hash).toBe(first.hash)
    expect(second.steps).toBe(first.steps)
    const { stdout } = await run(process.execPath, [
      SIMULATE,
      '--seeds',
      '4711..4711',
      '--orders',
      '30',
      '--crashes',
      '2',
    ])
    expect(stdout).toContain(first.hash.slice(0, 16))
  }, 60_000)

  it('tells another history for another seed, or for one price moved by a tick', async () => {
    const options = { seed: 7, orders: 10, crashes: 0 }
    const as = await runSeed(options)
    expect((await runSeed({ ...options, seed: 8 })).hash).not.toBe(as.hash)
    expect((await runSeed({ ...options, symbols: { AAPL: { price: '230.01' } } })).hash).not.toBe(as.hash)
  }, 60_000)

  it.each([1, 2, 3, 4, 5, 6])(
    'breaks no promise in seed %i, whenever the daemon dies (I-01 I-08 I-10 I-12 I-14 I-18 I-19 I-21 I-33 I-38 I-48)',
    async (seed) => {
      const { violations, byStatus } = await runSeed({ seed: 900 + seed, orders: 40, crashes: 3 })
      expect(violations).toEqual([])
      expect(byStatus.filled).toBeGreaterThan(0)
    },
    60_000,
  )
})
