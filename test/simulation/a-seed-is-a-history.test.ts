import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { planScenario } from './plan-scenario.ts'
import { runScenario } from './run-scenario.ts'
import { runSeed } from './run-seed.ts'

const run = promisify(execFile)
const SIMULATE = fileURLToPath(new URL('./simulate.ts', import.meta.url))

describe('the whole daemon in simulated time (I-52)', () => {
  it('repeats a seed to the same trace, whatever ran before it', async () => {
    const wishes = { seed: 4_711, orders: 20, crashes: 2, profile: 'all' } as const
    const first = await runSeed(wishes)
    await runSeed({ ...wishes, seed: 12 })
    const second = await runSeed(wishes)
    expect(second.hash).toBe(first.hash)
    expect(second.steps).toBe(first.steps)
    expect(first.steps).toBeGreaterThan(1_000)
  }, 60_000)

  it('tells another history for another seed, and for one fault more', async () => {
    const wishes = { seed: 7, orders: 10, profile: 'paper', faults: [] } as const
    const as = await runSeed(wishes)
    expect((await runSeed({ ...wishes, seed: 8 })).hash).not.toBe(as.hash)
    expect((await runSeed({ ...wishes, faults: ['F-78'] })).hash).not.toBe(as.hash)
  }, 60_000)

  it('tells the same history when it is played from its script', async () => {
    const wishes = { seed: 31, orders: 10, profile: 'alpha' } as const
    const script = JSON.parse(JSON.stringify(planScenario(wishes)))
    expect((await runScenario(script)).hash).toBe((await runSeed(wishes)).hash)
  }, 60_000)

  it('counts the same over one process as over two, and names its counts in one line', async () => {
    const count = async (workers: string) => {
      const args = ['--seeds', '1..6', '--orders', '5', '--profile', 'paper', '--faults', 'F-78', '--json']
      const { stdout } = await run(process.execPath, [SIMULATE, ...args, '--workers', workers])
      const {
        lives_per_second: _,
        lives_per_cpu_second: __,
        workers: ___,
        ...counts
      } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      return counts
    }
    const alone = await count('1')
    expect(alone).toMatchObject({ seeds: 6, violations: 0 })
    expect(alone.orders).toBeGreaterThan(20)
    expect(await count('2')).toEqual(alone)
  }, 60_000)
})
