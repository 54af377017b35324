import { expect, it, vi } from 'vitest'
import { overlap } from './twins.ts'

vi.setConfig({ testTimeout: 60_000 })

it('a second daemon ends with 3 while the first one trades, also while that is held still, and nothing is sent twice (I-36)', async () => {
  const { ends, lines, verdict } = await overlap('a fixed seed', 2, 1_500)
  expect(ends).toEqual([3, 3])
  expect(lines).toEqual([expect.stringMatching(/another instance/), expect.stringMatching(/another instance/)])
  expect(verdict).toMatchObject({ lost: [], doubled: [], violations: [] })
})
