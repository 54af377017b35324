import { expect, it, vi } from 'vitest'
import { killAtRandom } from './random-kills.ts'

vi.setConfig({ testTimeout: 120_000 })

const KILLS = 20
const NOTHING_WRONG = { lost: [], doubled: [], violations: [] }

it(`a daemon killed ${KILLS} times at random, start and recovery included, loses nothing and does nothing twice (I-01, I-24, I-26, I-37)`, async () => {
  const { verdict } = await killAtRandom('a fixed seed', KILLS)
  expect(verdict).toMatchObject(NOTHING_WRONG)
  expect(verdict.orders).toBeGreaterThan(KILLS)
  expect(verdict.statuses.filled).toBeGreaterThan(0)
})
