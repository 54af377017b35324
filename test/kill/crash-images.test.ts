import { expect, it, vi } from 'vitest'
import { openImages } from './crash-images.ts'

vi.setConfig({ testTimeout: 60_000 })

it('copies of a live store, whole, cut, flipped and torn, open to a prefix of what was committed (I-24, I-25)', async () => {
  const { events, shortened, violations } = await openImages('a fixed seed', 120, 6)
  expect(violations).toEqual([])
  expect(events).toBeGreaterThan(20)
  expect(shortened).toBeGreaterThan(20)
})
