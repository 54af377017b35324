import { expect, it, vi } from 'vitest'
import { haltUnderFire } from './halts.ts'

vi.setConfig({ testTimeout: 120_000 })

it('a halt while orders leave and two hundred wait: none comes later than 100 ms after the answer, the others are denied', async () => {
  const halts = await haltUnderFire(1, 200, () => undefined)
  expect(halts).toHaveLength(1)
  for (const { latestMs, queued } of halts) {
    expect(latestMs).toBeLessThanOrEqual(100)
    expect(queued).toBeGreaterThanOrEqual(200)
  }
})
